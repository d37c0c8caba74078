import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeContext, serveApi, type Served } from './api/fixture/context.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-console-'));
const script = `console.log(${JSON.stringify('x'.repeat(5_000))});`;
let served: Served;
beforeAll(async () => {
  mkdirSync(join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><title>Clew</title>');
  writeFileSync(join(folder, 'dist/assets/index-Ab12Cd34.js'), script);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  served = await serveApi(makeContext({ consoleFolder: join(folder, 'dist') }));
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Answer { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly text: string }

/** Sends the path as it is: fetch would tidy `..` away. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }); });
    }).on('error', reject).end();
  });
}

describe('the console', () => {
  test.each([['/'], ['/index.html'], ['/incidents/inc-1'], ['/services/service%3Acheckout'], ['/services/external%3Aapi.cards.example'], ['/metrics/http.server.request.duration']])('%s gets the page', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, '<!doctype html><title>Clew</title>', 'text/html; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  test('assets are compressed, typed and kept for ever', async () => {
    const plain = await get('/assets/index-Ab12Cd34.js');
    const zipped = await get('/assets/index-Ab12Cd34.js', { 'accept-encoding': 'gzip, br' });
    expect(plain.text).toBe(script);
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' });
    expect(Number(zipped.headers['content-length'])).toBeLessThan(200);
    expect(zipped.headers.etag).not.toBe(plain.headers.etag);
  });

  test('an unchanged file is not sent again', async () => {
    const { headers } = await get('/');
    const again = await get('/', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test.each([['/../secret.txt'], ['/assets/../../secret.txt'], ['/%2e%2e/secret.txt'], ['/..%2fsecret.txt'], ['/assets/%2e%2e%2f%2e%2e%2fsecret.txt'], ['/..\\secret.txt'], ['//etc/passwd.txt'], ['/secret.txt%00.html']])('%s reaches nothing', async (path) => {
    const answer = await get(path);
    expect(answer.text).not.toContain('secret\n');
    expect(answer.text === 'secret').toBe(false);
    expect(answer.status).toBe(404);
  });

  test('a missing asset is not answered with the page', async () => {
    expect((await get('/assets/old-00000000.js')).status).toBe(404);
  });

  test('a page may be called like a file', async () => {
    expect((await get('/services/service%3Anode.js', { accept: 'text/html,*/*' })).status).toBe(200);
  });

  test('pages are only read', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });

  test('a new build is noticed', async () => {
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><title>New</title>');
    utimesSync(join(folder, 'dist/index.html'), new Date(), new Date(Date.UTC(2030, 0)));
    expect((await get('/')).text).toContain('New');
  });
});

test('a console that is not built is told plainly', async () => {
  const bare = await serveApi(makeContext({ consoleFolder: null }));
  const response = await fetch(bare.url);
  const text = await response.text();
  await bare.close();
  expect(response.status).toBe(503);
  expect(text).toContain('The console has not been built.');
  expect(text).toContain('npm start');
});
