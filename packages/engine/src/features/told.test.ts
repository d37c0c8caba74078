import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { FeatureValue, Pane } from '../model/index.ts';
import { featureOf } from './catalogue.ts';
import { logRows, logsOf, metricsOf, openStory, paneMs, pointRows, spanRows, t0 } from './fixture/story.ts';
import type { StoryLog, StoryPoint, StorySpan } from './fixture/story.ts';
import type { Features } from './features.ts';

const valueOf = (values: readonly FeatureValue[], id: string): number | null | undefined => values.find((each) => each.id === id)?.value;
const textsOf = (values: readonly FeatureValue[], id: string): readonly string[] | undefined => values.find((each) => each.id === id)?.texts;

/** Random traces over six panes: shop asks pay or stock, which ask a database, now and then twice. */
const traces = fc.array(fc.record({
  at: fc.nat(55_000), ms: fc.nat(400), failed: fc.boolean(), again: fc.boolean(), callee: fc.constantFrom('pay', 'stock'), instance: fc.nat(2),
}), { minLength: 1, maxLength: 25 }).map((each) => each.flatMap(({ at, ms, failed, again, callee, instance }, index): StorySpan[] => {
  const id = index * 10 + 1;
  const trace = index + 1;
  const resource = { 'service.instance.id': `shop-${instance}`, 'cloud.region': instance === 0 ? 'eu' : 'us', 'service.version': '1.0' };
  return [
    { service: 'shop', trace, id, kind: 'server', name: 'GET /', at, ms: 2 * ms + 50, failed, resource },
    { service: 'shop', trace, id: id + 1, parent: id, kind: 'client', name: 'GET', at: at + 5, ms, failed, resource, attributes: { 'server.address': callee } },
    { service: callee, trace, id: id + 2, parent: id + 1, kind: 'server', name: 'GET /x', at: at + 7, ms: ms / 2, failed },
    { service: callee, trace, id: id + 3, parent: id + 2, kind: 'client', name: 'GET', at: at + 8, ms: ms / 4, attributes: { 'db.system': 'redis' } },
    ...(again ? [{ service: 'shop', trace, id: id + 4, parent: id, kind: 'client' as const, name: 'GET', at: at + 6 + ms, ms, resource, attributes: { 'server.address': callee } }] : []),
  ];
}));
const logs = fc.array(fc.record({ service: fc.constantFrom('shop', 'pay'), at: fc.nat(55_000), body: fc.constantFrom('order 17 done', 'cannot reach 10.0.0.1', 'slow'), severity: fc.constantFrom(9, 13, 17) }), { maxLength: 20 });
const points = fc.uniqueArray(fc.record({ at: fc.nat(55_000), value: fc.double({ min: 0, max: 1, noNaN: true }), service: fc.constantFrom('shop', 'pay') }), { maxLength: 20, selector: ({ at, service }) => `${service} ${at}` })
  .map((all) => all.map(({ at, value, service }): StoryPoint => ({ resource: { 'service.name': service }, metric: 'process.cpu.utilization', type: 'gauge', at, value, unit: '1' })));

interface Item { readonly span?: StorySpan; readonly log?: StoryLog; readonly point?: StoryPoint }

function addAll(features: Features, items: readonly Item[]): void {
  const spans = items.flatMap(({ span }) => span ?? []);
  const records = items.flatMap(({ log }) => log ?? []);
  const samples = items.flatMap(({ point }) => point ?? []);
  if (spans.length > 0) features.add(spanRows(spans));
  if (records.length > 0) features.add(logRows(logsOf(records)));
  if (samples.length > 0) features.add(pointRows(metricsOf(samples)));
}

const entities = ['service:shop', 'service:pay', 'service:stock', 'edge:service:shop→service:pay', 'operation:shop|server|GET /', 'instance:shop#shop-1', 'database:redis'];

