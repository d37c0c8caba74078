/** Which items are refused and why; the others of the same request are kept. */
import { describe, expect, test } from 'vitest';
import type { Batch } from './batch.ts';
import { MetricType } from './batch.ts';
import type { AnyValue, Metric, Span } from './message.ts';
import { readText } from './read-text.ts';
import { readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

const good: Span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'kept' };
const spans = (...list: readonly Span[]) => readRequest('traces', writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: list }] }] }));
const metrics = (...list: readonly Metric[]) => readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: list }] }] }));
const reasons = (batch: Batch): Record<string, number> => Object.fromEntries(batch.refusals.reasons);
const nested = (depth: number, leaf: AnyValue = { stringValue: 'leaf' }): AnyValue => (depth === 0 ? leaf : { arrayValue: { values: [nested(depth - 1, leaf)] } });

describe('spans', () => {
  test.each<[string, Partial<Span>, string]>([
    ['no trace id', { traceId: '' }, 'trace_id'],
    ['trace id of 8 bytes', { traceId: '00f067aa0ba902b7' }, 'trace_id'],
    ['trace id of 17 bytes', { traceId: `${good.traceId}00` }, 'trace_id'],
    ['trace id of zeros', { traceId: '00000000000000000000000000000000' }, 'trace_id'],
    ['trace id in base64', { traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }, 'trace_id'],
    ['no span id', { spanId: null }, 'span_id'],
    ['span id of zeros', { spanId: '0000000000000000' }, 'span_id'],
    ['span id of 16 bytes', { spanId: good.traceId }, 'span_id'],
    ['span id in base64', { spanId: 't61rcWkgMzE=' }, 'span_id'],
    ['parent of 4 bytes', { parentSpanId: '01020304' }, 'parent_span_id'],
    ['attribute 65 deep', { attributes: [{ key: 'a', value: nested(65) }] }, 'value_depth'],
    ['event attribute 65 deep', { events: [{ attributes: [{ key: 'a', value: nested(65) }] }] }, 'value_depth'],
    ['link attribute 65 deep', { links: [{ attributes: [{ key: 'a', value: nested(65) }] }] }, 'value_depth'],
  ])('%s', (_, change, reason) => {
    const batch = spans(good, { ...good, name: 'refused', ...change, links: change.links ?? [{ traceId: good.traceId, spanId: good.spanId }] }, { ...good, name: 'also kept' });
    expect(reasons(batch)).toEqual({ [reason]: 1 });
    expect([...batch.name].map((code) => readText(batch.strings, code))).toEqual(['kept', 'also kept']);
    expect([batch.attributes.keys.length, batch.rest.bytes.length, batch.linkSpanId.length]).toEqual([0, 0, 0]);
  });

  test('a parent of eight zero bytes is none', () => {
    expect(spans({ ...good, parentSpanId: '0000000000000000' }).parentId[0]).toBe(0n);
  });
  test('64 levels are kept', () => {
    expect(spans({ ...good, attributes: [{ key: 'a', value: nested(64) }] }).count).toBe(1);
  });
  test('10,000 levels are refused without a deep stack', () => {
    // From the inside out: only the lengths grow, so the headers are collected and turned round.
    const headers: number[][] = [];
    let size = 0;
    const varint = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...varint(n >>> 7)]);
    for (let i = 0; i < 20_000; i++) {
      const header = [i % 2 === 0 ? 10 : 42, ...varint(size)];
      headers.push(header);
      size += header.length;
    }
    const value = headers.toReversed().flat();
    const wrap = (tag: number, body: readonly number[]): number[] => [tag, ...varint(body.length), ...body];
    const read = (signal: 'traces' | 'logs', item: readonly number[]) => readRequest(signal, Uint8Array.from(wrap(10, wrap(18, wrap(18, item)))));
    expect(reasons(read('traces', wrap(74, wrap(18, value))))).toEqual({ trace_id: 1 });
    expect(reasons(read('logs', wrap(42, value)))).toEqual({ value_depth: 1 });
  });
  test('a resource or scope that is too deep takes its items with it, and no others', () => {
    const deep = { attributes: [{ key: 'a', value: nested(65) }] };
    const batch = readRequest('traces', writeRequest('traces', { resourceSpans: [
      { resource: deep, scopeSpans: [{ spans: [good, good] }] },
      { scopeSpans: [{ scope: deep, spans: [good] }, { spans: [good] }] },
    ] }));
    expect([batch.count, batch.resources.count, batch.scopes.count]).toEqual([1, 1, 1]);
    expect(reasons(batch)).toEqual({ value_depth: 3 });
  });
  test('end before start and absent times are kept, the duration is 0', () => {
    const batch = spans({ ...good, startTimeUnixNano: '100', endTimeUnixNano: '99' }, { ...good, startTimeUnixNano: '1' }, { ...good, startTimeUnixNano: '18446744073709551614', endTimeUnixNano: '18446744073709551615' });
    expect([...batch.durationNs]).toEqual([0, 0, 1]);
  });
  test('links without ids stay in rest and get no row', () => {
    const batch = spans({ ...good, links: [{}, { traceId: good.traceId, spanId: good.spanId }, { traceId: good.traceId }] }, good);
    expect([...batch.linkOffsets]).toEqual([0, 1, 1]);
  });
  test('an event named exception is noticed, one that only sounds like it is not', () => {
    expect([...spans({ ...good, events: [{ name: 'x' }, { name: 'exception' }] }, { ...good, events: [{ name: 'exceptions' }, { name: 'Exception' }] }).hasException]).toEqual([1, 0]);
  });
});

