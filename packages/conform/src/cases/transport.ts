import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { answerWords } from '../answer.ts';
import { doors, everyDoor, everyGrpcDoor, everyHttpDoor, Skip, stableSignals, Unmet } from '../case.ts';
import type { Case } from '../case.ts';
import { openH2 } from '../client/h2.ts';
import { one, own } from '../define.ts';
import { pathOf } from '../trial.ts';
import type { Trial } from '../trial.ts';
import { answered, code, either, formed, permanent, refused, status, taken } from '../want.ts';

const parallelMax = 64;
const sequenceLength = 1_000;
const tracesJson = doors(['traces'], ['json']);
const tracesProtobuf = doors(['traces'], ['protobuf']);
const tracesGrpc = doors(['traces'], ['grpc']);
const profilesPath = '/v1/profiles';

const ports: readonly Case[] = [
  own(1, 'MUST', 'one item over gRPC', doors(stableSignals, ['grpc']), taken.words, async (t) => {
    const answer = await t.send(t.good());
    if (answer.code === 'UNIMPLEMENTED') throw new Skip(`the signal is not taken over gRPC: ${answerWords(answer)}`);
    t.expect(answer, taken);
  }, { evenClosed: true }),
  own(1, 'MUST', 'the answer is a gRPC message', everyGrpcDoor, 'Content-Type application/grpc, one message, status in the trailers', async (t) => {
    const answer = await t.send(t.good());
    t.demand(/^application\/grpc(\+proto)?$/.test(answer.contentType), `Content-Type is ${answer.contentType}`);
    t.demand('grpc-status' in answer.exchange.reply.trailers, 'grpc-status is not in the trailers');
    t.expect(answer, taken, formed);
  }),
  own(3, 'SHOULD', 'one item at the default path', doors(stableSignals, ['json', 'protobuf']), taken.words, async (t) => {
    const answer = await t.send(t.good());
    const other = await t.sendAs({ signal: t.door.signal, encoding: t.door.encoding === 'json' ? 'protobuf' : 'json' }, t.good());
    if (permanent.judge(answer) === null && permanent.judge(other) === null) throw new Skip(`the signal is not taken over HTTP: ${answerWords(answer)}`);
    t.expect(answer, taken);
  }, { evenClosed: true }),
  one(4, 'MUST', 'profiles are taken, or said not to be', everyDoor.filter(({ signal }) => signal === 'profiles'), (t) => t.good(), either(taken, permanent), { evenClosed: true }),
  one(4, 'POLICY', 'profiles that are not taken are not there', everyDoor.filter(({ signal }) => signal === 'profiles'), (t) => t.good(), either(taken, status(404), code('UNIMPLEMENTED')), { evenClosed: true }),
  one(5, 'POLICY', 'no profiles at the path without development', doors(['profiles'], ['json', 'protobuf']), (t) => t.good(), refused([404]), { path: profilesPath, evenClosed: true }),
  one(6, 'POLICY', 'one item at a configured path', everyHttpDoor, (t) => t.good(), taken, { needs: ['paths'] }),
  one(7, 'POLICY', 'telemetry posted to the root path', doors(['traces'], ['json', 'protobuf']), (t) => t.good(), refused([404]), { path: '/' }),
  one(8, 'POLICY', 'a slash at the end', everyHttpDoor.slice(0, 6), (t) => t.good(), either(taken, refused([404])), { path: '/v1/traces/' }),
  one(8, 'POLICY', 'two slashes at the start', tracesJson, (t) => t.good(), either(taken, refused([404])), { path: '//v1/traces' }),
  own(8, 'POLICY', 'a query after the path', tracesJson, taken.words, async (t) => t.expect(await t.send(t.good(), { path: `${pathOf(t.target, 'traces')}?x=1` }), taken)),
];

const methodCase = (method: string): Case => one(9, 'POLICY', `${method} is refused with 405`, everyHttpDoor, () => Buffer.alloc(0), [status(405)], { method });
const methods: readonly Case[] = [
  ...['GET', 'PUT', 'DELETE', 'HEAD', 'PATCH'].map(methodCase),
  own(9, 'POLICY', 'other methods are no success', everyHttpDoor, '4xx to GET, PUT and DELETE', async (t) => {
    for (const method of ['GET', 'PUT', 'DELETE']) t.expect(await t.send(Buffer.alloc(0), { method }), permanent);
  }),
  own(9, 'MUST', 'a 405 names the method that is allowed', tracesJson, 'Allow: POST wherever the status is 405', async (t) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) {
      const answer = await t.send(Buffer.alloc(0), { method });
      if (answer.status === 405 && !/\bPOST\b/i.test(answer.exchange.reply.headers.allow ?? '')) throw new Unmet(`${method}: 405 without Allow: POST (RFC 9110 §15.5.6); got ${answerWords(answer)}`);
    }
  }),
];

