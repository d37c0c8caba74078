/** The protobuf rules: what is malformed, what is merged, what is stepped over. */
import { describe, expect, test } from 'vitest';
import type { Signal, SpanBatch } from './batch.ts';
import { MetricType, ValueKind } from './batch.ts';
import { oracleEncode, requestNames } from './fixture/oracle.ts';
import { rebuildAttributes, rebuildSpan } from './fixture/rebuild.ts';
import type { ReadLimits } from './limits.ts';
import { MalformedOtlp } from './malformed.ts';
import { readMessage, readResource, readRest, readScope, readValue } from './read-message.ts';
import { readRequest } from './read-request.ts';
import { readText } from './read-text.ts';

type Part = number | string | Uint8Array | readonly number[];
const bytes = (...parts: readonly Part[]): number[] => parts.flatMap((part) => (typeof part === 'number' ? [part] : typeof part === 'string' ? [...Buffer.from(part)] : [...part]));
function field(tag: number, ...body: readonly Part[]): number[] {
  const content = bytes(...body);
  const length = content.length < 0x80 ? [content.length] : [(content.length & 0x7f) | 0x80, content.length >> 7];
  return [tag, ...length, ...content];
}
const ids = [...field(10, Array.from({ length: 16 }, () => 7)), ...field(18, Array.from({ length: 8 }, () => 9))];
const request = (...item: readonly Part[]): Uint8Array => Uint8Array.from(field(10, field(18, field(18, ...item))));
const span = (...more: readonly Part[]): SpanBatch => readRequest('traces', request(ids, ...more));
const text = (value: string): number[] => field(10, value);
const attribute = (key: string, ...value: readonly Part[]): number[] => field(74, field(10, key), field(18, ...value));

