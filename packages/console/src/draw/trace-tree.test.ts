import { expect, test } from 'vitest';
import type { StoredSpan } from '../model.ts';
import { traceTree } from './trace-tree.ts';

const span = (spanId: string, parentId: string, startMs: number, durationMs: number): StoredSpan => ({ spanId, parentId, startMs, durationMs, status: 'unset', service: 's' }) as unknown as StoredSpan;
const drawn = (spans: readonly StoredSpan[]): string[] => traceTree(spans).rows.map((row) => `${'-'.repeat(row.depth)}${row.span.spanId} ${row.selfMs}`);

test('parents come before children, children by start, and self time is what no child covers', () => {
  expect(drawn([span('c', 'a', 6, 3), span('b', 'a', 1, 4), span('a', '', 0, 10), span('d', 'b', 2, 9)])).toEqual(['a 3', '-b 1', '--d 9', '-c 3']);
});
test('a span whose parent is missing stands at the top and says so', () => {
  expect(traceTree([span('b', 'gone', 1, 4)]).rows[0]).toMatchObject({ orphan: true, depth: 0 });
});
test('parents in a circle, and a span that is its own parent, are each drawn once', () => {
  expect(drawn([span('a', 'b', 0, 1), span('b', 'a', 0, 1), span('c', 'c', 0, 1)])).toHaveLength(3);
});
test('a chain of 20,000 spans does not overflow the stack', () => {
  const spans = Array.from({ length: 20_000 }, (_, at) => span(String(at), at === 0 ? '' : String(at - 1), at, 1));
  expect(traceTree(spans).rows).toHaveLength(20_000);
});
test('no spans make an empty tree', () => {
  expect(traceTree([])).toMatchObject({ rows: [], startMs: 0, durationMs: 0 });
});
