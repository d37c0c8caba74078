/** The suite of the Rows port: what every store must answer. A factory gives an empty store that takes OTLP requests. */
import type { Rows, StoredSpan } from '@clew/engine';
import { writeRequest } from '@clew/otlp';
import type { LogsData, MetricsData, TracesData } from '@clew/otlp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStoredCalls } from './stored-calls.contract.ts';
import { testStoredCourses } from './stored-courses.contract.ts';
import { keyValues, log, logsOf, metricsOf, ns, resource, span, spanId, t0Ms, traceId, tracesOf } from './fixture/request.ts';

type Message = TracesData | MetricsData | LogsData;
export interface RowsUnderTest {
  readonly rows: Rows;
  /** Stores the requests, in order, so that queries see them. */
  add(messages: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

const range = { fromMs: t0Ms - 60_000, toMs: t0Ms + 600_000 };

/** `without` names what a store does not do, with the reason. */
export function testRows(name: string, open: () => Promise<RowsUnderTest>, without: { readonly completion?: string } = {}): void {
  let store: RowsUnderTest;
  describe(`Rows: ${name}`, () => {
    beforeAll(async () => { store = await open(); });
    afterAll(async () => { await store.close(); });
    testTrace(() => store);
    testTraces(() => store);
    testSlice(() => store);
    testLogs(() => store);
    testMetrics(() => store);
    testRed(() => store);
    testStoredCourses(() => store);
    testStoredCalls(() => store, without.completion === undefined);
    testStats(() => store);
    test.skipIf(without.completion !== undefined)('attributes: keys and values of a signal, resource and long values among them', () => testAttributes(() => store));
  });
}

type Given = () => RowsUnderTest;

function testTrace(given: Given): void {
  test('trace: pages give each span once, also where many have start and id in common', async () => {
    const id = traceId(100_200);
    const twin = (name: string) => span({ traceId: id, spanId: spanId(5), name });
    await given().add([tracesOf('a', [twin('1'), twin('2'), span({ traceId: id, spanId: spanId(6), name: 'last', atMs: t0Ms + 1 })]), tracesOf('b', [twin('3'), twin('4'), twin('5'), span({ traceId: id, spanId: spanId(4), name: 'first' })])]);
    const { trace, traceSize } = given().rows.query;
    expect(await traceSize({ traceId: id })).toBe(7);
    const place = { startNs: String(ns(t0Ms)), spanId: spanId(5) };
    const pages = [await trace({ traceId: id, limit: 3 }), await trace({ traceId: id, limit: 3, after: { ...place, same: 2 } }), await trace({ traceId: id, limit: 3, after: { ...place, same: 5 } })];
    expect(pages.map((page) => page.map(({ name }) => name))).toEqual([['first', expect.anything(), expect.anything()], [expect.anything(), expect.anything(), expect.anything()], ['last']]);
    expect(pages.flat().map(({ name }) => name).sort()).toEqual(['1', '2', '3', '4', '5', 'first', 'last']);
    expect(await traceSize({ traceId: traceId(100_201) })).toBe(0);
  });

  test('trace: everything that was sent of a span is read back', async () => {
    const attributes = [
      ...keyValues({ text: 'héllo\u0000', int: 9_007_199_254_740_993n, small: -5, double: 1.5, yes: true, '': 'empty key', ['__proto__']: 'own' }),
      { key: 'nan', value: { doubleValue: 'NaN' } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'two' }, {}] } } },
      { key: 'map', value: { kvlistValue: { values: keyValues({ a: 1, b: 'x' }) } } },
      { key: 'bytes', value: { bytesValue: 'AAEC' } }, { key: 'none', value: {} },
      { key: 'long', value: { stringValue: 'y'.repeat(3000) } }, { key: 'odd', value: { stringValue: '\u001e\u001fa\u001d\u001bb' } },
    ];
    await given().add([{
      resourceSpans: [{
        resource: { attributes: keyValues({ 'service.name': 'checkout', 'service.namespace': 'shop', 'deployment.environment.name': 'staging', answer: 42 }) }, schemaUrl: 'https://schema/resource',
        scopeSpans: [{
          scope: { name: 'lib', version: '2', attributes: keyValues({ scoped: true }) }, schemaUrl: 'https://schema/scope',
          spans: [{
            traceId: traceId(100_001), spanId: spanId(7), parentSpanId: spanId(8), traceState: 'k=v', flags: 0x301, name: 'op', kind: 3,
            startTimeUnixNano: 1_700_000_000_123_456_789n, endTimeUnixNano: 1_700_000_001_123_456_790n, attributes, droppedAttributesCount: 3,
            events: [{ timeUnixNano: 1_700_000_000_500_000_001n, name: 'exception', attributes: keyValues({ 'exception.type': 'E' }), droppedAttributesCount: 1 }], droppedEventsCount: 2,
            links: [{ traceId: traceId(9), spanId: spanId(9), traceState: 'l=1', attributes: keyValues({ l: 1 }), droppedAttributesCount: 5, flags: 256 }], droppedLinksCount: 4,
            status: { code: 2, message: 'boom' },
          }],
        }],
      }],
    }]);
    const [found] = await given().rows.query.trace({ traceId: traceId(100_001).toUpperCase(), limit: 10 });
    expect(found).toEqual({
      traceId: traceId(100_001), spanId: spanId(7), parentId: spanId(8), service: 'service:shop/checkout@staging', name: 'op', kind: 'client',
      startNs: '1700000000123456789', endNs: '1700000001123456790', startMs: 1_700_000_000_123.456, durationMs: 1000.000001,
      status: 'error', statusMessage: 'boom', traceState: 'k=v', flags: 0x301,
      attributes: Object.fromEntries([
        ['text', 'héllo\u0000'], ['int', { intValue: '9007199254740993' }], ['small', -5], ['double', 1.5], ['yes', true], ['', 'empty key'], ['__proto__', 'own'], ['nan', { doubleValue: 'NaN' }],
        ['list', [1, 'two', null]], ['map', { a: 1, b: 'x' }], ['bytes', { bytesValue: 'AAEC' }], ['none', null], ['long', 'y'.repeat(3000)], ['odd', '\u001e\u001fa\u001d\u001bb'],
      ]),
      events: [{ timeNs: '1700000000500000001', name: 'exception', attributes: { 'exception.type': 'E' }, droppedAttributes: 1 }],
      links: [{ traceId: traceId(9), spanId: spanId(9), traceState: 'l=1', attributes: { l: 1 }, flags: 256, droppedAttributes: 5 }],
      droppedAttributes: 3, droppedEvents: 2, droppedLinks: 4,
      resource: { attributes: { 'service.name': 'checkout', 'service.namespace': 'shop', 'deployment.environment.name': 'staging', answer: 42 }, schemaUrl: 'https://schema/resource', droppedAttributes: 0, entityRefs: [] },
      scope: { name: 'lib', version: '2', attributes: { scoped: true }, schemaUrl: 'https://schema/scope', droppedAttributes: 0 },
    } satisfies StoredSpan);
  });

  test('trace: ordered by start then span id, at most `limit`; unknown and malformed ids are empty', async () => {
    const own = traceId(100_002);
    await given().add([tracesOf('order', [span({ traceId: own, spanId: spanId(3), atMs: t0Ms + 5 }), span({ traceId: own, spanId: spanId(2), atMs: t0Ms }), span({ traceId: own, spanId: spanId(1), atMs: t0Ms })])]);
    const { trace } = given().rows.query;
    expect((await trace({ traceId: own, limit: 10 })).map((each) => each.spanId)).toEqual([spanId(1), spanId(2), spanId(3)]);
    expect(await trace({ traceId: own, limit: 2 })).toHaveLength(2);
    expect(await trace({ traceId: traceId(999_999), limit: 10 })).toEqual([]);
    expect(await trace({ traceId: '\' OR 1=1 --', limit: 10 })).toEqual([]);
  });

  test('logs: a severity without a number is derived from its text, and told as derived', async () => {
    await given().add([logsOf('levels', [log('a', { severityNumber: 0, severityText: 'Warning' }), log('b', { severityNumber: 9, severityText: 'ERROR' }), log('c', { severityNumber: 0, severityText: 'odd' })])]);
    const found = await given().rows.query.logs({ fromMs: 0, toMs: t0Ms * 2, service: 'service:levels', limit: 9 });
    expect(found.map(({ body, severity, severityText, derivedSeverity }) => [body, severity, severityText, derivedSeverity]).sort()).toEqual([['a', 0, 'Warning', 13], ['b', 9, 'ERROR', 0], ['c', 0, 'odd', 0]]);
  });

  test('search by the present name of an attribute finds rows that were sent under an old one', async () => {
    const sent: readonly Readonly<Record<string, string | number>>[] = [{ 'http.status_code': 418 }, { 'http.response.status_code': '418' }, { 'http.response.status_code': 200 }];
    await given().add([tracesOf('brewer', sent.map((attributes, i) => span({ traceId: traceId(100_040 + i), attributes: keyValues(attributes) })))]);
    const found = async (key: string) => (await given().rows.query.traces({ fromMs: 0, toMs: t0Ms * 2, order: 'newest', limit: 10, service: 'service:brewer', attributes: [{ key, value: '418' }] })).map((each) => each.traceId).sort();
    expect(await found('http.response.status_code')).toEqual([traceId(100_040), traceId(100_041)]);
    expect(await found('http.status_code')).toEqual([traceId(100_040)]);
    expect((await given().rows.query.trace({ traceId: traceId(100_040), limit: 1 }))[0].attributes).toEqual({ 'http.status_code': 418 });
  });

  test('trace: integers that are one double, numbers that are one text: each as it was sent', async () => {
    const sent = [2n ** 60n, 2n ** 60n + 1n, 0, -0, 1, '1', true, 'true', 0.5] as const;
    await given().add([tracesOf('exact', sent.map((value, i) => span({ traceId: traceId(100_020 + i), attributes: [Object.is(value, -0) ? { key: 'v', value: { doubleValue: -0 } } : keyValues({ v: value })[0]] })))]);
    for (const [i, value] of sent.entries()) {
      const [found] = await given().rows.query.trace({ traceId: traceId(100_020 + i), limit: 1 });
      expect(found.attributes.v).toEqual(typeof value === 'bigint' ? { intValue: String(value) } : Object.is(value, -0) ? { doubleValue: '-0' } : value);
    }
  });

  test('trace: times that no clock has are kept to the nanosecond', async () => {
    const max = 2n ** 64n - 1n;
    const times: readonly (readonly [bigint, bigint])[] = [[0n, max], [max, 0n], [5n, 3n], [max, max]];
    await given().add([tracesOf('clock', times.map(([start, end], i) => span({ traceId: traceId(100_010 + i), startTimeUnixNano: start, endTimeUnixNano: end })))]);
    for (const [i, [start, end]] of times.entries()) {
      const [found] = await given().rows.query.trace({ traceId: traceId(100_010 + i), limit: 1 });
      expect([found.startNs, found.endNs, found.durationMs >= 0]).toEqual([String(start), String(end), true]);
    }
  });
}

