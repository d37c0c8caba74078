import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { makeRows } from './fixture/rows.ts';

let open: Served;
let closed: Served;
beforeAll(async () => {
  open = await serveApi(makeContext({ rows: makeRows(['logs']) }));
  closed = await serveApi(makeContext({ token: 'a-long-enough-token' }));
});
afterAll(async () => {
  await open.close();
  await closed.close();
});

interface Answer { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly text: string }

/** fetch sets Host and Origin by itself; this sends what it is told, byte for byte. */
function ask(served: Served, path: string, options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    const request = httpRequest({ hostname, port, path, method: options.method ?? 'GET', headers: options.headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, text }); });
    });
    request.on('error', reject);
    request.end(options.body);
  });
}
const errorOf = (answer: Answer) => (JSON.parse(answer.text) as { error: { code: string; message: string; value: string; next: string } }).error;
const json = { 'content-type': 'application/json' };

describe('who may ask', () => {
  test.each([
    ['a name that was pointed at us', { host: 'evil.example:4319' }, 421, 'wrong_host'],
    ['a name that begins like ours', { host: 'localhost.evil.example' }, 421, 'wrong_host'],
    ['a page of another origin', { host: '127.0.0.1:1', origin: 'http://evil.example' }, 403, 'forbidden_origin'],
    ['a page of another port', { host: '127.0.0.1:1', origin: 'http://127.0.0.1:2' }, 403, 'forbidden_origin'],
    ['a page without an origin of its own', { host: '127.0.0.1:1', origin: 'null' }, 403, 'forbidden_origin'],
    ['an image of another site', { host: '127.0.0.1:1', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403, 'forbidden_origin'],
  ])('not %s', async (_, headers, status, code) => {
    const answer = await ask(open, '/api/v1/health', { headers });
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(answer.headers['access-control-allow-origin']).toBe(undefined);
  });

  test.each([['localhost:4319'], ['127.0.0.1'], ['[::1]:4319'], ['LOCALHOST']])('the name %s is ours', async (host) => {
    expect((await ask(open, '/api/v1/health', { headers: { host } })).status).toBe(200);
  });

  test('the console itself', async () => {
    expect((await ask(open, '/api/v1/health', { headers: { host: '127.0.0.1:9', origin: 'http://127.0.0.1:9' } })).status).toBe(200);
  });

  test('files too are served under our names only', async () => {
    expect((await ask(open, '/', { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  test.each([['', 401], ['Bearer wrong', 401], ['Bearer a-long-enough-token', 200], ['bearer a-long-enough-token', 200]])('with the authorization "%s" → %i', async (authorization, status) => {
    const answer = await ask(closed, '/api/v1/health', { headers: authorization === '' ? {} : { authorization } });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test('security headers are on every answer', async () => {
    for (const path of ['/api/v1/health', '/api/v1/nothing', '/', '/nothing.js']) {
      const { headers } = await ask(open, path);
      expect(headers['content-security-policy'], path).toContain("script-src 'self'; style-src 'self' 'unsafe-inline'");
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options'], path).toBe('nosniff');
    }
  });
});

describe('what may be asked', () => {
  const cases: readonly [string, string, { method?: string; headers?: Record<string, string>; body?: string }, number, string, string][] = [
    ['an unknown parameter', '/traces?servce=checkout', {}, 400, 'bad_query', 'servce=checkout'],
    ['an unknown parameter without value', '/health?verbose', {}, 400, 'bad_query', 'verbose=[]'],
    ['a limit beyond the largest', '/traces?limit=100000', {}, 400, 'bad_query', 'limit=100000'],
    ['a number that is none', '/traces?from=yesterday', {}, 400, 'bad_query', 'from=yesterday'],
    ['a parameter given twice', '/traces?limit=1&limit=2', {}, 400, 'bad_query', 'limit=["1","2"]'],
    ['a choice that is none', '/traces?order=random', {}, 400, 'bad_query', 'order=random'],
    ['an attribute without =', '/traces?attribute=http', {}, 400, 'bad_query', 'attribute=http'],
    ['an empty range', '/traces?from=2000000000000&to=1000000000000', {}, 400, 'bad_query', 'from=2000000000000&to=1000000000000'],
    ['a range of too many steps', '/metrics/x?from=0&to=1700000000000&step=1000', {}, 422, 'query_too_large', '1700000000 steps of 1000 ms; at most 20000'],
    ['a trace id that is none', '/traces/xyz', {}, 400, 'bad_query', 'xyz'],
    ['a trace that is not stored', `/traces/${'ab'.repeat(16)}`, {}, 404, 'unknown_id', 'ab'.repeat(16)],
    ['a query that the store cannot answer', '/logs', {}, 501, 'not_supported', 'logs'],
    ['a path that is not there', '/nothing', {}, 404, 'unknown_path', '/api/v1/nothing'],
    ['a path with broken encoding', '/services/%E0%A4%A', {}, 404, 'unknown_path', '/api/v1/services/%E0%A4%A'],
    ['a method that is not taken', '/health', { method: 'POST', headers: json, body: '{}' }, 405, 'method_not_allowed', 'POST'],
    ['a body that is not declared', '/demo', { method: 'POST', body: '{"action":"start"}' }, 415, 'unsupported_type', 'no content type'],
    ['a form', '/demo', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"action":"start"}' }, 415, 'unsupported_type', 'text/plain'],
    ['a body that is not JSON', '/demo', { method: 'POST', headers: json, body: '{action' }, 400, 'bad_query', '{action'],
    ['a body with a field too many', '/demo', { method: 'POST', headers: json, body: '{"action":"start","now":true}' }, 400, 'bad_query', 'now=true'],
    ['a body that is a list', '/demo', { method: 'POST', headers: json, body: '[]' }, 400, 'bad_query', '[]'],
    ['a body that is too large', '/demo', { method: 'POST', headers: json, body: `"${'x'.repeat(70_000)}"` }, 413, 'too_large', 'more than 65536 bytes'],
    ['a fault that there is not', '/demo/faults', { method: 'POST', headers: json, body: '{"name":"earthquake"}' }, 409, 'demo_off', ''],
  ];
  test.each(cases)('%s', async (_, path, options, status, code, value) => {
    const answer = await ask(open, `/api/v1${path}`, options);
    expect([answer.status, errorOf(answer)]).toEqual([status, { code, message: expect.any(String), value, next: expect.stringMatching(/\.$/) }]);
  });

  test('an unknown parameter is named together with what to do', async () => {
    expect(errorOf(await ask(open, '/api/v1/traces?servce=checkout'))).toEqual({
      code: 'bad_query', message: 'A parameter of the request is not valid. Parameter servce is not known here.', value: 'servce=checkout',
      next: 'Correct the parameter that the message names; /api/v1/openapi.json lists them all.',
    });
  });

  test('Allow names the methods of a path', async () => {
    expect((await ask(open, '/api/v1/demo', { method: 'DELETE' })).headers.allow).toBe('GET, POST');
  });

  test('an empty parameter counts as absent', async () => {
    expect((await ask(open, '/api/v1/traces?service=&limit=')).status).toBe(200);
  });

  test('large answers are compressed for who takes it', async () => {
    expect((await ask(open, '/api/v1/now', { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBe('gzip');
    expect((await ask(open, '/api/v1/now')).headers['content-encoding']).toBe(undefined);
  });

  test('HEAD gets the head of GET', async () => {
    const answer = await ask(open, '/api/v1/now', { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

test('a fault of our own is told as such, without its inside', async () => {
  const reported: string[] = [];
  const broken = await serveApi(makeContext({ world: () => { throw new Error('secret inside'); } }), (text) => reported.push(text));
  const answer = await ask(broken, '/api/v1/now');
  await broken.close();
  expect([answer.status, errorOf(answer).code]).toEqual([500, 'internal']);
  expect(answer.text).not.toContain('secret');
  expect(reported.join('')).toContain('GET /api/v1/now failed: Error: secret inside');
});
