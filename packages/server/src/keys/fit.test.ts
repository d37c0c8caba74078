import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { readMessage, writeRequest } from '@clew/otlp';
import type { KeyValue, LogsData, MetricsData, TracesData } from '@clew/otlp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { countOf, openReceivers, post, typeOf } from '../intake/fixture/receivers.ts';
import type { HttpAnswer, Receivers } from '../intake/fixture/receivers.ts';
import { oracleDecode } from '../../../otlp/src/fixture/oracle.ts';
import { windowMs } from './distinct.ts';
import { addKey, noQuota } from './key.ts';
import type { Quota } from './key.ts';
import { changeKeys } from './key-file.ts';
import { openKeyring } from './keyring.ts';
import { makeUsages } from './usages.ts';

interface Opened { readonly on: Receivers; readonly key: Readonly<Record<string, string>>; passMs(ms: number): void }

/** Receivers with one key that has this quota; its clock stands still unless it is moved. */
async function withQuota(quota: Partial<Quota>): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-fit-'));
  let atMs = 1_700_000_000_000;
  const { secret } = changeKeys(folder, (keys) => addKey(keys, { name: 'greedy', scope: 'ingest', quota: { ...noQuota, ...quota } }, atMs));
  const keyring = openKeyring({ folder, token: null, asksCertificates: false, usages: makeUsages(() => atMs), nowMs: () => atMs, onProblem: () => undefined, report: () => undefined });
  onTestFinished(async () => { keyring.close(); await rm(folder, { recursive: true, force: true }); });
  return { on: await openReceivers({}, undefined, keyring.gate), key: { 'x-api-key': secret }, passMs: (ms) => { atMs += ms; } };
}

const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });
let time = 0;
const metrics = (hosts: readonly string[]): MetricsData => ({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'load', gauge: { dataPoints: hosts.map((host) => ({ timeUnixNano: String(host === '' ? 0 : ++time), asDouble: 1, attributes: [text('host', host)] })) } }] }] }] });
const sendMetrics = ({ on, key }: Opened, hosts: readonly string[]): Promise<HttpAnswer> => post(on.httpPort, '/v1/metrics', { headers: { 'content-type': typeOf.json, ...key }, body: Buffer.from(JSON.stringify(metrics(hosts))) });
const partialOf = ({ status, body }: HttpAnswer): readonly [number, string?, string?] => {
  const { partialSuccess = {} } = JSON.parse(body.toString()) as { readonly partialSuccess?: Readonly<Record<string, string>> };
  return [status, Object.entries(partialSuccess).find(([name]) => name.startsWith('rejected'))?.[1], partialSuccess.errorMessage];
};
const hostsOf = ({ records }: Receivers): string[] => records.flatMap(({ batch }) => (batch === null ? [] : [...new TextDecoder().decode(batch.strings.bytes).matchAll(/host-\w+/g)].map(([host]) => host)));

