import { makeLogGroups } from '../../packages/server/src/intake/foreign/logs-by-resource.ts';
import type { ForeignRoute } from '../../packages/server/src/intake/foreign/route.ts';
import { makeForeignRoutes } from '../../packages/server/src/intake/foreign/routes.ts';
import { inflateSnappy } from '../../packages/server/src/intake/foreign/snappy.ts';
import { makeFrames } from '../../packages/server/src/intake/foreign/syslog/frames.ts';
import { readSyslog } from '../../packages/server/src/intake/foreign/syslog/message.ts';
import { addMessage } from '../../packages/server/src/intake/foreign/syslog/to-otlp.ts';
import { decode } from '../../packages/server/src/intake/decode.ts';
import { about, attempt } from './ends.ts';
import { changeBytes } from './mutate-bytes.ts';
import { changeText } from './mutate-text.ts';
import { changeWire } from './mutate-wire.ts';
import type { Target } from './target.ts';
import { makeField, writeTree } from './wire-tree.ts';
import type { WireField } from './wire-tree.ts';

const limits = { requestBytesMax: 1 << 20, requestItemsMax: 1_000 };
const snappyBytesMax = 64 * 1024;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const message = (number: number, ...children: WireField[]): WireField => ({ ...makeField(number, 2), children });
const text = (number: number, value: string): WireField => makeField(number, 2, 0n, utf8(value));
const int = (number: number, value: bigint): WireField => makeField(number, 0, value);
const double = (number: number, value: number): WireField => makeField(number, 1, 0n, new Uint8Array(new Float64Array([value]).buffer));
const atMs = 1_763_800_000_000n;

const label = (name: string, value: string): WireField => message(1, text(1, name), text(2, value));
/** A native histogram: count, sum, schema, zero, spans and deltas of both sides. */
const histogram = (number: number): WireField => message(number, int(1, 12n), double(3, 18.4), makeField(4, 0, 2n), double(5, 1e-3), int(6, 2n), message(8, int(1, 0n), int(2, 2n)), makeField(9, 2, 0n, Uint8Array.from([2, 4])), message(11, int(1, 0n), int(2, 2n)), makeField(12, 2, 0n, Uint8Array.from([2, 4])), int(15, atMs));

const writes1 = [
  writeTree([message(1, label('__name__', 'http_requests_total'), label('job', 'api'), label('instance', 'a:1'), message(2, double(1, 5), int(2, atMs)), message(3, label('trace_id', '0af7651916cd43dd8448eb211c80319c'), double(2, 1), int(3, atMs))), message(3, int(1, 1n), text(2, 'http_requests_total'), text(4, 'help'), text(5, 's'))]),
  writeTree([message(1, label('__name__', 'latency_seconds_bucket'), label('le', '0.5'), message(2, double(1, 3), int(2, atMs))), message(1, label('__name__', 'latency_seconds_bucket'), label('le', '+Inf'), message(2, double(1, NaN), int(2, atMs))), message(1, label('__name__', 'latency'), histogram(4))]),
];
const symbols = ['', '__name__', 'http_requests_total', 'job', 'api', 'help', 's'].map((each) => text(4, each));
const references = (number: number, ...values: number[]): WireField => makeField(number, 2, 0n, Uint8Array.from(values));
const writes2 = [
  writeTree([...symbols, message(5, references(1, 1, 2, 3, 4), message(2, double(1, 5), int(2, atMs)), message(4, references(1, 3, 4), double(2, 1), int(3, atMs)), message(5, int(1, 1n), int(3, 5n), int(4, 6n)), int(6, atMs))]),
  writeTree([...symbols, message(5, references(1, 1, 2), histogram(3))]),
];

const numbers = (number: number, ...values: number[]): WireField => makeField(number, 2, 0n, Uint8Array.from(values));
const valueType = (number: number, type: bigint, unit: bigint): WireField => message(number, int(1, type), int(2, unit));
/** Two samples of two types over two locations, one of which is inlined; labels of both kinds. */
const profile = writeTree([
  valueType(1, 1n, 2n), valueType(1, 3n, 4n),
  message(2, numbers(1, 1, 2), numbers(2, 5, 100), message(3, int(1, 5n), int(2, 6n))), message(2, numbers(1, 2), numbers(2, 1, 20), message(3, int(1, 7n), int(3, 64n), int(4, 8n))),
  message(3, int(1, 1n), int(2, 0x1000n), int(3, 0x9000n), int(5, 9n), int(6, 10n), int(7, 1n)),
  message(4, int(1, 1n), int(2, 1n), int(3, 0x1234n), message(4, int(1, 1n), int(2, 42n)), message(4, int(1, 2n), int(2, 7n))), message(4, int(1, 2n), int(2, 1n), int(3, 0x2345n), message(4, int(1, 2n), int(2, 9n)), int(5, 1n)),
  message(5, int(1, 1n), int(2, 11n), int(3, 11n), int(4, 12n), int(5, 40n)), message(5, int(1, 2n), int(2, 13n), int(4, 12n)),
  ...['', 'samples', 'count', 'cpu', 'nanoseconds', 'endpoint', '/cart', 'bytes', 'B', '/bin/api', 'ab12', 'main.work', 'main.go', 'main.loop'].map((each) => text(6, each)),
  int(9, 1_763_800_000_000_000_000n), int(10, 10_000_000_000n), valueType(11, 3n, 4n), int(12, 10_000_000n), numbers(13, 1), int(14, 3n),
]);

