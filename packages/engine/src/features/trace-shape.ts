import type { EntityId } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { isCall } from './assemble.ts';
import { addSum } from './partials.ts';
import type { Slice, SumName } from './partials.ts';
import { rowWords, Word } from './span-buffer.ts';
import { isServed } from './spans.ts';

const names = ['traced', 'tracedNs', 'treeSpans', 'treeDepth', 'selfNs', 'tracedCalls', 'retries', 'databaseCalls', 'databaseNs', 'networkNs'] as const satisfies readonly SumName[];
const Name = { traced: 0, tracedNs: 1, treeSpans: 2, treeDepth: 3, selfNs: 4, tracedCalls: 5, retries: 6, databaseCalls: 7, databaseNs: 8, networkNs: 9 } as const satisfies Record<(typeof names)[number], number>;

/**
 * What the assembled traces of a pane say of their requests, summed by service and operation: own time, the shape of the
 * trees, calls and their retries. A span counts for the nearest request of this pane above it, if it is of the same service.
 */
export function sumTraces(assembly: Assembly, sliceOf: (entity: EntityId) => Slice): void {
  const { rows: { ids, times, count }, shapes, kind, above, order, selfNs, answer } = assembly;
  const nearest = new Int32Array(count).fill(-1);
  const spans = new Uint32Array(count).fill(1);
  const depth = new Uint32Array(count).fill(1);
  for (let at = count - 1; at >= 0; at--) {
    const row = order[at];
    if (above[row] < 0) continue;
    spans[above[row]] += spans[row];
    depth[above[row]] = Math.max(depth[above[row]], depth[row] + 1);
  }
  const retried = retriesOf(assembly);
  // Whom a row counts for follows from its request's shape: summed by shape, and told to service and operation at the end.
  const sums = new Float64Array(shapes.length * names.length);
  const add = (row: number, name: number, by: number): void => {
    sums[ids[row * rowWords + Word.shape] * names.length + name] += by;
  };
  for (const row of order) {
    const at = row * rowWords;
    const shape = shapes[ids[at + Word.shape]];
    const isRoot = ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0;
    if (ids[at + Word.age] === 0 && isServed(shape.kind, isRoot)) {
      nearest[row] = row;
      add(row, Name.traced, 1);
      add(row, Name.tracedNs, times[2 * row + 1]);
      add(row, Name.treeSpans, spans[row]);
      add(row, Name.treeDepth, depth[row]);
    } else nearest[row] = above[row] < 0 ? -1 : nearest[above[row]];
    const request = nearest[row];
    if (request < 0 || shapes[ids[request * rowWords + Word.shape]].service !== shape.service) continue;
    if (!isCall(kind[row])) {
      add(request, Name.selfNs, selfNs[row]);
      continue;
    }
    add(request, Name.tracedCalls, 1);
    if (retried[row] === 1) add(request, Name.retries, 1);
    if (shape.peer?.kind === 'database') {
      add(request, Name.databaseCalls, 1);
      add(request, Name.databaseNs, selfNs[row]);
    } else if (answer[row] >= 0) add(request, Name.networkNs, selfNs[row]);
  }
  for (const [number, { service, operationId }] of shapes.entries()) {
    if (sums[number * names.length + Name.traced] === 0) continue;
    for (const slice of [sliceOf(service), sliceOf(operationId)]) {
      for (const [at, name] of names.entries()) addSum(slice, name, sums[number * names.length + at]);
    }
  }
}

/** Calls that begin after one of the same shape, beneath the same parent, has failed. */
function retriesOf({ rows: { ids, count }, kind, firstChild, nextSibling, begin, end }: Assembly): Uint8Array {
  const retried = new Uint8Array(count);
  const firstFailed = new Map<number, number>();
  for (let parent = 0; parent < count; parent++) {
    if (firstChild[parent] < 0 || nextSibling[firstChild[parent]] < 0) continue;
    firstFailed.clear();
    for (let row = firstChild[parent]; row >= 0; row = nextSibling[row]) {
      if (!isCall(kind[row]) || ids[row * rowWords + Word.error] === 0) continue;
      const shape = ids[row * rowWords + Word.shape];
      const known = firstFailed.get(shape);
      if (known === undefined || end[row] < end[known]) firstFailed.set(shape, row);
    }
    if (firstFailed.size === 0) continue;
    for (let row = firstChild[parent]; row >= 0; row = nextSibling[row]) {
      const failed = firstFailed.get(ids[row * rowWords + Word.shape]);
      if (failed !== undefined && failed !== row && begin[row] >= end[failed]) retried[row] = 1;
    }
  }
  return retried;
}
