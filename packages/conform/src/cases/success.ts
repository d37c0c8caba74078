import { partialOf, answerWords } from '../answer.ts';
import { doors, everyDoor, everyHttpDoor, signals, stableSignals } from '../case.ts';
import type { Case, Signal } from '../case.ts';
import { one, own } from '../define.ts';
import { text, exponential, exponentialPoint, gauge, histogram, histogramPoint, listsOf, log, point, span, sum } from '../telemetry/request.ts';
import { profile, sample } from '../telemetry/profile.ts';
import type { Message } from '../oracle.ts';
import { answered, clean, code, either, formed, partial, permanent, refused, refusedWhole, status, taken, takenPerhapsWarned, turnedDown } from '../want.ts';

const json = doors(signals, ['json']);
const binary = doors(signals, ['protobuf', 'grpc']);
const [traces, metrics, , profiles] = signals.map((signal) => doors([signal], ['json', 'protobuf', 'grpc']));

/** Metrics of five points, two without a time. */
const fivePoints = (): Message => gauge([point(), point({ timeUnixNano: '0' }), point(), point({ timeUnixNano: '0' }), point()].map((each, at) => ({ ...each, attributes: [text('at', `${at}`)] })));
const badItems: Readonly<Record<Signal, () => readonly Message[]>> = {
  traces: () => [{ traceId: '00' }, { spanId: '' }, { traceId: '0'.repeat(32) }].map(span),
  metrics: () => [gauge([point({ timeUnixNano: '0' })]), gauge([point({ asDouble: null })]), sum([point()], {}, { aggregationTemporality: 0 })],
  logs: () => [{ body: deep(200) }, { attributes: [{ key: 'deep', value: deep(200) }] }, { body: deep(300) }].map(log),
  profiles: () => [profile({ samples: [sample({ stackIndex: 99 })] }), profile({ samples: [sample({ values: [] })] }), profile({ attributeIndices: [99] })],
};
const depthOf = (levels: number): Message => (levels === 0 ? { stringValue: 'leaf' } : { arrayValue: { values: [depthOf(levels - 1)] } });
export const deep = depthOf;
const ten = (signal: Signal, good: () => Message): readonly Message[] => [...Array.from({ length: 7 }, good), ...badItems[signal]()];

/** Whatever a receiver chooses to do with bad items, it has to tell it truly. */
const truthful = either(partial(3), refusedWhole, taken);

const empties = (signal: Signal): readonly (readonly [string, Message])[] => {
  const [resources, scopes, items] = listsOf(signal);
  return [
    ['an empty list of resources', { [resources]: [] }],
    ['a resource without scopes', { [resources]: [{ resource: { attributes: [text('service.name', 'conform')] } }] }],
    ['a scope without items', { [resources]: [{ [scopes]: [{ scope: { name: 'conform' }, [items]: [] }] }] }],
    ['an envelope with nothing in it', { [resources]: [{}] }],
  ];
};