const seeds: Readonly<Record<string, readonly Uint8Array[]>> = {
  'remote write': writes1,
  pprof: [profile],
  zipkin: [utf8('[{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"b7ad6b7169203331","parentId":"00f067aa0ba902b7","kind":"SERVER","name":"get /","timestamp":1763800000000000,"duration":1500,"debug":true,"shared":true,"localEndpoint":{"serviceName":"api","ipv4":"10.0.0.1","port":80},"remoteEndpoint":{"serviceName":"web","ipv6":"::1"},"annotations":[{"timestamp":1763800000000100,"value":"\\"retry\\": {\\"n\\":1}"}],"tags":{"http.method":"GET","error":"true","otel.status_code":"ERROR"}}]')],
  jaeger: [utf8('{"data":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spans":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331","operationName":"op","references":[{"refType":"CHILD_OF","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"00f067aa0ba902b7"},{"refType":"FOLLOWS_FROM","traceID":"1","spanID":"2"}],"startTime":1763800000000000,"duration":100,"flags":1,"tags":[{"key":"span.kind","type":"string","value":"client"},{"key":"n","type":"int64","value":5},{"key":"ok","type":"bool","value":true},{"key":"b","type":"binary","value":"AAE="}],"logs":[{"timestamp":1763800000000050,"fields":[{"key":"event","type":"string","value":"x"}]}],"processID":"p1","warnings":["w"]}],"processes":{"p1":{"serviceName":"api","tags":[{"key":"hostname","type":"string","value":"h"}]}}}]}')],
  'json lines': [utf8('{"time":"2026-11-22T10:00:00.123Z","level":"error","message":"boom","service":"api","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","nested":{"a":[1,true,null]}}\n{"ts":1763800000.5,"severity":"INFO","msg":"x"}\n'), utf8('[{"date":1763800000.1,"log":"line"},{"@timestamp":1763800000123,"message":"m"}]')],
  loki: [utf8('{"streams":[{"stream":{"job":"api","level":"warn"},"values":[["1763800000000000000","line one"],["1763800000000000001","{\\"a\\":1}",{"trace_id":"0af7651916cd43dd8448eb211c80319c"}]]}]}')],
};

const ofProtobuf: ReadonlySet<string> = new Set(['remote write', 'pprof']);

/** A body of another protocol, translated, then read as the OTLP that it became. */
function routeTarget(route: ForeignRoute, name: string, own: readonly Uint8Array[], type: string): Target {
  return {
    name, weight: 3, seeds: own, change: ofProtobuf.has(route.name) ? changeWire : changeText,
    run: (input) => attempt(() => {
      const translated = route.read({ body: input, headers: { 'content-type': type }, source: 'fuzz', itemsMax: limits.requestItemsMax });
      const batch = decode(route.signal, 'protobuf', translated.body, limits);
      translated.answer(null);
      return `ok ${about(batch.count)} ${about(batch.refusals.count)} ${[...batch.refusals.reasons.keys()].join()} ${translated.refusals.map(({ reason }) => reason).join()}`;
    }),
  };
}

/** A block with a literal and copies, one of which repeats what it is writing. */
const snappyBlock = Uint8Array.from([40, 0x14, 104, 101, 108, 108, 111, 32, 0x05, 6, 0x0e, 1, 0, 0x3a, 2, 0, 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const snappyTarget: Target = {
  name: 'snappy', weight: 3, seeds: [snappyBlock, Uint8Array.from([0]), Uint8Array.from([0xff, 0xff, 0x03, 0xf0, 10, ...new Uint8Array(11), 0xfe, 1, 0])], change: changeBytes,
  run: (input) => attempt(() => {
    const bytes = inflateSnappy(input, snappyBytesMax);
    if (bytes.length > snappyBytesMax) throw new Error(`BUG: ${bytes.length} bytes came out of a limit of ${snappyBytesMax}`);
    return `ok ${about(bytes.length)}`;
  }),
};

const syslogLines = [
  '<165>1 2026-11-22T10:00:00.003Z host app 123 ID47 [ex@32473 iut="3" eventSource="A \\"b\\" \\]"][origin swVersion="1"] \ufeffmessage',
  '<34>Nov 22 22:14:15 mymachine su[12]: \'su root\' failed', '<13>1 - - - - - -', 'no priority',
];
/** A stream in pieces, so that frames end anywhere; a syslog message is never refused. */
const syslogTarget: Target = {
  name: 'syslog stream', weight: 3, seeds: [utf8(syslogLines.map((line) => `${line}\n`).join('')), utf8(syslogLines.map((line) => `${Buffer.byteLength(line)} ${line}`).join(''))],
  change: (random, input, other) => (random.chance(0.5) ? changeBytes(random, input) : changeText(random, input, other)),
  run(input) {
    const groups = makeLogGroups();
    const frames = makeFrames(8_192, { onMessage: (bytes) => addMessage(groups, readSyslog(new TextDecoder().decode(bytes), { nowMs: Number(atMs), utcOffsetMinutes: 60 }), atMs * 1_000_000n) });
    for (let at = 0; at < input.length; at += 37) frames.push(input.subarray(at, at + 37));
    frames.end();
    return attempt(() => `ok ${about(decode('logs', 'protobuf', groups.write(), limits).count)}`);
  },
};

export function foreignTargets(): Target[] {
  const routes = [...makeForeignRoutes().values()].map((route) => {
    const own = seeds[route.name];
    if (own === undefined) throw new Error(`the fuzzer has no request of ${route.name} to begin with`);
    return routeTarget(route, route.name, own, route.isSnappy ? 'application/x-protobuf' : 'application/json');
  });
  const second = [...makeForeignRoutes().values()].filter(({ name }) => name === 'remote write').map((route) => routeTarget(route, 'remote write 2.0', writes2, 'application/x-protobuf;proto=io.prometheus.write.v2.Request'));
  return [...routes, ...second, snappyTarget, syslogTarget];
}
