/**
 * A set of 64-bit fingerprints that grows in small steps: open addressing in many small tables, chosen by the high bits,
 * so that no single insertion moves more than one of them.
 */
export interface Prints {
  size: number;
  readonly tables: Uint32Array[];
  readonly sizes: Uint32Array;
}

const tableBits = 8;
const cellsAtFirst = 16;

export function makePrints(): Prints {
  return { size: 0, tables: Array.from({ length: 1 << tableBits }, () => new Uint32Array(2 * cellsAtFirst)), sizes: new Uint32Array(1 << tableBits) };
}

/** Zero marks an empty cell: that one print shares with its neighbour. */
const lowOf = (low: number, high: number): number => (low | high) === 0 ? 1 : low >>> 0;

export function hasPrint({ tables }: Prints, low: number, high: number): boolean {
  const table = tables[high >>> (32 - tableBits)];
  const at = find(table, lowOf(low, high), high >>> 0);
  return table[at] !== 0 || table[at + 1] !== 0;
}

/** False when it was there. */
export function addPrint(prints: Prints, low: number, high: number): boolean {
  const word = lowOf(low, high);
  const number = high >>> (32 - tableBits);
  const table = prints.tables[number];
  const at = find(table, word, high >>> 0);
  if (table[at] !== 0 || table[at + 1] !== 0) return false;
  table[at] = word;
  table[at + 1] = high;
  prints.size += 1;
  prints.sizes[number] += 1;
  // At most three quarters full.
  if (prints.sizes[number] * 8 > table.length * 3) prints.tables[number] = grown(table);
  return true;
}

/** False when it was not there. Cells behind it move up, so that none is cut off from its place (Knuth, volume 3, 6.4, algorithm R). */
export function removePrint(prints: Prints, low: number, high: number): boolean {
  const number = high >>> (32 - tableBits);
  const table = prints.tables[number];
  let hole = find(table, lowOf(low, high), high >>> 0);
  if (table[hole] === 0 && table[hole + 1] === 0) return false;
  const mask = table.length - 1;
  for (let at = (hole + 2) & mask; table[at] !== 0 || table[at + 1] !== 0; at = (at + 2) & mask) {
    const home = homeOf(table, table[at]);
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    table[hole] = table[at];
    table[hole + 1] = table[at + 1];
    hole = at;
  }
  table[hole] = 0;
  table[hole + 1] = 0;
  prints.size -= 1;
  prints.sizes[number] -= 1;
  return true;
}

/** Where the print stands, or the empty cell where it would stand. */
function find(table: Uint32Array, low: number, high: number): number {
  const mask = table.length - 1;
  let at = homeOf(table, low);
  while ((table[at] !== 0 || table[at + 1] !== 0) && (table[at] !== low || table[at + 1] !== high)) at = (at + 2) & mask;
  return at;
}

/** Cells are pairs of words. */
const homeOf = (table: Uint32Array, low: number): number => (low << 1) & (table.length - 1);

function grown(old: Uint32Array): Uint32Array {
  const table = new Uint32Array(old.length * 2);
  for (let at = 0; at < old.length; at += 2) {
    if (old[at] === 0 && old[at + 1] === 0) continue;
    const to = find(table, old[at], old[at + 1]);
    table[to] = old[at];
    table[to + 1] = old[at + 1];
  }
  return table;
}