describe('what a quota of distinct things has no room for is refused by itself', () => {
  test('series: what is known goes on, what fits is taken, and an hour later there is room', async () => {
    const opened = await withQuota({ series: 2 });
    expect(partialOf(await sendMetrics(opened, ['host-a', 'host-b']))).toEqual([200, undefined, undefined]);
    expect(partialOf(await sendMetrics(opened, ['host-b', 'host-c', 'host-a', 'host-d']))).toEqual([200, '2', '2 of 4 data points were refused: 2 × the key has sent as many metric series in this hour as its quota has']);
    expect(partialOf(await sendMetrics(opened, ['host-c']))).toEqual([200, '1', expect.stringContaining('1 of 1')]);
    expect(hostsOf(opened.on)).toEqual(['host-a', 'host-b', 'host-b', 'host-a']);
    opened.passMs(windowMs);
    expect(partialOf(await sendMetrics(opened, ['host-c', 'host-d', 'host-a']))).toEqual([200, '1', expect.stringContaining('1 of 3')]);
    expect(countOf(opened.on)).toBe(6);
    expect(opened.on.bugs).toEqual([]);
  });

  test('items that are refused by themselves are told beside them', async () => {
    const opened = await withQuota({ series: 1 });
    expect(partialOf(await sendMetrics(opened, ['', 'host-a', 'host-b', '', 'host-a', 'host-c']))).toEqual([200, '4', '4 of 6 data points were refused: 2 × time_unix_nano must not be 0; 2 × the key has sent as many metric series in this hour as its quota has']);
    expect(hostsOf(opened.on)).toEqual(['host-a', 'host-a']);
    const account = opened.on.intake.counters.signals(0, 'greedy').metrics;
    expect(account).toMatchObject({ requests: 1, acceptedRequests: 1, partialRequests: 1, items: 6, accepted: 2, refusedItems: 4 });
    expect(account.refused.map(({ reason, items, next }) => [reason, items, next])).toEqual(expect.arrayContaining([['quota.series', 2, 'Take attributes with many values out of the metrics, or raise the quota with clew keys limit --series.']]));
    expect(opened.on.intake.counters.lastRefused()).toEqual(expect.arrayContaining([expect.objectContaining({ source: 'greedy', reason: 'quota.series', status: 200, items: 2, next: expect.stringMatching(/raise the quota with clew keys limit --series; the rest of the request was kept, so do not send it again\.$/) })]));
  });

  test('services: spans of the first ones, also those that stand later in the request', async () => {
    const opened = await withQuota({ services: 1 });
    const spans = (service: string, ...names: readonly string[]) => ({ resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ spans: names.map((name) => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: (++time).toString(16).padStart(16, '0'), name, startTimeUnixNano: '1', endTimeUnixNano: '2' })) }] });
    const message: TracesData = { resourceSpans: [spans('one', 'a', 'b'), spans('two', 'c'), spans('one', 'd')] };
    const send = (): Promise<HttpAnswer> => post(opened.on.httpPort, '/v1/traces', { headers: { 'content-type': typeOf.protobuf, ...opened.key }, body: Buffer.from(writeRequest('traces', message)) });
    const answer = await send();
    expect(oracleDecode('ExportTraceServiceResponse', answer.body)).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    expect(countOf(opened.on)).toBe(3);
    // Sent again, what was kept is known, and the rest refused again: the rest was never here.
    expect(oracleDecode('ExportTraceServiceResponse', (await send()).body)).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    expect(opened.on.intake.counters.signals(0, 'greedy').traces).toMatchObject({ items: 8, accepted: 3, deduplicated: 3, refusedItems: 2 });
    opened.passMs(windowMs);
    expect((await post(opened.on.httpPort, '/v1/traces', { headers: { 'content-type': typeOf.protobuf, ...opened.key }, body: Buffer.from(writeRequest('traces', { resourceSpans: [message.resourceSpans![1]] })) })).status).toBe(200);
    expect(countOf(opened.on)).toBe(4);
  });

  test('attribute keys of log records, over gRPC', async () => {
    const opened = await withQuota({ attributes: 2 });
    const message: LogsData = { resourceLogs: [{ resource: { attributes: [text('service.name', 'one')] }, scopeLogs: [{ logRecords: [[], ['a'], ['b'], ['a', 'b'], ['a']].map((keys, i) => ({ body: { stringValue: `line ${i}` }, attributes: keys.map((key) => text(key, 'x')) })) }] }] };
    const client = new Client(`127.0.0.1:${opened.on.grpcPort}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    const metadata = new Metadata();
    metadata.set('x-api-key', opened.key['x-api-key']);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest('/opentelemetry.proto.collector.logs.v1.LogsService/Export', (value: Buffer) => value, (bytes: Buffer) => bytes, Buffer.from(writeRequest('logs', message)), metadata, (error, value) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)));
    });
    expect(oracleDecode('ExportLogsServiceResponse', answer)).toMatchObject({ partialSuccess: { rejectedLogRecords: '2', errorMessage: expect.stringContaining('attribute keys') } });
    expect(opened.on.records.map(({ batch }) => new TextDecoder().decode(batch?.strings.bytes).match(/line \d/g))).toEqual([['line 0', 'line 1', 'line 4']]);
  });

  test('what the log holds reads as what was acknowledged, and nothing more', async () => {
    const opened = await withQuota({ series: 2 });
    await sendMetrics(opened, ['host-a', 'host-b', 'host-c', 'host-a']);
    const bodies: unknown[] = [];
    for await (const { body } of opened.on.log.read(1)) bodies.push(readMessage('metrics', body));
    expect(JSON.stringify(bodies).match(/host-\w/g)).toEqual(['host-a', 'host-b', 'host-a']);
  });

  test('a protocol without partial success says it in its own words', async () => {
    const opened = await withQuota({ attributes: 3 });
    const line = (more: object): string => JSON.stringify({ message: 'x', ...more });
    const answer = await post(opened.on.httpPort, '/v1/logs/jsonlines', { headers: { 'content-type': 'application/x-ndjson', ...opened.key }, body: Buffer.from([line({}), line({ a: 1, b: 2, c: 3, d: 4, e: 5 }), line({ a: 1 })].join('\n')) });
    expect([answer.status, answer.body.toString()]).toEqual([200, expect.stringContaining('as many attribute keys in this hour as its quota has')]);
  });
});