describe('points', () => {
  const at = { timeUnixNano: '5' };
  const gauge = (point: object): Metric => ({ name: 'm', gauge: { dataPoints: [{ ...at, asInt: 1, ...point }, { ...at, asDouble: 2 }] } });
  const histogram = (point: object): Metric => ({ name: 'm', histogram: { aggregationTemporality: 2, dataPoints: [{ ...at, count: 6, bucketCounts: [1, 2, 3], explicitBounds: [1, 2], ...point }] } });
  const exponential = (point: object): Metric => ({ name: 'm', exponentialHistogram: { aggregationTemporality: 1, dataPoints: [{ ...at, count: 3, scale: 0, zeroCount: 1, positive: { offset: -1, bucketCounts: [1, 1] }, ...point }] } });

  test.each<[string, Metric, Record<string, number>]>([
    ['time 0', gauge({ timeUnixNano: 0 }), { metric_time: 1 }],
    ['no value', gauge({ asInt: null }), { metric_value: 1 }],
    ['no value, but marked as not recorded', gauge({ asInt: null, flags: 1 }), {}],
    ['NaN is a value', gauge({ asInt: null, asDouble: 'NaN' }), {}],
    ['no name: all points', { ...gauge({}), name: '' }, { metric_name: 2 }],
    ['sum without temporality', { name: 'm', sum: { dataPoints: [{ ...at, asInt: 1 }] } }, { metric_temporality: 1 }],
    ['sum of unknown temporality', { name: 'm', sum: { aggregationTemporality: 7, dataPoints: [{ ...at, asInt: 1 }] } }, { metric_temporality: 1 }],
    ['gauge needs none', gauge({}), {}],
    ['good histogram', histogram({}), {}],
    ['count only', histogram({ bucketCounts: [], explicitBounds: [] }), {}],
    ['one bucket, no bound', histogram({ bucketCounts: [6], explicitBounds: [] }), {}],
    ['a bound too many', histogram({ explicitBounds: [1, 2, 3] }), { histogram_shape: 1 }],
    ['bounds without counts', histogram({ bucketCounts: [] }), { histogram_shape: 1 }],
    ['bounds not rising', histogram({ explicitBounds: [2, 2] }), { histogram_shape: 1 }],
    ['bound NaN', histogram({ explicitBounds: [1, 'NaN'] }), { histogram_shape: 1 }],
    ['counts do not sum up', histogram({ count: 7 }), { histogram_shape: 1 }],
    ['not recorded: its shape is not asked', histogram({ count: 0, flags: 1 }), {}],
    ['metadata too deep', { ...gauge({}), metadata: [{ key: 'a', value: nested(65) }] }, { value_depth: 2 }],
    ['exemplar too deep', gauge({ exemplars: [{ filteredAttributes: [{ key: 'a', value: nested(65) }] }] }), { value_depth: 1 }],
    ['good exponential histogram', exponential({}), {}],
    ['its counts do not sum up', exponential({ zeroCount: 0 }), { histogram_shape: 1 }],
    ['its scale is absurd', exponential({ scale: -2_147_483_648 }), { histogram_shape: 1 }],
    ['scale 21', exponential({ scale: 21 }), { histogram_shape: 1 }],
    ['its index is beyond every double', exponential({ positive: { offset: 2_147_483_647, bucketCounts: [1, 1] } }), { histogram_shape: 1 }],
    ['its index is below every double', exponential({ positive: { offset: -2_147_483_648, bucketCounts: [1, 1] } }), { histogram_shape: 1 }],
    ['the same, but empty there', exponential({ count: 1, positive: { offset: 2_147_483_647, bucketCounts: [0, 0] } }), {}],
    ['no data', { name: 'm' }, {}],
  ])('%s', (_, metric, wanted) => {
    expect(reasons(metrics(metric))).toEqual(wanted);
  });

  test('a metric of which no point is kept leaves no trace', () => {
    const batch = metrics({ ...gauge({}), name: '' }, { name: 'empty', gauge: {} }, gauge({}));
    expect([batch.count, batch.metrics.count]).toEqual([2, 1]);
    expect([...batch.metric]).toEqual([0, 0]);
  });
  test('an explicit +Inf bound is folded into the overflow bucket; rest has what was sent', () => {
    const batch = metrics(histogram({ explicitBounds: [1, 'Infinity'] }), histogram({}));
    expect([...batch.bucketOffsets]).toEqual([0, 2, 5]);
    expect([...batch.bucketCounts]).toEqual([1, 5, 1, 2, 3]);
    expect([...batch.bucketBounds]).toEqual([1, Infinity, 1, 2, Infinity]);
  });
  test('type, temporality, monotonicity, integer or not', () => {
    const batch = metrics(gauge({}), { name: 's', unit: 'By', sum: { aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA', isMonotonic: true, dataPoints: [{ ...at, asInt: '-3' }] } });
    expect([...batch.metrics.type]).toEqual([MetricType.gauge, MetricType.sum]);
    expect([[...batch.metrics.temporality], [...batch.metrics.monotonic], [...batch.isInt], [...batch.value]]).toEqual([[0, 1], [0, 1], [1, 0, 1], [1, 2, -3]]);
  });
});

describe('logs', () => {
  test('ids that are none leave a record unassociated, and it is kept', () => {
    const ids = [{ traceId: '01' }, { traceId: good.traceId }, { spanId: 'zz' }, { traceId: '00000000000000000000000000000000', spanId: good.spanId }, {}];
    const batch = readRequest('logs', writeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: ids }] }] }));
    expect([batch.count, batch.refusals.count]).toEqual([5, 0]);
    expect([...batch.traceHi].map((word) => word !== 0n)).toEqual([false, true, false, false, false]);
    expect([...batch.spanId].map((word) => word !== 0n)).toEqual([false, false, false, true, false]);
  });
});