function testSlice(given: Given): void {
  // A time of its own: everything of a stretch is asked for.
  const fromMs = t0Ms + 40 * 86_400_000;
  test('slice: what ended, was measured or was logged in a stretch, step by step, to the last field; what began before it, too', async () => {
    const spans = [
      span({ traceId: traceId(100_200), atMs: fromMs - 5_000, tookMs: 5_001, attributes: keyValues({ a: 1, b: 'x' }), status: { code: 2, message: 'boom' }, links: [{ traceId: traceId(9), spanId: spanId(9) }] }),
      span({ traceId: traceId(100_201), atMs: fromMs + 12_000 }), span({ traceId: traceId(100_202), atMs: fromMs - 20 }), span({ traceId: traceId(100_203), atMs: fromMs + 29_999, tookMs: 1 }),
    ];
    const point = { timeUnixNano: ns(fromMs + 3_000), asDouble: 1.5, attributes: keyValues({ route: '/' }) };
    await given().add([
      tracesOf('sliced', spans), metricsOf('sliced', [{ name: 'm', unit: 's', gauge: { dataPoints: [point] } }, { name: 'n', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...point, timeUnixNano: ns(fromMs + 11_000) }] } }]),
      logsOf('sliced', [log('early', { atMs: fromMs }), log('late', { atMs: fromMs + 29_999 }), log('after', { atMs: fromMs + 30_000 })]),
    ]);
    const of = async (signal: 'traces' | 'metrics' | 'logs', limit = 100) => given().rows.query.slice({ signal, fromMs, toMs: fromMs + 30_000, stepMs: 10_000, limit });
    const traces = await of('traces');
    expect([traces.rows, traces.requests.map((each) => (each.fromMs - fromMs) / 10_000)]).toEqual([2, [0, 1]]);
    expect(traces.requests[0].request).toEqual(writeRequest('traces', tracesOf('sliced', [spans[0]])));
    const metrics = await of('metrics');
    expect([metrics.rows, metrics.requests.map((each) => (each.fromMs - fromMs) / 10_000)]).toEqual([2, [0, 1]]);
    expect(metrics.requests[0].request).toEqual(writeRequest('metrics', metricsOf('sliced', [{ name: 'm', unit: 's', gauge: { dataPoints: [point] } }])));
    const logs = await of('logs');
    expect([logs.rows, logs.requests.map((each) => (each.fromMs - fromMs) / 10_000)]).toEqual([2, [0, 2]]);
    expect([traces.isWhole, (await of('logs', 1)).isWhole, (await of('logs', 1)).rows]).toEqual([true, false, 1]);
    expect(await given().rows.query.slice({ signal: 'logs', fromMs: fromMs - 10_000, toMs: fromMs, stepMs: 10_000, limit: 9 })).toEqual({ rows: 0, isWhole: true, requests: [] });
  });
}

