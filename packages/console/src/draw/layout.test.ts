import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spread } from './layering.ts';
import { layOut, type Layout, type LayoutEdge } from './layout.ts';

const nodes = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));
const calls = (...pairs: string[]): LayoutEdge[] => pairs.map((pair) => ({ from: pair.split('>')[0], to: pair.split('>')[1] }));

/** 500 services in a plausible shape: each calls a few that come later, and some call back. */
function large(): { ids: { id: string }[]; edges: LayoutEdge[] } {
  let seed = 7;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const ids = Array.from({ length: 500 }, (_, i) => ({ id: `service:${String(i).padStart(3, '0')}` }));
  const edges = Array.from({ length: 1200 }, () => {
    const from = next(480);
    return { from: ids[from].id, to: ids[Math.min(499, from + 1 + next(60))].id };
  });
  return { ids, edges: [...edges, { from: ids[400].id, to: ids[3].id }] };
}

const apart = (layout: Layout): boolean => [...layout.places.values()].every((a, i, all) => all.every((b, j) => i === j || a.layer !== b.layer || Math.abs(a.y - b.y) >= 0.999));

describe('layout', () => {
  test('callees stand right of their callers, a cycle does not break it', () => {
    const { places } = layOut(nodes('user', 'a', 'b', 'db'), calls('user>a', 'a>b', 'b>db', 'b>a', 'a>db'));
    expect(['user', 'a', 'b', 'db'].map((id) => places.get(id)?.layer)).toEqual([0, 1, 2, 3]);
  });

  test('the order of what comes in does not matter', () => {
    const { ids, edges } = large();
    expect(layOut([...ids].reverse(), [...edges].reverse())).toEqual(layOut(ids, edges));
  });

  test('no two nodes of 500 stand on each other', () => {
    const { ids, edges } = large();
    expect(apart(layOut(ids, edges))).toBe(true);
  });

  test('nodes that were there do not move when others come and go', () => {
    const { ids, edges } = large();
    const before = layOut(ids.slice(0, 450), edges);
    const after = layOut(ids.slice(10), edges, before);
    for (const { id } of ids.slice(10, 450)) expect(after.places.get(id)).toEqual(before.places.get(id));
    expect(after.places.size).toBe(490);
    expect(apart(after)).toBe(true);
  });

  test('an update without a new node changes nothing', () => {
    const { ids, edges } = large();
    const before = layOut(ids, edges);
    expect(layOut(ids, edges, before)).toEqual(before);
  });

  test('any graph at all gets a place for every node', () => {
    const id = fc.constantFrom(...'abcdefgh');
    fc.assert(fc.property(fc.uniqueArray(id), fc.array(fc.record({ from: id, to: id })), fc.uniqueArray(id), (some, edges, others) => {
      const first = layOut(nodes(...some), edges);
      expect([...first.places.keys()].sort()).toEqual([...some].sort());
      const second = layOut(nodes(...others), edges, first);
      expect([...second.places.keys()].sort()).toEqual([...others].sort());
      expect(apart(first) && apart(second)).toBe(true);
    }));
  });
});

test('spreading keeps the room and moves as little as can be', () => {
  expect(spread([0, 0, 5], [1, 1, 1])).toEqual([-0.5, 0.5, 5]);
  expect(spread([3, 1], [1, 1])).toEqual([1.5, 2.5]);
});
