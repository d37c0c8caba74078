import { expect, test } from 'vitest';
import { makeDice, sketchPane } from '../model/sketch.ts';
import type { Sketch } from '../model/sketch.ts';
import { explainLimits as limits } from './limits.ts';
import { keepPane, makeMemory, tally } from './memory.ts';

const sketch: Sketch = { operations: [{ node: 'service:a', name: 'x', calls: ['database:d|q'], selfMs: 5, entryRate: 20 }, { node: 'database:d', name: 'q', calls: [], selfMs: 7 }] };

test('memory keeps so many panes and no more, and sums what is asked for', () => {
  const memory = makeMemory();
  const dice = makeDice(2);
  for (let pane = 0; pane < limits.memoryPanes + 30; pane++) keepPane(memory, sketchPane(sketch, pane * 10_000, dice));
  expect(memory.panes).toHaveLength(limits.memoryPanes);
  expect(memory.rows).toBe(memory.panes.reduce((sum, pane) => sum + pane.rows, 0));
  const fromMs = memory.panes[10].startMs;
  const sum = tally(memory, new Set(['service:a']), fromMs, fromMs + 20_000).get('operation:a|server|x')!;
  expect(sum.requests).toBe(memory.panes[10].attributions[0].requests + memory.panes[11].attributions[0].requests);
  expect([...sum.self.values()].map((each) => [each.node, Math.round(each.selfMs / sum.requests)])).toEqual([['service:a', 5], ['database:d', 7]]);
  expect(tally(memory, new Set(['service:b']), 0, Infinity).size).toBe(0);
});
