import type { RowValues, ValueCount } from '../model/index.ts';
import { attributeKeysMax, attributeValuesMax, count, valuesPerPaneMax } from './bounds.ts';
import type { Counters } from './bounds.ts';

/** Requests, or log records, with one value of one attribute. `over`: those that may have been counted for a value that stood here before. */
interface Cell { value: string; requests: number; errors: number; totalMs: number; logSum: number; logSquares: number; over: number }

/** service → attribute → its values, as many as `attributeValuesMax`. Plain data. */
export type PaneValues = Map<string, Map<string, { replaced: number; readonly cells: Map<string, Cell> }>>;

/** What is still to be counted of one request of telemetry, in the order of its rows. */
export interface ValueCursor { at: number }

/** How it went: of log records, whether they tell of an error, and 0 ms. */
export interface Told { readonly failed: boolean; readonly ms: number }

/**
 * Counts what a span or log record says of itself. Of an attribute with many values the most frequent are kept (Space-Saving, Metwally et al. 2005):
 * a new one takes the place of the rarest, and is told with the requests that were counted since.
 */
export function addValues(values: PaneValues, service: string, sent: RowValues, row: number, told: Told, cursor: ValueCursor, counters: Counters): void {
  const { row: rowOf, pair, pairs } = sent;
  while (cursor.at < rowOf.length && rowOf[cursor.at] < row) cursor.at++;
  for (; cursor.at < rowOf.length && rowOf[cursor.at] === row; cursor.at++) {
    const [key, value] = pairs[pair[cursor.at]];
    const cell = cellOf(values, service, key, value, counters);
    if (cell === null) continue;
    const log = Math.log(Math.max(told.ms, 1e-3));
    cell.requests++;
    if (told.failed) cell.errors++;
    cell.totalMs += told.ms;
    cell.logSum += log;
    cell.logSquares += log * log;
  }
}

function cellOf(values: PaneValues, service: string, key: string, value: string, counters: Counters): Cell | null {
  let keys = values.get(service);
  if (keys === undefined) values.set(service, keys = new Map());
  let known = keys.get(key);
  if (known === undefined) {
    if (keys.size >= attributeKeysMax) {
      count(counters, 'attribute_keys_over_limit');
      return null;
    }
    keys.set(key, known = { replaced: 0, cells: new Map() });
  }
  let cell = known.cells.get(value);
  if (cell !== undefined) return cell;
  cell = { value, requests: 0, errors: 0, totalMs: 0, logSum: 0, logSquares: 0, over: 0 };
  if (known.cells.size >= attributeValuesMax) {
    let rarest: Cell | null = null;
    for (const each of known.cells.values()) if (rarest === null || each.requests + each.over < rarest.requests + rarest.over) rarest = each;
    if (rarest !== null) {
      known.cells.delete(rarest.value);
      cell.over = rarest.requests + rarest.over;
    }
    known.replaced++;
    count(counters, 'attribute_values_over_limit');
  }
  known.cells.set(value, cell);
  return cell;
}

/** Attributes that have another value for every other request tell nothing, and are left out. */
export function closeValues(values: PaneValues | undefined, counters: Counters): ValueCount[] {
  const found: ValueCount[] = [];
  for (const [service, keys] of values ?? []) {
    for (const [key, { replaced, cells }] of keys) {
      let requests = 0;
      for (const cell of cells.values()) requests += cell.requests;
      if (replaced > requests / 2 || (cells.size > 8 && cells.size > requests / 2)) continue;
      for (const { value, requests: seen, errors, totalMs, logSum, logSquares } of cells.values()) found.push({ service, key, value, requests: seen, errors, totalMs, logSum, logSquares });
    }
  }
  if (found.length > valuesPerPaneMax) {
    count(counters, 'attribute_values_over_limit', found.length - valuesPerPaneMax);
    found.sort((a, b) => b.requests - a.requests || compare(a, b)).length = valuesPerPaneMax;
  }
  return found.sort(compare);
}

function compare(a: ValueCount, b: ValueCount): number {
  return a.service === b.service ? (a.key === b.key ? (a.value < b.value ? -1 : 1) : a.key < b.key ? -1 : 1) : a.service < b.service ? -1 : 1;
}