test('order-free: spans, points and logs in any order and any batches, spans and points repeated, give the same windows', () => {
  fc.assert(fc.property(traces, logs, points, fc.integer(), fc.integer({ min: 1, max: 9 }), (spans, records, samples, seed, size) => {
    const items: Item[] = [...spans.map((span) => ({ span })), ...samples.map((point) => ({ point })), ...records.map((log) => ({ log }))];
    const again = items.filter(({ log }) => log === undefined).slice(0, 5);
    const shuffled = [...items, ...again].map((each, at) => ({ each, key: Math.imul(at + 1, seed | 1) % 1_009 })).sort((left, right) => left.key - right.key).map(({ each }) => each);
    const one = openStory();
    addAll(one, items);
    const other = openStory();
    for (let at = 0; at < shuffled.length; at += size) addAll(other, shuffled.slice(at, at + size));
    // Which number a template of the logs gets, and where its words are cut, hangs on which record came first: known, and written in docs/features.md.
    const closed = (features: Features, pane: number): Pane => ({ ...features.closePane(t0 + pane * paneMs), templates: [] });
    for (let pane = 0; pane < 8; pane++) expect(closed(other, pane)).toEqual(closed(one, pane));
    for (const entity of entities) expect(other.values(entity)).toEqual(one.values(entity));
  }), { numRuns: 25 });
});

test('a repeated batch changes nothing, saved and resumed in the middle or not', () => {
  fc.assert(fc.property(traces, points, (spans, samples) => {
    const once = openStory();
    addAll(once, [...spans.map((span) => ({ span })), ...samples.map((point) => ({ point }))]);
    let twice = openStory();
    addAll(twice, [...spans.map((span) => ({ span })), ...samples.map((point) => ({ point }))]);
    for (let pane = 0; pane < 7; pane++) {
      once.closePane(t0 + pane * paneMs);
      addAll(twice, spans.filter(({ at, ms }) => at + ms >= pane * paneMs).map((span) => ({ span })));
      twice = openStory(defaultSettings, structuredClone(twice.save()));
      twice.closePane(t0 + pane * paneMs);
    }
    for (const entity of entities) expect(twice.values(entity)).toEqual(once.values(entity));
  }), { numRuns: 20 });
});

test('what a pane observes is what the expressions say: requests, traces, metrics, logs', () => {
  fc.assert(fc.property(traces, logs, points, (spans, records, samples) => {
    const features = openStory();
    addAll(features, [...spans.map((span) => ({ span })), ...samples.map((point) => ({ point })), ...records.map((log) => ({ log }))]);
    for (let at = 0; at < 6; at++) {
      const pane = features.closePane(t0 + at * paneMs);
      for (const [entity, red] of pane.red) {
        const values = features.values(entity);
        expect(['request_rate', 'error_share', 'latency_p50', 'latency_p95'].map((id) => valueOf(values, id)), entity).toEqual([red.rate, red.errorShare, red.p50Ms, red.p95Ms]);
      }
      for (const { entity, feature, subject, value } of pane.observations) {
        const said = features.values(entity).find((each) => each.id === feature && each.subject === subject);
        // Levels are kept to a millionth.
        expect(said?.value, `${entity} ${feature}`).toBeCloseTo(value, 'level' in featureOf(feature).expression ? 5 : 12);
      }
    }
  }), { numRuns: 25 });
});

const shop = (id: number, rest: Partial<StorySpan> = {}): StorySpan => ({ service: 'shop', id, trace: Math.floor(id / 10), kind: 'server', name: 'GET /', at: 1_000, ms: 100, ...rest });

