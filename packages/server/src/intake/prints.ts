/**
 * A set of 63-bit fingerprints in two generations, made to grow and to forget in small steps: open addressing in many
 * small tables, chosen by the high bits, so that no single insertion moves more than one of them. One look finds a print
 * of either generation: the lowest bit of its first word says of which it is. After a turn each table gives up what is
 * two generations old when it is next touched.
 */
export interface Prints {
  /** Prints of the young and of the old generation. */
  young: number;
  old: number;
  /** How often generations have moved on; its lowest bit marks young prints. */
  turn: number;
  readonly tables: Uint32Array[];
  /** Of each table: prints in it, and the turn up to which it has given up. */
  readonly counts: Uint32Array;
  readonly turns: Uint32Array;
}

const tableBits = 8;
const tableCount = 1 << tableBits;
const cellsLeast = 16;

export function makePrints(): Prints {
  return { young: 0, old: 0, turn: 0, tables: Array.from({ length: tableCount }, () => new Uint32Array(2 * cellsLeast)), counts: new Uint32Array(tableCount), turns: new Uint32Array(tableCount) };
}

/** Adds to the young generation; false when it is there, in either. */
export function addPrint(prints: Prints, low: number, high: number): boolean {
  const number = high >>> (32 - tableBits);
  if (prints.turns[number] !== prints.turn) sweep(prints, number);
  const table = prints.tables[number];
  const word = wordOf(low);
  const mark = markOf(high);
  const at = find(table, word, mark);
  if (table[at + 1] !== 0) return false;
  table[at] = word | (prints.turn & 1);
  table[at + 1] = mark;
  prints.young += 1;
  prints.counts[number] += 1;
  // At most three quarters full; a cell is two words.
  if (prints.counts[number] * 8 > table.length * 3) prints.tables[number] = rebuilt(table, table.length * 2, -1);
  return true;
}

/** False when it was not there. Cells behind it move up, so that none is cut off from its place (Knuth, volume 3, 6.4, algorithm R). */
export function removePrint(prints: Prints, low: number, high: number): boolean {
  const number = high >>> (32 - tableBits);
  if (prints.turns[number] !== prints.turn) sweep(prints, number);
  const table = prints.tables[number];
  let hole = find(table, wordOf(low), markOf(high));
  if (table[hole + 1] === 0) return false;
  if ((table[hole] & 1) === (prints.turn & 1)) prints.young -= 1;
  else prints.old -= 1;
  prints.counts[number] -= 1;
  const mask = table.length - 1;
  for (let at = (hole + 2) & mask; table[at + 1] !== 0; at = (at + 2) & mask) {
    if (((at - homeOf(table, table[at])) & mask) < ((at - hole) & mask)) continue;
    table[hole] = table[at];
    table[hole + 1] = table[at + 1];
    hole = at;
  }
  table[hole] = 0;
  table[hole + 1] = 0;
  return true;
}

/** The young generation becomes the old one, the old one is forgotten. */
export function turnPrints(prints: Prints): void {
  prints.turn += 1;
  prints.old = prints.young;
  prints.young = 0;
}

/** Gives up the memory of what has been forgotten at once. */
export function sweepPrints(prints: Prints): void {
  for (let number = 0; number < tableCount; number++) if (prints.turns[number] !== prints.turn) sweep(prints, number);
}

function sweep(prints: Prints, number: number): void {
  const isOneBehind = prints.turn - prints.turns[number] === 1;
  prints.turns[number] = prints.turn;
  if (prints.counts[number] === 0) return;
  const table = prints.tables[number];
  const keptBit = (prints.turn - 1) & 1;
  let count = 0;
  if (isOneBehind) for (let at = 0; at < table.length; at += 2) if (table[at + 1] !== 0 && (table[at] & 1) === keptBit) count += 1;
  if (count === prints.counts[number]) return;
  let cells = cellsLeast;
  while (cells < 2 * count) cells *= 2;
  prints.tables[number] = count === 0 ? new Uint32Array(2 * cellsLeast) : rebuilt(table, 2 * cells, keptBit);
  prints.counts[number] = count;
}

/** The lowest bit is the generation's. */
const wordOf = (low: number): number => (low & ~1) >>> 0;
/** Zero marks an empty cell: that one print shares with its neighbour. */
const markOf = (high: number): number => (high === 0 ? 1 : high >>> 0);
/** Cells are pairs of words. */
const homeOf = (table: Uint32Array, word: number): number => (word & ~1) & (table.length - 1);

/** Where the print stands, of whatever generation, or the empty cell where it would stand. */
function find(table: Uint32Array, word: number, mark: number): number {
  const mask = table.length - 1;
  let at = homeOf(table, word);
  while (table[at + 1] !== 0 && (table[at + 1] !== mark || (table[at] & ~1) >>> 0 !== word)) at = (at + 2) & mask;
  return at;
}

/** The same prints, or those of one generation (its bit), in a table of `words`. */
function rebuilt(from: Uint32Array, words: number, onlyBit: number): Uint32Array {
  const table = new Uint32Array(words);
  for (let at = 0; at < from.length; at += 2) {
    if (from[at + 1] === 0 || (onlyBit >= 0 && (from[at] & 1) !== onlyBit)) continue;
    const to = find(table, wordOf(from[at]), from[at + 1]);
    table[to] = from[at];
    table[to + 1] = from[at + 1];
  }
  return table;
}