export const successCases: readonly Case[] = [
  one(34, 'MUST', 'exactly 200', everyHttpDoor, (t) => t.good(), status(200)),
  one(34, 'MUST', 'gRPC OK', doors(signals, ['grpc']), (t) => t.good(), code('OK')),
  one(34, 'MUST', 'partial_success is unset', everyDoor, (t) => t.good(), clean),
  one(34, 'MUST', 'the body is the response message', everyDoor, (t) => t.good(), formed),
  own(34, 'MUST', 'a large good batch', everyDoor, taken.words, async (t) => t.expect(await t.send(t.request(Array.from({ length: 500 }, () => t.item()))), taken)),
  one(35, 'SHOULD', 'no bytes at all in protobuf', binary, () => Buffer.alloc(0), taken),
  one(35, 'SHOULD', 'an empty object in JSON', json, () => '{}', taken),
  ...[0, 1, 2, 3].map((at) => one(35, 'SHOULD', empties('traces')[at][0], everyDoor, (t) => empties(t.door.signal)[at][1], taken)),
  one(36, 'POLICY', 'no bytes at all in JSON', json, () => '', either(refused([400]), taken)),
  one(36, 'POLICY', 'JSON null', json, () => 'null', either(refused([400]), taken)),
  one(36, 'POLICY', 'JSON of white space around', json, (t) => `\r\n\t ${JSON.stringify(t.good())} \n`, taken),
  one(37, 'MUST', 'of ten items three are bad: told truly', everyDoor, (t) => t.request(ten(t.door.signal, () => t.item())), truthful),
  one(37, 'POLICY', 'of ten items three are bad: only they are refused', everyDoor, (t) => t.request(ten(t.door.signal, () => t.item())), partial(3)),
  own(37, 'SHOULD', 'a partial success says why', everyDoor, 'wherever items are rejected, error_message is not empty', async (t) => {
    const answer = await t.send(t.request(ten(t.door.signal, () => t.item())));
    const got = partialOf(answer);
    t.demand(got === null || got.rejected === 0 || got.message.trim() !== '', `got ${answerWords(answer)}`);
  }),
  own(37, 'MUST', 'the count is decimal text in JSON', json, 'rejected… is a JSON string (ProtoJSON, int64) wherever it is given', async (t) => {
    const answer = await t.send(t.request(ten(t.door.signal, () => t.item())));
    const given = Object.entries((answer.response?.partialSuccess ?? {}) as Message).filter(([name]) => name.startsWith('rejected'));
    t.demand(given.every(([, value]) => typeof value === 'string' && /^\d+$/.test(value)), `got ${answerWords(answer)}`);
  }),
  one(38, 'MUST', 'data points are what is counted', metrics, (t) => t.request([fivePoints()]), either(partial(2), refusedWhole, taken)),
  one(38, 'POLICY', 'two of five points are refused', metrics, (t) => t.request([fivePoints()]), partial(2)),
  one(38, 'POLICY', 'two points of different kinds are refused', metrics, (t) => t.request([histogram([histogramPoint(), histogramPoint({ timeUnixNano: '0' })]), exponential([exponentialPoint({ timeUnixNano: '0' }), exponentialPoint()])]), partial(2)),
  one(38, 'POLICY', 'profiles are counted, not samples', profiles, (t) => t.request([profile(), profile({ samples: [sample({ stackIndex: 99 }), sample({ stackIndex: 98 }), sample()] })]), turnedDown(1)),
  own(38, 'MUST', 'bad items in several resources are counted together', doors(stableSignals, ['json', 'protobuf', 'grpc']), truthful.words, async (t) => {
    const [list] = listsOf(t.door.signal);
    const parts = badItems[t.door.signal]().map((bad) => (t.request([t.item(), bad])[list] as readonly Message[])[0]);
    t.expect(await t.send({ [list]: parts }), truthful);
  }),
  one(39, 'MUST', 'a warning counts nothing and says something', everyDoor, (t) => t.request([t.item(t.door.signal === 'metrics' || t.door.signal === 'profiles' ? {} : { attributes: [text('twice', 'a'), text('twice', 'b')] })], { resource: { attributes: [text('service.name', 'conform'), text('same', 'a'), text('same', 'b')] } }), either(takenPerhapsWarned, refusedWhole)),
  one(40, 'POLICY', 'all items bad', everyDoor, (t) => t.request(badItems[t.door.signal]()), either(partial(3), refusedWhole)),
];

const manyRefused = 20_000;
const answerBytesMax = 4 * 1024 * 1024;
export const answerSizeCases: readonly Case[] = [
  own(49, 'MUST', `${manyRefused} bad items`, [...traces, ...metrics], 'the answer stays below 4 MiB', async (t) => {
    const bad = t.door.signal === 'traces' ? Array.from({ length: manyRefused }, (_, at) => ({ name: `refused for a reason of its own ${at}`, traceId: '01' })) : [gauge(Array.from({ length: manyRefused }, () => ({ asDouble: 1 })))];
    const answer = await t.send(t.request(bad), { timeoutMs: 60_000 });
    t.expect(answer, either(answered, permanent));
    t.demand(answer.exchange.reply.body.length < answerBytesMax, `${answer.exchange.reply.body.length} bytes came`);
    const got = partialOf(answer);
    t.demand(got === null || got.rejected === manyRefused || got.rejected === 0, `${got?.rejected} were counted as rejected`);
  }),
  own(49, 'POLICY', 'a refused name of 100 kB is not sent back', traces, 'the answer stays below 8 KiB', async (t) => {
    const answer = await t.send(t.request([span({ name: 'n'.repeat(100_000), traceId: '01' })]));
    t.demand(answer.exchange.reply.body.length + answer.message.length < 8_192, `${answer.exchange.reply.body.length} bytes came`);
  }),
  one(49, 'POLICY', 'a path of 4 kB', doors(['traces'], ['json']), (t) => t.good(), status(404, 414), { path: `/${'x'.repeat(4_096)}` }),
];
