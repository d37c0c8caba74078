import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { EngineSettings, Pane } from '../model/index.ts';
import { find, logRows, logsOf, metricsOf, openStory, paneMs, panesOf, pointRows, spanRows, t0, valueOf } from './fixture/story.ts';
import type { StorySpan } from './fixture/story.ts';

const limited = (limits: Partial<EngineSettings['limits']>): EngineSettings => ({ ...defaultSettings, limits: { ...defaultSettings.limits, ...limits } });

const server = (id: number, rest: Partial<StorySpan> = {}): StorySpan => ({ service: 'shop', id, trace: id, kind: 'server', name: 'GET /', at: 1, ms: 10, ...rest });

/** Small random traces over a few services; every id differs. */
const traces = fc.array(fc.record({
  at: fc.nat(9_000), ms: fc.nat(500), failed: fc.boolean(), service: fc.constantFrom('a', 'b'), callee: fc.constantFrom('c', 'd'), skew: fc.integer({ min: -300, max: 300 }),
}), { minLength: 1, maxLength: 12 }).map((each) => each.flatMap(({ at, ms, failed, service, callee, skew }, index): StorySpan[] => {
  const id = index * 10 + 1;
  const trace = index + 1;
  return [
    { service, trace, id, kind: 'server', name: 'GET /', at, ms: ms + 20, failed, resource: { 'service.instance.id': `${service}-${index % 2}` } },
    { service, trace, id: id + 1, parent: id, kind: 'client', name: 'GET', at: at + 5, ms, failed, attributes: { 'server.address': callee } },
    { service: callee, trace, id: id + 2, parent: id + 1, kind: 'server', name: 'GET /x', at: at + 7 + skew, ms: ms / 2, failed },
    { service: callee, trace, id: id + 3, parent: id + 2, kind: 'client', name: 'GET', at: at + 8 + skew, ms: ms / 4, attributes: { 'db.system': 'redis' } },
  ];
}));

test('order-free: spans in any order and grouping, some of them twice, give the same pane', () => {
  fc.assert(fc.property(traces, fc.integer(), fc.integer({ min: 1, max: 9 }), (spans, seed, size) => {
    const one = panesOf(openStory(), spans, 2);
    const shuffled = [...spans, ...spans.slice(0, 3)].map((each, at) => ({ each, key: Math.imul(at + 1, seed | 1) % 1_009 })).sort((left, right) => left.key - right.key).map(({ each }) => each);
    const features = openStory();
    for (let at = 0; at < shuffled.length; at += size) features.add(spanRows(shuffled.slice(at, at + size)));
    const other = [0, 1, 2].map((at) => features.closePane(t0 + at * paneMs));
    expect(other).toEqual(one);
  }), { numRuns: 60 });
});

test('a span that comes twice counts once, and is counted as such', () => {
  const features = openStory();
  features.add(spanRows([server(1), server(2)]));
  const [pane] = panesOf(features, [server(1), server(3)]);
  expect(pane.red.get('service:shop')).toMatchObject({ count: 3, rate: 0.3 });
  expect(features.counters.duplicate_spans).toBe(1);
});

test('RED of services, operations and instances; one bad instance can be seen', () => {
  const on = (instance: string): Partial<StorySpan> => ({ resource: { 'service.instance.id': instance } });
  const [pane] = panesOf(openStory(), [
    server(1, on('1')), server(2, on('1')), server(3, { ...on('2'), failed: true, ms: 1_000 }), server(4, { ...on('1'), name: 'GET /user/4711' }),
  ]);
  expect(pane.red.get('service:shop')).toMatchObject({ count: 4, errors: 1, errorShare: 0.25 });
  expect(pane.red.get('operation:shop|server|GET /user/{id}')?.count).toBe(1);
  expect(find(pane, 'instance:shop#2', 'error_share')).toMatchObject({ value: 1, weight: 1, node: 'service:shop', symptom: false });
  expect(find(pane, 'service:shop', 'latency_p95')).toMatchObject({ symptom: true, scale: 'latency', unit: 'ms' });
  expect(find(pane, 'service:shop', 'latency_p95')?.exemplars[0].spanId).toBe('0000000020000003');
  expect(valueOf(pane, 'service:shop', 'instance_count')).toBe(2);
});

