// What has to be there before anything runs, on whatever Node the machine has (20 or newer): the installed packages,
// among them the pinned Node that everything else runs on, and the built console. Plain JavaScript for that reason.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const pinnedNode = join(root, 'node_modules', '.bin', 'node');

/** Flags of Node for the server: young generations of 128 MB (the default here) would make a third of its memory; idle threads collect by themselves. */
export const serverFlags = ['--max-semi-space-size=16', '--expose-gc'];

/** Environment of the server: glibc would give each of its twenty threads a heap of its own, which costs 30 MB and buys nothing. Compiled code is kept from the first file on: else Node loads its compiler of TypeScript for that one, 10 MB. */
export const serverEnvironment = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'clew') };

/** Runs a step with its output shown; ends the process with the step's exit code when it fails. */
export function run(what, command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (status === 0) return;
  console.error(`clew: ${what} failed${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}

/** Installs from the lockfile when node_modules is missing or older than the lockfile. */
export function install() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lockfile = join(root, 'package-lock.json');
  if (existsSync(installed) && existsSync(pinnedNode) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  console.error('clew: installing packages (once)');
  run('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Builds the console when it is missing or older than what it is made from. */
export function buildConsole() {
  const home = join(root, 'packages', 'console');
  const built = join(home, 'dist', 'index.html');
  const sources = [...['src', 'index.html', 'vite.config.ts', 'package.json'].map((name) => join(home, name)), join(root, 'packages', 'words', 'src')];
  if (existsSync(built) && newest(sources) <= statSync(built).mtimeMs) return;
  console.error('clew: building the console (once)');
  run('console build', 'npm', ['run', '--silent', 'build', '--workspace=packages/console'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: `${dirname(pinnedNode)}:${process.env.PATH}` },
  });
}

function newest(paths) {
  let mtimeMs = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const stat = statSync(path);
    mtimeMs = Math.max(mtimeMs, stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs);
  }
  return mtimeMs;
}
