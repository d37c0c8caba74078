import { expect, test } from 'vitest';
import type { MetricSeries } from '../model.ts';
import { attributeKeys, bridged, groupSeries } from './series.ts';

const series = (service: string, host: string, values: (number | null)[]): MetricSeries => ({ service, attributes: { host }, unit: '', times: values.map((_, at) => at * 10), values });
const all = [series('a', 'x', [1, 2, null]), series('a', 'y', [3, null, null]), series('b', 'x', [10, 20, 30])];

test('series are joined by attribute, by service, or left alone; a gap stays a gap', () => {
  expect(groupSeries(all, 'host', 'sum', (id) => id).map(({ label, values }) => [label, values])).toEqual([['x', [11, 22, 30]], ['y', [3, null, null]]]);
  expect(groupSeries(all, 'service', 'mean', (id) => id).map(({ values }) => values)).toEqual([[2, 2, null], [10, 20, 30]]);
  expect(groupSeries(all, '', 'sum', (id) => id).map(({ label }) => label)).toEqual(['a · x', 'a · y', 'b · x']);
  expect(attributeKeys(all)).toEqual(['host']);
});

test('who sends every second step has a line without gaps; a value that did not come is one', () => {
  expect(bridged([null, 10, null, 12, null, 14, null])).toEqual([10, 10, 11, 12, 13, 14, 14]);
  expect(bridged([1, null, 3, null, null, null, 7, null, 9])).toEqual([1, 2, 3, null, null, null, 7, 8, 9]);
  expect(bridged([1, 2, null, 4])).toEqual([1, 2, null, 4]);
  expect([bridged([null, 5, null]), bridged([null, null]), bridged([])]).toEqual([[null, 5, null], [null, null], []]);
});

test('series that are sent in turns add up at every step', () => {
  const turns = [series('a', 'x', [1, null, 1, null, 1, null]), series('a', 'y', [null, 2, null, 2, null, 2])];
  expect(groupSeries(turns, 'service', 'sum', (id) => id).map(({ values }) => values)).toEqual([[3, 3, 3, 3, 3, 3]]);
});
