import { doors } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { markKey, readTwice } from '../read-back/read-back.ts';
import type { ReadRow } from '../read-back/read-back.ts';
import { newName, newSpanId, newTraceId, nowNs } from '../telemetry/ids.ts';
import { attribute, log, text } from '../telemetry/request.ts';
import { either, settled, taken, takenPerhapsWarned } from '../want.ts';
import type { Want } from '../want.ts';

const logs = doors(['logs'], ['json', 'protobuf', 'grpc']);
const of = (item: number, level: Level, name: string, change: () => Message, want: Want = taken): Case => one(item, level, name, logs, (t) => t.request([log(change())]), want);
const stored = (item: number, level: Level, name: string, right: string, change: () => Message, judge: (found: ReadRow, sent: Message) => boolean): Case => own(item, level, name, logs, right, async (t) => {
  const mark = newName();
  const sent = log({ attributes: [text(markKey, mark)], ...change() });
  t.expect(await t.send(t.request([sent])), takenPerhapsWarned);
  const found = await t.readBack().logs(mark, 1);
  t.demand(found.length === 1 && judge(found[0], sent), `stored are ${JSON.stringify(found).slice(0, 1_000)}`);
}, { needs: ['read-back'] });

/** Kinds of body, and what they are when read back. */
const bodies: readonly (readonly [name: string, body: Message | undefined, plain: unknown])[] = [
  ['none', undefined, null], ['empty', {}, null], ['text', { stringValue: 'line\nline é' }, 'line\nline é'], ['empty text', { stringValue: '' }, ''], ['a number', { doubleValue: 1.5 }, 1.5], ['true', { boolValue: true }, true],
  ['bytes', { bytesValue: 'AAEC' }, { bytesValue: 'AAEC' }], ['a list', { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } }, [1, 'a']],
  ['a map', { kvlistValue: { values: [text('a', 'b'), attribute('c', { kvlistValue: { values: [attribute('d', { intValue: '1' })] } })] } }, { a: 'b', c: { d: 1 } }],
];
const badIds: readonly (readonly [name: string, change: Message])[] = [
  ['a trace id of 8 bytes', { traceId: 'c1'.repeat(8), spanId: 'c101020304050607' }], ['a trace id of zeros', { traceId: '0'.repeat(32) }], ['a span id of 4 bytes', { traceId: 'c1'.repeat(16), spanId: 'c1c1c1c1' }],
  ['a span id of zeros', { traceId: 'c1'.repeat(16), spanId: '0'.repeat(16) }], ['a span id without a trace id', { spanId: 'c101020304050607' }],
];

export const logCases: readonly Case[] = [
  of(144, 'MUST', 'no time', () => ({ timeUnixNano: '0' })),
  of(144, 'MUST', 'no time and no time of observation', () => ({ timeUnixNano: '0', observedTimeUnixNano: '0' })),
  of(144, 'MUST', 'nothing at all', () => ({ timeUnixNano: undefined, observedTimeUnixNano: undefined, severityNumber: undefined, severityText: undefined, body: undefined })),
  stored(144, 'MUST', 'without a time, that of observation counts', 'found at the time of observation', () => ({ timeUnixNano: '0', observedTimeUnixNano: '1700000000123456789' }), (found) => Math.floor(Number(found.timeMs)) === 1_700_000_000_123 || found.timeNs === '1700000000123456789'),
  stored(144, 'MUST', 'times are kept to the nanosecond', 'equal when read back', () => ({ timeUnixNano: '1700000000123456789', observedTimeUnixNano: '1700000000123456790' }), (found) => found.timeNs === '1700000000123456789' && found.observedNs === '1700000000123456790'),
  ...[0, 1, 4, 5, 9, 13, 17, 21, 24].map((severityNumber) => of(145, 'MUST', `severity ${severityNumber}`, () => ({ severityNumber }))),
  stored(145, 'MUST', 'severity text is kept as it is', 'equal when read back', () => ({ severityNumber: 17, severityText: 'SeVeRe é' }), (found) => found.severityText === 'SeVeRe é' && found.severity === 17),
  ...bodies.map(([name, body]) => of(147, 'MUST', `a body: ${name}`, () => ({ body }))),
  ...bodies.map(([name, body, plain]) => stored(147, 'MUST', `a body is stored as it is: ${name}`, 'equal when read back', () => ({ body }), (found) => JSON.stringify(found.body) === JSON.stringify(plain))),
  ...badIds.map(([name, change]) => of(148, 'SHOULD', `${name}`, () => change, takenPerhapsWarned)),
  ...badIds.slice(0, 2).map(([name, change]) => stored(148, 'SHOULD', `${name}: kept, and of no trace`, 'no trace id', () => change, (found) => found.traceId === '')),
  stored(148, 'MUST', 'ids are stored', 'equal when read back', () => ({ traceId: newTraceId(), spanId: newSpanId() }), (found, sent) => found.traceId === sent.traceId && found.spanId === sent.spanId),
  ...[0, 1, 0xffffffff].map((flags) => of(149, 'MUST', `flags 0x${flags.toString(16)}`, () => ({ flags }))),
  stored(149, 'MUST', 'all 32 flag bits are stored', 'equal when read back', () => ({ flags: 0xffffffff }), (found) => found.flags === 0xffffffff),
  of(150, 'MUST', 'an event', () => ({ eventName: 'conform.happened' })),
  of(150, 'MUST', 'an event of the old form', () => ({ attributes: [text('event.name', 'conform.happened')] })),
  stored(150, 'MUST', 'an event\'s name is stored', 'equal when read back', () => ({ eventName: 'conform.happened' }), (found) => found.eventName === 'conform.happened'),
  stored(151, 'POLICY', 'a body of JSON text stays text', 'the same text', () => ({ body: { stringValue: '{"level":"error","msg":"x"}' } }), (found) => found.body === '{"level":"error","msg":"x"}'),
  one(152, 'POLICY', '5,000 records in one request', logs, (t) => t.request(Array.from({ length: 5_000 }, () => log({ severityText: undefined }))), taken),
  of(152, 'POLICY', 'a line of 500 kB', () => ({ body: { stringValue: 'x'.repeat(500_000) } }), either(takenPerhapsWarned, settled)),
  of(152, 'POLICY', '500 attributes', () => ({ attributes: Array.from({ length: 500 }, (_, at) => text(`k${at}`, 'v')) })),
  own(130, 'POLICY', 'a log record that is sent again', logs, 'one is stored', async (t) => {
    const mark = newName();
    const again = t.request([log({ attributes: [text(markKey, mark)] })]);
    for (let i = 0; i < 3; i++) t.expect(await t.send(again), taken);
    t.expect(await t.send(t.request([log({ attributes: [text(markKey, mark)], timeUnixNano: nowNs() })])), taken);
    const found = await readTwice(() => t.readBack().logs(mark, 2));
    t.demand(found.length === 2, `${found.length} are stored, the last of which was sent once`);
  }, { needs: ['read-back'] }),
];
