/** What the analysis did without of one record: read off the counters before and after it was added. */
export interface LeftOut {
  /** Items that came after the pane of their time was closed. */
  readonly late: number;
  /** Counter → items that a limit kept out. */
  readonly dropped: Readonly<Record<string, number>>;
}

const lateCounters = ['late_spans', 'late_points', 'late_logs'] as const;
/** Counters that go up once for each item; the other limits take something off an item, or stand for many. */
export const droppedCounters = ['future_items', 'spans_over_limit', 'points_over_limit', 'points_over_series_limit', 'logs_over_limit'] as const;

type Counters = Readonly<Record<string, number>>;
export type ItemCounts = readonly number[];

export function countItems(counters: Counters): ItemCounts {
  return [...lateCounters, ...droppedCounters].map((name) => counters[name] ?? 0);
}

/** Null where nothing was left out, as nearly always. */
export function leftOutSince(before: ItemCounts, counters: Counters): LeftOut | null {
  const grown = countItems(counters).map((count, at) => count - before[at]);
  if (grown.every((count) => count === 0)) return null;
  const late = grown.slice(0, lateCounters.length).reduce((sum, count) => sum + count, 0);
  return { late, dropped: Object.fromEntries(droppedCounters.map((name, at) => [name, grown[lateCounters.length + at]] as const).filter(([, items]) => items > 0)) };
}
