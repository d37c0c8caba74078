import { expect, test } from 'vitest';
import { sketchGraph } from '../model/sketch.ts';
import type { Pane } from '../model/index.ts';
import { isMissed, tallyRequests, weighHurt, weighWorst } from './hurt.ts';
import { makeMemory } from './memory.ts';
import type { RequestStretch } from './hurt.ts';
import { pathTo } from './path.ts';
import type { Facts } from './facts.ts';

interface Told { readonly requests: number; readonly errors?: number; readonly bucket?: number }

const stretch = (told: Readonly<Record<string, Told>>, panes = 10): RequestStretch => ({
  panes, operations: new Map(Object.entries(told).map(([name, { requests, errors = 0, bucket = 40 }]) => {
    const durations = new Float64Array(164);
    for (const [at, share] of [0.25, 0.5, 0.25].entries()) durations[bucket - 1 + at] = share * requests;
    return [`operation:${name}`, { node: `service:${name}`, requests, errors, durations }];
  })),
});

test('who fails, is slower or gets nothing suffers by so many requests a pane, and nobody else', () => {
  const before = stretch({ fails: { requests: 400 }, slow: { requests: 400 }, silent: { requests: 400 }, well: { requests: 400 } });
  const after = stretch({ fails: { requests: 400, errors: 100 }, slow: { requests: 400, bucket: 48 }, silent: { requests: 10 }, well: { requests: 390, errors: 1 } });
  const hurt = weighHurt(before, after);
  expect(hurt.get('service:fails')?.felt).toBeCloseTo(10);
  expect(hurt.get('service:slow')?.felt).toBeGreaterThan(30);
  expect(hurt.get('service:silent')?.missing).toBeCloseTo(39);
  expect(hurt.has('service:well')).toBe(false);
});

test('what chance does to few requests hurts nobody', () => {
  const before = stretch({ few: { requests: 12 }, failing: { requests: 100 } });
  expect(weighHurt(before, stretch({ few: { requests: 5 }, failing: { requests: 100, errors: 3 } })).size).toBe(0);
  expect([...weighHurt(before, stretch({ few: { requests: 0 }, failing: { requests: 100, errors: 9 } })).keys()]).toEqual(['service:few', 'service:failing']);
});

test('what comes long after the onset is not counted to it', () => {
  const pane = (at: number, errors: number): Pane => ({ startMs: at * 10_000, attributions: [{ operation: 'operation:shop', node: 'service:shop', requests: 40, errors, totalMs: 400, self: [], origins: [], durations: [40, 40] }], templates: [], observations: [] }) as unknown as Pane;
  const memory = makeMemory();
  for (let at = 0; at < 72; at++) memory.panes.push({ rows: 1, ...pane(at, at < 60 ? 0 : 40) });
  const weighed = weighWorst(memory, tallyRequests(memory, 0, 180_000), 180_000, 720_000);
  expect(weighed.hurt.size).toBe(0);
  expect(weighWorst(memory, tallyRequests(memory, 0, 180_000), 600_000, 720_000).hurt.get('service:shop')?.felt).toBeCloseTo(40);
});

test('whose callees have as much to do as ever has lost its spans, not its requests', () => {
  const weighed = { hurt: new Map(), usual: new Map([['service:door', 40], ['service:app', 60], ['service:stock', 10]]), now: new Map([['service:door', 0], ['service:app', 58], ['service:stock', 10]]) };
  expect(isMissed('service:door', ['service:app', 'service:stock'], weighed)).toBe(false);
  expect(isMissed('service:door', ['service:app'], { ...weighed, now: new Map([['service:app', 25]]) })).toBe(true);
  expect(isMissed('service:door', ['database:orders'], weighed)).toBe(true);
});

test('a step is dated by what people feel there; by a resource only where that came with the incident', () => {
  const told = (feature: string, symptom: boolean, onsetMs: number) => ({ id: `${feature} ${onsetMs}`, entity: 'service:stock', node: 'service:stock', feature, symptom, onsetMs });
  const graph = sketchGraph({ operations: [{ node: 'service:stock', name: 'go', calls: [], selfMs: 1 }] }, 1_000);
  const onset = (...findings: readonly ReturnType<typeof told>[]): number | null =>
    pathTo('service:stock', { atMs: 900_000, onsetMs: 600_000, paneMs: 10_000, graph, byNode: new Map([['service:stock', findings]]), hurt: () => 0, hostsOf: () => [] } as unknown as Facts)[0].onsetMs;
  expect(onset(told('jvm.gc.pauses', false, 320_000), told('latency_p95', true, 610_000))).toBe(610_000);
  expect(onset(told('jvm.gc.pauses', false, 320_000), told('cpu_utilization', false, 590_000))).toBe(590_000);
  expect(onset(told('jvm.gc.pauses', false, 320_000))).toBeNull();
});

test('the path goes up by the callers that suffer most, and ends where nobody suffers', () => {
  const operation = (name: string, ...calls: string[]) => ({ node: `service:${name}`, name: 'go', calls: calls.map((each) => `service:${each}|go`), selfMs: 1 });
  const graph = sketchGraph({ operations: [operation('door', 'shop', 'app'), operation('calm', 'shop'), operation('shop', 'stock'), operation('app', 'stock'), operation('stock')] }, 1_000);
  const suffers: Readonly<Record<string, number>> = { 'service:door': 3, 'service:shop': 2, 'service:app': 5, 'service:stock': 9 };
  const facts = { atMs: 1_000, onsetMs: 1_000, paneMs: 10_000, graph, byNode: new Map(), hurt: (node: string) => suffers[node] ?? 0, hostsOf: () => [] } as unknown as Facts;
  expect(pathTo('service:stock', facts).map(({ entity }) => entity)).toEqual(['service:door', 'service:app', 'service:stock']);
  expect(pathTo('service:stock', facts)[1].edge).toBe('edge:service:app→service:stock');
});
