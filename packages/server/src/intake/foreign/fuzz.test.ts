import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequest } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { CodedError } from '../../errors.ts';
import { readJaeger } from './jaeger.ts';
import { readJsonLines } from './json-lines/route.ts';
import { makeLogGroups } from './logs-by-resource.ts';
import { readLoki } from './loki.ts';
import { translate as readPprof } from './pprof/route.ts';
import { makeMemory } from './remote-write/memory.ts';
import { readVersion1 } from './remote-write/read-v1.ts';
import { readVersion2 } from './remote-write/read-v2.ts';
import { toOtlp } from './remote-write/to-otlp.ts';
import { inflateSnappy } from './snappy.ts';
import { readSyslog } from './syslog/message.ts';
import { addMessage } from './syslog/to-otlp.ts';
import { readZipkin } from './zipkin.ts';

const itemsMax = 5_000;
const bytesMax = 1_000_000;
const fixture = (path: string): Buffer => readFileSync(new URL(path, import.meta.url));

interface Case { readonly signal: Signal; readonly sample: Buffer; read(body: Uint8Array): { readonly body: Uint8Array; readonly items: number } }

const zipkinSample = JSON.stringify([{ traceId: 'a1', id: 'b2', parentId: 'c3', kind: 'CLIENT', name: 'get', timestamp: 1_700_000_000_000_000, duration: 17.5, shared: true, debug: true, localEndpoint: { serviceName: 'a', ipv4: '1.2.3.4', port: 80 }, remoteEndpoint: { serviceName: 'b', ipv6: '::1' }, annotations: [{ timestamp: 5, value: '"e": {"a":1}' }], tags: { error: 'x', 'otel.status_code': 'ERROR', __proto__: 'y' } }]);
const lokiSample = JSON.stringify({ streams: [{ stream: { job: 'a', level: 'warn' }, values: [['1795370900000000001', 'text', { trace_id: 'f'.repeat(32) }]] }] });
const syslogSample = '<165>1 2003-10-11T22:14:15.003Z host app 123 ID47 [a@1 b="c\\"d"][e f="g"] \uFEFFtext\n<34>Oct 11 22:14:15 host su[7]: failed\n';

const cases: Readonly<Record<string, Case>> = {
  'remote write 1.0': { signal: 'metrics', sample: Buffer.from(inflateSnappy(fixture('remote-write/fixture/prometheus-2.42-v1.bin'), bytesMax)), read: (body) => toOtlp(readVersion1(body, itemsMax), 'x', makeMemory()) },
  'remote write 2.0': { signal: 'metrics', sample: Buffer.from(inflateSnappy(fixture('remote-write/fixture/prometheus-3.16-v2.bin'), bytesMax)), read: (body) => toOtlp(readVersion2(body, itemsMax), 'x', makeMemory()) },
  zipkin: { signal: 'traces', sample: Buffer.from(zipkinSample), read: (body) => readZipkin(body, itemsMax) },
  jaeger: { signal: 'traces', sample: fixture('fixture/jaeger-2.13-export.json'), read: (body) => readJaeger(body, itemsMax) },
  'json lines': { signal: 'logs', sample: fixture('fixture/logged.jsonl'), read: (body) => readJsonLines(body, itemsMax, 'x') },
  loki: { signal: 'logs', sample: Buffer.from(lokiSample), read: (body) => readLoki(body, itemsMax) },
  pprof: { signal: 'profiles', sample: gunzipSync(fixture('pprof/fixture/go-cpu.pb.gz')), read: (body) => readPprof(body, itemsMax, 'x') },
  syslog: {
    signal: 'logs', sample: Buffer.from(syslogSample),
    read(body) {
      const groups = makeLogGroups();
      for (const line of Buffer.from(body).toString().split('\n')) addMessage(groups, readSyslog(line, { nowMs: 1_795_370_900_000, utcOffsetMinutes: 60 }), 1n);
      return { body: groups.write(), items: groups.count() };
    },
  },
};

/** A sample with some bytes changed, cut out or doubled. */
const damaged = (sample: Buffer): fc.Arbitrary<Buffer> => fc.array(fc.record({ at: fc.nat(sample.length - 1), byte: fc.nat(255), how: fc.constantFrom('set', 'cut', 'double', 'drop') }), { minLength: 1, maxLength: 6 }).map((changes) => {
  let bytes = Buffer.from(sample);
  for (const { at, byte, how } of changes) {
    const place = Math.min(at, Math.max(0, bytes.length - 1));
    if (how === 'set' && bytes.length > 0) bytes[place] = byte;
    else if (how === 'cut') bytes = bytes.subarray(0, place);
    else if (how === 'drop') bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + byte)]);
    else bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.max(0, place - byte), place), bytes.subarray(place)]);
  }
  return bytes;
});

