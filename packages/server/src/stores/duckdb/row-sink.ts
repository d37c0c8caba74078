/** Where rows of a partition are written, and how their event times are gathered. */
import type { Dictionary } from './dictionary.ts';
import type { Owners } from './owners.ts';
import type { CodedTable } from './schema.ts';
import type { PartitionTables } from './tables.ts';

/** Event times of rows, inclusive, whole milliseconds with a millisecond of slack; empty when minMs > maxMs. */
export interface TimeRange { minMs: number; maxMs: number }

export interface RowSink {
  readonly tables: PartitionTables;
  readonly dictionary: Dictionary;
  readonly owners: Owners;
  /** The codes that come next. */
  readonly next: Record<CodedTable, number>;
}

/** The same memory as 32-bit words, low word first (little-endian hosts). */
export function words(cells: BigUint64Array | BigInt64Array): Uint32Array {
  return new Uint32Array(cells.buffer, cells.byteOffset, cells.length * 2);
}

export function widen(range: TimeRange, timesNs: Uint32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const ms = (timesNs[2 * i + 1] * 4_294_967_296 + timesNs[2 * i]) / 1e6;
    if (ms - 1 < range.minMs) range.minMs = Math.floor(ms - 1);
    if (ms + 1 > range.maxMs) range.maxMs = Math.ceil(ms + 1);
  }
}