function testTraces(given: Given): void {
  // A time of its own: what other tests store must not be among the slowest.
  const tMs = t0Ms + 7_200_000;
  const range = { fromMs: tMs - 60_000, toMs: tMs + 600_000 };
  const service = 'service:search';
  const own = (n: number): string => traceId(200_000 + n);
  const find = async (more: object): Promise<string[]> => (await given().rows.query.traces({ ...range, service, order: 'newest', limit: 10, ...more })).map((each) => each.traceId);

  beforeAll(async () => {
    await given().add([
      tracesOf(resource('search', { zone: 'eu' }), [
        span({ traceId: own(1), spanId: spanId(1), atMs: tMs, tookMs: 100, name: 'GET /a', attributes: keyValues({ code: 200, color: 'red' }) }),
        span({ traceId: own(2), spanId: spanId(2), atMs: tMs + 1000, tookMs: 300, name: 'GET /b', attributes: keyValues({ code: 500, 'q"uote': '\'; DROP TABLE spans; --' }), status: { code: 2 } }),
        span({ traceId: own(3), spanId: spanId(3), atMs: tMs + 2000, tookMs: 20, name: 'GET /a', attributes: keyValues({ code: 204, wide: `w${'x'.repeat(500)}` }) }),
      ]),
      tracesOf('index', [span({ traceId: own(1), spanId: spanId(4), parentSpanId: spanId(1), atMs: tMs + 10, tookMs: 900, kind: 1, name: 'scan' })]),
    ]);
  });

  test('traces: newest first, with what the whole trace consists of', async () => {
    const [, , first] = await given().rows.query.traces({ ...range, service, order: 'newest', limit: 10 });
    expect(first).toEqual({ traceId: own(1), startMs: tMs, durationMs: 910, rootService: service, rootName: 'GET /a', spans: 2, errors: 0, services: ['service:index', service] });
    expect(await find({})).toEqual([own(3), own(2), own(1)]);
    expect(await find({ limit: 2 })).toEqual([own(3), own(2)]);
    expect(await find({ limit: 0 })).toEqual([]);
  });
  test('traces: slowest first, by the longest span', async () => expect(await find({ order: 'slowest', limit: 2 })).toEqual([own(1), own(2)]));
  test('traces: slowest of all services', async () => expect((await given().rows.query.traces({ fromMs: tMs, toMs: tMs + 3000, order: 'slowest', limit: 1 }))[0].traceId).toBe(own(1)));
  test('traces: of an operation', async () => expect(await find({ operation: 'GET /a' })).toEqual([own(3), own(1)]));
  test('traces: with errors', async () => expect(await find({ errorsOnly: true })).toEqual([own(2)]));
  test('traces: at least so long', async () => expect(await find({ minDurationMs: 300 })).toEqual([own(2), own(1)]));
  test('traces: at most so long', async () => expect(await find({ maxDurationMs: 300 })).toEqual([own(3), own(2)]));
  test('traces: the range is [from, to)', async () => {
    expect(await find({ fromMs: tMs + 1000, toMs: tMs + 2000 })).toEqual([own(2)]);
    expect(await find({ fromMs: tMs + 9000, toMs: tMs + 9001 })).toEqual([]);
    expect(await find({ fromMs: tMs + 2000, toMs: tMs })).toEqual([]);
  });
  test.each([
    ['a number', 'code', '500', [2]], ['a number in other words', 'code', '500.0', [2]], ['a string', 'color', 'red', [1]], ['a value that is not there', 'color', 'blue', []], ['a key that is not there', 'colour', 'red', []],
    ['a resource attribute', 'zone', 'eu', [3, 2, 1]], ['a value too long for a dictionary', 'wide', `w${'x'.repeat(500)}`, [3]], ['text that looks like SQL', 'q"uote', '\'; DROP TABLE spans; --', [2]], ['a wildcard, which is none', 'color', 'r%', []],
  ])('traces: with %s', async (_, key, value, expected) => expect(await find({ attributes: [{ key, value }] })).toEqual(expected.map(own)));
  test('traces: all filters hold for one span', async () => {
    expect(await find({ attributes: [{ key: 'code', value: '200' }, { key: 'color', value: 'red' }] })).toEqual([own(1)]);
    expect(await find({ attributes: [{ key: 'code', value: '500' }, { key: 'color', value: 'red' }] })).toEqual([]);
    expect(await find({ service: 'service:index', operation: 'GET /a' })).toEqual([]);
  });
}

