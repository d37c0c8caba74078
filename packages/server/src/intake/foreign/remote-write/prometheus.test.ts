import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTarget } from '../../../senders/fixture/target.ts';
import type { Target } from '../../../senders/fixture/target.ts';
import { openPrometheus } from './fixture/prometheus.ts';
import type { Prometheus } from './fixture/prometheus.ts';
import { openScraped, spanId, traceId } from './fixture/scraped.ts';
import type { Scraped } from './fixture/scraped.ts';

const peers = process.env.CLEW_PEERS || join(homedir(), '.cache', 'clew', 'peers');
/** Debian's Prometheus writes 1.0; one that writes 2.0 is built by `npm run peers -- prometheus`. */
const senders = [[1, '/usr/bin/prometheus'], [2, join(peers, 'bin', 'prometheus')]] as const;

type Json = any; // oxlint-disable-line typescript/no-explicit-any
const waitMsMax = 20_000;

let target: Target;
beforeAll(async () => { target = await openTarget(); }, 60_000);
afterAll(() => target.stop());

const pointsOf = async (name: string, service: string): Promise<Json[]> => (await target.ask<{ readonly points: Json[] }>(`/metrics/${name}/points`, { limit: 500, service }))?.points ?? [];

describe.each(senders)('a real Prometheus that writes %s.0', (version, binary) => {
  if (!existsSync(binary)) {
    test.skip(`${binary} is not there${version === 2 ? ': npm run peers -- prometheus' : ': apt-get install prometheus'}`, () => undefined);
    return;
  }
  let scraped: Scraped;
  let prometheus: Prometheus;
  let instance: string;
  beforeAll(async () => {
    scraped = await openScraped();
    instance = `127.0.0.1:${scraped.port}`;
    prometheus = await openPrometheus(binary, scraped.port, `${target.endpoints.http}/api/v1/write`, version);
  });
  afterAll(async () => {
    await prometheus.close();
    await scraped.close();
  });
  const own = async (name: string, service = 'shop/checkout'): Promise<Json[]> => (await pointsOf(name, service)).filter(({ resource }) => resource.attributes['service.instance.id'] === instance);
  const first = async (name: string, service?: string): Promise<Json> => {
    await expect.poll(async () => (await own(name, service)).length, { timeout: waitMsMax }).toBeGreaterThan(0);
    return (await own(name, service))[0];
  };

  test('a counter with its type, help, labels, resource and exemplar', async () => {
    await expect.poll(async () => (await own('shop_orders_total')).some(({ exemplars, metadata }) => exemplars.length > 0 && metadata['prometheus.type'] === 'counter'), { timeout: waitMsMax }).toBe(true);
    const point = (await own('shop_orders_total')).find(({ exemplars }) => exemplars.length > 0);
    expect(point).toMatchObject({
      type: 'sum', temporality: 'cumulative', monotonic: true, value: 42, description: 'Orders that were taken.', service: 'service:shop/checkout',
      scope: { name: 'clew/remote-write' }, startNs: '0',
      exemplars: [{ value: 1, traceId, spanId, attributes: { customer: '7' } }],
    });
    expect(point.attributes).toEqual({ cluster: 'test', region: 'eu', note: 'a "b" \\ ü' });
    expect(point.resource.attributes).toEqual({ 'service.namespace': 'shop', 'service.name': 'checkout', 'service.instance.id': instance, 'service.version': '2.0.1', 'k8s.pod.name': 'checkout-1', team: 'red', cluster: 'test' });
  }, 60_000);

  test('gauges, summaries with NaN, info, classic histograms as series, units', async () => {
    expect(await first('shop_queue_length')).toMatchObject({ type: 'gauge', value: 7.5, description: 'Orders that wait.' });
    expect(await first('up')).toMatchObject({ type: 'gauge', value: 1 });
    expect(await first('shop_size_bytes')).toMatchObject({ type: 'gauge', value: 'NaN', unit: 'By', attributes: { quantile: '0.5' } });
    expect(await first('shop_size_bytes_count')).toMatchObject({ type: 'sum', monotonic: true, value: 2 });
    expect(await first('shop_build_info')).toMatchObject({ type: 'sum', monotonic: false, value: 1, attributes: { branch: 'main' } });
    // The first write of 1.0 comes before the metadata.
    const buckets = (await own('shop_latency_seconds_bucket')).filter(({ metadata }) => metadata['prometheus.type'] === 'histogram');
    expect(new Set(buckets.map(({ attributes, value, unit, monotonic }) => `${Number(attributes.le)} ${value} ${unit} ${monotonic}`))).toEqual(new Set(['0.1 3 s true', 'NaN 5 s true']));
    expect(await first('shop_latency_seconds_sum')).toMatchObject({ type: 'sum', monotonic: true, value: 1.25, metadata: { 'prometheus.type': 'histogram' } });
  }, 60_000);

  test('a native histogram is an exponential one, bucket for bucket', async () => {
    expect(await first('shop_native_seconds', 'native')).toMatchObject({
      type: 'exponentialHistogram', temporality: 'cumulative', count: 9, sum: 70.5, attributes: { route: '/pay', cluster: 'test' }, description: 'Latency, in exponential buckets.',
      exponential: { scale: 0, zeroCount: 2, zeroThreshold: 0.001, positive: { offset: 0, counts: [1, 2, 0, 0, 3] }, negative: { offset: -1, counts: [1] } },
    });
  }, 60_000);

  test('a series that ends leaves a mark without a value', async () => {
    await first('shop_gone');
    scraped.end();
    await expect.poll(async () => (await own('shop_gone')).some(({ noRecordedValue }) => noRecordedValue), { timeout: waitMsMax }).toBe(true);
    const [last, ...before] = await own('shop_gone');
    expect(last).toMatchObject({ noRecordedValue: true, value: null });
    expect(before.every(({ value, noRecordedValue }) => value === 1 && !noRecordedValue)).toBe(true);
  }, 60_000);

  test('the sender has nothing to complain of, and nothing but lone exemplars was refused', async () => {
    expect(prometheus.errors()).not.toMatch(/level=error|level=ERROR/i);
    expect(new Set((await target.refused() as { readonly reason: string }[]).map(({ reason }) => reason).filter((reason) => reason !== 'remote_write.exemplar_alone'))).toEqual(new Set());
  });
});

/** What the two wrote in the tests above, once. */
test.each([
  ['application/x-protobuf', 'prometheus-2.42-v1.bin'],
  ['application/x-protobuf;proto=io.prometheus.write.v2.Request', 'prometheus-3.16-v2.bin'],
])('a recorded request of %s is kept whole, and answered with what was kept', async (type, file) => {
  const body = readFileSync(new URL(`fixture/${file}`, import.meta.url));
  const before = (await target.accepted()).metrics;
  const answer = await fetch(`${target.endpoints.http}/api/v1/write`, { method: 'POST', headers: { 'content-type': type, 'content-encoding': 'snappy' }, body });
  const [samples, histograms] = ['samples', 'histograms'].map((kind) => Number(answer.headers.get(`x-prometheus-remote-write-${kind}-written`)));
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  expect(samples).toBeGreaterThan(10);
  expect((await target.accepted()).metrics - before).toBe(samples + histograms);
});
