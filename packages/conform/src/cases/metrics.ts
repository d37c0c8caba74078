import { doors } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { readTwice } from '../read-back/read-back.ts';
import type { ReadRow } from '../read-back/read-back.ts';
import { newName, newTraceId, nowNs } from '../telemetry/ids.ts';
import { exponential, exponentialPoint, gauge, histogram, histogramPoint, point, sum, summary, text } from '../telemetry/request.ts';
import { either, partial, settled, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const metrics = doors(['metrics'], ['json', 'protobuf', 'grpc']);
const of = (item: number, level: Level, name: string, metric: () => Message, want: Want = taken): Case => one(item, level, name, metrics, (t) => t.request([metric()]), want);
/** A bad point beside a good one: the bad one alone is refused. */
const refusedPoint = (item: number, level: Level, name: string, metric: () => Message): Case => one(item, level, name, metrics, (t) => t.request([gauge(), metric()]), turnedDown());
/** Sends one metric under a name of its own and judges its stored points. */
const stored = (item: number, level: Level, name: string, right: string, metric: (name: string) => Message, wanted: number, judge: (found: readonly ReadRow[]) => boolean): Case => own(item, level, name, metrics, right, async (t) => {
  const metricName = newName();
  t.expect(await t.send(t.request([metric(metricName)])), takenPerhapsWarned);
  const found = await t.readBack().points(metricName, wanted);
  t.demand(found.length === wanted && judge(found), `stored are ${JSON.stringify(found).slice(0, 1_000)}`);
}, { needs: ['read-back'] });

const numbers: readonly Case[] = [
  refusedPoint(118, 'SHOULD', 'a gauge point without a time', () => gauge([point({ timeUnixNano: '0' })])),
  refusedPoint(118, 'SHOULD', 'a sum point without a time', () => sum([point({ timeUnixNano: '0' })])),
  refusedPoint(118, 'SHOULD', 'a histogram point without a time', () => histogram([histogramPoint({ timeUnixNano: '0' })])),
  refusedPoint(118, 'SHOULD', 'an exponential histogram point without a time', () => exponential([exponentialPoint({ timeUnixNano: '0' })])),
  refusedPoint(118, 'SHOULD', 'a summary point without a time', () => summary([{ count: '1', sum: 1, timeUnixNano: '0' }])),
  of(119, 'POLICY', 'a metric without data', () => ({ name: newName() }), takenPerhapsWarned),
  of(119, 'POLICY', 'a metric of no points', () => gauge([]), takenPerhapsWarned),
  refusedPoint(119, 'POLICY', 'a metric without a name', () => gauge([point()], { name: '' })),
  one(120, 'MUST', 'one name in two units', metrics, (t) => { const name = newName(); return t.request([gauge([point()], { name, unit: 's' }), gauge([point()], { name, unit: 'ms' })]); }, takenPerhapsWarned),
  one(120, 'MUST', 'one name as gauge and as sum', metrics, (t) => { const name = newName(); return t.request([gauge([point()], { name }), sum([point()], { name })]); }, takenPerhapsWarned),
  own(120, 'MUST', 'units tell streams apart', metrics, 'both units are stored', async (t) => {
    const name = newName();
    t.expect(await t.send(t.request([gauge([point()], { name, unit: 's' }), gauge([point()], { name, unit: 'ms' })])), takenPerhapsWarned);
    const units = (await t.readBack().points(name, 2)).map(({ unit }) => unit).toSorted();
    t.demand(JSON.stringify(units) === '["ms","s"]', `stored are ${JSON.stringify(units)}`);
  }, { needs: ['read-back'] }),
  refusedPoint(121, 'POLICY', 'a point without a value is refused', () => gauge([point({ asDouble: undefined })])),
  one(121, 'MUST', 'a point without a value costs no other point', metrics, (t) => t.request([gauge([point({ asDouble: undefined }), point()])]), either(partial(1), turnedDown(), takenPerhapsWarned)),
  of(122, 'MUST', 'no recorded value', () => gauge([point({ asDouble: undefined, flags: 1 })])),
  of(122, 'MUST', 'no recorded value, beside a value', () => sum([point({ flags: 1 })])),
  of(122, 'MUST', 'a histogram point of no recorded value', () => histogram([{ timeUnixNano: nowNs(), flags: 1 }])),
  of(122, 'MUST', 'unknown flag bits', () => gauge([point({ flags: 0xfffffffe })])),
  stored(122, 'MUST', 'no recorded value is not a zero', 'a mark, and no value', (name) => gauge([point({ asDouble: undefined, flags: 1 })], { name }), 1, ([found]) => found.noRecordedValue === true && (found.value === null || found.value === undefined)),
  ...['NaN', 'Infinity', '-Infinity'].map((value) => one(123, 'MUST', `${value} in a gauge`, metrics, (t) => t.request([gauge([point({ asDouble: t.door.encoding === 'json' ? value : Number(value) })])]), taken)),
  of(123, 'MUST', 'a gauge without a start', () => gauge([point({ startTimeUnixNano: '0' })])),
  of(123, 'MUST', 'a gauge that starts after its time', () => gauge([point({ startTimeUnixNano: nowNs(60_000) })])),
  of(123, 'MUST', 'an integer gauge', () => gauge([point({ asDouble: undefined, asInt: '-9223372036854775808' })])),
  stored(123, 'MUST', 'an integer keeps every digit', '9007199254740993', (name) => gauge([point({ asDouble: undefined, asInt: '9007199254740993' })], { name }), 1, ([found]) => JSON.stringify(found.value).includes('9007199254740993')),
  refusedPoint(124, 'POLICY', 'a sum without temporality', () => sum([point()], {}, { aggregationTemporality: 0 })),
  refusedPoint(124, 'POLICY', 'a histogram without temporality', () => ({ ...histogram(), histogram: { dataPoints: [histogramPoint()] } })),
  ...[true, false].map((isMonotonic) => of(124, 'MUST', `a cumulative sum, ${isMonotonic ? 'monotonic' : 'up and down'}`, () => sum([point()], {}, { isMonotonic }))),
  ...[true, false].map((isMonotonic) => of(124, 'MUST', `a delta sum, ${isMonotonic ? 'monotonic' : 'up and down'}: taken or turned down`, () => sum([point()], {}, { aggregationTemporality: 1, isMonotonic }), either(takenPerhapsWarned, turnedDown()))),
  ...[true, false].map((isMonotonic) => of(124, 'POLICY', `a delta sum, ${isMonotonic ? 'monotonic' : 'up and down'}, is taken`, () => sum([point()], {}, { aggregationTemporality: 1, isMonotonic }))),
  of(124, 'POLICY', 'a monotonic delta that is negative', () => sum([point({ asDouble: -5 })], {}, { aggregationTemporality: 1 }), takenPerhapsWarned),
  of(125, 'MUST', 'a cumulative sum that falls', () => sum([point({ asDouble: 10, timeUnixNano: nowNs(-2_000) }), point({ asDouble: 1, startTimeUnixNano: nowNs(-1_500), timeUnixNano: nowNs(-1_000) })])),
  of(125, 'MUST', 'a cumulative sum without a start', () => sum([point({ startTimeUnixNano: '0' })])),
  of(126, 'MUST', 'a cumulative point of zero width', () => { const at = nowNs(); return sum([point({ startTimeUnixNano: at, timeUnixNano: at })]); }),
  of(143, 'POLICY', 'a start of three years ago', () => sum([point({ startTimeUnixNano: nowNs(-94_608_000_000) })])),
  of(143, 'POLICY', 'series with starts of their own', () => sum([0, 1, 2].map((at) => point({ startTimeUnixNano: nowNs(-60_000 * (at + 1)), attributes: [text('at', `${at}`)] })))),
  own(130, 'POLICY', 'a delta that is sent again', metrics, 'one point is stored', async (t) => {
    const name = newName();
    const again = t.request([sum([point()], { name }, { aggregationTemporality: 1 })]);
    for (let i = 0; i < 3; i++) t.expect(await t.send(again), taken);
    t.expect(await t.send(t.request([sum([point({ attributes: [text('last', 'yes')] })], { name }, { aggregationTemporality: 1 })])), taken);
    const found = await readTwice(() => t.readBack().points(name, 2));
    t.demand(found.length === 2, `${found.length} points are stored, the last of which was sent once`);
  }, { needs: ['read-back'] }),
];

const badHistograms: readonly (readonly [name: string, change: Message])[] = [
  ['a bound too many', { explicitBounds: [1, 5, 9] }], ['a bound too few', { explicitBounds: [1] }], ['bounds without counts', { bucketCounts: [] }], ['counts without bounds', { explicitBounds: [] }],
  ['bounds that fall', { explicitBounds: [5, 1] }], ['bounds that are equal', { explicitBounds: [1, 1] }], ['counts that do not add up', { count: '7' }],
];
const histograms: readonly Case[] = [
  of(131, 'MUST', 'a good histogram', () => histogram()),
  ...badHistograms.map(([name, change]) => refusedPoint(131, 'POLICY', `${name} is refused`, () => histogram([histogramPoint(change)]))),
  ...badHistograms.map(([name, change]) => one(131, 'MUST', `${name} does not fail the receiver`, metrics, (t) => t.request([gauge(), histogram([histogramPoint(change)])]), either(takenPerhapsWarned, turnedDown()))),
  of(131, 'MUST', 'one bucket and no bound', () => histogram([histogramPoint({ bucketCounts: ['6'], explicitBounds: [] })])),
  stored(131, 'MUST', 'buckets are stored as sent', 'counts and bounds are equal', (name) => histogram([histogramPoint()], { name }), 1, ([found]) => JSON.stringify([found.buckets, found.bounds]) === '[[1,2,3],[1,5]]'),
  one(132, 'POLICY', 'a last bound of +Inf', metrics, (t) => t.request([histogram([histogramPoint({ explicitBounds: [1, t.door.encoding === 'json' ? 'Infinity' : Number.POSITIVE_INFINITY] })])]), takenPerhapsWarned),
  of(133, 'MUST', 'no sum', () => histogram([histogramPoint({ sum: undefined })])),
  of(133, 'MUST', 'no min and max', () => histogram([histogramPoint({ min: undefined, max: undefined })])),
  of(133, 'MUST', 'nothing in it', () => histogram([histogramPoint({ count: '0', sum: 0, bucketCounts: ['0', '0', '0'], min: undefined, max: undefined })])),
  one(133, 'MUST', 'a sum of NaN', metrics, (t) => t.request([histogram([histogramPoint({ sum: t.door.encoding === 'json' ? 'NaN' : Number.NaN })])]), takenPerhapsWarned),
  stored(133, 'MUST', 'no sum is not a sum of 0', 'no sum', (name) => histogram([histogramPoint({ sum: undefined })], { name }), 1, ([found]) => found.sum === null),
  of(134, 'MUST', 'a count alone', () => histogram([histogramPoint({ bucketCounts: [], explicitBounds: [], sum: undefined, min: undefined, max: undefined })])),
  ...[-4, 0, 1, 8, 20].map((scale) => of(135, 'MUST', `an exponential histogram of scale ${scale}`, () => exponential([exponentialPoint({ scale })]))),
  of(135, 'MUST', 'an exponential histogram of scale -10: taken or turned down', () => exponential([exponentialPoint({ scale: -10, positive: { offset: -1, bucketCounts: ['3', '2'] }, negative: { offset: 0, bucketCounts: ['1'] } })]), either(takenPerhapsWarned, turnedDown())),
  of(135, 'POLICY', 'an exponential histogram of scale -10 is taken', () => exponential([exponentialPoint({ scale: -10, positive: { offset: -1, bucketCounts: ['3', '2'] }, negative: { offset: 0, bucketCounts: ['1'] } })])),
  of(135, 'MUST', 'an exponential histogram of negative numbers', () => exponential([exponentialPoint({ count: '2', zeroCount: '0', positive: undefined, negative: { offset: -5, bucketCounts: ['1', '1'] } })])),
  of(135, 'MUST', 'an exponential histogram of zeros', () => exponential([exponentialPoint({ count: '3', zeroCount: '3', zeroThreshold: 0.01, positive: {}, negative: {} })])),
  of(135, 'MUST', 'an exponential histogram of 320 buckets', () => exponential([exponentialPoint({ count: '640', zeroCount: '0', positive: { offset: -160, bucketCounts: Array.from({ length: 320 }, () => '2') }, negative: {} })])),
  stored(135, 'MUST', 'an exponential histogram is stored as one', 'scale, offsets and counts are equal', (name) => exponential([exponentialPoint()], { name }), 1, ([found]) => {
    const kept = found.exponential as Message;
    return kept.scale === 3 && JSON.stringify([kept.positive, kept.negative]) === '[{"offset":-2,"counts":[1,2,2]},{"offset":0,"counts":[1]}]';
  }),
  refusedPoint(135, 'POLICY', 'an exponential histogram that does not add up', () => exponential([exponentialPoint({ count: '100' })])),
  refusedPoint(137, 'SHOULD', 'an offset beyond every double', () => exponential([exponentialPoint({ positive: { offset: 2_147_483_647, bucketCounts: ['1', '2', '2'] } })])),
  refusedPoint(137, 'SHOULD', 'a scale beyond every double', () => exponential([exponentialPoint({ scale: -2_147_483_648 })])),
  own(137, 'SHOULD', '100,000 buckets cost no memory', metrics, 'an answer, and the next request is taken', async (t) => {
    t.expect(await t.send(t.request([exponential([exponentialPoint({ count: '100000', zeroCount: '0', positive: { offset: -50_000, bucketCounts: Array.from({ length: 100_000 }, () => '1') }, negative: {} })])])), settled);
    t.expect(await t.send(t.good()), taken);
  }),
];

const quantiles = [{ quantile: 0, value: 1 }, { quantile: 0.5, value: 2 }, { quantile: 1, value: 9 }];
const exemplar = (change: Message = {}): Message => ({ timeUnixNano: nowNs(-600), asDouble: 1, traceId: newTraceId(), spanId: 'c101020304050607', filteredAttributes: [text('k', 'v')], ...change });
const others: readonly Case[] = [
  of(138, 'MUST', 'a summary', () => summary([{ timeUnixNano: nowNs(), startTimeUnixNano: nowNs(-60_000), count: '9', sum: 12, quantileValues: quantiles }])),
  of(138, 'MUST', 'a summary without quantiles', () => summary([{ timeUnixNano: nowNs(), count: '0', sum: 0 }])),
  one(138, 'MUST', 'a summary of NaN', metrics, (t) => t.request([summary([{ timeUnixNano: nowNs(), count: '0', sum: 0, quantileValues: [{ quantile: 0.5, value: t.door.encoding === 'json' ? 'NaN' : Number.NaN }] }])]), takenPerhapsWarned),
  stored(138, 'MUST', 'quantiles are stored', 'equal when read back', (name) => summary([{ timeUnixNano: nowNs(), count: '9', sum: 12, quantileValues: quantiles }], { name }), 1, ([found]) => JSON.stringify(found.quantiles) === JSON.stringify(quantiles)),
  of(139, 'MUST', 'an exemplar of a gauge', () => gauge([point({ exemplars: [exemplar()] })])),
  of(139, 'MUST', 'an exemplar of a sum', () => sum([point({ exemplars: [exemplar({ asDouble: undefined, asInt: '3' })] })])),
  of(139, 'MUST', 'an exemplar of a histogram', () => histogram([histogramPoint({ exemplars: [exemplar(), exemplar({ asDouble: 7 })] })])),
  of(139, 'MUST', 'an exemplar of an exponential histogram', () => exponential([exponentialPoint({ exemplars: [exemplar()] })])),
  of(139, 'MUST', 'an exemplar without ids', () => histogram([histogramPoint({ exemplars: [exemplar({ traceId: undefined, spanId: undefined })] })])),
  of(139, 'POLICY', 'an exemplar with ids of wrong length', () => histogram([histogramPoint({ exemplars: [exemplar({ traceId: '01', spanId: '02' })] })]), takenPerhapsWarned),
  of(139, 'POLICY', 'an exemplar without a value', () => gauge([point({ exemplars: [exemplar({ asDouble: undefined })] })]), takenPerhapsWarned),
  stored(139, 'MUST', 'exemplars are stored', 'ids, value and attributes', (name) => histogram([histogramPoint({ exemplars: [exemplar({ traceId: 'c1ffffffffffffffffffffffffffff03' })] })], { name }), 1, ([found]) => {
    const [kept] = found.exemplars as readonly Message[];
    return kept?.traceId === 'c1ffffffffffffffffffffffffffff03' && kept.value === 1 && JSON.stringify(kept.attributes) === '{"k":"v"}';
  }),
  of(140, 'POLICY', 'an exemplar outside of its interval', () => histogram([histogramPoint({ exemplars: [exemplar({ timeUnixNano: '1', asDouble: 1e9 })] })])),
  of(141, 'MUST', 'metadata', () => gauge([point()], { metadata: [text('prometheus.type', 'unknown')] })),
  ...['', 'S', '{request}', '1', 'By/s', 'µs', '% of nothing'].map((unit) => of(142, 'POLICY', `the unit ${JSON.stringify(unit)}`, () => gauge([point()], { unit }))),
];

export const metricCases: readonly Case[] = [...numbers, ...histograms, ...others];
