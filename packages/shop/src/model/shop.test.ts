import { describe, expect, test } from 'vitest';
import { faults } from './faults/catalogue.ts';
import type { SpanRecord, Telemetry } from './records.ts';
import { allServices } from './services/all.ts';
import { openShop, type ShopOptions } from './shop.ts';

const startMs = Date.parse('2026-11-20T09:00:00Z');
const minuteMs = 60_000;

function run(minutes: number, options: Partial<ShopOptions> = {}, stepMs = minutes * minuteMs): Telemetry {
  const shop = openShop({ seed: 5, startMs, requestsPerSecond: 6, ...options });
  const all: Telemetry = { spans: [], points: [], logs: [] };
  for (let atMs = stepMs; atMs <= minutes * minuteMs; atMs += stepMs) {
    const { spans, points, logs } = shop.step(startMs + atMs);
    for (const span of spans) all.spans.push(span);
    for (const point of points) all.points.push(point);
    for (const log of logs) all.logs.push(log);
  }
  return all;
}

const serviceOf = (span: SpanRecord): string => String(span.resource.attributes['service.name']);

describe('openShop', () => {
  test('gives the same telemetry for the same seed, however it is stepped', () => {
    expect(JSON.stringify(run(2))).toBe(JSON.stringify(run(2)));
    expect(JSON.stringify(run(2, {}, 1_000))).toBe(JSON.stringify(run(2)));
    expect(JSON.stringify(run(2, { seed: 6 }))).not.toBe(JSON.stringify(run(2)));
  });

  test('makes whole traces: every parent is there, ids are unique, times run forward, queues are linked', () => {
    const { spans } = run(4);
    const settled = spans.filter((span) => span.endMs < startMs + 3.5 * minuteMs);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(byId.size).toBe(spans.length);
    for (const span of settled) {
      expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
      if (span.parentId !== '') expect(byId.get(span.parentId)?.traceId).toBe(span.traceId);
      if (span.kind === 5) expect(byId.get(span.links[0].spanId)?.kind).toBe(4);
    }
    expect(settled.filter((span) => span.kind === 5).length).toBeGreaterThan(50);
  });

  test('is about 20 services that all send spans, with about 11 attributes a span', () => {
    const { spans } = run(6);
    expect(new Set(spans.map(serviceOf)).size).toBe(allServices.length);
    expect(allServices.length).toBeGreaterThanOrEqual(20);
    const mean = spans.reduce((sum, span) => sum + Object.keys(span.attributes).length, 0) / spans.length;
    expect(mean).toBeGreaterThan(9);
    expect(mean).toBeLessThan(13);
  });

  test('has the rhythm that it is told', () => {
    const hours = run(24 * 60, { requestsPerSecond: 0.1, metricIntervalMs: 3_600_000, rhythm: { peakHour: 15, amplitude: 0.8 } }).spans.filter((span) => span.parentId === '' && span.kind === 2).map((span) => new Date(span.startMs).getUTCHours());
    const count = (from: number, to: number): number => hours.filter((hour) => hour >= from && hour < to).length;
    expect(count(12, 18)).toBeGreaterThan(2 * count(0, 6));
  });

  test('counters start anew when a container is killed', () => {
    const { points, logs } = run(6, { requestsPerSecond: 8, faults: [{ name: 'memory-leak', startMs: startMs + minuteMs, endMs: Infinity }] });
    expect(logs.some(({ attributes }) => attributes['k8s.event.reason'] === 'OOMKilling')).toBe(true);
    const starts = points.filter(({ name, resource }) => name === 'http.server.request.duration' && resource.attributes['service.name'] === 'cart').map((point) => point.startMs);
    expect(new Set(starts).size).toBeGreaterThan(2);
  });
});

