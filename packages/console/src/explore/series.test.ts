import { expect, test } from 'vitest';
import type { MetricSeries } from '../model.ts';
import { attributeKeys, groupSeries } from './series.ts';

const series = (service: string, host: string, values: (number | null)[]): MetricSeries => ({ service, attributes: { host }, unit: '', times: values.map((_, at) => at * 10), values });
const all = [series('a', 'x', [1, 2, null]), series('a', 'y', [3, null, null]), series('b', 'x', [10, 20, 30])];

test('series are joined by attribute, by service, or left alone; a gap stays a gap', () => {
  expect(groupSeries(all, 'host', 'sum', (id) => id).map(({ label, values }) => [label, values])).toEqual([['x', [11, 22, 30]], ['y', [3, null, null]]]);
  expect(groupSeries(all, 'service', 'mean', (id) => id).map(({ values }) => values)).toEqual([[2, 2, null], [10, 20, 30]]);
  expect(groupSeries(all, '', 'sum', (id) => id).map(({ label }) => label)).toEqual(['a · x', 'a · y', 'b · x']);
  expect(attributeKeys(all)).toEqual(['host']);
});