function testLogs(given: Given): void {
  const service = 'service:logger';
  const find = async (more: object) => (await given().rows.query.logs({ ...range, service, limit: 10, ...more }));
  const bodies = async (more: object): Promise<unknown[]> => (await find(more)).map((each) => each.body);

  beforeAll(async () => {
    await given().add([logsOf('logger', [
      log('Order 42 FAILED: größe', { atMs: t0Ms, severityNumber: 17, severityText: 'ERROR', traceId: traceId(5), spanId: spanId(5), flags: 1, attributes: keyValues({ user: 'ann' }), droppedAttributesCount: 2, eventName: 'order.failed', observedTimeUnixNano: ns(t0Ms + 1) }),
      log('order 43 done', { atMs: t0Ms + 2000 }),
      log('100% _done_', { atMs: t0Ms + 1000, severityNumber: 5 }),
      { observedTimeUnixNano: ns(t0Ms + 3000), body: { kvlistValue: { values: keyValues({ nested: 'Needle', n: 2n ** 60n }) } } },
    ])]);
  });

  test('logs: any two times are read back to the nanosecond', async () => {
    const pairs = [[0n, 5n], [7n, 5n], [2n ** 64n - 1n, 1n], [1n, 2n ** 64n - 1n], [2n ** 63n, 0n], [ns(t0Ms), ns(t0Ms)], [0n, 2n ** 64n - 1n]] as const;
    await given().add([logsOf('twotimes', pairs.map(([timeUnixNano, observedTimeUnixNano], i) => ({ timeUnixNano, observedTimeUnixNano, severityNumber: i + 1, body: { stringValue: 'x' } })))]);
    const found = await given().rows.query.logs({ fromMs: 0, toMs: 2 ** 64 / 1e6 + 1, service: 'service:twotimes', limit: 20 });
    expect(found.toSorted((a, b) => a.severity - b.severity).map(({ timeNs, observedNs }) => [timeNs, observedNs])).toEqual(pairs.map((pair) => pair.map(String)));
  });
  test('logs: newest first, and everything that was sent is read back', async () => {
    const found = await find({});
    expect(found.map((each) => each.timeMs - t0Ms)).toEqual([3000, 2000, 1000, 0]);
    expect(found[3]).toEqual({
      id: found[3].id, timeMs: t0Ms, timeNs: String(ns(t0Ms)), observedNs: String(ns(t0Ms + 1)), service, severity: 17, severityText: 'ERROR', derivedSeverity: 0, body: 'Order 42 FAILED: größe', eventName: 'order.failed',
      traceId: traceId(5), spanId: spanId(5), flags: 1, droppedAttributes: 2, attributes: { user: 'ann' },
      resource: { attributes: { 'service.name': 'logger' }, schemaUrl: '', droppedAttributes: 0, entityRefs: [] }, scope: { name: 'test', version: '1', attributes: {}, schemaUrl: '', droppedAttributes: 0 },
    });
    expect(found[0]).toMatchObject({ timeNs: '0', observedNs: String(ns(t0Ms + 3000)), body: { nested: 'Needle', n: { intValue: String(2n ** 60n) } } });
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
    expect((await find({ limit: 2 })).map(({ id }) => id)).toEqual(found.slice(0, 2).map(({ id }) => id));
  });
  test.each([
    ['order 4', ['order 43 done', 'Order 42 FAILED: größe']], ['failed', ['Order 42 FAILED: größe']], ['GRÖSSE', []], ['GRÖßE', ['Order 42 FAILED: größe']], ['42', ['Order 42 FAILED: größe']],
    ['0% _', ['100% _done_']], ['%', ['100% _done_']], ['o_der', []], ['\'', []],
  ])('logs: text %s, case ignored, nothing is a wildcard', async (text, expected) => expect(await bodies({ text })).toEqual(expected));
  test('logs: text within a body that is not text', async () => expect(await find({ text: 'needle' })).toHaveLength(1));
  test('logs: by severity', async () => expect(await bodies({ minSeverity: 9 })).toEqual(['order 43 done', 'Order 42 FAILED: größe']));
  test('logs: of a trace', async () => expect(await bodies({ traceId: traceId(5) })).toEqual(['Order 42 FAILED: größe']));
  test('logs: by attribute', async () => expect(await bodies({ attributes: [{ key: 'user', value: 'ann' }] })).toEqual(['Order 42 FAILED: größe']));
  test('logs: at most `limit`, within [from, to)', async () => {
    expect(await bodies({ limit: 1, toMs: t0Ms + 3000 })).toEqual(['order 43 done']);
    expect(await bodies({ fromMs: t0Ms, toMs: t0Ms })).toEqual([]);
  });
}

