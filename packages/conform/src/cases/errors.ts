import { answerWords, detailOf } from '../answer.ts';
import { doors, everyDoor, everyGrpcDoor, everyHttpDoor, Skip, signals, stableSignals, Unmet } from '../case.ts';
import type { Case, Door, Level } from '../case.ts';
import { frame } from '../client/grpc-frame.ts';
import { openH2 } from '../client/h2.ts';
import { one, own } from '../define.ts';
import { encodeRequest, exportPath } from '../oracle.ts';
import { readTwice } from '../read-back/read-back.ts';
import { listsOf } from '../telemetry/request.ts';
import type { Content, SendOptions, Trial } from '../trial.ts';
import type { Want } from '../want.ts';
import { badData, code, either, permanent, refused, settled, status, taken, withBadRequest, withMessage, withStatus } from '../want.ts';

const json = doors(signals, ['json']);
const grpc = everyGrpcDoor;
const http = everyHttpDoor;

const cut = (t: Trial): Buffer => { const bytes = encodeRequest(t.door.signal, t.good()); return bytes.subarray(0, bytes.length - 5); };
const broken = (t: Trial): Content => (t.door.encoding === 'json' ? `{"${listsOf(t.door.signal)[0]}":` : cut(t));

/** Ways to be refused over HTTP. */
const refusals: readonly (readonly [name: string, content: (t: Trial) => Content, options: SendOptions])[] = [
  ['bad data', broken, {}],
  ['a path that is not there', (t) => t.good(), { path: '/v1/nothing' }],
  ['a method that is not allowed', (t) => t.good(), { method: 'PUT' }],
  ['an unknown compression', (t) => t.good(), { headers: { 'content-encoding': 'conform' } }],
  ['a broken compression', (t) => t.good(), { headers: { 'content-encoding': 'gzip' } }],
];
/** A case about refusals says nothing where there is none. */
const refusal = (item: number, level: Level, name: string, at: readonly Door[], content: (t: Trial) => Content, options: SendOptions, want: Want): Case => own(item, level, name, at, want.words, async (t) => {
  const answer = await t.send(content(t), options);
  if (answer.status === 200) throw new Skip(`it is not refused there: ${answerWords(answer)}`);
  if (want === withMessage && answer.error === null) throw new Skip(`there is no Status to look at: ${answerWords(answer)}`);
  t.expect(answer, want);
});

const shapes: readonly (readonly [name: string, text: (list: string) => string])[] = [
  ['an object where a list is due', (list) => `{"${list}":{"a":1}}`],
  ['text where a list is due', (list) => `{"${list}":"x"}`],
  ['a list of numbers where messages are due', (list) => `{"${list}":[1,2]}`],
  ['a list for the whole request', (list) => `[{"${list}":[]}]`],
  ['text for the whole request', () => '"x"'],
  ['a comma too many', (list) => `{"${list}":[],}`],
  ['single quotes', (list) => `{'${list}':[]}`],
  ['a number for a name', () => '{1:2}'],
];

export const errorBodyCases: readonly Case[] = [
  ...refusals.map(([name, content, options]) => refusal(41, 'MUST', `${name} is answered with a Status`, http, content, options, withStatus)),
  ...refusals.map(([name, content, options]) => refusal(41, 'SHOULD', `${name}: the Status has a message`, doors(stableSignals, ['json', 'protobuf']), content, options, withMessage)),
  one(41, 'SHOULD', 'a gRPC refusal has a message', grpc, cut, withMessage),
  one(42, 'MUST', 'a request cut short', doors(signals, ['json', 'protobuf']), broken, badData),
  one(42, 'SHOULD', 'a gRPC request cut short is an invalid argument', grpc, cut, badData),
  one(42, 'SHOULD', 'bad data comes with BadRequest', everyDoor, broken, withBadRequest),
  ...shapes.map(([name, text]) => one(42, 'MUST', name, json, (t) => text(listsOf(t.door.signal)[0]), badData)),
  one(42, 'MUST', 'random bytes', doors(signals, ['protobuf']), () => Buffer.from('ffffffffffffffffffff00ff8a8a8a8a', 'hex'), badData),
  one(42, 'MUST', 'a length beyond the end', doors(signals, ['protobuf']), () => Buffer.from([10, 100, 1]), badData),
  one(42, 'MUST', 'a wrong wire type for a message', doors(signals, ['protobuf']), () => Buffer.from([8, 1]), either(badData, taken)),
];

