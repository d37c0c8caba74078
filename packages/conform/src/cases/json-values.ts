import { doors, signals, stableSignals } from '../case.ts';
import type { Case, Door, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { newSpanId, newTraceId, nowNs } from '../telemetry/ids.ts';
import { attribute, gauge, histogram, histogramPoint, log, point, span, sum } from '../telemetry/request.ts';
import type { Trial } from '../trial.ts';
import { either, partial, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const json = doors(stableSignals, ['json']);
const [traces, metrics, logs, profiles] = signals.map((signal) => doors([signal], ['json']));
const upper = (id: string): string => id.toUpperCase();
const mixed = (id: string): string => [...id].map((digit, at) => (at % 2 === 0 ? digit.toUpperCase() : digit)).join('');

/** One item with these members. */
const member = (item: number, level: Level, name: string, at: readonly Door[], change: (t: Trial) => Message, want: Want): Case => one(item, level, name, at, (t) => t.request([t.item(change(t))]), want);
/** One gauge point with these members. */
const ofPoint = (item: number, level: Level, name: string, change: Message, want: Want): Case => one(item, level, name, metrics, (t) => t.request([gauge([point(change)])]), want);
/** One attribute of this value, in JSON as it stands. */
const ofValue = (item: number, level: Level, name: string, value: unknown, want: Want, at: readonly Door[] = json): Case => one(item, level, name, at, (t) => {
  const attributes = [{ key: 'conform', value }];
  return t.request([t.door.signal === 'metrics' ? gauge([point({ attributes })]) : t.item({ attributes })]);
}, want);

const ids: readonly Case[] = [
  member(64, 'MUST', 'ids in upper case', [...traces, ...logs], () => ({ traceId: upper(newTraceId()), spanId: upper(newSpanId()) }), taken),
  member(64, 'MUST', 'ids in lower case', [...traces, ...logs], () => ({ traceId: newTraceId(), spanId: newSpanId() }), taken),
  member(64, 'MUST', 'ids in mixed case', [...traces, ...logs], () => ({ traceId: mixed(newTraceId()), spanId: mixed(newSpanId()) }), taken),
  member(64, 'MUST', 'a parent in mixed case', traces, () => ({ parentSpanId: mixed(newSpanId()) }), taken),
  member(64, 'MUST', 'a link in mixed case', traces, () => ({ links: [{ traceId: mixed(newTraceId()), spanId: upper(newSpanId()) }] }), taken),
  ofPoint(64, 'MUST', 'an exemplar in mixed case', { exemplars: [{ timeUnixNano: nowNs(), asDouble: 1, traceId: mixed(newTraceId()), spanId: upper(newSpanId()) }] }, taken),
  one(64, 'MUST', 'a profile\'s link in mixed case', profiles, (t) => JSON.stringify(t.good()).replace('c10102030405060708090a0b0c0d0e0f', 'C10102030405060708090a0B0c0D0e0F'), taken),
  own(64, 'MUST', 'ids in any case are the same ids', traces, 'three spans of one trace, in lower-case hex', async (t) => {
    const traceId = newTraceId();
    t.expect(await t.send(t.request([span({ traceId }), span({ traceId: upper(traceId) }), span({ traceId: mixed(traceId) })])), taken);
    const found = await t.readBack().spans(traceId, 3);
    t.demand(found.length === 3 && found.every((each) => each.traceId.toLowerCase() === traceId), `${found.length} spans were found under ${traceId}`);
  }, { needs: ['read-back'] }),
  member(65, 'POLICY', 'a trace id in base64', traces, () => ({ traceId: Buffer.from(newTraceId(), 'hex').toString('base64') }), turnedDown()),
  member(65, 'POLICY', 'a span id in base64', traces, () => ({ spanId: Buffer.from(newSpanId(), 'hex').toString('base64') }), turnedDown()),
];

const enums: readonly Case[] = [
  ...[0, 1, 2, 3, 4, 5].map((kind) => member(66, 'MUST', `kind ${kind}`, traces, () => ({ kind }), taken)),
  ...[1, 9, 24].map((severityNumber) => member(66, 'MUST', `severityNumber ${severityNumber}`, logs, () => ({ severityNumber }), taken)),
  ...[0, 1, 2].map((status) => member(66, 'MUST', `status code ${status}`, traces, () => ({ status: { code: status } }), taken)),
  one(66, 'MUST', 'aggregationTemporality 2', metrics, (t) => t.request([sum()]), taken),
  member(66, 'POLICY', 'a name for kind', traces, () => ({ kind: 'SPAN_KIND_SERVER' }), either(takenPerhapsWarned, turnedDown())),
  member(66, 'POLICY', 'a name for severityNumber', logs, () => ({ severityNumber: 'SEVERITY_NUMBER_INFO' }), either(takenPerhapsWarned, turnedDown())),
  one(66, 'POLICY', 'a name for aggregationTemporality', metrics, (t) => t.request([sum([point()], {}, { aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE' })]), either(takenPerhapsWarned, turnedDown())),
  member(66, 'POLICY', 'a name that no enum has', traces, () => ({ kind: 'SPAN_KIND_CONFORM' }), turnedDown()),
  member(67, 'POLICY', 'a kind to come', traces, () => ({ kind: 99 }), takenPerhapsWarned),
  member(67, 'POLICY', 'a severity to come', logs, () => ({ severityNumber: 40 }), takenPerhapsWarned),
  member(67, 'POLICY', 'a status code to come', traces, () => ({ status: { code: 7 } }), takenPerhapsWarned),
  one(67, 'POLICY', 'a temporality to come refuses no other item', metrics, (t) => t.request([gauge(), sum([point()], {}, { aggregationTemporality: 9 })]), either(takenPerhapsWarned, partial(1))),
];

/** The text of a request with `"@"` replaced: for numbers that JavaScript cannot write. */
const withText = (item: number, level: Level, name: string, at: readonly Door[], build: (mark: string) => Message, written: string, want: Want): Case => one(item, level, name, at, (t) => JSON.stringify(t.request([build('@@')])).replace('"@@"', written), want);
const timed = (mark: string): Message => span({ endTimeUnixNano: mark });
const counted = (mark: string): Message => histogram([histogramPoint({ count: mark, bucketCounts: undefined, explicitBounds: undefined })]);
const integer = (mark: string): Message => span({ attributes: [attribute('conform', { intValue: mark })] });

const exact = (name: string, written: string, wanted: string): Case => own(68, 'MUST', `${name} keeps every digit`, traces, `intValue ${wanted} is stored`, async (t) => {
  const item = integer('@@');
  t.expect(await t.send(JSON.stringify(t.request([item])).replace('"@@"', written)), taken);
  const [found] = await t.readBack().spans(String(item.traceId), 1);
  const value = found?.attributes.conform;
  const got = typeof value === 'object' && value !== null && 'intValue' in value ? value.intValue : value;
  t.demand(String(got) === wanted, `stored is ${JSON.stringify(value)}`);
}, { needs: ['read-back'] });

const integers: readonly Case[] = [
  withText(68, 'MUST', 'a time as text', traces, timed, '"1700000000000000001"', taken),
  withText(68, 'MUST', 'a time as a number', traces, timed, '1700000000000000001', taken),
  withText(68, 'MUST', 'an attribute as text', traces, integer, '"9007199254740993"', taken),
  withText(68, 'MUST', 'an attribute as a number', traces, integer, '9007199254740993', taken),
  withText(68, 'MUST', 'the smallest 64-bit integer', traces, integer, '"-9223372036854775808"', taken),
  withText(68, 'MUST', 'the largest 64-bit integer', traces, integer, '"9223372036854775807"', taken),
  withText(68, 'MUST', 'the largest unsigned 64-bit integer', metrics, counted, '"18446744073709551615"', taken),
  withText(68, 'MUST', 'a count as a number', metrics, counted, '6', taken),
  exact('an integer beyond 2^53 as text', '"9007199254740993"', '9007199254740993'),
  exact('an integer beyond 2^53 as a number', '9007199254740993', '9007199254740993'),
  exact('the smallest integer', '"-9223372036854775808"', '-9223372036854775808'),
  withText(69, 'POLICY', '1e3 for an integer', traces, integer, '1e3', taken),
  withText(69, 'POLICY', '1.0 for an integer', traces, integer, '1.0', taken),
  withText(69, 'POLICY', '"1e3" for an integer', traces, integer, '"1e3"', taken),
  withText(69, 'POLICY', '1.5 for an integer', traces, integer, '1.5', turnedDown()),
  withText(69, 'POLICY', 'a word for an integer', traces, integer, '"many"', turnedDown()),
  withText(69, 'POLICY', 'true for an integer', traces, integer, 'true', turnedDown()),
  withText(70, 'POLICY', '-1 for an unsigned integer', traces, timed, '"-1"', turnedDown()),
  withText(70, 'POLICY', '2^64 for an unsigned integer', traces, timed, '"18446744073709551616"', turnedDown()),
  withText(70, 'POLICY', '2^63 for a signed integer', traces, integer, '"9223372036854775808"', turnedDown()),
  withText(70, 'POLICY', '2^32 for flags', traces, (mark) => span({ flags: mark }), '4294967296', turnedDown()),
  withText(79, 'MUST', 'a date for a time', traces, timed, '"2026-01-02T03:04:05Z"', turnedDown()),
  withText(79, 'MUST', 'a date for a log record\'s time', logs, (mark) => log({ timeUnixNano: mark }), '"2026-01-02T03:04:05.678Z"', turnedDown()),
  withText(79, 'MUST', 'a date for a point\'s time', metrics, (mark) => gauge([point({ timeUnixNano: mark })]), '"2026-01-02T03:04:05Z"', turnedDown()),
];

const double = (mark: string): Message => span({ attributes: [attribute('conform', { doubleValue: mark })] });
const doubles: readonly Case[] = [
  ...['"NaN"', '"Infinity"', '"-Infinity"', '"1.5"', '-0', '-0.0', '1e308', '5e-324', '1', '"1"'].map((written) => withText(76, 'MUST', `${written} for a double`, traces, double, written, taken)),
  ...['"NaN"', '"Infinity"', '"-Infinity"', '"1.5"'].map((written) => withText(76, 'MUST', `${written} for a point`, metrics, (mark) => gauge([point({ asDouble: mark })]), written, taken)),
  withText(76, 'POLICY', '1e400 for a double', traces, double, '1e400', either(takenPerhapsWarned, turnedDown())),
  withText(76, 'POLICY', 'nan in lower case for a double', traces, double, '"nan"', either(takenPerhapsWarned, turnedDown())),
  ofValue(77, 'POLICY', 'doubleValue null', { doubleValue: null }, takenPerhapsWarned),
  one(77, 'POLICY', 'asDouble null refuses no other point', metrics, (t) => t.request([gauge([point({ asDouble: null }), point()])]), either(takenPerhapsWarned, partial(1))),
];

const bytes = 'a+/b+v7+/w==';
const bytesCases: readonly Case[] = [
  ...[['standard', bytes], ['standard without padding', bytes.replaceAll('=', '')], ['URL-safe', bytes.replaceAll('+', '-').replaceAll('/', '_')], ['URL-safe without padding', bytes.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')], ['no', '']]
    .map(([name, value]) => ofValue(78, 'MUST', `bytes in ${name} base64`, { bytesValue: value }, taken)),
  member(78, 'MUST', 'a body of bytes', logs, () => ({ body: { bytesValue: bytes } }), taken),
  one(78, 'MUST', 'a profile\'s payload', profiles, (t) => t.request([t.item({ originalPayloadFormat: 'pprof', originalPayload: bytes })]), taken),
  own(78, 'MUST', 'bytes in every base64 are the same bytes', traces, 'four equal values are stored', async (t) => {
    const forms = [bytes, bytes.replaceAll('=', ''), bytes.replaceAll('+', '-').replaceAll('/', '_'), bytes.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')];
    const item = span({ attributes: forms.map((form, at) => attribute(`b${at}`, { bytesValue: form })) });
    t.expect(await t.send(t.request([item])), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    const got = forms.map((_, at) => JSON.stringify(found?.attributes[`b${at}`]));
    t.demand(got.every((each) => each === got[0] && each.includes(bytes)), `stored are ${got.join(', ')}`);
  }, { needs: ['read-back'] }),
  ofValue(78, 'POLICY', 'bytes that are no base64', { bytesValue: '*!*' }, turnedDown()),
];

export const jsonValueCases: readonly Case[] = [...ids, ...enums, ...integers, ...doubles, ...bytesCases];
