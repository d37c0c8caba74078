import type { EntityId } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { isCall } from './assemble.ts';
import { addSum } from './partials.ts';
import type { Slice, SumName } from './partials.ts';
import { rowWords, Word } from './span-buffer.ts';
import { isServed } from './spans.ts';

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
  // Whom a row counts for follows from its shape, so the slices are looked up once a shape.
  const slices: (readonly Slice[] | undefined)[] = [];
  const add = (row: number, name: SumName, by: number): void => {
    const number = ids[row * rowWords + Word.shape];
    const { service, operationId } = shapes[number];
    for (const slice of slices[number] ??= [sliceOf(service), sliceOf(operationId)]) addSum(slice, name, by);
  };
  for (const row of order) {
    const at = row * rowWords;
    const shape = shapes[ids[at + Word.shape]];
    const isRoot = ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0;
    if (ids[at + Word.age] === 0 && isServed(shape.kind, isRoot)) {
      nearest[row] = row;
      add(row, 'traced', 1);
      add(row, 'tracedNs', times[2 * row + 1]);
      add(row, 'treeSpans', spans[row]);
      add(row, 'treeDepth', depth[row]);
    } else nearest[row] = above[row] < 0 ? -1 : nearest[above[row]];
    const request = nearest[row];
    if (request < 0 || shapes[ids[request * rowWords + Word.shape]].service !== shape.service) continue;
    if (!isCall(kind[row])) {
      add(request, 'selfNs', selfNs[row]);
      continue;
    }
    add(request, 'tracedCalls', 1);
    if (retried[row] === 1) add(request, 'retries', 1);
    if (shape.peer?.kind === 'database') {
      add(request, 'databaseCalls', 1);
      add(request, 'databaseNs', selfNs[row]);
    } else if (answer[row] >= 0) add(request, 'networkNs', selfNs[row]);
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
