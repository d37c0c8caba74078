import { expect, test } from 'vitest';
import type { Graph, Pane, Red } from '../model/index.ts';
import { countEntries, shareAbove } from './impact.ts';

const red: Red = { paneMs: 0, count: 100, errors: 0, rate: 10, errorShare: 0, p50Ms: 100, p95Ms: 200, p99Ms: 400 };

test('share of requests above a duration, between the quantiles that are known', () => {
  expect(shareAbove(red, 100)).toBeCloseTo(0.5);
  expect(shareAbove(red, 200)).toBeCloseTo(0.05);
  expect(shareAbove(red, 150)).toBeCloseTo(0.275);
  expect(shareAbove(red, 50)).toBeCloseTo(0.75);
  expect(shareAbove(red, 1_000)).toBe(0);
});

test('of a front door that serves a mixture, only the requests that are slow for their kind are slow', () => {
  const of = (count: number, p50Ms: number, p95Ms: number, p99Ms: number): Red => ({ ...red, count, p50Ms, p95Ms, p99Ms });
  const [door, browse, pay] = ['service:gateway', 'operation:gateway|server|GET /browse', 'operation:gateway|server|POST /pay'];
  // One in ten pays, and all of those are slow.
  const pane = { startMs: 0, endMs: 10_000, red: new Map([['edge:user→service:gateway', of(100, 30, 3_400, 3_600)], [browse, of(90, 28, 50, 60)], [pay, of(10, 3_400, 3_500, 3_600)], ['operation:other|server|GET /', of(500, 9_000, 9_000, 9_000)]]) } as unknown as Pane;
  const graph = { callees: () => [door] } as unknown as Graph;
  const high = new Map([[`${browse} latency_p95 `, 50], [`${pay} latency_p95 `, 80], ['edge:user→service:gateway latency_p95 ', 70]]);
  const { requests, slow } = countEntries(pane, graph, (series) => high.get(series) ?? null);
  expect(requests).toBe(100);
  expect(slow).toBeCloseTo(10, 0);
  // Where operations are not judged, what is known of the whole has to do.
  high.delete(`${browse} latency_p95 `);
  high.delete(`${pay} latency_p95 `);
  expect(countEntries(pane, graph, (series) => high.get(series) ?? null).slow).toBeGreaterThan(40);
});