describe('faults', () => {
  const beginMs = startMs + minuteMs;
  const endMs = beginMs + 3.5 * minuteMs;

  interface Felt { readonly count: number; readonly errorShare: number; readonly p75Ms: number; readonly p95Ms: number }
  interface Played { readonly felt: (service: string, operation: string) => Felt; readonly texts: ReadonlySet<string> }

  /** What people and programs feel of each operation while the fault is on, and all texts that were sent. */
  function play(name: string | null): Played {
    const { spans, logs } = run(4.5, name === null ? {} : { faults: [{ name, startMs: beginMs, endMs }] });
    const operations = new Map<string, { durations: number[]; errors: number }>();
    for (const span of spans) {
      if ((span.kind !== 2 && span.kind !== 5) || span.endMs < beginMs + 1.5 * minuteMs) continue;
      const key = `${serviceOf(span)} ${span.name}`;
      const operation = operations.get(key) ?? { durations: [], errors: 0 };
      operations.set(key, operation);
      operation.durations.push(span.endMs - span.startMs);
      if (span.status === 2) operation.errors++;
    }
    const texts = new Set(logs.map(({ body }) => body));
    for (const { attributes, name: called, statusMessage, resource } of [...spans, ...logs.map((log) => ({ ...log, name: log.eventName, statusMessage: '' }))]) {
      for (const value of [called, statusMessage, ...Object.values(attributes), ...Object.values(resource.attributes)]) texts.add(String(value));
    }
    return {
      texts,
      felt(service, operation) {
        const { durations, errors } = operations.get(`${service} ${operation}`) ?? { durations: [], errors: 0 };
        durations.sort((a, b) => a - b);
        return { count: durations.length, errorShare: errors / Math.max(1, durations.length), p75Ms: durations[Math.floor(durations.length * 0.75)] ?? 0, p95Ms: durations[Math.floor(durations.length * 0.95)] ?? 0 };
      },
    };
  }

  const played = new Map(faults.map(({ name }) => [name, play(name)]));
  const calm = play(null);

  const cases: readonly (readonly [fault: string, service: string, operation: string, effect: 'slow' | 'failing' | 'less' | 'more'])[] = [
    ['slow-database', 'order', 'GET /customers/{userId}/orders', 'slow'],
    ['slow-database', 'gateway', 'POST /checkout', 'slow'],
    ['payment-index', 'payment', 'POST /payments', 'slow'],
    ['payment-index', 'gateway', 'POST /checkout', 'slow'],
    ['pool-exhausted', 'order', 'GET /customers/{userId}/orders', 'failing'],
    ['pool-exhausted', 'gateway', 'POST /checkout', 'failing'],
    ['cache-down', 'cart', 'GET /carts/{userId}', 'failing'],
    ['cache-down', 'catalogue', 'GET /featured', 'slow'],
    ['consumer-stuck', 'order-processor', 'process order-events', 'less'],
    ['consumer-stuck', 'shipping', 'POST /shipments', 'less'],
    ['noisy-neighbour', 'search', 'GET /query', 'slow'],
    ['noisy-neighbour', 'cart', 'GET /carts/{userId}', 'slow'],
    ['disk-full', 'invoice', 'POST /invoices', 'failing'],
    ['network-latency', 'storefront', 'GET /', 'slow'],
    ['bad-deploy', 'payment', 'POST /payments', 'failing'],
    ['slow-deploy', 'recommendation', 'GET /recommendations/{userId}', 'slow'],
    ['memory-leak', 'storefront', 'GET /cart', 'slow'],
    ['service-down', 'pricing', 'shop.pricing.v1.Pricing/Quote', 'less'],
    ['service-down', 'gateway', 'GET /products/{productId}', 'failing'],
    ['bad-pod', 'catalogue', 'POST /products/lookup', 'failing'],
    ['flag-slow-search', 'gateway', 'GET /search', 'slow'],
    ['retry-storm', 'catalogue', 'GET /products/{productId}', 'more'],
    ['retry-storm', 'storefront', 'GET /', 'failing'],
    ['third-party-slow', 'gateway', 'POST /checkout', 'slow'],
    ['third-party-errors', 'shipping', 'POST /shipments', 'failing'],
    ['traffic-surge', 'gateway', 'GET /', 'more'],
    ['visitors-lost', 'gateway', 'GET /', 'less'],
  ];

  test.each(cases)('%s makes %s %s %s', (fault, service, operation, effect) => {
    const before = calm.felt(service, operation);
    const during = (played.get(fault) as Played).felt(service, operation);
    if (effect === 'slow') expect(during.p95Ms).toBeGreaterThan(1.5 * before.p95Ms);
    if (effect === 'failing') expect(during.errorShare).toBeGreaterThan(0.15);
    if (effect === 'less') expect(during.count).toBeLessThan(0.5 * before.count);
    if (effect === 'more') expect(during.count).toBeGreaterThan(1.6 * before.count);
  });

  test('every fault is felt somewhere', () => {
    expect(new Set(cases.map(([fault]) => fault))).toEqual(new Set(faults.map(({ name }) => name)));
  });

  test.each(faults.map(({ name }) => name))('%s does not write its own name into telemetry', (name) => {
    expect([...(played.get(name) as Played).texts].filter((text) => text.includes(name))).toEqual([]);
  });

  test('a surge is borne: nothing is slower and nothing fails', () => {
    const surge = played.get('traffic-surge') as Played;
    for (const operation of ['GET /', 'GET /products/{productId}', 'POST /checkout']) {
      const [before, during] = [calm.felt('gateway', operation), surge.felt('gateway', operation)];
      expect(during.p75Ms).toBeLessThan(1.35 * before.p75Ms);
      expect(during.errorShare).toBeLessThan(0.02);
    }
  });
});
