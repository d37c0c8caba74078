/** The part of the Rows suite about the courses of metrics: what an explanation is refined with beside calls. */
import { expect, test } from 'vitest';
import { keyValues, metricsOf, ns, resource, t0Ms } from './fixture/request.ts';
import type { RowsUnderTest } from './rows.contract.ts';

const atMs = t0Ms + 400_000;
const stepMs = 30_000;
const asked = { fromMs: atMs, toMs: atMs + 4 * stepMs, stepMs };
const times = [0, 1, 2, 3].map((step) => ns(atMs + step * stepMs + 1_000));
const gauge = (name: string, values: readonly number[], attributes = {}) => ({ name, unit: '{connection}', gauge: { dataPoints: values.map((asDouble, i) => ({ timeUnixNano: times[i], asDouble, attributes: keyValues(attributes) })) } });
const counter = (name: string, unit: string, values: readonly number[]) => ({ name, unit, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: values.map((asDouble, i) => ({ startTimeUnixNano: ns(atMs - 60_000), timeUnixNano: times[i], asDouble })) } });

export function testStoredCourses(given: () => RowsUnderTest): void {
  test('courses: every metric of the services and of the machines they run on, by step; not those of others', async () => {
    await given().add([
      metricsOf(resource('courses-pay', { 'host.name': 'courses-host-1' }), [gauge('pool.used', [1, 2, 8, 9], { pool: 'main' }), counter('process.cpu.time', 's', [10, 13, 16, 46]), counter('requests', '{request}', [0, 300, 600, 900])]),
      metricsOf(resource('courses-agent', { 'host.name': 'courses-host-1' }), [gauge('system.load', [1, 1, 5, 5])]),
      metricsOf(resource('courses-neighbour', { 'host.name': 'courses-host-1' }), [gauge('pool.used', [7, 7, 7, 7])]),
      metricsOf(resource('courses-other', { 'host.name': 'courses-host-2' }), [gauge('pool.used', [7, 7, 7, 7])]),
    ]);
    const { query } = given().rows;
    const { courses, left } = await query.courses({ ...asked, services: ['service:courses-pay'] });
    expect(left).toBe(0);
    const told = new Map(courses.map((each) => [each.metric, each]));
    expect([...told.keys()].toSorted()).toEqual(['pool.used', 'process.cpu.time', 'requests', 'system.load']);
    expect(told.get('pool.used')).toMatchObject({ service: 'service:courses-pay', attributes: { pool: 'main' }, unit: '{connection}', read: 'value', values: [1, 2, 8, 9] });
    expect(told.get('process.cpu.time')).toMatchObject({ unit: '1', read: 'rate', values: [null, 0.1, 0.1, 1] });
    expect(told.get('requests')).toMatchObject({ unit: '{request}/s', read: 'rate', values: [null, 10, 10, 10] });
    expect(told.get('system.load')).toMatchObject({ service: 'service:courses-agent', values: [1, 1, 5, 5] });
    expect(await query.courses({ ...asked, services: ['service:courses-pay'] })).toEqual({ courses, left });
    expect(await query.courses({ ...asked, services: ['service:courses-nobody'] })).toEqual({ courses: [], left: 0 });
    expect(await query.courses({ ...asked, services: [] })).toEqual({ courses: [], left: 0 });
  });
}
