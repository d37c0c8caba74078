import { doors, everyDoor, everyHttpDoor } from '../case.ts';
import type { Case } from '../case.ts';
import { one, own } from '../define.ts';
import { openH2 } from '../client/h2.ts';
import { refused, status, taken, code, withStatus } from '../want.ts';

const tracesJson = doors(['traces'], ['json']);
const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,traceparent,authorization' };
const stranger = 'https://stranger.example';

const authentication: readonly Case[] = [
  one(57, 'POLICY', 'no credentials', everyDoor, (t) => t.good(), refused([401], ['UNAUTHENTICATED']), { withoutCredentials: true, needs: ['credentials'] }),
  one(57, 'POLICY', 'wrong credentials', everyDoor, (t) => t.good(), refused([401, 403], ['UNAUTHENTICATED', 'PERMISSION_DENIED']), { withoutCredentials: true, headers: { authorization: 'Bearer conform-wrong' }, needs: ['credentials'] }),
  one(57, 'POLICY', 'an authorization that is none', everyDoor, (t) => t.good(), refused([401, 403], ['UNAUTHENTICATED', 'PERMISSION_DENIED']), { withoutCredentials: true, headers: { authorization: 'Bearer' }, needs: ['credentials'] }),
  one(57, 'POLICY', 'no credentials and an unknown type', everyHttpDoor, (t) => t.good(), status(401), { withoutCredentials: true, headers: { 'content-type': 'text/plain' }, needs: ['credentials'] }),
  one(57, 'POLICY', 'no credentials and a broken body', everyDoor, () => Buffer.from([255]), refused([401], ['UNAUTHENTICATED']), { withoutCredentials: true, needs: ['credentials'] }),
  one(57, 'POLICY', 'no credentials and a bad compression', everyHttpDoor, (t) => t.good(), status(401), { withoutCredentials: true, headers: { 'content-encoding': 'gzip' }, needs: ['credentials'] }),
  one(41, 'MUST', '401 is answered with a Status', everyHttpDoor, (t) => t.good(), withStatus, { withoutCredentials: true, needs: ['credentials'] }),
  own(57, 'POLICY', 'refused before the body has come', tracesJson, '401 although the body is not sent', async (t) => {
    t.expect(await t.send(Buffer.alloc(0), { headers: { 'content-length': '1000000' }, withholdBody: true, withoutCredentials: true, timeoutMs: 5_000 }), status(401));
  }, { needs: ['credentials'] }),
  own(57, 'POLICY', 'one channel, first without and then with credentials', doors(['traces'], ['grpc']), 'UNAUTHENTICATED, then success', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    t.expect(await t.send(t.good(), { session, withoutCredentials: true }), code('UNAUTHENTICATED'));
    t.expect(await t.send(t.good(), { session }), taken);
    session.destroy();
  }, { needs: ['credentials'] }),
];

const headersOf = (answer: { readonly exchange: { readonly reply: { readonly headers: Readonly<Record<string, string>> } } }): Readonly<Record<string, string>> => answer.exchange.reply.headers;

const cors: readonly Case[] = [
  own(60, 'POLICY', 'the preflight of an allowed origin', everyHttpDoor, '204 or 200 with the origin, the method, the headers and Max-Age', async (t) => {
    const answer = await t.send(Buffer.alloc(0), { method: 'OPTIONS', headers: { ...asked, origin: t.target.corsOrigin ?? '', 'content-type': '' }, withoutCredentials: true });
    t.expect(answer, status(204, 200));
    const headers = headersOf(answer);
    t.demand([t.target.corsOrigin, '*'].includes(headers['access-control-allow-origin'] ?? ''), `Access-Control-Allow-Origin: ${headers['access-control-allow-origin']}`);
    for (const name of ['content-type', 'traceparent', 'authorization']) t.demand((headers['access-control-allow-headers'] ?? '').toLowerCase().includes(name) || headers['access-control-allow-headers'] === '*', `Access-Control-Allow-Headers: ${headers['access-control-allow-headers']}`);
    t.demand(/^\d+$/.test(headers['access-control-max-age'] ?? ''), `Access-Control-Max-Age: ${headers['access-control-max-age']}`);
    t.demand(!(headers['access-control-allow-origin'] === '*' && headers['access-control-allow-credentials'] === 'true'), '* together with credentials');
  }, { needs: ['cors-origin'] }),
  own(60, 'POLICY', 'a post of an allowed origin', everyHttpDoor, 'taken, and readable by the page', async (t) => {
    const answer = await t.send(t.good(), { headers: { origin: t.target.corsOrigin ?? '' } });
    t.expect(answer, taken);
    t.demand([t.target.corsOrigin, '*'].includes(headersOf(answer)['access-control-allow-origin'] ?? ''), `Access-Control-Allow-Origin: ${headersOf(answer)['access-control-allow-origin']}`);
  }, { needs: ['cors-origin'] }),
  own(60, 'POLICY', 'a refusal is readable by the page', tracesJson, 'CORS headers on 400 too', async (t) => {
    const answer = await t.send('{', { headers: { origin: t.target.corsOrigin ?? '' } });
    t.demand([t.target.corsOrigin, '*'].includes(headersOf(answer)['access-control-allow-origin'] ?? ''), `Access-Control-Allow-Origin: ${headersOf(answer)['access-control-allow-origin']}`);
    t.demand(/retry-after/i.test(headersOf(answer)['access-control-expose-headers'] ?? ''), `Access-Control-Expose-Headers: ${headersOf(answer)['access-control-expose-headers']}`);
  }, { needs: ['cors-origin'] }),
  own(60, 'POLICY', 'the preflight of a stranger', tracesJson, 'no Access-Control-Allow-Origin', async (t) => {
    const answer = await t.send(Buffer.alloc(0), { method: 'OPTIONS', headers: { ...asked, origin: stranger, 'content-type': '' } });
    t.demand(headersOf(answer)['access-control-allow-origin'] === undefined, `Access-Control-Allow-Origin: ${headersOf(answer)['access-control-allow-origin']}`);
  }),
  own(61, 'POLICY', 'no CORS headers for a stranger\'s post', everyHttpDoor, 'no Access-Control-Allow-Origin of the stranger', async (t) => {
    const answer = await t.send(t.good(), { headers: { origin: stranger } });
    t.demand(headersOf(answer)['access-control-allow-origin'] === undefined, `Access-Control-Allow-Origin: ${headersOf(answer)['access-control-allow-origin']}`);
  }),
  own(61, 'POLICY', 'no CORS headers without an origin', everyHttpDoor, 'taken, no Access-Control headers', async (t) => {
    const answer = await t.send(t.good());
    t.expect(answer, taken);
    t.demand(Object.keys(headersOf(answer)).every((name) => !name.startsWith('access-control-')), 'CORS headers came');
  }),
  one(62, 'POLICY', 'a beacon from an allowed origin', tracesJson, (t) => t.good(), taken, { headers: { 'content-type': 'application/json', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty', 'user-agent': 'Mozilla/5.0' } }),
];

const agents: readonly (readonly [name: string, agent: string])[] = [['an exporter\'s', 'OTel-OTLP-Exporter-Java/1.58.0'], ['none', ''], ['8 kB of', 'x'.repeat(8_000)], ['an odd', '"; drop table agents; -- <script>']];

export const securityCases: readonly Case[] = [
  ...authentication, ...cors,
  ...agents.map(([name, agent]) => one(63, 'POLICY', `${name} User-Agent`, doors(['traces'], ['json', 'protobuf', 'grpc']), (t) => t.good(), taken, { headers: { 'user-agent': agent } })),
];
