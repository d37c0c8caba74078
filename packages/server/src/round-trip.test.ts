/** What was sent to a real server, in any encoding, can be read back through its API: every field of every message, to the last bit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { writeRequest } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyRequest, signals } from '../../otlp/src/fixture/arbitrary.ts';
import { oracleDecode } from '../../otlp/src/fixture/oracle.ts';
import { canonical, expected } from '../../otlp/src/fixture/rebuild.ts';
import { freePorts, startServer } from './fixture/child-server.ts';
import type { ChildServer, Ports } from './fixture/child-server.ts';

const requests = 60;
const seed = 20261122;
const newestMs = 8_640_000_000_000_000;
const range = `from=0&to=${newestMs}`;
const folder = mkdtempSync(join(tmpdir(), 'clew-round-trip-'));
const methods: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService', metrics: 'metrics.v1.MetricsService', logs: 'logs.v1.LogsService', profiles: 'profiles.v1development.ProfilesService',
};
const responses: Readonly<Record<Signal, string>> = { traces: 'ExportTraceServiceResponse', metrics: 'ExportMetricsServiceResponse', logs: 'ExportLogsServiceResponse', profiles: 'ExportProfilesServiceResponse' };
type Fields = Record<string, unknown>;
type Json = Readonly<Record<string, any>>;

let ports: Ports;
let server: ChildServer;
let client: Client;
beforeAll(async () => {
  ports = await freePorts();
  server = await startServer(folder, ports);
  client = new Client(`127.0.0.1:${ports.grpc}`, credentials.createInsecure());
}, 60_000);
afterAll(async () => {
  client.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing was refused; a warning may have been given. */
function expectTaken(answer: object): void {
  const { errorMessage: _warning, ...refused } = (answer as Json).partialSuccess ?? {};
  expect(Object.values(refused).filter((count) => count !== '0')).toEqual([]);
}

async function send(signal: Signal, request: object, way: 'protobuf' | 'json' | 'grpc'): Promise<void> {
  if (way === 'grpc') {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(`/opentelemetry.proto.collector.${methods[signal]}/Export`, (value: Uint8Array) => Buffer.from(value), (bytes: Buffer) => bytes, writeRequest(signal, request), (error, value) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)));
    });
    expectTaken(oracleDecode(responses[signal], answer));
    return;
  }
  const path = signal === 'profiles' ? '/v1development/profiles' : `/v1/${signal}`;
  const body = way === 'json' ? JSON.stringify(request) : writeRequest(signal, request);
  const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, { method: 'POST', headers: { 'content-type': way === 'json' ? 'application/json' : 'application/x-protobuf' }, body });
  expect(answer.status).toBe(200);
  expectTaken(way === 'json' ? await answer.json() as object : oracleDecode(responses[signal], new Uint8Array(await answer.arrayBuffer())));
}

