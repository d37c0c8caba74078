import { expect, test } from 'vitest';
import { sketchGraph } from '../model/sketch.ts';
import { weighHurt } from './hurt.ts';
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
  expect(hurt.get('service:fails')).toBeCloseTo(10);
  expect(hurt.get('service:slow')).toBeGreaterThan(30);
  expect(hurt.get('service:silent')).toBeCloseTo(39);
  expect(hurt.has('service:well')).toBe(false);
});

test('the path goes up by the callers that suffer most, and ends where nobody suffers', () => {
  const operation = (name: string, ...calls: string[]) => ({ node: `service:${name}`, name: 'go', calls: calls.map((each) => `service:${each}|go`), selfMs: 1 });
  const graph = sketchGraph({ operations: [operation('door', 'shop', 'app'), operation('calm', 'shop'), operation('shop', 'stock'), operation('app', 'stock'), operation('stock')] }, 1_000);
  const suffers: Readonly<Record<string, number>> = { 'service:door': 3, 'service:shop': 2, 'service:app': 5, 'service:stock': 9 };
  const facts = { atMs: 1_000, onsetMs: 1_000, paneMs: 10_000, graph, byNode: new Map(), hurt: (node: string) => suffers[node] ?? 0, hostsOf: () => [] } as unknown as Facts;
  expect(pathTo('service:stock', facts).map(({ entity }) => entity)).toEqual(['service:door', 'service:app', 'service:stock']);
  expect(pathTo('service:stock', facts)[1].edge).toBe('edge:service:app→service:stock');
});