function testMetrics(given: Given): void {
  const at = (s: number): bigint => ns(t0Ms + s * 1000);
  const read = async (name: string, read: 'value' | 'rate' | 'p50' | 'p95' | 'p99', more: object = {}) => (await given().rows.query.metric({ name, fromMs: t0Ms, toMs: t0Ms + 40_000, stepMs: 10_000, read, limit: 10, ...more }));
  const values = async (...given: Parameters<typeof read>) => (await read(...given)).map((each) => each.values);
  const started = at(-100);

  beforeAll(async () => {
    const number = (s: number, value: number, startTimeUnixNano = started) => ({ timeUnixNano: at(s), startTimeUnixNano, asDouble: value });
    const histogram = (s: number, bucketCounts: number[], more: object = {}) => ({ timeUnixNano: at(s), startTimeUnixNano: started, count: bucketCounts.reduce((a, b) => a + b), sum: 10, bucketCounts, explicitBounds: [10, 20], ...more });
    const exponential = (s: number, scale: number, offset: number, bucketCounts: number[], zeroCount = 0) => ({ timeUnixNano: at(s), startTimeUnixNano: started, count: bucketCounts.reduce((a, b) => a + b) + zeroCount, sum: 10, scale, zeroCount, positive: { offset, bucketCounts } });
    await given().add([metricsOf('meter', [
      { name: 'gauge', unit: 'By', description: 'a gauge', gauge: { dataPoints: [number(1, 1), number(9, 2), number(15, NaN), number(25, -3)] } },
      { name: 'counter', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [number(-10, 100), number(0, 110), number(10, 130), number(20, 5, at(15)), number(30, 25, at(15))] } },
      { name: 'delta', sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [number(5, 10, at(0)), number(15, 40, at(5))] } },
      { name: 'updown', sum: { aggregationTemporality: 2, isMonotonic: false, dataPoints: [number(0, 5), number(10, 3)] } },
      { name: 'histogram', histogram: { aggregationTemporality: 2, dataPoints: [histogram(0, [10, 10, 0]), histogram(10, [10, 110, 0]), histogram(20, [0, 0, 1], { startTimeUnixNano: at(12), max: 80 })] } },
      { name: 'histogram.delta', histogram: { aggregationTemporality: 1, dataPoints: [histogram(1, [100, 0, 0], { min: 0 }), histogram(2, [0, 0, 100], { max: 30 }), histogram(11, [0, 0, 0])] } },
      { name: 'exponential', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [exponential(0, 1, 0, [4, 4, 4]), exponential(10, 0, 0, [8, 104], 0)] } },
      { name: 'summary', summary: { dataPoints: [{ timeUnixNano: at(1), count: 4, sum: 8, quantileValues: [{ quantile: 0.5, value: 1 }, { quantile: 0.99, value: 50 }] }] } },
    ]), metricsOf(resource('meter', { 'service.instance.id': 'b' }), [{ name: 'counter', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [number(0, 7), number(10, 8)] } }])]);
  });

  test('metric: last value of a gauge in each step', async () => expect(await values('gauge', 'value')).toEqual([[2, null, -3, null]]));
  test('metric: rate of a counter by instance, a reset is no drop', async () => {
    expect(await values('counter', 'rate')).toEqual([[1, 2, 0.5, 2], [null, 0.1, null, null]]);
    expect((await read('counter', 'value')).map((each) => each.attributes)).toEqual([{}, { 'service.instance.id': 'b' }]);
  });
  test('metric: delta sums', async () => expect([await values('delta', 'rate'), await values('delta', 'value')]).toEqual([[[2, 4, null, null]], [[10, 40, null, null]]]));
  test('metric: a rate is never negative', async () => expect(await values('updown', 'rate')).toEqual([[null, 0, null, null]]));
  test('metric: rate and quantiles of a histogram are those of the step', async () => {
    expect(await values('histogram', 'rate')).toEqual([[null, 10, 0.1, null]]);
    expect(await values('histogram', 'p50')).toEqual([[null, 15, 20, null]]);
  });
  test('metric: quantiles by interpolation, ends closed by min and max', async () => {
    expect(await values('histogram.delta', 'p50')).toEqual([[10, null, null, null]]);
    expect((await values('histogram.delta', 'p95'))[0][0]).toBeCloseTo(29, 5);
    expect(await values('histogram.delta', 'value')).toEqual([[0.1, null, null, null]]);
  });
  test('metric: exponential histograms of two scales', async () => {
    // 4+4 in (1, 2] and 4 in (2, 4]: at the coarser scale nothing is new below 2, and 100 of 100 lie in (2, 4].
    const [[, p50]] = await values('exponential', 'p50');
    expect(p50).toBeCloseTo(2 * 2 ** 0.5, 5);
    expect(await values('exponential', 'rate')).toEqual([[null, 10, null, null]]);
  });
  test('metric: quantiles of a summary as they were sent, others between them', async () => {
    expect(await values('summary', 'p50')).toEqual([[1, null, null, null]]);
    expect((await values('summary', 'p95'))[0][0]).toBeCloseTo(1 + 49 * (0.45 / 0.49), 5);
  });
  test('metric: of another service, name or attribute there is none', async () => {
    expect(await read('gauge', 'value', { service: 'service:other' })).toEqual([]);
    expect(await read('no such', 'value')).toEqual([]);
    expect(await read('counter', 'value', { attributes: [{ key: 'service.instance.id', value: 'b' }] })).toHaveLength(1);
    expect(await read('counter', 'value', { limit: 1 })).toHaveLength(1);
  });
  test('metric: too many steps are refused, not cut', async () => expect(read('gauge', 'value', { toMs: t0Ms + 1e9, stepMs: 1 })).rejects.toMatchObject({ code: 'query_too_large' }));
  test('metrics: what there is in the range', async () => {
    const found = await given().rows.query.metrics({ ...range, limit: 100 });
    expect(found.map((each) => each.name)).toEqual(['counter', 'delta', 'exponential', 'gauge', 'histogram', 'histogram.delta', 'summary', 'updown']);
    expect(found.find((each) => each.name === 'gauge')).toEqual({ name: 'gauge', unit: 'By', description: 'a gauge', type: 'gauge', temporality: '', monotonic: false, series: 1, services: ['service:meter'] });
    expect(found[0]).toMatchObject({ type: 'sum', temporality: 'cumulative', monotonic: true, series: 2 });
    expect((await given().rows.query.metrics({ ...range, text: 'HIST', limit: 1 })).map((each) => each.name)).toEqual(['histogram']);
    expect(await given().rows.query.metrics({ fromMs: t0Ms + 500_000, toMs: t0Ms + 600_000, limit: 10 })).toEqual([]);
  });
}