test('a root internal span is a request of a job, an inner one is not', () => {
  const [pane] = panesOf(openStory(), [
    { service: 'nightly', id: 1, name: 'clean up', at: 0, ms: 50 },
    { service: 'nightly', id: 2, parent: 1, name: 'step', at: 0, ms: 20 },
  ]);
  expect(pane.red.get('operation:nightly|internal|clean up')?.count).toBe(1);
  expect(pane.red.get('service:nightly')?.count).toBe(1);
});

test('silence is told as rate 0 with weight 0 for 30 panes, and then no more', () => {
  const panes = panesOf(openStory(), [server(1)], 31);
  expect(find(panes[0], 'service:shop', 'request_rate')).toMatchObject({ value: 0.1, weight: 1 });
  expect(find(panes[1], 'service:shop', 'request_rate')).toMatchObject({ value: 0, weight: 0 });
  expect(valueOf(panes[1], 'service:shop', 'latency_p95')).toBeUndefined();
  expect(panes[1].red.size).toBe(0);
  expect(find(panes[30], 'service:shop', 'request_rate')).toBeDefined();
  expect(find(panes[31], 'service:shop', 'request_rate')).toBeUndefined();
});

test('late and future items are counted by name and change nothing', () => {
  const features = openStory();
  panesOf(features, [server(1)], 0);
  features.add(spanRows([server(2), server(3, { at: 5_000_000_000 })]));
  features.add(logRows(logsOf([{ service: 'shop', at: 5, body: 'late' }])));
  features.add(pointRows(metricsOf([{ resource: { 'service.name': 'shop' }, metric: 'm', type: 'gauge', at: 5, value: 1 }])));
  expect(features.counters).toEqual({ late_spans: 1, future_items: 1, late_logs: 1, late_points: 1 });
  expect(features.closePane(t0 + paneMs).red.size).toBe(0);
});

test('100,000 new services stay within the limit and are counted', () => {
  const features = openStory(limited({ services: 500 }));
  const rows = spanRows([server(1)]);
  for (let at = 0; at < 100_000; at++) {
    const name = `s${at}`;
    features.add({ ...rows, spanId: Uint32Array.of(at + 1, 7), sources: [{ ...rows.sources[0], service: `service:${name}`, name }] });
  }
  const pane = features.closePane(t0);
  expect([...pane.red.keys()].filter((id) => id.startsWith('service:')).length).toBe(500);
  expect(features.graph.nodes.size).toBeLessThanOrEqual(501);
  expect(features.counters.spans_over_limit).toBe(99_500);
});

test('10,000 new attribute keys and operations stay within the limits and are counted', () => {
  const features = openStory(limited({ metricSeries: 1_000, operationsPerService: 50 }));
  features.add(pointRows(metricsOf(Array.from({ length: 10_000 }, (_, at) => ({ resource: { 'service.name': 'shop' }, metric: 'm', type: 'gauge', at: 5, value: 1, attributes: { [`key${at}`]: 'x' } } as const)))));
  features.add(spanRows(Array.from({ length: 10_000 }, (_, at) => server(at + 1, { name: `op ${String.fromCharCode(97 + at % 26)}${String.fromCharCode(97 + Math.floor(at / 26) % 26)}${String.fromCharCode(97 + Math.floor(at / 676))}`, attributes: { [`key${at}`]: 'x' } }))));
  const pane = features.closePane(t0);
  expect(features.counters).toMatchObject({ series_over_limit: 9_000, operations_over_limit: expect.any(Number) });
  expect([...pane.red.keys()].filter((id) => id.startsWith('operation:')).length).toBe(51);
  expect(pane.red.get('service:shop')?.count).toBe(10_000);
  expect(pane.red.get('operation:shop|server|other')?.count).toBe(9_950);
});