/** Either OTLP that its own reader takes, item for item, or an error of the table. */
function holds({ signal, read }: Case, body: Uint8Array): void {
  let made;
  try {
    made = read(body);
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    expect((error as CodedError).code).toBe('malformed');
    return;
  }
  const batch = readRequest(signal, made.body);
  expect(batch.count + batch.refusals.count).toBe(made.items);
}

describe.each(Object.entries(cases))('%s', (_, each) => {
  test('the sample is taken whole', () => {
    const { body, items } = each.read(each.sample);
    expect(items).toBeGreaterThan(0);
    expect(readRequest(each.signal, body).count).toBe(items);
  });
  test('damaged requests', () => fc.assert(fc.property(damaged(each.sample), (body) => holds(each, body)), { numRuns: 1_000 }));
  test('bytes of any kind', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (body) => holds(each, body)), { numRuns: 500 }));
  test('JSON of any kind', () => fc.assert(fc.property(fc.json({ maxDepth: 5 }), (body) => holds(each, Buffer.from(body))), { numRuns: 300 }));
  test('every prefix of the sample', () => {
    for (let length = 0; length < each.sample.length; length += 1 + Math.floor(each.sample.length / 400)) holds(each, each.sample.subarray(0, length));
  });
});

test.each(['zipkin', 'jaeger', 'json lines', 'loki'])('%s: objects of its own names with values of any kind', (name) => {
  const words = ['traceId', 'id', 'timestamp', 'duration', 'tags', 'annotations', 'localEndpoint', 'traceID', 'spanID', 'startTime', 'references', 'logs', 'fields', 'process', 'time', 'level', 'message', 'service', 'host', 'error', 'log', 'streams', 'values', 'stream', '__proto__', 'constructor'];
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.constantFrom<unknown>(null, true, 0, -1, 1e300, 1_700_000_000_000_000, 'a1', '', 'ERROR', '2026-11-22T00:00:00Z'), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...words), tie('any'), { maxKeys: 6 })),
  })).any;
  const wrap: Readonly<Record<string, (inner: unknown) => unknown>> = { zipkin: (inner) => [inner], jaeger: (inner) => ({ spans: [inner], processes: { p: inner } }), 'json lines': (inner) => inner, loki: (inner) => ({ streams: [inner] }) };
  fc.assert(fc.property(value, (inner) => holds(cases[name], Buffer.from(JSON.stringify(wrap[name](inner))))), { numRuns: 1_500 });
});

describe('lengths that are declared and not sent', () => {
  const withHeapOf = (act: () => void): number => {
    const before = process.memoryUsage().arrayBuffers;
    act();
    return process.memoryUsage().arrayBuffers - before;
  };
  test('snappy: 4 GiB are refused before anything is allocated, and so is what the input cannot hold', () => {
    expect(withHeapOf(() => { expect(() => inflateSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0), bytesMax)).toThrow(expect.objectContaining({ code: 'too_large' })); })).toBeLessThan(1_000_000);
    expect(withHeapOf(() => { expect(() => inflateSnappy(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04, 0), 2 ** 31)).toThrow(expect.objectContaining({ code: 'bad_compression' })); })).toBeLessThan(1_000_000);
  });
  test.each([[readVersion1, 10], [readVersion2, 42]])('protobuf: a length beyond the end', (read, tag) => {
    expect(() => read(Uint8Array.of(tag, 0xff, 0xff, 0xff, 0xff, 0x07), itemsMax)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
  test('JSON: lists without end are refused before they are made', () => {
    expect(() => readZipkin(Buffer.alloc(9_000_000, '['), itemsMax)).toThrow(expect.objectContaining({ code: 'malformed', message: expect.stringContaining('objects and lists') }));
  });
  test.each([['zipkin', '[1,2,3,4]'], ['jaeger', '{"spans":[1,2,3,4]}'], ['json lines', '{}\n{}\n{}\n{}'], ['loki', '{"streams":[{"values":[1,2,3,4]}]}']])('%s: more items than a request may have are 400', (name, text) => {
    const read = { zipkin: readZipkin, jaeger: readJaeger, 'json lines': (body: Uint8Array, max: number) => readJsonLines(body, max, ''), loki: readLoki }[name];
    expect(() => read?.(Buffer.from(text), 3)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
  test('protobuf: many empty series, labels and symbols are refused by their number', () => {
    const many = (tag: number, count: number): Uint8Array => Uint8Array.from({ length: count * 2 }, (_, index) => (index % 2 === 0 ? tag : 0));
    expect(() => readVersion1(many(10, itemsMax + 1), itemsMax)).toThrow(expect.objectContaining({ code: 'malformed', message: expect.stringContaining('too many items') }));
    expect(() => readVersion2(many(34, itemsMax * 5), itemsMax)).toThrow(expect.objectContaining({ code: 'malformed', message: expect.stringContaining('too many labels') }));
  });
});
