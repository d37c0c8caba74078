import { AttributeRuns, noRun } from '@clew/otlp';
import type { PointBatch } from '@clew/otlp';

/** What is worked out once for a series: its labels under their present names, and its key. */
export interface KnownSeries { readonly attributes: readonly (readonly [string, string])[]; readonly key: string }

/**
 * Series that were met before, by the bytes that they were sent with: working their labels out costs ten times as much as finding
 * them here. Kept between requests and bounded (begun anew when full); what comes out is the same with and without.
 */
export interface SeriesMemory {
  /** Begins a request: what tells its resources and its metrics apart. */
  begin(batch: PointBatch, owners: readonly string[], heads: readonly string[]): void;
  /** Number of the row's series, 0 when it cannot be remembered. */
  numberOf(row: number): number;
  /** What was worked out; `make` is called when nothing was. */
  get(number: number, make: () => KnownSeries): KnownSeries;
  /** Index of the series in this request, −1 until it is set. */
  indexOf(number: number): number;
  setIndex(number: number, index: number): void;
}

const seriesMax = 131_072;
const runBytesMax = 16 * 1024 * 1024;
/** Owners and heads get numbers so small that one double holds both and the number of the run. */
const [ownersMax, headsMax, runsMax] = [2 ** 17, 2 ** 16, 2 ** 17];
const slotCount = seriesMax * 4;

export function openSeriesMemory(): SeriesMemory {
  const runs = new AttributeRuns({ countMax: runsMax - 1, bytesMax: runBytesMax, seed: 0 });
  const ownerNumbers = new Map<string, number>();
  const headNumbers = new Map<string, number>();
  // Made when the first data point comes: whoever sends no metrics pays nothing.
  let keys = new Float64Array(0);
  let slots = new Uint32Array(0);
  let known: (KnownSeries | undefined)[] = [undefined];
  /** Request in which a series was met last, and its index there. */
  let stamps = new Uint32Array(0);
  let indexes = new Uint32Array(0);
  let request = 0;
  let batch: PointBatch | null = null;
  let view: DataView = new DataView(new ArrayBuffer(0));
  let owners: number[] = [];
  let heads: number[] = [];

  const clear = (): void => {
    runs.clear();
    ownerNumbers.clear();
    headNumbers.clear();
    slots.fill(0);
    known = [undefined];
  };
  const open = (): void => {
    keys = new Float64Array(seriesMax + 1);
    slots = new Uint32Array(slotCount);
    stamps = new Uint32Array(seriesMax + 1);
    indexes = new Uint32Array(seriesMax + 1);
  };

  return {
    begin(next, ownerTexts, headTexts) {
      if (slots.length === 0) open();
      if (ownerNumbers.size + ownerTexts.length > ownersMax || headNumbers.size + headTexts.length > headsMax || known.length + next.count > seriesMax || runs.count + next.count > runsMax) clear();
      batch = next;
      const { bytes } = next.strings;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      owners = ownerTexts.map((text) => numbered(ownerNumbers, text));
      heads = headTexts.map((text) => numbered(headNumbers, text));
      request = request === 0xffffffff ? 1 : request + 1;
    },
    numberOf(row) {
      if (batch === null) throw new Error('BUG: no request was begun');
      const length = batch.runLength[row];
      if (length === noRun) return 0;
      const run = length === 0 ? 0 : runs.find(view, batch.runStart[row], length, 0);
      if (run === 0 && length > 0) return 0;
      const key = (owners[batch.resource[row]] * headsMax + heads[batch.metric[row]]) * runsMax + run;
      for (let slot = slotOf(run, owners[batch.resource[row]], heads[batch.metric[row]]);; slot = (slot + 1) & (slotCount - 1)) {
        const number = slots[slot];
        if (number !== 0 && keys[number] === key) return number;
        if (number !== 0) continue;
        if (known.length > seriesMax) return 0;
        slots[slot] = known.length;
        keys[known.length] = key;
        stamps[known.length] = 0;
        return known.push(undefined) - 1;
      }
    },
    get: (number, make) => (known[number] ??= make()),
    indexOf: (number) => (stamps[number] === request ? indexes[number] : -1),
    setIndex(number, index) {
      stamps[number] = request;
      indexes[number] = index;
    },
  };
}

function numbered(numbers: Map<string, number>, text: string): number {
  const before = numbers.get(text);
  if (before !== undefined) return before;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

function slotOf(run: number, owner: number, head: number): number {
  return (Math.imul(run, 0x9e3779b1) ^ Math.imul(owner, 0x85ebca6b) ^ Math.imul(head, 0xc2b2ae35)) >>> 13 & (slotCount - 1);
}