async function get(path: string): Promise<Json> {
  const answer = await fetch(`http://127.0.0.1:${ports.console}/api/v1${path}`);
  const body = await answer.json() as Json;
  if (answer.status !== 200 && answer.status !== 404) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** Items with what they belong to. The order of an item's attributes says nothing. */
function itemsOf(request: object): string[] {
  return expected(request).map((text) => {
    const { item, ...owner } = JSON.parse(text) as { item: Fields };
    const attributes = (item.attributes as Fields[] | undefined)?.toSorted((a, b) => (String(a.key ?? '') < String(b.key ?? '') ? -1 : 1));
    return canonical({ item: { ...item, ...(attributes === undefined ? {} : { attributes }) }, ...owner });
  });
}

const groupsOf = (request: object, groups: string, scopes: string, items: string): Json[] =>
  ((request as Json)[groups] ?? []).flatMap((group: Json) => (group[scopes] ?? []).flatMap((scope: Json) => scope[items] ?? []));

/** Asks for everything that the requests held. */
const readBack: Readonly<Record<Signal, (sent: readonly object[]) => Promise<string[]>>> = {
  async traces(sent) {
    const ids = new Set(sent.flatMap((request) => groupsOf(request, 'resourceSpans', 'scopeSpans', 'spans').map((span) => span.traceId as string)));
    return (await Promise.all([...ids].map((id) => get(`/otlp/traces/${id}`)))).flatMap(itemsOf);
  },
  logs: async () => itemsOf(await get(`/otlp/logs?${range}&limit=5000`)),
  async metrics(sent) {
    const names = new Set(sent.flatMap((request) => groupsOf(request, 'resourceMetrics', 'scopeMetrics', 'metrics').map((metric) => metric.name as string)));
    return (await Promise.all([...names].map((name) => get(`/otlp/metrics/${encodeURIComponent(name)}?${range}&limit=5000`)))).flatMap(itemsOf);
  },
  async profiles() {
    const { profiles } = await get(`/profiles?${range}&limit=1000`);
    return (await Promise.all((profiles as Json[]).map(({ id }) => get(`/otlp/profiles/${id}`)))).flatMap((found) => itemsOf(found).map((item) => `${item} ${canonical(found.dictionary)}`));
  },
};

test.each(signals)('%s: every field of arbitrary requests, by protobuf, JSON and gRPC in turn', async (signal) => {
  const sent = fc.sample(anyRequest[signal], { numRuns: requests, seed }).filter((request) => !JSON.stringify(request).includes('"name":"."') && !JSON.stringify(request).includes('"name":".."'));
  for (const [i, request] of sent.entries()) await send(signal, request, (['protobuf', 'json', 'grpc'] as const)[i % 3]);
  const wanted = sent.flatMap((request) => itemsOf(request).map((item) => (signal === 'profiles' ? `${item} ${canonical((request as Json).dictionary)}` : item))).sort();
  expect(wanted.length).toBeGreaterThan(30);
  await expect.poll(async () => (await readBack[signal](sent)).length, { timeout: 20_000, interval: 250 }).toBe(wanted.length);
  const found = (await readBack[signal](sent)).sort();
  const differing = wanted.flatMap((text, i) => (text === found[i] ? [] : [{ wanted: text, found: found[i] }]));
  expect(differing.slice(0, 2)).toEqual([]);
}, 60_000);

test('what the plain answers say of the odd ones: gaps, integers beyond 2^53, NaN, dropped counts, entity references, empty and nested values', async () => {
  const value = (key: string, each: object): object => ({ key, value: each });
  const resource = {
    attributes: [value('service.name', { stringValue: 'odd' })], droppedAttributesCount: 3,
    entityRefs: [{ schemaUrl: 'https://entity', type: 'service', idKeys: ['service.name'], descriptionKeys: [] }],
  };
  const scope = { name: 's', version: '1', attributes: [value('scoped', { boolValue: true })], droppedAttributesCount: 4 };
  const attributes = [
    value('nan', { doubleValue: 'NaN' }), value('minus', { doubleValue: '-0' }), value('big', { intValue: '9007199254740993' }), value('none', {}), value('', { stringValue: '' }),
    value('bytes', { bytesValue: '/+8=' }), value('nested', { kvlistValue: { values: [value('list', { arrayValue: { values: [{}, { doubleValue: 'Infinity' }] } })] } }),
  ];
  const plain = { nan: { doubleValue: 'NaN' }, minus: { doubleValue: '-0' }, big: { intValue: '9007199254740993' }, none: null, '': '', bytes: { bytesValue: '/+8=' }, nested: { list: [null, { doubleValue: 'Infinity' }] } };
  const traceId = 'fe'.repeat(16);
  await send('traces', { resourceSpans: [{ resource, schemaUrl: 'https://r', scopeSpans: [{ scope, schemaUrl: 'https://s', spans: [{ traceId, spanId: '01'.repeat(8), kind: 99, attributes, flags: 0x301, traceState: 'ot=th:0', events: [{ name: '', droppedAttributesCount: 1 }], links: [{ traceId: '', spanId: '', attributes }] }] }] }] }, 'json');
  await send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [
    { name: 'odd.gap', gauge: { dataPoints: [{ timeUnixNano: '5', flags: 1 }] } },
    { name: 'odd.big', sum: { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: '5', asInt: '-9223372036854775808', exemplars: [{ asInt: '9223372036854775807', filteredAttributes: attributes }] }] } },
    { name: 'odd.exponential', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: '5', count: '3', scale: -3, zeroCount: '1', zeroThreshold: 0.5, positive: { offset: -7, bucketCounts: ['2'] } }] } },
  ] }] }] }, 'protobuf');
  await expect.poll(async () => (await get(`/metrics/odd.exponential/points?${range}`)).points.length, { timeout: 20_000 }).toBe(1);
  const [span] = (await get(`/traces/${traceId}`)).spans;
  expect(span).toMatchObject({
    kind: '99', flags: 0x301, traceState: 'ot=th:0', attributes: plain, events: [{ name: '', timeNs: '0', droppedAttributes: 1 }], links: [{ traceId: '', attributes: plain }],
    resource: { schemaUrl: 'https://r', droppedAttributes: 3, entityRefs: resource.entityRefs }, scope: { schemaUrl: 'https://s', droppedAttributes: 4, attributes: { scoped: true } },
  });
  const point = async (name: string): Promise<Json> => (await get(`/metrics/${name}/points?${range}&service=odd`)).points[0] as Json;
  expect(await point('odd.gap')).toMatchObject({ value: null, flags: 1, noRecordedValue: true });
  expect(await point('odd.big')).toMatchObject({ value: '-9223372036854775808', exemplars: [{ value: '9223372036854775807', attributes: plain }] });
  expect(await point('odd.exponential')).toMatchObject({ count: 3, exponential: { scale: -3, zeroCount: 1, zeroThreshold: 0.5, positive: { offset: -7, counts: [2] }, negative: { offset: 0, counts: [] } } });
}, 60_000);