const permanentRefusals: readonly Case[] = [
  ...refusals.map(([name, content, options]) => refusal(43, 'MUST', `${name} does not ask for a retry`, doors(stableSignals, ['json', 'protobuf']), content, options, permanent)),
  one(43, 'MUST', 'a bad gRPC request does not ask for a retry', grpc, cut, permanent),
  one(50, 'POLICY', 'bad data is neither UNKNOWN nor INTERNAL', grpc, cut, settled),
  one(50, 'SHOULD', 'bad data is never OUT_OF_RANGE', grpc, () => Buffer.from([10, 100, 1]), permanent),
];

const overloadConnections = 256;
const overloadBytes = 4 * 1024 * 1024;

/** Half-sent bodies until the receiver says that it is full; skips where it never does. */
async function overload(t: Trial, probe: () => ReturnType<Trial['send']>): ReturnType<Trial['send']> {
  const session = t.door.encoding === 'grpc' ? openH2(t.target.grpc ?? '', t.target.security) : null;
  const pending: Promise<unknown>[] = [];
  const body = Buffer.alloc(overloadBytes);
  for (let i = 0; i < overloadConnections; i++) {
    const options: SendOptions = session === null ? { headers: { 'content-length': `${overloadBytes + 1}` }, timeoutMs: 10_000 } : { session, framed: frame(body, false, overloadBytes + 1), keepOpen: true, timeoutMs: 10_000 };
    pending.push(t.send(body, options));
    if (i % 16 !== 15) continue;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answer = await probe();
    if (answer.status === 429 || answer.status === 503 || (answer.code !== null && answer.code !== 'OK')) {
      session?.destroy();
      await Promise.allSettled(pending);
      return answer;
    }
  }
  session?.destroy();
  await Promise.allSettled(pending);
  throw new Skip(`${overloadConnections} half-sent bodies of ${overloadBytes} bytes did not overload it`);
}

export const retryCases: readonly Case[] = [
  ...permanentRefusals,
  own(45, 'SHOULD', 'overload over HTTP is 429 or 503', doors(['traces'], ['protobuf']), '429 or 503 with a Status', async (t) => {
    t.expect(await overload(t, () => t.send(t.good())), refused([429, 503]));
  }, { needs: ['slow'], alone: true }),
  own(47, 'POLICY', 'overload over HTTP has Retry-After', doors(['traces'], ['protobuf']), 'Retry-After in seconds, or a date', async (t) => {
    const answer = await overload(t, () => t.send(t.good()));
    t.demand(/^\d+$|GMT$/.test(answer.exchange.reply.headers['retry-after'] ?? ''), `got ${answerWords(answer)}`);
  }, { needs: ['slow'], alone: true }),
  own(45, 'SHOULD', 'overload over gRPC is UNAVAILABLE, or exhausted with RetryInfo', doors(['traces'], ['grpc']), 'UNAVAILABLE, or RESOURCE_EXHAUSTED with RetryInfo', async (t) => {
    const answer = await overload(t, () => t.send(t.good()));
    t.demand(answer.code === 'UNAVAILABLE' || (answer.code === 'RESOURCE_EXHAUSTED' && detailOf(answer, 'google.rpc.RetryInfo') !== null), `got ${answerWords(answer)}`);
  }, { needs: ['slow'], alone: true }),
  own(46, 'POLICY', 'overload over gRPC has RetryInfo', doors(['traces'], ['grpc']), 'RetryInfo in grpc-status-details-bin, of the same code', async (t) => {
    const answer = await overload(t, () => t.send(t.good()));
    t.demand(detailOf(answer, 'google.rpc.RetryInfo') !== null, `got ${answerWords(answer)}`);
  }, { needs: ['slow'], alone: true }),
  own(47, 'POLICY', 'no Retry-After on permanent refusals', doors(stableSignals, ['json', 'protobuf']), 'no Retry-After', async (t) => {
    const answer = await t.send(broken(t));
    t.demand(answer.exchange.reply.headers['retry-after'] === undefined, `Retry-After: ${answer.exchange.reply.headers['retry-after']}`);
  }),
  one(51, 'POLICY', 'a deadline that is over', grpc, (t) => t.good(), code('DEADLINE_EXCEEDED', 'OK', 'CANCELLED'), { headers: { 'grpc-timeout': '1n' } }),
  one(51, 'POLICY', 'a long deadline', grpc, (t) => t.good(), taken, { headers: { 'grpc-timeout': '10S' } }),
  own(52, 'POLICY', 'sent again after no answer', doors(['traces'], ['json', 'protobuf', 'grpc']), 'there once', async (t) => {
    const item = t.item();
    const request = t.request([item]);
    for (let i = 0; i < 3; i++) t.expect(await t.send(request), taken);
    const found = await readTwice(() => t.readBack().spans(String(item.traceId), 1));
    t.demand(found.length === 1, `${found.length} spans are stored`);
  }, { needs: ['read-back'] }),
];