test('the first few refused items of each reason are told by name and id, never by what they hold', () => {
  const bad = (n: number) => ({ traceId: '', spanId: `b7ad6b716920333${n}`, name: n === 9 ? 'x'.repeat(500) : `GET /${n}`, attributes: [{ key: 'secret', value: { stringValue: 'swordfish' } }] });
  const { refusals } = readRequest('traces', writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [bad(9), bad(1), { ...bad(2), traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'aa' }, bad(3), bad(4)] }] }] }));
  expect([...refusals.examples]).toEqual([['trace_id', [`${'x'.repeat(100)}, span b7ad6b7169203339`, 'GET /1, span b7ad6b7169203331', 'GET /3, span b7ad6b7169203333']], ['parent_span_id', ['GET /2, span b7ad6b7169203332']]]);
  const points = readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'queue.length', gauge: { dataPoints: [{ timeUnixNano: '0', asDouble: 1 }] } }, { name: '', gauge: { dataPoints: [{ timeUnixNano: '1', asDouble: 1 }] } }] }] }] }));
  expect([...points.refusals.examples]).toEqual([['metric_time', ['queue.length']]]);
});

describe('warnings: kept, and still worth saying', () => {
  const told = (message: Parameters<typeof writeRequest>[1], signal: 'traces' | 'metrics' = 'traces') => Object.fromEntries(readRequest(signal, writeRequest(signal, message)).warnings);
  const value = (key: string) => ({ key, value: { stringValue: key } });
  const spans = (attributes: readonly object[], resource: object = {}) => ({ resourceSpans: [{ resource, scopeSpans: [{ spans: [{ ...good, attributes }] }] }] });

  test('nothing where all is well, and the same key in two lists is well', () => expect(told(spans([value('a')], { attributes: [value('a')] }))).toEqual({}));
  test('a key that stands twice in one list', () => {
    expect(told(spans([value('a'), value('b'), value('a')], { attributes: [value('c'), value('c'), value('c')] }))).toEqual({ duplicate_key: 3 });
  });
  test('+Inf as a bound', () => {
    const dataPoints = [{ timeUnixNano: '5', count: 3, bucketCounts: [1, 2], explicitBounds: ['Infinity'] }, { timeUnixNano: '5', count: 3, bucketCounts: [1, 2], explicitBounds: [7] }];
    expect(told({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', histogram: { aggregationTemporality: 2, dataPoints } }] }] }] }, 'metrics')).toEqual({ infinite_bound: 1 });
  });
  test.each<[string, object, boolean]>([
    ['good', { type: 'service', idKeys: ['id'], descriptionKeys: ['more'] }, true], ['without a type', { idKeys: ['id'] }, false], ['without an id', { type: 'service', descriptionKeys: ['more'] }, false],
    ['an id that is no attribute', { type: 'service', idKeys: ['id', 'gone'] }, false], ['a description that is no attribute', { type: 'service', idKeys: ['id'], descriptionKeys: ['gone'] }, false],
  ])('an entity reference: %s', (_, ref, isGood) => {
    const sent = spans([value('gone')], { entityRefs: [ref], attributes: [value('id'), value('more')] });
    expect(told(sent)).toEqual(isGood ? {} : { entity_ref: 1 });
  });
});
