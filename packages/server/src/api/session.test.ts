import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { sessionCookie, sessionName } from './session.ts';

const token = 'a-long-enough-token';
let closed: Served;
let open: Served;
beforeAll(async () => {
  closed = await serveApi(makeContext({ token }));
  open = await serveApi(makeContext());
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

interface Answer { readonly status: number; readonly cookie: string | undefined; readonly type: string | undefined; readonly code: string }
type Headers = Record<string, string>;

/** Over a real socket, with the headers that it is told. An event stream is left as soon as it has begun. */
function ask(served: Served, method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    const request = httpRequest({ hostname, port, path: `/api/v1${path}`, method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } }, (response: IncomingMessage) => {
      const type = response.headers['content-type'];
      const done = (text: string): void => resolve({ status: response.statusCode ?? 0, cookie: response.headers['set-cookie']?.[0], type, code: text.startsWith('{"error"') ? (JSON.parse(text) as { error: { code: string } }).error.code : '' });
      if (type?.startsWith('text/event-stream') === true) {
        done('');
        response.destroy();
        return;
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
      response.on('end', () => done(text));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const signIn = (given: string, headers: Headers = {}): Promise<Answer> => ask(closed, 'POST', '/session', headers, { token: given });
/** `name=value` of the cookie that the server gives. */
const session = async (): Promise<string> => String((await signIn(token)).cookie).split(';')[0];

describe('the token once, then a cookie', () => {
  test('the cookie does not hold the token, and scripts and other sites cannot use it', async () => {
    const { status, cookie } = await signIn(token);
    expect(status).toBe(200);
    expect(cookie).toMatch(/^clew_session=[\w-]{43}; Path=\/api; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(cookie).not.toContain(token);
  });

  test('with it everything is answered, live events too', async () => {
    const cookie = await session();
    expect(await ask(closed, 'GET', '/now', { cookie })).toMatchObject({ status: 200 });
    expect(await ask(closed, 'GET', '/now', { cookie: `theme=dark; clew_session=old; ${cookie}` })).toMatchObject({ status: 200 });
    expect(await ask(closed, 'GET', '/events', { cookie })).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
    expect(await ask(closed, 'POST', '/demo', { cookie }, { action: 'start' })).toMatchObject({ status: 200 });
  });

  test.each([['another one', 'wrong'], ['an empty one', ''], ['the beginning', token.slice(0, -1)], ['one with more behind it', `${token}x`]])('%s is refused, without a cookie', async (_, given) => {
    expect(await signIn(given)).toMatchObject({ status: 401, code: 'unauthenticated', cookie: undefined });
  });

  test.each<[string, Headers]>([
    ['none', {}], ['an empty one', { cookie: 'clew_session=' }], ['the token itself', { cookie: `clew_session=${token}` }],
    ['that of another token', { cookie: sessionCookie('another-token-as-long', false).split(';')[0] }], ['one of another name', { cookie: sessionCookie(token, false).split(';')[0].replace('clew_', 'clew-') }],
  ])('a cookie that is %s opens nothing', async (_, headers) => {
    for (const path of ['/now', '/events', '/nothing']) expect(await ask(closed, 'GET', path, headers), path).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  test('given back, it is taken out of the browser', async () => {
    expect((await ask(closed, 'DELETE', '/session', { cookie: await session() })).cookie).toBe('clew_session=; Path=/api; HttpOnly; SameSite=Strict; Max-Age=0');
  });

  test('a server that asks for no token gives no cookie', async () => {
    expect(await ask(open, 'POST', '/session', {}, { token: 'any' })).toMatchObject({ status: 200, cookie: undefined });
  });

  test('a Cookie header beyond all measure is not looked through', () => {
    expect(sessionName(`${sessionCookie(token, false).split(';')[0]}; x=${'y'.repeat(10_000)}`, makeContext({ token }))).toBe(null);
  });
});

describe('from elsewhere', () => {
  test.each<[string, Headers]>([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['an image of another port of this host', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['a frame of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('%s gets nothing, cookie or not', async (_, headers) => {
    expect(await ask(closed, 'GET', '/now', { ...headers, cookie: await session() })).toMatchObject({ status: 403, code: 'forbidden_origin' });
  });

  test('nobody signs in from another origin', async () => {
    expect(await signIn(token, { origin: 'https://evil.example' })).toMatchObject({ status: 403, code: 'forbidden_origin', cookie: undefined });
  });

  test('a name that was pointed at us gets nothing', async () => {
    expect(await ask(closed, 'GET', '/now', { host: 'evil.example', cookie: await session() })).toMatchObject({ status: 421, code: 'wrong_host' });
  });

  test('our own pages do', async () => {
    const { host } = new URL(closed.url);
    expect(await ask(closed, 'GET', '/now', { cookie: await session(), host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 });
  });
});