test('traces: own time, the way, the database, the shape of the tree, calls and retries', () => {
  const features = openStory();
  const call = (id: number, at: number, failed: boolean): StorySpan => shop(id, { parent: 10, kind: 'client', name: 'GET', at, ms: 20, failed, attributes: { 'server.address': 'pay' } });
  features.add(spanRows([
    shop(10), call(11, 1_010, true), call(12, 1_040, false),
    { service: 'pay', trace: 1, id: 13, parent: 12, kind: 'server', name: 'POST /pay', at: 1_045, ms: 10 },
    shop(14, { parent: 10, kind: 'client', name: 'SELECT', at: 1_070, ms: 5, attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop' } }),
  ]));
  const pane = features.closePane(t0);
  const values = features.values('service:shop');
  expect(['self_time', 'network_time', 'database_time', 'trace_spans', 'trace_depth', 'calls_per_request', 'database_calls_per_request'].map((id) => valueOf(values, id)))
    .toEqual([55, 10, 5, 5, 3, 3, 1]);
  expect(valueOf(values, 'retry_share')).toBeCloseTo(1 / 3);
  expect(valueOf(values, 'downstream_error_rate')).toBeCloseTo(1 / 3);
  expect(valueOf(values, 'concurrency')).toBeCloseTo(0.1 / 10);
  expect(pane.observations.find((each) => each.series === 'service:shop self_time ')).toMatchObject({ value: 55, weight: 1, symptom: false, scale: 'latency' });
});

test('users are counted, whatever order and however often; who they are is not told', () => {
  const features = openStory();
  const by = (id: number, attributes: Record<string, string | number>): StorySpan => shop(id, { at: id, attributes });
  features.add(spanRows([by(10, { 'user.id': 'ann' }), by(20, { 'enduser.id': 'bob' }), by(30, { 'enduser.id': 'zoe', 'user.id': 'ann' }), by(40, {}), by(50, { 'user.id': 7 })]));
  features.closePane(t0);
  const values = features.values('service:shop');
  expect(valueOf(values, 'user_count_5m')).toBe(3);
  expect(JSON.stringify(values)).not.toMatch(/ann|bob/);
});

test('lists and texts: whom it calls, who calls it, where it runs', () => {
  const features = openStory();
  const resource = { 'cloud.region': 'eu-1', 'tenant.id': 'acme', 'service.version': '2.0' };
  features.add(spanRows([shop(10, { resource }), shop(11, { resource, parent: 10, kind: 'client', name: 'GET', attributes: { 'server.address': 'cards.example' } })]));
  features.closePane(t0);
  const values = features.values('service:shop');
  expect(['upstream_services', 'downstream_services', 'region', 'tenant_id', 'deployment_version'].map((id) => textsOf(values, id)))
    .toEqual([['user'], ['external:cards.example'], ['eu-1'], ['acme'], ['2.0']]);
  expect([valueOf(values, 'dependency_count'), valueOf(values, 'region')]).toEqual([1, null]);
});

test('series over whole minutes: mean, deviation, lag, difference and trend; null until a minute is whole', () => {
  const features = openStory();
  const first = Math.ceil(t0 / 60_000) * 60_000 - t0;
  for (let minute = 0; minute < 6; minute++) {
    features.add(spanRows(Array.from({ length: 60 * (minute + 1) }, (_, at) => shop(minute * 100_000 + at * 10 + 10, { at: first + minute * 60_000 + at, ms: 1 }))));
  }
  let last = openStory().values('service:shop');
  for (let at = 0; at < (first + 6 * 60_000) / paneMs; at++) {
    features.closePane(t0 + at * paneMs);
    if (t0 + (at + 1) * paneMs === t0 + first + paneMs) last = features.values('service:shop');
  }
  expect(valueOf(last, 'request_rate_mean_5m')).toBeNull();
  const values = features.values('service:shop');
  expect(valueOf(values, 'request_rate_1m')).toBe(6);
  expect(valueOf(values, 'request_rate_mean_5m')).toBe(4);
  expect(valueOf(values, 'request_rate_std_5m')).toBeCloseTo(Math.sqrt(2.5));
  expect([valueOf(values, 'request_rate_max_5m'), valueOf(values, 'request_rate_lag_1m'), valueOf(values, 'request_rate_difference_5m')]).toEqual([6, 5, 5]);
  expect(valueOf(values, 'throughput_trend')).toBeCloseTo(1);
  expect(valueOf(values, 'throughput_acceleration')).toBeCloseTo(0);
  expect(valueOf(values, 'request_rate_change_5m')).toBe(5);
});

test('calendar: local time of the settings, holidays are no business days', () => {
  const at = (utcOffsetMinutes: number, holidays: readonly string[]): readonly FeatureValue[] => {
    const features = openStory({ ...defaultSettings, calendar: { ...defaultSettings.calendar, utcOffsetMinutes, holidays, deployWindows: [{ day: 1, fromHour: 10, toHour: 12 }] } });
    features.add(spanRows([shop(10)]));
    features.closePane(t0);
    return features.values('service:shop');
  };
  // 2026-09-21 14:13:20 UTC, a Monday.
  expect(['hour_of_day', 'day_of_week', 'day_of_month', 'month', 'is_weekend', 'is_business_hour', 'is_peak_hour', 'is_deploy_window'].map((id) => valueOf(at(0, []), id))).toEqual([14, 1, 21, 9, 0, 1, 1, 0]);
  expect(['hour_of_day', 'day_of_week', 'is_weekend', 'is_business_hour', 'is_holiday'].map((id) => valueOf(at(-15 * 60, []), id))).toEqual([23, 7, 1, 0, 0]);
  expect(['is_business_hour', 'is_holiday'].map((id) => valueOf(at(0, ['2026-09-21']), id))).toEqual([0, 1]);
  expect(valueOf(at(-240, []), 'is_deploy_window')).toBe(1);
  expect(valueOf(at(0, []), 'hour_sin')).toBeCloseTo(Math.sin(2 * Math.PI * 14 / 24));
});

test('metrics: both ways of traffic, peaks and means of windows; what was never sent is null', () => {
  const features = openStory();
  const said = (at: number, direction: string, value: number): StoryPoint => ({ resource: { 'service.name': 'shop' }, metric: 'container.disk.io', unit: 'By', type: 'counter', at, since: 0, value, attributes: { 'disk.io.direction': direction } });
  features.add(pointRows(metricsOf([said(2_000, 'read', 0), said(2_000, 'write', 0), said(12_000, 'read', 30e6), said(12_000, 'write', 10e6)])));
  features.add(pointRows(metricsOf([1, 2, 3].map((at) => ({ resource: { 'service.name': 'shop' }, metric: 'process.cpu.utilization', unit: '1', type: 'gauge', at: at * 10_000 - 5_000, value: at / 10 } as const)))));
  const panes = [0, 1, 2].map((at) => features.closePane(t0 + at * paneMs));
  const values = features.values('service:shop');
  expect([valueOf(values, 'disk_io_read_1m'), valueOf(values, 'disk_io_write_1m'), valueOf(values, 'network_in_1m')]).toEqual([expect.closeTo(1.5, 6), expect.closeTo(0.5, 6), null]);
  expect([valueOf(values, 'cpu_usage_1m'), valueOf(values, 'cpu_peak_5m')]).toEqual([expect.closeTo(20, 6), 0.3]);
  expect(panes[1].observations.map(({ feature }) => feature)).not.toContain('disk_read');
});

test('restarts that metrics tell of are those of the pane', () => {
  const features = openStory();
  const said = (at: number, value: number): StoryPoint => ({ resource: { 'service.name': 'shop', 'service.instance.id': '1' }, metric: 'k8s.container.restarts', unit: '{restart}', type: 'gauge', at, value });
  features.add(pointRows(metricsOf([said(2_000, 3), said(12_000, 5)])));
  const panes = [0, 1].map((at) => features.closePane(t0 + at * paneMs));
  expect(panes[1].observations.find(({ feature }) => feature === 'restarts')?.value).toBe(2);
  expect([valueOf(features.values('service:shop'), 'restarts'), valueOf(features.values('service:shop'), 'restarts_1h')]).toEqual([2, 2]);
});

test('cold starts: requests of an instance that came up beside others', () => {
  const features = openStory();
  const on = (id: number, instance: string, at: number): StorySpan => shop(id, { at, ms: 1, resource: { 'service.instance.id': instance } });
  features.add(spanRows([...[0, 1, 2, 3, 4].map((pane) => on(10 + pane, 'old', pane * paneMs)), on(20, 'new', 4 * paneMs + 5)]));
  for (let at = 0; at < 5; at++) features.closePane(t0 + at * paneMs);
  expect(valueOf(features.values('service:shop'), 'cold_start_share')).toBeCloseTo(1 / 6);
});

test('an entity that nobody heard of has no features', () => {
  expect(openStory().values('service:nobody')).toEqual([]);
});
