/**
 * Finds the shape of a span by the numbers that tell spans apart, without text: an open-addressed table from a 64-bit
 * fingerprint to an index. Within one request only; two shapes with one fingerprint (1 in 10^13 for 1,000 shapes) would count as one.
 */
export interface ShapeTable {
  low: Uint32Array;
  high: Uint32Array;
  index: Int32Array;
  count: number;
}

const firstSlots = 256;

export function openShapes(): ShapeTable {
  return { low: new Uint32Array(firstSlots), high: new Uint32Array(firstSlots), index: new Int32Array(firstSlots).fill(-1), count: 0 };
}

/** The index of the shape with this fingerprint, or -1 - slot where a new one is to be put by `putShape`. */
export function findShape(table: ShapeTable, low: number, high: number): number {
  const mask = table.index.length - 1;
  let slot = low & mask;
  while (table.index[slot] >= 0) {
    if (table.low[slot] === low && table.high[slot] === high) return table.index[slot];
    slot = (slot + 1) & mask;
  }
  return -1 - slot;
}

export function putShape(table: ShapeTable, slot: number, low: number, high: number): number {
  table.low[slot] = low;
  table.high[slot] = high;
  table.index[slot] = table.count;
  table.count += 1;
  if (table.count * 2 > table.index.length) grow(table);
  return table.count - 1;
}

function grow(table: ShapeTable): void {
  const { low, high, index } = table;
  const slots = index.length * 2;
  table.low = new Uint32Array(slots);
  table.high = new Uint32Array(slots);
  table.index = new Int32Array(slots).fill(-1);
  for (let old = 0; old < index.length; old++) {
    if (index[old] < 0) continue;
    const slot = -1 - findShape(table, low[old], high[old]);
    table.low[slot] = low[old];
    table.high[slot] = high[old];
    table.index[slot] = index[old];
  }
}