function testRed(given: Given): void {
  beforeAll(async () => {
    const spans = Array.from({ length: 100 }, (_, i) => span({ atMs: t0Ms + i * 10, tookMs: i + 1, status: { code: i < 7 ? 2 : 0 }, name: i % 2 === 0 ? 'even' : 'odd', kind: i % 2 === 0 ? 2 : 5 }));
    await given().add([tracesOf('served', [...spans, span({ kind: 3, tookMs: 9999 }), span({ kind: 1, parentSpanId: spanId(1), tookMs: 9999 }), span({ kind: 1, atMs: t0Ms + 10_000, tookMs: 60 })])]);
  });
  const red = (more: object = {}) => given().rows.query.red({ service: 'service:served', fromMs: t0Ms, toMs: t0Ms + 30_000, stepMs: 10_000, ...more });

  test('red: server, consumer and root spans by step, exact quantiles', async () => expect(await red()).toEqual({
    times: [t0Ms, t0Ms + 10_000, t0Ms + 20_000], count: [100, 1, 0], errors: [7, 0, 0], p50Ms: [50, 60, null], p95Ms: [95, 60, null], p99Ms: [99, 60, null],
  }));
  test('red: of one operation', async () => expect((await red({ operation: 'odd' })).count).toEqual([50, 0, 0]));
  test('red: of a service that is not there', async () => expect(await red({ service: 'service:no' })).toMatchObject({ count: [0, 0, 0], p99Ms: [null, null, null] }));
}

