import { describe, expect, test } from 'vitest';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from './fixture/receivers.ts';
import type { HttpAnswer, Receivers } from './fixture/receivers.ts';

const body = encode('traces', 'json', messageOf('traces'));
const preflight = (on: Receivers, origin: string, path = '/v1/traces'): Promise<HttpAnswer> => post(on.httpPort, path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, traceparent, x-api-key' } });
const send = (on: Receivers, origin: string, type: string = typeOf.json, more: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> => post(on.httpPort, '/v1/traces', { headers: { origin, 'content-type': type, ...more }, body });
const corsOf = ({ headers }: HttpAnswer): string[] => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('an origin on the list', () => {
  const corsOrigins = 'https://shop.example, https://*.apps.example:8443';
  test.each(['https://shop.example', 'https://SHOP.example', 'https://a.apps.example:8443', 'https://b.a.apps.example:8443'])('%s is let in', async (origin) => {
    const on = await openReceivers({ corsOrigins });
    const { status, headers } = await preflight(on, origin);
    expect([status, headers['access-control-allow-origin'], headers['access-control-allow-methods'], headers['access-control-allow-headers'], headers.vary]).toEqual([204, origin, 'POST', 'content-type, traceparent, x-api-key', 'origin']);
    expect(Number(headers['access-control-max-age'])).toBeGreaterThan(0);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    const answer = await send(on, origin);
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(countOf(on)).toBe(3);
  });

  test('errors can be read too, with when to retry', async () => {
    const on = await openReceivers({ corsOrigins, receivingBytesMax: 1_024, token: 'a-long-enough-token' });
    on.intake.budget.open().take(2_000);
    for (const [more, status] of [[{}, 401], [{ authorization: 'Bearer a-long-enough-token' }, 503]] as const) {
      const answer = await send(on, 'https://shop.example', typeOf.json, more);
      expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers['access-control-expose-headers']]).toEqual([status, 'https://shop.example', 'Retry-After, X-Clew-Request-Id']);
    }
  });

  test('a preflight needs no key, since a browser sends none with it', async () => {
    expect((await preflight(await openReceivers({ corsOrigins, token: 'a-long-enough-token' }), 'https://shop.example')).status).toBe(204);
  });

  test.each(['https://evil.example', 'http://shop.example', 'https://shop.example.evil', 'https://shop.example:444', 'https://apps.example:8443', 'https://xapps.example:8443', 'https://evil/.apps.example:8443', 'null'])('%s is not on it', async (origin) => {
    const on = await openReceivers({ corsOrigins });
    const answer = await preflight(on, origin);
    expect([answer.status, corsOf(answer)]).toEqual([403, []]);
    expect(corsOf(await send(on, origin))).toEqual([]);
  });

  test('cookies are allowed only where that is set', async () => {
    const on = await openReceivers({ corsOrigins, corsCredentials: true });
    expect((await preflight(on, 'https://shop.example')).headers['access-control-allow-credentials']).toBe('true');
  });
});

test('any origin is a star, and never with credentials', async () => {
  const on = await openReceivers({ corsOrigins: '*' });
  const { status, headers } = await preflight(on, 'https://anybody.example');
  expect([status, headers['access-control-allow-origin'], headers['access-control-allow-credentials']]).toEqual([204, '*', undefined]);
});

describe('without a list', () => {
  test('there is not one header, a preflight is 405, and other clients are taken as ever', async () => {
    const on = await openReceivers();
    const answer = await preflight(on, 'https://shop.example');
    expect([answer.status, answer.headers.allow, corsOf(answer)]).toEqual([405, 'POST', []]);
    const sent = await send(on, 'https://shop.example');
    expect([sent.status, corsOf(sent)]).toEqual([200, []]);
  });

  test.each(['text/plain', 'text/plain;charset=UTF-8', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])('a page cannot send %s past its browser', async (type) => {
    expect((await send(await openReceivers(), 'https://evil.example', type)).status).toBe(403);
  });
});
