import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { Http2Server } from 'node:http2';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from './cli.ts';
import { callHttp } from './client/http.ts';
import { startSmallReceiver } from './fixture/small-receiver.ts';
import { toCurl } from './reproduce.ts';

let url = '';
let server: Server;
beforeAll(async () => { ({ url, server } = await startSmallReceiver(null)); });
afterAll(() => { server.closeAllConnections(); server.close(); });

async function cli(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const code = await run(args, { out: (text) => { out += text; }, err: (text) => { err += text; }, isColoured: false, isInteractive: false });
  return { code, out, err };
}

describe('exit codes', () => {
  test('0 where all pass', async () => {
    const { code, out } = await cli(url, '--only', '34');
    expect([code, out.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/\d+ passed, 0 failed, 0 differ/)]);
  });
  test('1 where something fails, with what came and how to see it again', async () => {
    const { code, out } = await cli(url, '--only', '42');
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL\s+42\s+SHOULD\s+bad data comes with BadRequest/);
    expect(out).toContain(`curl -sS -i -X POST '${url}/v1/traces'`);
    expect(out).not.toContain('\u001b');
  });
  test('0 where only a policy differs', async () => {
    expect((await cli(url, '--only', '27')).code).toBe(0);
  });
  test.each<[string, readonly string[], RegExp]>([
    ['no address', [], /an address is missing/],
    ['an address that is none', ['nowhere'], /Invalid URL/],
    ['another protocol', ['ftp://127.0.0.1:1'], /begins with http/],
    ['nothing listens', ['http://127.0.0.1:1'], /nothing listens at http:\/\/127\.0\.0\.1:1/],
    ['an unknown option', ['http://127.0.0.1:1', '--colour'], /colour/],
    ['an unknown format', ['http://127.0.0.1:1', '-o', 'xml'], /table, json or junit/],
    ['a number that is none', ['http://127.0.0.1:1', '--limit', 'much'], /--limit is a positive whole number/],
    ['an unknown read-back', ['http://127.0.0.1:1', '--readback', 'tempo=http://x'], /clew=URL/],
  ])('2: %s', async (_, args, words) => {
    const { code, out, err } = await cli(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
  });
  test('2: --only selects nothing', async () => {
    expect((await cli(url, '--only', 'nothing')).code).toBe(2);
  });
});

describe('what it prints', () => {
  test('help and the list send nothing', async () => {
    expect((await cli('--help')).out).toContain('Usage: clew-conform ADDRESS...');
    const { out } = await cli('--list');
    expect(out).toMatch(/ 37 {2}MUST/);
    expect(out).toContain('not tested: a sender\'s duty');
  });
  test('JSON holds each exchange', async () => {
    const { out } = await cli(url, '--only', '34,42', '-o', 'json');
    const report = JSON.parse(out) as { readonly tally: Readonly<Record<string, number>>; readonly results: readonly { readonly outcome: string; readonly sentence: string; readonly exchanges: readonly { readonly got: string; readonly again: string }[] }[] };
    const failed = report.results.filter(({ outcome }) => outcome === 'fail');
    expect(failed.length).toBe(report.tally.fail);
    expect(failed[0].exchanges[0].got).toMatch(/^400 application\//);
    expect(report.results.every(({ sentence }) => sentence !== '')).toBe(true);
  });
  test('JUnit is well-formed, and a difference is no failure', async () => {
    const { out } = await cli(url, '--only', '27,34,42', '-o', 'junit');
    const parsed = spawnSync('python3', ['-c', 'import sys,xml.dom.minidom as m; d=m.parse(sys.stdin).documentElement; print(d.getAttribute("failures"), len(d.getElementsByTagName("failure")), len(d.getElementsByTagName("testcase")), d.getAttribute("tests"))'], { input: out, encoding: 'utf8' });
    const [failures, elements, listed, tests] = parsed.stdout.trim().split(' ');
    expect([failures, listed]).toEqual([elements, tests]);
    expect(Number(failures)).toBeGreaterThan(0);
  });
  test('--save keeps every request and answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clew-conform-save-'));
    await cli(url, '--only', 'bad-data-comes-with-badrequest', '--save', folder);
    const home = join(folder, 'errors/42/bad-data-comes-with-badrequest/traces/json');
    expect(readdirSync(home)).toEqual(['1.request', '1.response', 'case.txt']);
    expect(readFileSync(join(home, '1.request'), 'utf8')).toBe('{"resourceSpans":');
    expect(readFileSync(join(home, 'case.txt'), 'utf8')).toContain(`--data-binary @'${join(home, '1.request')}'`);
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!existsSync('/usr/bin/curl'))('the command does what the suite did', () => {
  test.each<[string, Buffer, Readonly<Record<string, string>>]>([
    ['text with quotes', Buffer.from('{"resourceSpans":[],"it\'s":"$HOME `x`"}'), { 'content-type': 'application/json' }],
    ['bytes', Buffer.from([10, 0]), { 'content-type': 'application/x-protobuf' }],
    ['nothing', Buffer.alloc(0), { 'content-type': 'application/x-protobuf' }],
    ['bad text', Buffer.from('{'), { 'content-type': 'application/json' }],
    ['an unknown compression', Buffer.from('{}'), { 'content-type': 'application/json', 'content-encoding': 'br' }],
  ])('%s', async (_, body, headers) => {
    const sent = { protocol: 'http/1.1', method: 'POST', url: `${url}/v1/traces`, headers, body } as const;
    const reply = await callHttp({ ...sent, timeoutMs: 5_000, security: {} });
    const { stdout } = await shell(toCurl(sent, null));
    expect(stdout.split(' ')[1]).toBe(String(reply.status));
    expect(stdout.endsWith(reply.body.toString('utf8'))).toBe(true);
  });

  test('a gRPC call reaches the server as it was', async () => {
    const seen = await new Promise<{ readonly body: Buffer; readonly path: string }>((resolve) => {
      const grpc: Http2Server = createServer().on('stream', (stream, headers) => {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
          stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0' }, { endStream: true });
          resolve({ body: Buffer.concat(pieces), path: String(headers[':path']) });
          grpc.close();
        });
      });
      grpc.listen(0, '127.0.0.1', () => {
        const address = grpc.address();
        const port = address !== null && typeof address === 'object' ? address.port : 0;
        void shell(toCurl({ protocol: 'grpc', method: 'POST', url: `http://127.0.0.1:${port}/a.B/Export`, headers: { 'content-type': 'application/grpc', te: 'trailers' }, body: Buffer.from([0, 0, 0, 0, 2, 10, 0]) }, null));
      });
    });
    expect(seen).toEqual({ body: Buffer.from([0, 0, 0, 0, 2, 10, 0]), path: '/a.B/Export' });
  });
});

/** Without blocking: the receiver runs in this process. */
async function shell(command: string): Promise<{ readonly stdout: string }> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => execFile('bash', ['-c', command], { encoding: 'utf8', timeout: 10_000 }, (error, stdout) => (error === null ? resolve({ stdout }) : reject(error))));
}
