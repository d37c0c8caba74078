/** What happens next: a binary heap of moments, ties in the order in which they were added. */
export interface Agenda {
  at(atMs: number, run: (atMs: number) => void): void;
  /** Runs everything before `untilMs` (exclusive), in order of time; entries may add entries. */
  runUntil(untilMs: number): void;
}

interface Entry { readonly atMs: number; readonly order: number; readonly run: (atMs: number) => void }

export function openAgenda(): Agenda {
  const heap: Entry[] = [];
  let added = 0;
  return {
    at(atMs, run) {
      heap.push({ atMs, order: added++, run });
      rise(heap, heap.length - 1);
    },
    runUntil(untilMs) {
      while (heap.length > 0 && heap[0].atMs < untilMs) {
        const entry = heap[0];
        const last = heap.pop() as Entry;
        if (heap.length > 0) {
          heap[0] = last;
          sink(heap);
        }
        entry.run(entry.atMs);
      }
    },
  };
}

function before(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function rise(heap: Entry[], from: number): void {
  let child = from;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!before(heap[child], heap[parent])) return;
    [heap[child], heap[parent]] = [heap[parent], heap[child]];
    child = parent;
  }
}

function sink(heap: Entry[]): void {
  let parent = 0;
  for (;;) {
    let least = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      if (child < heap.length && before(heap[child], heap[least])) least = child;
    }
    if (least === parent) return;
    [heap[least], heap[parent]] = [heap[parent], heap[least]];
    parent = least;
  }
}
