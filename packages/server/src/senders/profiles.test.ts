/** Profiles through a Collector, which reads them into its own model and writes them anew, over gRPC and HTTP: what arrives means what was sent. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRequest } from '@clew/otlp';
import type { ProfilesData } from '@clew/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, startServer } from '../fixture/child-server.ts';
import type { ChildServer, Ports } from '../fixture/child-server.ts';
import { collectorPath, hasCollector } from './fixture/collector.ts';

const traceId = 'a1'.repeat(16);
const spanId = 'b2'.repeat(8);
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

const sent: ProfilesData = {
  resourceProfiles: [{ resource: { attributes: [attribute('service.name', 'profiled'), attribute('host.name', 'h1')] }, schemaUrl: 'https://r', scopeProfiles: [{ scope: { name: 'profiler', version: '2' }, profiles: [{
    sampleType: { typeStrindex: 1, unitStrindex: 2 }, periodType: { typeStrindex: 1, unitStrindex: 2 }, period: '10', timeUnixNano: '1790000000000000001', durationNano: '5000', profileId: 'cd'.repeat(16), attributeIndices: [1],
    originalPayloadFormat: 'pprof', originalPayload: 'AAEC', droppedAttributesCount: 3,
    samples: [{ stackIndex: 2, linkIndex: 1, attributeIndices: [1, 2], values: ['30', '-9'], timestampsUnixNano: ['1790000000000000002', '1790000000000000003'] }, { stackIndex: 1, values: ['9007199254740993'] }],
  }] }] }],
  dictionary: {
    stringTable: ['', 'cpu', 'nanoseconds', 'main', 'pay', 'thread.name', 'app', 'big'],
    attributeTable: [{}, { keyStrindex: 5, value: { stringValue: 'worker' } }, { keyStrindex: 7, value: { arrayValue: { values: [{ intValue: '9007199254740993' }, { bytesValue: '/+8=' }, {}] } }, unitStrindex: 2 }],
    mappingTable: [{}, { filenameStrindex: 6, memoryStart: '4096', memoryLimit: '18446744073709551615', fileOffset: '7' }],
    functionTable: [{}, { nameStrindex: 3 }, { nameStrindex: 4, systemNameStrindex: 4, filenameStrindex: 6, startLine: '9' }],
    linkTable: [{ traceId: '00'.repeat(16), spanId: '00'.repeat(8) }, { traceId, spanId }],
    locationTable: [{}, { lines: [{ functionIndex: 1, line: '3' }] }, { mappingIndex: 1, address: '5000', lines: [{ functionIndex: 2, line: '7', column: '2' }, { functionIndex: 1 }], attributeIndices: [1] }],
    stackTable: [{}, { locationIndices: [1] }, { locationIndices: [2, 1] }],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'clew-profiles-collector-'));
let ports: Ports;
let server: ChildServer | null = null;
let collector: ChildProcess | null = null;
let collectorPort = 0;
let said = '';
beforeAll(async () => {
  if (!hasCollector) return;
  ports = await freePorts();
  const own = await freePorts();
  collectorPort = own.http;
  server = await startServer(join(folder, 'data'), ports);
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${own.http}` } } } },
    exporters: { otlp_http: { endpoint: `http://127.0.0.1:${ports.http}`, compression: 'gzip' }, otlp_grpc: { endpoint: `127.0.0.1:${ports.grpc}`, tls: { insecure: true } } },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { profiles: { receivers: ['otlp'], exporters: ['otlp_http', 'otlp_grpc'] } } },
  };
  writeFileSync(join(folder, 'collector.yaml'), JSON.stringify(config));
  const started = spawn(collectorPath, ['--config', join(folder, 'collector.yaml'), '--feature-gates', 'service.profilesSupport'], { stdio: ['ignore', 'ignore', 'pipe'] });
  collector = started;
  await new Promise<void>((resolve, reject) => {
    started.on('exit', (code) => reject(new Error(`the Collector ended with ${code}: ${said.slice(-2_000)}`)));
    started.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Everything is ready')) resolve();
    });
  });
}, 60_000);
afterAll(async () => {
  const ended = collector;
  if (ended !== null) await new Promise<void>((resolve) => { ended.removeAllListeners('exit').on('exit', () => resolve()).kill('SIGTERM'); });
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Json = Record<string, any>;
async function get(path: string): Promise<Json> {
  return await (await fetch(`http://127.0.0.1:${ports.console}/api/v1${path}`)).json() as Json;
}
async function send(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/v1development/profiles`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: writeRequest('profiles', sent) })).status;
}
/** Two writings of one dictionary may put its entries in another order: stacks are compared where samples use them. */
const meaningOf = ({ id: _id, stacks, sampleList, ...rest }: Json): Json => ({ ...rest, samplesMeant: sampleList.map(({ stack, ...sample }: Json) => ({ ...sample, frames: stacks[stack] })) });

test.skipIf(!hasCollector)(`a profile that a Collector passes on over gRPC and HTTP arrives as it was sent${hasCollector ? '' : ' (no Collector: node scripts/peers.mjs)'}`, async () => {
  expect(await send(collectorPort)).toBe(200);
  const all = '/profiles?from=0&to=8640000000000000';
  await expect.poll(async () => (await get(all)).profiles.length, { timeout: 20_000, message: said.slice(-2_000) }).toBe(2);
  expect(await send(ports.http)).toBe(200);
  await expect.poll(async () => (await get(all)).profiles.length, { timeout: 20_000 }).toBe(3);
  const found = await Promise.all(((await get(all)).profiles as Json[]).map(async ({ id }) => meaningOf(await get(`/profiles/${id}`))));
  expect(found[0]).toMatchObject({ profileId: 'cd'.repeat(16), type: 'cpu', samples: 2, attributes: { 'thread.name': 'worker' }, resource: { attributes: { 'service.name': 'profiled', 'host.name': 'h1' }, schemaUrl: 'https://r' }, payload: 'AAEC' });
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
}, 60_000);
