import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromJson, readRequest, type Batch, type Signal } from '@clew/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop } from '../model/shop.ts';
import { openExporters } from './exporters.ts';
import { openFleet } from './fleet.ts';

/** A sink that speaks OTLP/HTTP and keeps what it was sent. gRPC is not answered here: such spans count as failed exports. */
const got: { readonly type: string; readonly batch: Batch }[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signal = String(request.url).slice('/v1/'.length) as Signal;
      const type = String(request.headers['content-type']);
      const body = Buffer.concat(chunks);
      got.push({ type, batch: readRequest(signal, type === 'application/json' ? fromJson(signal, body.toString()) : body) });
      response.writeHead(200, { 'content-type': type });
      response.end(type === 'application/json' ? '{}' : undefined);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => void server.close());

const count = (signal: Signal, type?: string): number => got.filter((each) => each.batch.signal === signal && (type === undefined || each.type === type)).reduce((sum, each) => sum + each.batch.count, 0);

test('the official SDK sends the past whole and in order, then lives on in each service’s own encoding', async () => {
  const { port } = server.address() as AddressInfo;
  const fleet = openFleet(openExporters({ http: `http://127.0.0.1:${port}`, grpc: 'http://127.0.0.1:1' }));
  const startMs = Date.parse('2026-11-20T09:00:00Z');
  const shop = openShop({ seed: 9, startMs, requestsPerSecond: 4 });
  const past = shop.step(startMs + 20_000);
  await fleet.sendPast(past);
  expect(fleet.failures).toEqual({ count: 0, last: '' });
  expect([count('traces'), count('metrics'), count('logs')]).toEqual([past.spans.length, past.points.length, past.logs.length]);
  expect(got.reduce((sum, each) => sum + each.batch.refusals.count, 0)).toBe(0);

  const ids = new Set(got.flatMap(({ batch }) => batch.signal === 'traces' ? [...batch.spanId].map((id) => id.toString(16).padStart(16, '0')) : []));
  for (const span of past.spans) expect(ids.has(span.spanId)).toBe(true);

  const live = shop.step(startMs + 30_000);
  fleet.sendLive(live, startMs + 30_000);
  await fleet.shutdown();
  const spansBy = (transport: string): number => live.spans.filter((span) => span.resource.transport === transport).length;
  expect(count('traces', 'application/json')).toBe(spansBy('json'));
  expect(count('traces', 'application/x-protobuf')).toBe(past.spans.length + spansBy('protobuf'));
  expect(spansBy('grpc')).toBeGreaterThan(0);
  expect(count('logs')).toBe(past.logs.length + live.logs.length);
});