async function inSequence(t: Trial, count: number, agent: Agent): Promise<number> {
  const sockets = new Set<unknown>();
  const seen = agent.createConnection.bind(agent);
  let made = 0;
  agent.createConnection = (options, callback) => {
    made++;
    const socket = seen(options, callback);
    sockets.add(socket);
    return socket;
  };
  for (let i = 0; i < count; i++) {
    const answer = await t.send(t.good(), { agent });
    if (taken.judge(answer) !== null) throw new Unmet(`request ${i + 1} of ${count}: ${taken.judge(answer)}`);
  }
  agent.destroy();
  return made;
}

function oneConnection({ target }: Trial): Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  return target.http?.startsWith('https:') === true ? new SecureAgent({ ...options, ...target.security }) : new Agent(options);
}

const connections: readonly Case[] = [
  own(10, 'SHOULD', 'both encodings in turn on one connection', doors(['traces'], ['json']), 'each is decoded and answered by its own Content-Type', async (t) => {
    const agent = oneConnection(t);
    for (let i = 0; i < 6; i++) {
      const isJson = i % 2 === 0;
      const answer = await t.send(isJson ? t.good() : Buffer.alloc(0), { agent, ...(isJson ? {} : { headers: { 'content-type': 'application/x-protobuf' } }) });
      t.demand(answer.status === 200 && answer.contentType === (isJson ? 'application/json' : 'application/x-protobuf'), `request ${i + 1}: got ${answerWords(answer)}`);
    }
    agent.destroy();
  }),
  own(11, 'POLICY', 'gRPC on the shared port', everyGrpcDoor, taken.words, async (t) => t.expect(await t.send(t.good(), { base: t.target.sharedPort ?? '' }), taken), { needs: ['shared-port'] }),
  own(11, 'POLICY', 'HTTP on the shared port', everyHttpDoor, taken.words, async (t) => t.expect(await t.send(t.good(), { base: t.target.sharedPort ?? '' }), taken), { needs: ['shared-port'] }),
  own(11, 'POLICY', 'HTTP over HTTP/2 on the shared port', tracesJson, taken.words, async (t) => t.expect(await t.sendH2(t.good(), { base: t.target.sharedPort ?? '' }), taken), { needs: ['shared-port'] }),
  one(12, 'MUST', 'a body in chunks, without a length', everyHttpDoor, (t) => t.good(), taken, { isChunked: true }),
  one(12, 'MUST', 'a gzip body in chunks', everyHttpDoor, (t) => t.good(), taken, { isChunked: true, isGzip: true }),
  own(12, 'POLICY', 'HTTP/2 with prior knowledge', everyHttpDoor, taken.words, async (t) => t.expect(await t.sendH2(t.good()), taken)),
  own(14, 'SHOULD', `${parallelMax} calls at once on one channel`, everyGrpcDoor, 'all are taken', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    const answers = await Promise.all(Array.from({ length: parallelMax }, () => t.send(t.good(), { session })));
    session.destroy();
    for (const answer of answers) t.expect(answer, taken);
  }, { alone: true }),
  own(14, 'SHOULD', `${parallelMax} posts at once, a connection each`, everyHttpDoor, 'all are taken', async (t) => {
    for (const answer of await Promise.all(Array.from({ length: parallelMax }, () => t.send(t.good())))) t.expect(answer, taken);
  }, { alone: true }),
  own(15, 'SHOULD', `${sequenceLength} posts on one connection`, tracesProtobuf, 'the receiver does not close it in between', async (t) => {
    const made = await inSequence(t, sequenceLength, oneConnection(t));
    t.demand(made === 1, `${made} connections were needed`);
  }, { alone: true }),
  own(15, 'SHOULD', `${sequenceLength} calls on one channel`, tracesGrpc, 'the receiver does not send GOAWAY in between', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    let isAway = false;
    session.on('goaway', () => { isAway = true; });
    for (let i = 0; i < sequenceLength && !isAway; i++) t.expect(await t.send(t.good(), { session }), taken);
    session.destroy();
    t.demand(!isAway, 'GOAWAY came');
  }, { alone: true }),
  own(15, 'SHOULD', 'a keep-alive ping is answered', tracesGrpc, 'PING is acknowledged, and the channel lives', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    t.expect(await t.send(t.good(), { session }), taken);
    const isBack = await new Promise<boolean>((resolve) => { if (!session.ping((error) => resolve(error === null))) resolve(false); });
    t.demand(isBack, 'no acknowledgement');
    t.expect(await t.send(t.good(), { session }), taken);
    session.destroy();
  }),
  own(15, 'SHOULD', 'three pings 30 s apart', tracesGrpc, 'no ENHANCE_YOUR_CALM', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    let goaway: number | null = null;
    session.on('goaway', (reason) => { goaway = reason; });
    for (let i = 0; i < 3; i++) {
      session.ping(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30_000));
    }
    t.demand(goaway === null, `GOAWAY with code ${goaway}`);
    t.expect(await t.send(t.good(), { session }), answered);
    session.destroy();
  }, { needs: ['slow'] }),
];

export const transportCases: readonly Case[] = [...ports, ...methods, ...connections];
