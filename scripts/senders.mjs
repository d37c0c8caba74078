// Real senders for the tests in packages/server/src/senders, from their registries in pinned versions, into $CLEW_SENDERS
// (default ~/.cache/clew/senders); what is there in the pinned version is left alone.
//   npm run senders -- --install [js python go java rust]   installs these, or all that this machine has a runtime for
//   npm run senders -- --all [names]                   … and records those that are too heavy for every run (record.ts)
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { install, pinnedNode, root, run } from './ready.mjs';

const sources = join(root, 'packages/server/src/senders');
const home = process.env.CLEW_SENDERS || join(homedir(), '.cache', 'clew', 'senders');
const javaAgent = { artifact: 'io.opentelemetry.javaagent:opentelemetry-javaagent', version: '2.33.1' };

/** Whether a command line that changes nothing succeeds. */
const works = (line) => { const [command, ...args] = line.split(' '); return spawnSync(command, args, { stdio: 'ignore' }).status === 0; };

/** Runs `make` unless it was run for the same text before. */
function once(folder, text, make) {
  const stamp = join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === text) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  make();
  writeFileSync(stamp, text);
}

const read = (...path) => readFileSync(join(sources, ...path), 'utf8');

const languages = {
  js: {
    needs: ['npm --version'],
    install() {
      for (const sdk of ['sdk-2', 'sdk-3', 'guide', 'browser']) {
        const folder = join(home, 'js', sdk);
        once(folder, read('js', sdk, 'package-lock.json'), () => {
          for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(sources, 'js', sdk, name), join(folder, name));
          run(`installing js ${sdk}`, 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
        });
      }
    },
  },
  python: {
    needs: ['python3 --version', 'python3 -m ensurepip --version'],
    install() {
      for (const [name, requirements] of [['python', 'requirements.txt'], ['python-guide', 'guide-requirements.txt']]) {
        const folder = join(home, name);
        once(folder, read('python', requirements), () => {
          run('making the Python environment', 'python3', ['-m', 'venv', folder]);
          run('installing Python packages', join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', join(sources, 'python', requirements)]);
        });
      }
    },
  },
  go: {
    needs: ['go version'],
    install() {
      const folder = join(home, 'go');
      once(folder, read('go', 'go.sum') + read('go', 'main.go') + read('go', 'ledger.go'), () => {
        run('building the Go sender', 'nice', ['go', 'build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'sender'), '.'], { cwd: join(sources, 'go'), env: { ...process.env, GOFLAGS: '-p=2 -buildvcs=false' } });
      });
    },
  },
  java: {
    needs: ['mvn --version', 'javac --version'],
    install() {
      const folder = join(home, 'java');
      once(folder, javaAgent.version + read('java', 'Shop.java'), () => {
        const { artifact, version } = javaAgent;
        run('fetching the Java agent', 'mvn', ['-q', '-B', 'dependency:get', '-Dtransitive=false', `-Dartifact=${artifact}:${version}`]);
        const [group, name] = artifact.split(':');
        copyFileSync(join(homedir(), '.m2', 'repository', ...group.split('.'), name, version, `${name}-${version}.jar`), join(folder, 'opentelemetry-javaagent.jar'));
        run('compiling the Java program', 'javac', ['-d', folder, join(sources, 'java', 'Shop.java')]);
        run('packing the Java program', 'jar', ['--create', '--file', join(folder, 'app.jar'), '--main-class', 'Shop', '-C', folder, 'Shop.class']);
      });
    },
  },
  rust: {
    needs: ['cargo --version'],
    install() {
      const folder = join(home, 'rust');
      once(folder, read('rust', 'Cargo.lock'), () => {
        for (const name of ['Cargo.toml', 'Cargo.lock']) copyFileSync(join(sources, 'rust', name), join(folder, name));
        mkdirSync(join(folder, 'src'));
        writeFileSync(join(folder, 'src', 'main.rs'), 'fn main() {}\n');
        run('building the Rust crates', 'nice', ['cargo', 'build', '--quiet', '--locked', '--jobs', '2'], { cwd: folder, env: { ...process.env, CARGO_TARGET_DIR: join(folder, 'target') } });
      });
    },
  },
};

function installSenders(names) {
  for (const name of names.length === 0 ? Object.keys(languages) : names) {
    const language = languages[name];
    if (language === undefined) { console.error(`clew: no sender ${name}; known: ${Object.keys(languages).join(', ')}`); process.exit(1); }
    const missing = language.needs.find((line) => !works(line));
    if (missing !== undefined) { console.error(`senders: ${name} is skipped: \`${missing}\` does not work here`); continue; }
    language.install();
    console.log(`senders: ${name} is there`);
  }
}

install();
const [verb, ...names] = process.argv.slice(2);
if (verb === '--install') installSenders(names);
else if (verb === '--all') {
  installSenders([]);
  run('recording', pinnedNode, [join(sources, 'record.ts'), ...names]);
} else {
  console.error('usage: npm run senders -- --install [js python go java rust] | --all [names]');
  process.exit(2);
}