const whole = (t: Trial): Buffer => frame(encodeRequest(t.door.signal, t.good()));
const badFraming: readonly (readonly [name: string, framed: (t: Trial) => Buffer])[] = [
  ['no message at all', () => Buffer.alloc(0)],
  ['two messages', (t) => Buffer.concat([whole(t), whole(t)])],
  ['a length longer than the data', (t) => frame(encodeRequest(t.door.signal, t.good()), false, 100_000)],
  ['half a prefix', () => Buffer.from([0, 0, 0])],
  ['bytes after the message', (t) => Buffer.concat([whole(t), Buffer.from([1, 2])])],
  ['compressed, without saying how', (t) => frame(encodeRequest(t.door.signal, t.good()), true)],
];

export const grpcCases: readonly Case[] = [
  one(54, 'POLICY', 'an unknown method', grpc, (t) => t.good(), code('UNIMPLEMENTED'), { path: `${exportPath('traces').replace('Export', 'Import')}` }),
  one(54, 'POLICY', 'an unknown service', doors(['traces'], ['grpc']), (t) => t.good(), code('UNIMPLEMENTED'), { path: '/conform.Nothing/Export' }),
  one(54, 'POLICY', 'an unknown service is told in HTTP 200', doors(['traces'], ['grpc']), (t) => t.good(), status(200), { path: '/conform.Nothing/Export' }),
  one(54, 'POLICY', 'a path without a method', doors(['traces'], ['grpc']), (t) => t.good(), either(code('UNIMPLEMENTED'), status(404)), { path: '/' }),
  ...badFraming.map(([name, framed]) => own(55, 'POLICY', name, doors(['traces', 'logs'], ['grpc']), 'an error, and the channel is usable', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    const answer = await t.send(Buffer.alloc(0), { framed: framed(t), session });
    const next = session.closed || session.destroyed ? await t.send(t.good()) : await t.send(t.good(), { session });
    session.destroy();
    if (answer.code === 'OK') throw new Unmet(`got ${answerWords(answer)}`);
    t.expect(next, taken);
  })),
  one(55, 'POLICY', 'a content type that is not gRPC', doors(['traces'], ['grpc']), (t) => t.good(), either(status(415, 404), permanent), { headers: { 'content-type': 'text/plain' } }),
  one(55, 'POLICY', 'application/grpc+proto', grpc, (t) => t.good(), taken, { headers: { 'content-type': 'application/grpc+proto' } }),
  one(55, 'POLICY', 'unknown metadata', grpc, (t) => t.good(), taken, { headers: { 'x-conform': 'a', 'x-conform-bin': 'AAEC' } }),
];
