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
    for (let i = 0; i < each.times.length; i++) {
      const [at, value] = [place.get(each.times[i]), each.values[i]];
      if (at === undefined || value === null || value === undefined) continue;
      group.sum[at] += value;
      group.count[at]++;
    }
  }
  return [...groups].map(([label, { sum, count }]) => ({ label, times, values: sum.map((total, at) => (count[at] === 0 ? null : join === 'sum' ? total : total / count[at])) }));
}
