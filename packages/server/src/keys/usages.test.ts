import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, runClew, startServer } from '../fixture/child-server.ts';
import { post, typeOf } from '../intake/fixture/receivers.ts';
import type { HttpAnswer } from '../intake/fixture/receivers.ts';
import { noQuota } from './key.ts';
import type { Key, Quota } from './key.ts';
import { openUsages, savedThingsMax } from './usages.ts';

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-usages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const key = (name: string, quota: Partial<Quota>): Key => ({ name, scope: 'ingest', createdMs: 1, revokedMs: null, secrets: [{ id: '00000000', sha256: '0'.repeat(64), createdMs: 1, expiresMs: null }], quota: { ...noQuota, ...quota } });
const seriesOf = (from: number, count: number): Batch => readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'load', gauge: { dataPoints: Array.from({ length: count }, (_, i) => ({ timeUnixNano: '1', asInt: 1, attributes: [{ key: 'i', value: { intValue: from + i } }] })) } }] }] }] }));

test('over a restart a key goes on with what it had used: a debt, and the things of its hour', async () => {
  const folder = await temporary();
  let nowMs = 1_700_000_000_000;
  const said: string[] = [];
  const open = () => openUsages({ folder, nowMs: () => nowMs, report: (line) => said.push(line) });
  const limits = { itemsPerSecond: 10, series: 5 };
  const before = await open();
  expect(before.of(key('a', limits)).fit(seriesOf(0, 4), nowMs)).toBeNull();
  before.of(key('a', limits)).takeItems(seriesOf(0, 200), nowMs);
  before.of(key('quiet', limits)).fit(seriesOf(0, 5), nowMs);
  await before.close();

  nowMs += 5_000;
  const between = await open();
  const a = between.of(key('a', limits));
  expect(() => a.check(nowMs)).toThrow(expect.objectContaining({ code: 'quota_exceeded', retryAfterMs: 5_100 }));
  expect([...a.fit(seriesOf(2, 5), nowMs)?.rows ?? []]).toEqual([0, 0, 0, 1, 1]);
  await between.close();

  // The other key has sent nothing meanwhile: what it had used is still there. With another quota it begins anew.
  nowMs += 20_000;
  const after = await open();
  expect(after.of(key('quiet', limits)).fit(seriesOf(7, 1), nowMs)?.reasons).toEqual(new Map([['quota.series', 1]]));
  expect(() => after.of(key('a', limits)).check(nowMs)).not.toThrow();
  expect(after.of(key('a', { ...limits, series: 6 })).fit(seriesOf(50, 6), nowMs)).toBeNull();
  await after.close();
  expect(said).toEqual([]);
});

test('damage is said, and counting begins anew', async () => {
  const folder = await temporary();
  const said: string[] = [];
  const open = () => openUsages({ folder, nowMs: () => 1_000, report: (line) => said.push(line) });
  const before = await open();
  before.of(key('a', { series: 1 })).fit(seriesOf(0, 1), 1_000);
  await before.close();
  await truncate(join(folder, 'keys-seen'), 40);
  await writeFile(join(folder, 'keys-rates'), 'nothing');
  const after = await open();
  expect(after.of(key('a', { series: 1 })).fit(seriesOf(1, 1), 1_000)).toBeNull();
  await after.close();
  expect(said).toEqual(Array(2).fill('what keys have used of their quotas is damaged; they begin anew.'));
});

test('what is written down is bounded: the keys with the most things are left out, and counted', async () => {
  const folder = await temporary();
  const before = await openUsages({ folder, nowMs: () => 1_000, report: () => undefined });
  const [large, small] = [key('large', { series: savedThingsMax * 2 }), key('small', { series: 3 })];
  for (let from = 0; from <= savedThingsMax; from += 100_000) before.of(large).fit(seriesOf(from, 100_000), 1_000);
  before.of(small).fit(seriesOf(0, 3), 1_000);
  await before.close();
  expect(before.unsaved()).toBe(1);
  const after = await openUsages({ folder, nowMs: () => 1_000, report: () => undefined });
  expect(after.of(small).fit(seriesOf(3, 1), 1_000)).not.toBeNull();
  await after.close();
}, 60_000);

test('through a server that is stopped and started again', async () => {
  const [data, ports] = [await temporary(), await freePorts()];
  const { out } = await runClew(['keys', 'add', 'greedy', '--data', data, '--series', '2', '-o', 'json']);
  const { secret } = JSON.parse(out) as { readonly secret: string };
  let at = 0;
  const send = (...hosts: readonly string[]): Promise<HttpAnswer> => post(ports.http, '/v1/metrics', {
    headers: { 'content-type': typeOf.json, 'x-api-key': secret },
    body: Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'load', gauge: { dataPoints: hosts.map((host) => ({ timeUnixNano: `${++at}`, asDouble: 1, attributes: [{ key: 'host', value: { stringValue: host } }] })) } }] }] }] })),
  });
  const first = await startServer(data, ports);
  expect((await send('a', 'b')).body.toString()).not.toContain('rejected');
  expect(await first.stop()).toBe(0);
  expect(await readdir(data)).toEqual(expect.arrayContaining(['keys-rates', 'keys-seen']));
  const second = await startServer(data, ports);
  onTestFinished(() => second.kill());
  expect(JSON.parse((await send('a', 'c')).body.toString())).toMatchObject({ partialSuccess: { rejectedDataPoints: '1' } });
});
