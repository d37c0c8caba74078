import { doors, Skip } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { readTwice } from '../read-back/read-back.ts';
import type { ReadSpan } from '../read-back/read-back.ts';
import { newSpanId, newTraceId, nowNs } from '../telemetry/ids.ts';
import { attribute, log, request, span, text } from '../telemetry/request.ts';
import type { Trial } from '../trial.ts';
import { either, partial, settled, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const traces = doors(['traces'], ['json', 'protobuf', 'grpc']);
const json = doors(['traces'], ['json']);

/** A span with these members. */
const ofSpan = (item: number, level: Level, name: string, change: () => Message, want: Want = taken): Case => one(item, level, name, traces, (t) => t.request([span(change())]), want);
/** Sends a span with these members and judges what is stored. */
const stored = (item: number, level: Level, name: string, right: string, change: () => Message, judge: (found: ReadSpan, sent: Message) => boolean): Case => own(item, level, name, traces, right, async (t) => {
  const sent = span(change());
  t.expect(await t.send(t.request([sent])), takenPerhapsWarned);
  const [found] = await t.readBack().spans(String(sent.traceId).toLowerCase(), 1);
  t.demand(found !== undefined, 'nothing is stored');
  t.demand(judge(found, sent), `stored is ${JSON.stringify(found)}`);
}, { needs: ['read-back'] });

const badIds: readonly (readonly [name: string, change: Message])[] = [
  ...[0, 8, 15, 17, 32].map((length): readonly [string, Message] => [`a trace id of ${length} bytes`, { traceId: 'c1'.repeat(length) }]),
  ['a trace id of zeros', { traceId: '0'.repeat(32) }],
  ...[0, 4, 7, 9, 16].map((length): readonly [string, Message] => [`a span id of ${length} bytes`, { spanId: 'c1'.repeat(length) }]),
  ['a span id of zeros', { spanId: '0'.repeat(16) }],
];
const ids: readonly Case[] = [
  ...badIds.map(([name, change]) => ofSpan(101, 'POLICY', `${name} is refused`, () => change, turnedDown())),
  ...badIds.map(([name, change]) => one(101, 'MUST', `${name} does not fail the receiver`, traces, (t) => t.request([span(), span(change)]), either(takenPerhapsWarned, turnedDown()))),
  one(101, 'POLICY', 'a trace id of odd hex length', json, (t) => t.request([span({ traceId: 'abc' })]), turnedDown()),
  one(101, 'POLICY', 'a trace id that is no hex', json, (t) => t.request([span({ traceId: 'z'.repeat(32) })]), turnedDown()),
  own(101, 'POLICY', 'the good spans beside a bad one are stored', traces, 'two stored, one rejected', async (t) => {
    const traceId = newTraceId();
    t.expect(await t.send(t.request([span({ traceId }), span({ traceId, spanId: '' }), span({ traceId })])), partial(1));
    const found = await t.readBack().spans(traceId, 2);
    t.demand(found.length === 2, `${found.length} are stored`);
  }, { needs: ['read-back'] }),
  ofSpan(102, 'MUST', 'an empty parent', () => ({ parentSpanId: '' })),
  ofSpan(102, 'POLICY', 'a parent of zeros is a root', () => ({ parentSpanId: '0'.repeat(16) }), takenPerhapsWarned),
  ofSpan(102, 'POLICY', 'a parent of 4 bytes', () => ({ parentSpanId: '01020304' }), turnedDown()),
  stored(102, 'POLICY', 'a parent of zeros is stored as none', 'an empty parent', () => ({ parentSpanId: '0'.repeat(16) }), (found) => found.parentId === ''),
  own(103, 'POLICY', 'a span that is its own parent', traces, taken.words, async (t) => { const spanId = newSpanId(); t.expect(await t.send(t.request([span({ spanId, parentSpanId: spanId })])), takenPerhapsWarned); }),
  own(103, 'POLICY', 'two spans that are each other\'s parent', traces, taken.words, async (t) => {
    const [traceId, a, b] = [newTraceId(), newSpanId(), newSpanId()];
    t.expect(await t.send(t.request([span({ traceId, spanId: a, parentSpanId: b }), span({ traceId, spanId: b, parentSpanId: a })])), takenPerhapsWarned);
  }),
  ofSpan(104, 'POLICY', 'a trace id of 64 bits, padded', () => ({ traceId: newTraceId().slice(16).padStart(32, '0') })),
];

const flagValues: readonly number[] = [0, 1, 0x101, 0x301, 0xffffffff];
const fields: readonly Case[] = [
  ...flagValues.map((flags) => ofSpan(105, 'MUST', `flags 0x${flags.toString(16)}`, () => ({ flags }))),
  stored(105, 'MUST', 'all 32 flag bits are stored', 'equal when read back', () => ({ flags: 0xffffffff }), (found) => found.flags === 0xffffffff),
  ofSpan(105, 'MUST', 'a link with all flag bits', () => ({ links: [{ traceId: newTraceId(), spanId: newSpanId(), flags: 0xffffffff }] })),
  stored(106, 'MUST', 'a span that is not sampled', 'stored', () => ({ flags: 0x100 }), () => true),
  ofSpan(107, 'MUST', 'kind unspecified', () => ({ kind: 0 })),
  ofSpan(108, 'SHOULD', 'an empty name', () => ({ name: '' })),
  ofSpan(109, 'SHOULD', 'end before start', () => ({ startTimeUnixNano: nowNs(), endTimeUnixNano: nowNs(-1_000) }), takenPerhapsWarned),
  ofSpan(109, 'SHOULD', 'no times', () => ({ startTimeUnixNano: '0', endTimeUnixNano: '0' }), takenPerhapsWarned),
  ofSpan(109, 'SHOULD', 'no end', () => ({ endTimeUnixNano: '0' }), takenPerhapsWarned),
  ofSpan(109, 'SHOULD', 'start and end equal', () => { const at = nowNs(); return { startTimeUnixNano: at, endTimeUnixNano: at }; }),
  ofSpan(109, 'SHOULD', 'after the year 2262', () => ({ startTimeUnixNano: '9300000000000000000', endTimeUnixNano: '18446744073709551615' }), takenPerhapsWarned),
  ofSpan(109, 'SHOULD', 'a day in the future', () => ({ startTimeUnixNano: nowNs(86_400_000), endTimeUnixNano: nowNs(86_400_500) }), takenPerhapsWarned),
  stored(109, 'SHOULD', 'no negative duration', 'a duration of 0 or more', () => ({ startTimeUnixNano: nowNs(), endTimeUnixNano: nowNs(-1_000) }), (found) => {
    if (found.durationMs === undefined) throw new Skip('durations are not computed there');
    return Number(found.durationMs) >= 0;
  }),
  stored(109, 'SHOULD', 'times are kept to the nanosecond', 'equal when read back', () => ({ startTimeUnixNano: '1700000000123456789', endTimeUnixNano: '1700000000123456790' }), (found, sent) => found.startNs === sent.startTimeUnixNano && found.endNs === sent.endTimeUnixNano),
  stored(110, 'MUST', 'trace state as it was sent', 'equal when read back', () => ({ traceState: 'ot=th:8;rv:abcdef01234567,vendor=value' }), (found, sent) => found.traceState === sent.traceState),
  stored(110, 'MUST', 'trace state that is none', 'equal when read back', () => ({ traceState: ';;, not = trace state ' }), (found, sent) => found.traceState === sent.traceState),
  ofSpan(110, 'MUST', 'trace state of 8 kB', () => ({ traceState: `a=${'x'.repeat(8_000)}` }), takenPerhapsWarned),
  ofSpan(111, 'MUST', 'an event outside of its span', () => ({ events: [{ timeUnixNano: nowNs(-86_400_000), name: 'early' }, { timeUnixNano: nowNs(86_400_000), name: 'late' }] })),
  ofSpan(111, 'MUST', 'an event without name and time', () => ({ events: [{}] }), takenPerhapsWarned),
  stored(111, 'MUST', 'events are stored', 'all of them, with times, names and attributes', () => ({ events: [{ timeUnixNano: '1700000000000000002', name: 'b', attributes: [text('k', 'v')] }, { timeUnixNano: '1700000000000000001', name: 'a' }] }),
    (found) => JSON.stringify((found.events as readonly Message[]).map(({ name, timeNs }) => `${String(name)}${String(timeNs)}`).toSorted()) === '["a1700000000000000001","b1700000000000000002"]'),
  ofSpan(111, 'POLICY', '1,000 events', () => ({ events: Array.from({ length: 1_000 }, (_, at) => ({ timeUnixNano: nowNs(), name: `e${at}` })) })),
  ofSpan(112, 'MUST', 'an exception as an event', () => ({ events: [{ timeUnixNano: nowNs(), name: 'exception', attributes: [text('exception.type', 'E'), text('exception.message', 'm'), text('exception.stacktrace', 's')] }] })),
  one(112, 'MUST', 'an exception as a log record', doors(['logs'], ['json', 'protobuf', 'grpc']), (t) => t.request([log({ severityNumber: 17, traceId: newTraceId(), spanId: newSpanId(), eventName: 'exception', attributes: [text('exception.type', 'E'), text('exception.message', 'm')] })]), taken),
];

const links: readonly Case[] = [
  own(113, 'MUST', 'a link to its own span', traces, taken.words, async (t) => { const [traceId, spanId] = [newTraceId(), newSpanId()]; t.expect(await t.send(t.request([span({ traceId, spanId, links: [{ traceId, spanId }] })])), taken); }),
  ofSpan(113, 'MUST', 'a link to an unknown trace', () => ({ links: [{ traceId: newTraceId(), spanId: newSpanId(), traceState: 'a=b', attributes: [text('k', 'v')], flags: 0x301 }] })),
  ofSpan(113, 'POLICY', 'a link without ids', () => ({ links: [{ attributes: [text('k', 'v')] }] }), takenPerhapsWarned),
  ofSpan(113, 'POLICY', 'a link with ids of wrong length', () => ({ links: [{ traceId: '01', spanId: '02' }] }), either(takenPerhapsWarned, turnedDown())),
  stored(113, 'MUST', 'links are stored', 'ids, state, attributes and flags', () => ({ links: [{ traceId: 'c1ffffffffffffffffffffffffffff02', spanId: 'c1ffffffffffff02', traceState: 'a=b', flags: 0x301, attributes: [text('k', 'v')] }] }), (found) => {
    const [link] = found.links as readonly Message[];
    return link?.traceId === 'c1ffffffffffffffffffffffffffff02' && link.spanId === 'c1ffffffffffff02' && link.traceState === 'a=b' && link.flags === 0x301 && JSON.stringify(link.attributes) === '{"k":"v"}';
  }),
  ...[{}, { code: 1, message: 'fine' }, { code: 2 }, { code: 2, message: 'é' }, { message: 'no code' }].map((status, at) => ofSpan(114, 'MUST', `status ${JSON.stringify(status)}`, () => ({ status, name: `s${at}` }))),
  stored(114, 'MUST', 'an error and its words are stored', 'error, with the message', () => ({ status: { code: 2, message: 'why' } }), (found) => found.status === 'error' && found.statusMessage === 'why'),
  stored(114, 'MUST', 'no status is unset', 'unset', () => ({}), (found) => found.status === 'unset'),
  stored(114, 'POLICY', 'HTTP 404 on a server is no error', 'unset', () => ({ kind: 2, attributes: [attribute('http.response.status_code', { intValue: '404' })], events: [{ timeUnixNano: nowNs(), name: 'exception' }] }), (found) => found.status === 'unset'),
];

const count = async (t: Trial, traceId: string, wanted: number): Promise<number> => (await t.readBack().spans(traceId, wanted)).length;
const many = 5_000;
const repeats: readonly Case[] = [
  own(115, 'POLICY', 'a request that comes twice', traces, 'its span is there once', async (t) => {
    const item = span();
    const whole = t.request([item]);
    for (let i = 0; i < 2; i++) t.expect(await t.send(whole), taken);
    const marker = span({ traceId: item.traceId });
    t.expect(await t.send(t.request([marker])), taken);
    const found = await readTwice(() => t.readBack().spans(String(item.traceId), 2));
    t.demand(found.length === 2, `${found.length} spans are stored; 2 were sent, one of them twice`);
  }, { needs: ['read-back'] }),
  own(115, 'POLICY', 'two spans of one id', traces, 'neither is lost', async (t) => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    t.expect(await t.send(t.request([span({ traceId, spanId, name: 'a', kind: 1 }), span({ traceId, spanId, name: 'b', kind: 1, startTimeUnixNano: nowNs(-5_000) })])), takenPerhapsWarned);
    t.demand(await count(t, traceId, 2) >= 1, 'nothing is stored');
  }, { needs: ['read-back'] }),
  own(116, 'POLICY', 'client and server share a span id', traces, 'both are stored', async (t) => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const side = (kind: number, service: string): Message => (request('traces', [span({ traceId, spanId, kind })], { resource: { attributes: [text('service.name', service)] } }).resourceSpans as readonly Message[])[0];
    t.expect(await t.send({ resourceSpans: [side(3, 'client'), side(2, 'server')] }), takenPerhapsWarned);
    t.demand(await count(t, traceId, 2) === 2, `${await count(t, traceId, 2)} are stored`);
  }, { needs: ['read-back'] }),
  own(117, 'POLICY', `a trace of ${many} spans`, traces.slice(1), 'taken in batches, all stored', async (t) => {
    const traceId = newTraceId();
    for (let sent = 0; sent < many; sent += 1_000) t.expect(await t.send(t.request(Array.from({ length: 1_000 }, () => span({ traceId, attributes: [] })))), taken);
    t.demand(await count(t, traceId, many) === many, `${await count(t, traceId, many)} are stored`);
  }, { needs: ['read-back'], alone: true }),
  ofSpan(117, 'POLICY', 'a span of 48 hours', () => ({ startTimeUnixNano: nowNs(-172_800_000), endTimeUnixNano: nowNs() })),
  ofSpan(117, 'POLICY', 'a span of 500 kB', () => ({ attributes: [text('large', 'x'.repeat(500_000))] }), either(takenPerhapsWarned, settled)),
  one(117, 'POLICY', '20 resources of 20 scopes of 5 spans', traces, () => ({ resourceSpans: Array.from({ length: 20 }, (_, r) => ({ resource: { attributes: [text('service.name', `conform-${r}`)] }, scopeSpans: Array.from({ length: 20 }, (__, s) => ({ scope: { name: `s${s}` }, spans: Array.from({ length: 5 }, () => span()) })) })) }), taken),
];

export const traceCases: readonly Case[] = [...ids, ...fields, ...links, ...repeats];
