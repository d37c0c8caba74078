import { fingerprintsMax } from './bounds.ts';

/** Spans seen in a pane, as 64-bit fingerprints of (trace id, span id, kind): an open-addressed set that only grows. */
export interface SpanSet {
  cells: Uint32Array;
  size: number;
}

export function openSpanSet(): SpanSet {
  return { cells: new Uint32Array(2 * 1_024), size: 0 };
}

/** Adds the fingerprint; false when it was there. When the set is full nothing is added and the answer is true. */
export function addToSpanSet(set: SpanSet, low: number, high: number): boolean {
  // Zero marks an empty cell: that one fingerprint shares with its neighbour.
  const word = low === 0 && high === 0 ? 1 : low;
  const { cells } = set;
  const mask = cells.length / 2 - 1;
  let slot = mix(word, high) & mask;
  while (cells[2 * slot] !== 0 || cells[2 * slot + 1] !== 0) {
    if (cells[2 * slot] === word && cells[2 * slot + 1] === high) return false;
    slot = (slot + 1) & mask;
  }
  if (set.size >= fingerprintsMax) return true;
  cells[2 * slot] = word;
  cells[2 * slot + 1] = high;
  set.size++;
  if (set.size * 2 > mask) grow(set);
  return true;
}

export function isFull(set: SpanSet): boolean {
  return set.size >= fingerprintsMax;
}

function grow(set: SpanSet): void {
  const old = set.cells;
  const cells = new Uint32Array(old.length * 2);
  const mask = cells.length / 2 - 1;
  for (let at = 0; at < old.length; at += 2) {
    if (old[at] === 0 && old[at + 1] === 0) continue;
    let slot = mix(old[at], old[at + 1]) & mask;
    while (cells[2 * slot] !== 0 || cells[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    cells[2 * slot] = old[at];
    cells[2 * slot + 1] = old[at + 1];
  }
  set.cells = cells;
}

export function mix(low: number, high: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