describe('malformed: the request as a whole', () => {
  test.each<[string, readonly Part[]]>([
    ['field number 0', [0x02, 0x00]],
    ['wire type 6', [0x0e]],
    ['wire type 7', [0x0f]],
    ['end of a group that did not start', [0x0c]],
    ['a group that does not end', [0xa3, 0x06, 0x08, 0x01]],
    ['a group that ends as another', [0xa3, 0x06, 0xac, 0x06]],
    ['groups 40 deep', Array.from({ length: 40 }, () => [0xa3, 0x06])],
    ['a varint of 11 bytes', [0x30, ...Array.from({ length: 10 }, () => 0xff), 0x01]],
    ['a varint above 64 bits', [0x30, ...Array.from({ length: 9 }, () => 0xff), 0x02]],
    ['a varint that is cut off', [0x30, 0xff]],
    ['a tag above 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f, 0x00]],
    ['a negative length', [0x2a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a length of 4 GiB', [0x2a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a length one too long', [0x2a, 0x03, 0x61, 0x62]],
    ['a fixed64 that is cut off', [0x39, 1, 2, 3]],
    ['a fixed32 that is cut off', [0x85, 0x01, 1, 2]],
    ['name as a varint', [0x28, 0x01]],
    ['kind as a string', field(0x32, 'x')],
    ['invalid UTF-8 in the name', field(42, [0xff])],
    ['half a surrogate in a key', field(74, field(10, [0xed, 0xa0, 0x80]))],
    ['overlong UTF-8 in a value', attribute('k', field(10, [0xc0, 0x80]))],
    ['cut UTF-8 in a nested value', attribute('k', field(42, field(10, field(10, [0xe2, 0x82]))))],
    ['invalid UTF-8 in trace state', field(26, [0x80])],
    ['invalid UTF-8 in an event', field(90, field(18, [0x80]))],
    ['a value that goes beyond its attribute', field(74, field(10, 'k'), [0x12, 0x05, 0x0a])],
    ['a malformed event', field(90, [0x09, 1])],
    ['a malformed link', field(106, [0x0a, 0x10])],
  ])('%s', (_, more) => {
    expect(() => span(...more)).toThrow(MalformedOtlp);
    // Also in an item that would be refused anyway.
    expect(() => readRequest('traces', request(...more))).toThrow(MalformedOtlp);
  });

  test('packed doubles of a length that is no multiple of 8', () => {
    expect(() => readRequest('metrics', request(field(10, 'm'), field(74, field(10, field(58, [1, 2, 3])), [16, 1])))).toThrow(MalformedOtlp);
  });
  test('the place is said', () => {
    try {
      span([0x0e]);
    } catch (error) {
      expect((error as MalformedOtlp).at).toMatch(/^byte \d+$/);
      return;
    }
    throw new Error('nothing was thrown');
  });
  test.each<[Partial<ReadLimits>]>([[{ itemsPerRequest: 1 }], [{ attributesPerRequest: 1 }]])('more than %j', (limits) => {
    const two = Uint8Array.from(field(10, field(18, field(18, ids, attribute('a', text('x'))), field(18, ids, attribute('a', text('x'))))));
    expect(readRequest('traces', two).count).toBe(2);
    expect(() => readRequest('traces', two, limits)).toThrow(MalformedOtlp);
  });
});

describe('taken as protobuf says', () => {
  test('nothing at all', () => {
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      const batch = readRequest(signal, new Uint8Array());
      expect([batch.count, batch.resources.count, batch.refusals.count, batch.strings.count]).toEqual([0, 0, 0, 1]);
    }
  });
  test('empty envelopes leave nothing', () => {
    const batch = readRequest('traces', Uint8Array.from([...field(10), ...field(10, field(10, field(10, field(10, 'k'))), field(18), field(18, field(10, field(10, 'scope'))))]));
    expect([batch.count, batch.resources.count, batch.scopes.count]).toEqual([0, 0, 0]);
  });
  test('unknown fields of every wire type are stepped over, and kept in rest', () => {
    const unknown = bytes([0xf8, 0xff, 0x01, 0x05], [0xf9, 0xff, 0x01, 1, 2, 3, 4, 5, 6, 7, 8], [0xfa, 0xff, 0x01, 0x02, 0x41, 0x42], [0xfd, 0xff, 0x01, 1, 2, 3, 4], [0xfb, 0xff, 0x01, 0x08, 0x01, 0xfc, 0xff, 0x01]);
    const batch = span(unknown, field(42, 'after'));
    expect(readText(batch.strings, batch.name[0])).toBe('after');
    expect([...batch.rest.bytes]).toEqual(unknown);
    expect(readRest('traces', batch.rest.bytes)).toEqual({});
  });
  test('unknown fields around the items and inside values are ignored', () => {
    const unknown = [0xc2, 0x3e, 0x01, 0x41];
    const batch = readRequest('traces', Uint8Array.from([...unknown, ...field(10, unknown, field(10, unknown), field(18, unknown, field(10, unknown), field(18, ids, attribute('k', unknown, text('v')))))]));
    expect(batch.count).toBe(1);
    expect(batch.attributes.kinds[0]).toBe(ValueKind.string);
  });
  test('numbers that say more bytes than they need', () => {
    expect(span([0x30, 0x82, 0x80, 0x00]).kind[0]).toBe(2);
    expect(span([0xb0, 0x80, 0x00, 0x03]).kind[0]).toBe(3);
  });
  test('a field sent twice: the last one counts', () => {
    const batch = span(field(42, 'first'), field(42, 'second'), [0x30, 0x63], [0x30, 0x02]);
    expect(rebuildSpan(batch, 0)).toMatchObject({ name: 'second', kind: 2 });
  });
  test('a status sent twice is merged', () => {
    expect(rebuildSpan(span(field(122, field(18, 'why')), field(122, [24, 2])), 0)).toMatchObject({ status: { message: 'why', code: 2 } });
    expect(rebuildSpan(span(field(122, [24, 99]), field(122, [24, 2])), 0)).toMatchObject({ status: { code: 2 } });
  });
  test('a resource and a scope sent twice, after their items, are merged', () => {
    const kv = (key: string): number[] => field(10, field(10, key), field(18, text('v')));
    const group = field(10, field(18, field(18, ids), field(10, field(10, 'old'), field(18, '1')), field(10, field(10, 'new'), field(26, field(10, 'k')))), field(10, kv('a')), field(26, 'https://schema'), field(10, kv('b'), [16, 3]));
    const batch = readRequest('traces', Uint8Array.from(group));
    const { resources, scopes, strings } = batch;
    expect(rebuildAttributes(batch, resources.attributes, 0)).toEqual([{ key: 'a', value: { stringValue: 'v' } }, { key: 'b', value: { stringValue: 'v' } }]);
    expect(readResource(strings.bytes, resources.starts[0], resources.lengths[0])).toMatchObject({ droppedAttributesCount: 3 });
    expect(readScope(strings.bytes, scopes.starts[0], scopes.lengths[0])).toEqual({ name: 'new', version: '1', attributes: [{ key: 'k' }] });
    expect([readText(strings, scopes.name[0]), readText(strings, scopes.version[0]), readText(strings, resources.schemaUrl[0])]).toEqual(['new', '1', 'https://schema']);
  });
  test('an attribute value sent twice is merged', () => {
    const list = (value: string): number[] => field(18, field(42, field(10, text(value))));
    const batch = span(field(74, field(10, 'k'), list('x'), list('y')), field(74, field(10, 'l'), list('x'), field(18, text('z'))));
    expect(rebuildAttributes(batch, batch.attributes, 0)).toEqual([
      { key: 'k', value: { arrayValue: { values: [{ stringValue: 'x' }, { stringValue: 'y' }] } } }, { key: 'l', value: { stringValue: 'z' } },
    ]);
  });
  test('thousands of merged values cost linear memory', () => {
    const merged = field(74, field(10, 'k'), ...Array.from({ length: 3 }, () => field(18, text('v'))));
    const many = Array.from({ length: 5000 }, () => field(18, ids, merged)).flat();
    const inner = Buffer.concat([Buffer.from([10]), varint(many.length + 1 + varint(many.length).length), Buffer.from([18]), varint(many.length), Buffer.from(many)]);
    const batch = readRequest('traces', inner);
    expect(batch.count).toBe(5000);
    expect(batch.strings.bytes.length).toBeLessThan(inner.length * 3);
  });
  test('a resource in a hundred thousand pieces is put together once, not again for each of them', () => {
    const piece = field(10, field(10, field(10, 'k')));
    const pieces = Buffer.concat([...Array.from({ length: 100_000 }, () => Buffer.from(piece)), Buffer.from(field(18, field(18, ids)))]);
    const batch = readRequest('traces', Buffer.concat([Buffer.from([10]), varint(pieces.length), pieces]));
    expect(batch.count).toBe(1);
    expect(batch.strings.bytes.length).toBeLessThan(pieces.length * 3);
  });
  test('bodies sent twice', () => {
    const log = (...item: readonly Part[]) => readRequest('logs', request(...item));
    const list = (value: string): number[] => field(42, field(42, field(10, text(value))));
    for (const [parts, wanted] of [
      [[field(42, text('a')), list('b')], { arrayValue: { values: [{ stringValue: 'b' }] } }],
      [[list('a'), list('b')], { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } }],
      [[list('a'), field(42, text('b'))], { stringValue: 'b' }],
    ] as const) {
      const batch = log(...parts);
      expect(readRest('logs', batch.rest.bytes).body).toEqual(wanted);
      expect(batch.bodyKind[0]).toBe('stringValue' in wanted ? ValueKind.string : ValueKind.array);
    }
    expect(log(field(42, text('a')), field(42, text('b'))).rest.bytes.length).toBe(0);
  });
  test('of several kinds of data the last counts, all of its kind without another between', () => {
    const points = (value: number): number[] => field(10, [25, 5, 0, 0, 0, 0, 0, 0, 0], [49, value, 0, 0, 0, 0, 0, 0, 0]);
    const metric = (...data: readonly Part[]) => readRequest('metrics', request(field(10, 'm'), ...data));
    const sum = (value: number): number[] => field(58, points(value), [16, 2]);
    const last = metric(sum(1), field(42, points(2)), sum(3), field(58, points(4), [24, 1]));
    expect([...last.value]).toEqual([3, 4]);
    expect([[...last.metrics.type], [...last.metrics.temporality], [...last.metrics.monotonic]]).toEqual([[MetricType.sum], [2], [1]]);
    expect([...metric(sum(1), field(42, points(2))).metrics.temporality]).toEqual([0]);
  });
  test('repeated numbers packed, unpacked and mixed', () => {
    const f64 = (n: number): number[] => [...new Uint8Array(new Float64Array([n]).buffer)];
    const u64 = (n: number): number[] => [n, 0, 0, 0, 0, 0, 0, 0];
    const point = field(10, [25, ...u64(5)], [33, ...u64(6)], [49, ...u64(1)], field(50, u64(2), u64(3)), [57, ...f64(1)], field(58, f64(2)));
    const batch = readRequest('metrics', request(field(10, 'm'), field(74, point, [16, 2])));
    expect([[...batch.bucketCounts], [...batch.bucketBounds]]).toEqual([[1, 2, 3], [1, 2, Infinity]]);
    expect(readRest('metrics', batch.rest.bytes, MetricType.histogram)).toEqual({ bucketCounts: ['1', '2', '3'], explicitBounds: [1, 2] });
    const exponential = field(10, [25, ...u64(5)], [33, ...u64(6)], field(66, [8, 1], [16, 1], field(18, [2, 3])));
    expect(readRequest('metrics', request(field(10, 'm'), field(82, exponential, [16, 2]))).count).toBe(1);
  });
});