async function testAttributes(given: Given): Promise<void> {
  await given().add([logsOf(resource('speaker', { 'only.resource': 'r' }), [log('x', { attributes: keyValues({ 'only.log': 'v1', 'only.long': 'z'.repeat(1000) }) }), log('y', { attributes: keyValues({ 'only.log': 'v2' }) })])]);
  const { attributes } = given().rows.query;
  const found = new Map((await attributes({ signal: 'logs', limit: 100 })).map(({ key, values }) => [key, values]));
  expect(found.get('only.log')).toEqual(['v1', 'v2']);
  expect(found.get('only.resource')).toEqual(['r']);
  expect(found.has('only.long')).toBe(true);
  expect((await attributes({ signal: 'metrics', limit: 1000 })).some(({ key }) => key === 'only.log')).toBe(false);
  expect(await attributes({ signal: 'logs', key: 'only.log', limit: 1 })).toEqual([{ key: 'only.log', values: ['v1'] }]);
  expect(await attributes({ signal: 'logs', key: 'no such key', limit: 1 })).toEqual([]);
}

function testStats(given: Given): void {
  test('stats: counts what there is', async () => {
    const stats = await given().rows.query.stats({});
    expect(stats.spans).toBeGreaterThan(100);
    expect(stats.logs).toBeGreaterThanOrEqual(4);
    expect(stats.points).toBeGreaterThan(10);
    expect(stats.bytes).toBeGreaterThan(0);
  });
}
