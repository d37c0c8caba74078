import type { MetricSeries } from '../model.ts';
import { valueText } from '../words/value.ts';

/** A line to draw: one series, or several joined by an attribute. */
export interface Grouped { readonly label: string; readonly times: readonly number[]; readonly values: readonly (number | null)[] }

export function attributeKeys(series: readonly MetricSeries[]): string[] {
  return [...new Set(series.flatMap((each) => Object.keys(each.attributes)))].sort();
}

/** `by` empty: each series by itself. Sums what adds up (rates, counts), averages what does not. */
export function groupSeries(series: readonly MetricSeries[], by: string, join: 'sum' | 'mean', nameOf: (service: string) => string): Grouped[] {
  const times = [...new Set(series.flatMap((each) => each.times))].sort((a, b) => a - b);
  const place = new Map(times.map((time, at) => [time, at]));
  const groups = new Map<string, { sum: number[]; count: number[] }>();
  for (const each of series) {
    const label = by === '' ? [nameOf(each.service), ...Object.values(each.attributes).map(valueText)].join(' · ') : by === 'service' ? nameOf(each.service) : by in each.attributes ? valueText(each.attributes[by]) : '–';
    let group = groups.get(label);
    if (group === undefined) {
      group = { sum: times.map(() => 0), count: times.map(() => 0) };
      groups.set(label, group);
    }
    const values = bridged(each.values);
    for (let i = 0; i < each.times.length; i++) {
      const [at, value] = [place.get(each.times[i]), values[i]];
      if (at === undefined || value === null || value === undefined) continue;
      group.sum[at] += value;
      group.count[at]++;
    }
  }
  return [...groups].map(([label, { sum, count }]) => ({ label, times, values: sum.map((total, at) => (count[at] === 0 ? null : join === 'sum' ? total : total / count[at])) }));
}

/**
 * Whoever sends less often than the chart has steps leaves steps empty that are no gaps: they are filled evenly between the values beside them,
 * so that there is a line to see and a sum is always of all. Where a value is missing of those that come usually, the gap stays.
 */
export function bridged(values: readonly (number | null)[]): (number | null)[] {
  const filled = [...values];
  const known = values.flatMap((value, at) => (value === null ? [] : [at]));
  const apart = known.slice(1).map((at, index) => at - known[index]).sort((a, b) => a - b);
  const usual = apart[Math.floor((apart.length - 1) / 2)] ?? 1;
  if (usual <= 1) return filled;
  const value = (at: number): number => values[at] ?? 0;
  for (let index = 1; index < known.length; index++) {
    const [from, to] = [known[index - 1], known[index]];
    if (to - from >= 2 * usual) continue;
    for (let at = from + 1; at < to; at++) filled[at] = value(from) + ((value(to) - value(from)) * (at - from)) / (to - from);
  }
  // At both ends as long as the value stands.
  const [first, last] = [known[0], known[known.length - 1]];
  filled.fill(value(first), Math.max(0, first - usual + 1), first);
  filled.fill(value(last), last + 1, Math.min(values.length, last + usual));
  return filled;
}
