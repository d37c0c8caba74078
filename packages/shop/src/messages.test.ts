import { readRequest, writeRequest } from '@clew/otlp';
import { expect, test } from 'vitest';
import { toNanos, toRequests } from './messages.ts';
import { openShop } from './model/shop.ts';

const startMs = Date.parse('2026-11-20T09:00:00Z');
const telemetry = openShop({ seed: 8, startMs, requestsPerSecond: 5, faults: [{ name: 'bad-deploy', startMs: startMs + 20_000, endMs: Infinity }] }).step(startMs + 60_000);
const { traces, metrics, logs } = toRequests(telemetry);

test('toRequests makes requests of which nothing is refused and nothing is lost', () => {
  const batches = [
    [readRequest('traces', writeRequest('traces', traces ?? {})), telemetry.spans.length],
    [readRequest('metrics', writeRequest('metrics', metrics ?? {})), telemetry.points.length],
    [readRequest('logs', writeRequest('logs', logs ?? {})), telemetry.logs.length],
  ] as const;
  for (const [batch, count] of batches) {
    expect(batch.refusals.count).toBe(0);
    expect(batch.count).toBe(count);
    expect(count).toBeGreaterThan(0);
  }
});

test('toNanos keeps microseconds of an epoch time', () => {
  expect(toNanos(1_763_629_200_123.456)).toBe('1763629200123456000');
});
