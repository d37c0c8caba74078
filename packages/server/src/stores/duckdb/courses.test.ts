import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { metricsOf, ns, recordsOf, resource, t0Ms } from '../fixture/request.ts';
import { openStore } from '../store.ts';
import { storeLimits } from './limits.ts';

const gauge = (name: string) => ({ name, gauge: { dataPoints: [0, 1, 2, 3].map((step) => ({ timeUnixNano: ns(t0Ms + step * 10_000), asDouble: step })) } });

test('courses: where there is no room for all series, those of the services asked for come before their machines\', whole, and the rest is counted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-courses-'));
  const store = await openStore({ folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 60 }, { ...storeLimits, coursePointsMax: 9 });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.feed(recordsOf([metricsOf(resource('agent', { 'host.name': 'h' }), [gauge('system.load')]), metricsOf(resource('pay', { 'host.name': 'h' }), [gauge('a'), gauge('b'), gauge('c')])]));
  await store.flush();
  const { courses, left } = await store.rows.query.courses({ fromMs: t0Ms, toMs: t0Ms + 40_000, stepMs: 10_000, services: ['service:pay'] });
  expect(courses.map(({ metric, values }) => [metric, values])).toEqual([['a', [0, 1, 2, 3]], ['b', [0, 1, 2, 3]]]);
  expect(left).toBe(2);
});
