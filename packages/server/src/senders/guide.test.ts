import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendLines } from '../../../console/src/parts/send-lines.ts';
import { collectorPath, hasCollector } from './fixture/collector.ts';
import { runProgram } from './fixture/program.ts';
import { installedAt, lackOf, notInstalled, peerAt } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

/** docs/guides/send-data.md, run: every block says that it is run, and by what, or why not. */
interface Block { readonly mark: string; readonly language: string; readonly text: string }

const page = readFileSync(join(import.meta.dirname, '../../../../docs/guides/send-data.md'), 'utf8');
const blocks = [...page.matchAll(/<!-- (.*?) -->\n```(\w+)\n([\s\S]*?)```/g)].map(([, mark, language, text]): Block => ({ mark, language, text }));
const blockOf = (name: string, language: string): string => blocks.find((block) => block.mark === `run: ${name}` && block.language === language)?.text ?? '';

test('every block but the first three lines is run, or says why it is not', () => {
  expect([...page.matchAll(/^```\w+$/gm)].length).toBe(blocks.length + 1);
  expect(blocks.filter(({ mark }) => !/^(run: (node|browser|python|java|go|rust|collector|curl)|not run: .{5,})$/.test(mark))).toEqual([]);
});

test('the console shows the same lines', () => {
  // Its other tabs are of other protocols (docs/guides/other-protocols.md).
  const languages = ['js', 'python', 'go', 'java', 'dotnet', 'collector', 'curl'];
  const listening = { grpc: '127.0.0.1:4317', http: 'http://127.0.0.1:4318' };
  const shown = sendLines.filter(({ id }) => languages.includes(id));
  expect(shown.map(({ id }) => id)).toEqual(languages);
  const missing = shown.filter(({ lines }) => !lines(listening).split('\n').map((line) => line.replace(/(^| )\/\/ .*/, '').trim()).every((line) => page.includes(line)));
  expect(missing.map(({ id }) => id)).toEqual([]);
});

describe('the blocks that can be run', () => {
  let target: Target;
  let folder: string;
  beforeAll(async () => { target = await openTarget(); });
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'clew-guide-')); });
  afterAll(async () => { await target.stop(); rmSync(folder, { recursive: true, force: true }); });

  const withPorts = (text: string): string => text.replaceAll('127.0.0.1:4318', `127.0.0.1:${target.ports.http}`).replaceAll('127.0.0.1:4317', `127.0.0.1:${target.ports.grpc}`);
  /** The lines as they are, but for those that install: that is done before (scripts/senders.mjs). */
  const shell = async (text: string, path = ''): Promise<string> => {
    const lines = withPorts(text).split('\n').filter((line) => !/^(npm|pip|opentelemetry-bootstrap|curl -LO) ?/.test(line)).join('\n');
    const { code, out, err } = await runProgram('bash', ['-euc', lines], { cwd: folder, env: { PATH: `${path}:${process.env.PATH ?? ''}` } });
    expect(code, `${out}\n${err}`).toBe(0);
    return out;
  };
  const arrived = async (service: string, from: number): Promise<void> => {
    await expect.poll(async () => (await target.ask<{ readonly traces: readonly { readonly rootService: string }[] }>('/traces', { from, to: Date.now() + 1000, limit: 100 }))?.traces.length ?? 0, { timeout: 20_000, interval: 200 }).toBeGreaterThan(0);
    const { traces } = await target.ask<{ readonly traces: readonly { readonly rootService: string }[] }>('/traces', { from, to: Date.now() + 1000, limit: 100 }) ?? { traces: [] };
    expect(new Set(traces.map(({ rootService }) => rootService.replace(/^service:|@.*/g, '')))).toEqual(new Set([service]));
    expect(await target.refused()).toEqual([]);
  };

  test('curl', async () => {
    const from = Date.now() - 2000;
    expect(await shell(blockOf('curl', 'sh'))).toMatch(/^HTTP\/1\.1 200 OK/);
    await arrived('hello', from);
  });

  const node = join(installedAt('js'), 'guide', 'node_modules');
  test.skipIf(!existsSync(node))(`Node${existsSync(node) ? '' : notInstalled}`, async () => {
    symlinkSync(node, join(folder, 'node_modules'));
    writeFileSync(join(folder, 'app.js'), `const http = require('node:http');
      const server = http.createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', () => http.get({ host: '127.0.0.1', port: server.address().port }, (answer) => answer.resume().on('end', () => { server.close(); process.kill(process.pid, 'SIGTERM'); })));`);
    const from = Date.now();
    // The registration sends what it holds on SIGTERM, as when a container is stopped.
    await shell(`${blockOf('node', 'sh').trimEnd()} || test $? = 143`);
    await arrived('my-service', from);
  });

  const python = join(installedAt('python-guide'), 'bin');
  test.skipIf(!existsSync(python))(`Python${existsSync(python) ? '' : notInstalled}`, async () => {
    writeFileSync(join(folder, 'app.py'), `import logging, urllib.request\nurllib.request.urlopen("http://127.0.0.1:${target.ports.console}/api/v1/health").read()\nlogging.warning("done")\n`);
    const from = Date.now();
    await shell(blockOf('python', 'sh'), python);
    await arrived('my-service', from);
  });

  const java = installedAt('java');
  const noJava = lackOf(join(java, 'app.jar'), 'java');
  test.skipIf(noJava !== null)(`Java${noJava ?? ''}`, async () => {
    for (const name of ['app.jar', 'opentelemetry-javaagent.jar']) copyFileSync(join(java, name), join(folder, name));
    const from = Date.now();
    await shell(blockOf('java', 'sh'));
    await arrived('my-service', from);
  }, 180_000);

  const environment = (): Record<string, string> => ({ OTEL_SERVICE_NAME: 'my-service', OTEL_EXPORTER_OTLP_ENDPOINT: target.endpoints.http, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' });

  const noGo = lackOf(join(installedAt('go'), 'sender'), 'go');
  test.skipIf(noGo !== null)(`Go${noGo ?? ''}`, async () => {
    const home = join(folder, 'go');
    mkdirSync(home);
    for (const name of ['go.mod', 'go.sum']) copyFileSync(join(import.meta.dirname, 'go', name), join(home, name));
    writeFileSync(join(home, 'main.go'), blockOf('go', 'go'));
    const from = Date.now();
    const { code, err } = await runProgram('go', ['run', '-mod=mod', '.'], { cwd: home, env: environment(), timeoutMs: 170_000 });
    expect(code, err).toBe(0);
    await arrived('my-service', from);
  }, 180_000);

  const rust = installedAt('rust');
  const noRust = lackOf(join(rust, '.installed'), 'cargo');
  test.skipIf(noRust !== null)(`Rust${noRust ?? ''}`, async () => {
    const home = join(folder, 'rust');
    mkdirSync(join(home, 'src'), { recursive: true });
    for (const name of ['Cargo.toml', 'Cargo.lock']) copyFileSync(join(import.meta.dirname, 'rust', name), join(home, name));
    writeFileSync(join(home, 'src', 'main.rs'), blockOf('rust', 'rust'));
    const from = Date.now();
    const { code, err } = await runProgram('cargo', ['run', '--quiet', '--locked', '--offline'], { cwd: home, env: { ...environment(), CARGO_TARGET_DIR: join(rust, 'target') }, timeoutMs: 170_000 });
    expect(code, err).toBe(0);
    await arrived('my-service', from);
  }, 180_000);

  test.skipIf(!hasCollector)(`the Collector takes its configuration, and sends${hasCollector ? '' : ' (not built: npm run peers -- otelcol telemetrygen)'}`, async () => {
    const file = join(folder, 'collector.yaml');
    writeFileSync(file, withPorts(blockOf('collector', 'yaml')).replace('127.0.0.1:14317', '127.0.0.1:0').replace('127.0.0.1:14318', '127.0.0.1:0'));
    execFileSync(collectorPath, ['validate', `--config=${file}`], { stdio: 'pipe' });
    const child = spawn(collectorPath, [`--config=${file}`, '--set=service.telemetry.metrics.level=none'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    const from = Date.now();
    try {
      await expect.poll(() => /Starting GRPC server.*?127\.0\.0\.1:(\d+)/s.exec(said)?.[1] ?? '', { timeout: 20_000 }).not.toBe('');
      const port = /Starting GRPC server.*?127\.0\.0\.1:(\d+)/s.exec(said)?.[1] ?? '';
      const { code, err } = await runProgram(peerAt('telemetrygen'), ['traces', '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${port}`, '--service', 'my-service', '--traces', '2', '--rate', '0']);
      expect(code, err).toBe(0);
      await arrived('my-service', from);
    } finally {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.on('exit', resolve));
    }
  });
});