function varint(n: number): Buffer {
  const out: number[] = [];
  for (let rest = n; ; rest >>>= 7) {
    out.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 0x80) return Buffer.from(out);
  }
}

describe('attributes', () => {
  test('of a duplicate key the last value counts, in the place of the first', () => {
    const batch = span(attribute('a', text('1')), attribute('b', text('2')), attribute('a', [24, 3]));
    expect(rebuildAttributes(batch, batch.attributes, 0)).toEqual([{ key: 'a', value: { intValue: '3' } }, { key: 'b', value: { stringValue: '2' } }]);
  });
  test('the same key in two spans is no duplicate', () => {
    const batch = readRequest('traces', Uint8Array.from(field(10, field(18, field(18, ids, attribute('a', text('1'))), field(18, ids, attribute('a', text('1')))))));
    expect([...batch.attributes.offsets]).toEqual([0, 1, 2]);
  });
  test('integers beyond 2^53 are exact in the slice', () => {
    const batch = readRequest('traces', oracleEncode(requestNames.traces, { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '07'.repeat(16), spanId: '09'.repeat(8), attributes: [{ key: 'n', value: { intValue: '-9223372036854775808' } }, { key: 'm', value: { intValue: '9007199254740993' } }] }] }] }] }));
    const { starts, lengths, numbers } = batch.attributes;
    expect([...starts].map((start, i) => readValue(batch.strings.bytes, start, lengths[i]))).toEqual([{ intValue: '-9223372036854775808' }, { intValue: '9007199254740993' }]);
    expect(numbers[0]).toBe(-(2 ** 63));
  });
  test('equal strings have equal codes, and code 0 is the empty one', () => {
    const batch = span(field(42, 'same'), attribute('same', text('same')), attribute('', text('')));
    expect([batch.name[0], batch.attributes.keys[0], batch.attributes.numbers[0]]).toEqual([1, 1, 1]);
    expect([batch.attributes.keys[1], batch.attributes.numbers[1]]).toEqual([0, 0]);
  });
});

test.each<Signal>(['traces', 'logs', 'metrics'])('%s: every prefix of a request is read or malformed', (signal) => {
  const whole = oracleEncode(requestNames[signal], {
    resourceSpans: [{ resource: { attributes: [{ key: 'k', value: { stringValue: 'é' } }] }, scopeSpans: [{ spans: [{ traceId: '07'.repeat(16), spanId: '09'.repeat(8), events: [{ name: 'e' }], flags: 1 }] }] }],
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { kvlistValue: { values: [{ key: 'a', value: { intValue: 300 } }] } } }] }] }],
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: 1, count: 1, bucketCounts: [1, 0], explicitBounds: [1], exemplars: [{ asInt: 1 }] }] } }] }] }],
  });
  for (let length = 1; length < whole.length; length++) {
    expect(() => readRequest(signal, whole.subarray(0, length))).toThrow(MalformedOtlp);
    expect(() => readMessage(signal, whole.subarray(0, length))).toThrow(MalformedOtlp);
  }
  expect(readRequest(signal, whole).count).toBe(1);
});