test('beyond the spans that a pane assembles, RED and edges stay exact', () => {
  const spans = Array.from({ length: 300 }, (_, at): StorySpan[] => [
    { service: 'shop', trace: at, id: at * 2 + 1, kind: 'server', name: 'GET /', at: at, ms: 20 },
    { service: 'shop', trace: at, id: at * 2 + 2, parent: at * 2 + 1, kind: 'client', name: 'GET', at: at + 1, ms: 10, failed: at % 3 === 0, attributes: { 'db.system': 'redis', 'db.namespace': '0' } },
  ]).flat();
  const features = openStory(limited({ assembledSpansPerPane: 100 }));
  const [pane] = panesOf(features, spans);
  const [whole] = panesOf(openStory(), spans);
  expect([...pane.red]).toEqual([...whole.red]);
  expect(features.counters.spans_not_assembled).toBeGreaterThanOrEqual(500);
  expect(pane.attributions[0].requests).toBeLessThanOrEqual(50);
  expect(pane.attributions[0].requests).toBeGreaterThan(0);
});

test('save in the middle and going on elsewhere gives the same panes', () => {
  const part = (at: number) => [
    spanRows([
      { service: 'shop', trace: at, id: 10 * at + 1, kind: 'server', name: 'GET /', at: at * 4_000, ms: 15_000, failed: at % 2 === 0, resource: { 'service.version': `1.${Math.floor(at / 4)}` } },
      { service: 'shop', trace: at, id: 10 * at + 2, parent: 10 * at + 1, kind: 'client', name: 'GET', at: at * 4_000, ms: 30, attributes: { 'server.address': 'pay' } },
      { service: 'pay', trace: at, id: 10 * at + 3, parent: 10 * at + 2, kind: 'server', name: 'GET /', at: at * 4_000 + 1, ms: 8 },
    ]),
    logRows(logsOf([{ service: 'shop', at: at * 4_000, body: `order ${at} took ${at * 7} ms`, severity: 17, trace: at }])),
    pointRows(metricsOf([{ resource: { 'service.name': 'shop' }, metric: 'jobs', type: 'counter', at: at * 4_000, value: at * 5 }])),
  ];
  const run = (restart: boolean): Pane[] => {
    let features = openStory();
    const panes: Pane[] = [];
    for (let at = 0; at < 16; at++) {
      for (const rows of part(at)) features.add(rows);
      if (restart) features = openStory(defaultSettings, structuredClone(features.save()));
      if (at % 5 === 4) panes.push(features.closePane(t0 + panes.length * paneMs));
    }
    return panes;
  };
  expect(run(true)).toEqual(run(false));
});

test('the graph: a gap in traffic begins a new interval, and edges end after it', () => {
  const features = openStory();
  panesOf(features, [server(1)], 0);
  expect(features.graph.callees('user', t0 + 5 * 60_000)).toEqual(['service:shop']);
  expect(features.graph.callees('user', t0 + 60 * 60_000)).toEqual([]);
  features.add(spanRows([server(2, { at: 3_600_000 })], t0 + 3_600_000));
  features.closePane(t0 + 3_600_000);
  expect(features.graph.edges.get('edge:user→service:shop')?.intervals).toEqual([
    { fromMs: t0, toMs: t0 + paneMs }, { fromMs: t0 + 3_600_000, toMs: t0 + 3_600_000 + paneMs },
  ]);
});

test('nodes carry language, versions (newest last) and hosts; hosts know their services', () => {
  const features = openStory();
  const on = (version: string): Partial<StorySpan> => ({ resource: { 'service.version': version, 'host.name': 'node-3', 'telemetry.sdk.language': 'java', 'service.namespace': 'eu', 'deployment.environment': 'live' } });
  const panes = panesOf(features, [server(1, on('1.0')), server(2, { ...on('1.1'), at: 11_234 }), server(3, { ...on('1.0'), at: 11_300 })], 1);
  expect(features.graph.nodes.get('service:eu/shop@live')).toMatchObject({ name: 'shop', namespace: 'eu', environment: 'live', language: 'java', versions: ['1.0', '1.1'], hosts: ['host:node-3'] });
  expect(features.graph.onHost('host:node-3')).toEqual(['service:eu/shop@live']);
  expect(panes[0].changes).toEqual([]);
  expect(panes[1].changes).toMatchObject([{ kind: 'version', entity: 'service:eu/shop@live', from: '1.0', to: '1.1', what: '1.0 → 1.1', atMs: t0 + 11_244 }]);
});
