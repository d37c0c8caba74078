import { describe, expect, test } from 'vitest';
import { defaultSettings } from './model/index.ts';
import type { Change, Incident, TemplateCount } from './model/index.ts';
import { makeDice, sketchGraph, sketchPane } from './model/sketch.ts';
import type { Sketch, SketchOperation, SketchResource } from './model/sketch.ts';
import { openReason } from './reason.ts';

/** Stories of sketched systems: what is planted, and what must be said about it. */

const paneMs = 10_000;
const startMs = Date.UTC(2026, 10, 22, 10);
const at = (pane: number): number => startMs + pane * paneMs;

const op = (node: string, name: string, selfMs: number, calls: readonly string[] = [], rest: Partial<SketchOperation> = {}): SketchOperation => ({ node, name, selfMs, calls, ...rest });

const base: readonly SketchOperation[] = [
  op('service:gateway', 'GET /search', 4, ['service:search|search'], { entryRate: 12 }),
  op('service:gateway', 'POST /checkout', 5, ['service:checkout|place'], { entryRate: 8 }),
  op('service:search', 'search', 15, ['database:elasticsearch/products|query', 'service:catalogue|list']),
  op('service:checkout', 'place', 10, ['service:cart|read', 'service:payment|charge', 'service:orders|create']),
  op('service:catalogue', 'list', 8, ['database:postgresql/catalogue|SELECT products']),
  op('service:cart', 'read', 4, ['database:redis/0|GET']),
  op('service:payment', 'charge', 12, ['external:api.cards.example|POST /charges']),
  op('service:orders', 'create', 9, ['database:postgresql/orders|INSERT orders']),
  op('database:elasticsearch/products', 'query', 20),
  op('database:postgresql/catalogue', 'SELECT products', 6),
  op('database:postgresql/orders', 'INSERT orders', 7),
  op('database:redis/0', 'GET', 1),
  op('external:api.cards.example', 'POST /charges', 60),
];
const hosts = { 'service:search': 'host:n1', 'service:cart': 'host:n1', 'service:payment': 'host:n1', 'service:report': 'host:n1', 'service:gateway': 'host:n2', 'service:checkout': 'host:n2', 'service:orders': 'host:n3', 'service:catalogue': 'host:n3' };

interface Change0 { readonly operation: string; readonly change: Partial<SketchOperation> }
interface Story {
  readonly panes?: number;
  readonly faultAt?: number;
  readonly faultEnds?: number;
  readonly faults?: readonly Change0[];
  readonly resources?: (pane: number) => readonly SketchResource[];
  readonly templates?: (pane: number) => readonly TemplateCount[];
  readonly changes?: (pane: number) => readonly Change[];
  readonly operations?: (pane: number) => readonly SketchOperation[];
  readonly links?: Sketch['links'];
  readonly saveEvery?: number;
}

function sketchAt(story: Story, pane: number): Sketch {
  const faulty = pane >= (story.faultAt ?? 24) && pane < (story.faultEnds ?? Infinity);
  const operations = story.operations?.(pane) ?? base;
  return {
    operations: faulty ? operations.map((each) => ({ ...each, ...story.faults?.find((fault) => fault.operation === `${each.node}|${each.name}`)?.change })) : operations,
    hosts, resources: story.resources?.(pane) ?? [], templates: story.templates?.(pane) ?? [], changes: story.changes?.(pane) ?? [], links: story.links,
  };
}

function tell(story: Story): { incidents: Map<string, Incident>; said: Map<string, number>; json: string } {
  const dice = makeDice(7);
  let reason = openReason(defaultSettings);
  const incidents = new Map<string, Incident>();
  const said = new Map<string, number>();
  const lines: string[] = [];
  const graph = sketchGraph(sketchAt(story, 0), at(1_000_000));
  for (let pane = 0; pane < (story.panes ?? 50); pane++) {
    if (story.saveEvery !== undefined && pane % story.saveEvery === 0) reason = openReason(defaultSettings, structuredClone(reason.save()));
    const conclusion = reason.step(sketchPane(sketchAt(story, pane), at(pane), dice), graph);
    for (const incident of conclusion.incidents) {
      incidents.set(incident.id, incident);
      if (!said.has(incident.id)) said.set(incident.id, pane);
      lines.push(JSON.stringify(incident));
    }
  }
  return { incidents, said, json: lines.join('\n') };
}

const only = (story: Story): { incident: Incident; pane: number } => {
  const { incidents, said } = tell(story);
  expect([...incidents.values()].map((one) => [one.id, one.explanation.causes[0]?.entity])).toHaveLength(1);
  const [incident] = incidents.values();
  return { incident, pane: said.get(incident.id)! };
};
const cause = (incident: Incident) => incident.explanation.causes[0];
const slow = (operation: string, selfMs: number): Change0 => ({ operation, change: { selfMs } });
const failing = (operation: string, share: number, errorType = 'Boom'): Change0 => ({ operation, change: { failing: share, errorType } });
const changeOf = (entity: string, pane: number, kind: Change['kind'] = 'deployment'): Change => ({ id: `chg-${pane}-${entity}`, kind, entity, atMs: at(pane) + 2_000, what: '1.0 → 1.1', from: '1.0', to: '1.1' });
const gauge = (node: string, feature: string, unit: string, value: number, noise: number, entity = node): SketchResource => ({ entity, node, feature, unit, value, noise });

describe('one fault', () => {
  test('slow database: its statement, the whole thread, within three panes', () => {
    const { incident, pane } = only({ faults: [slow('database:postgresql/orders|INSERT orders', 400)] });
    expect(pane).toBeLessThanOrEqual(26);
    expect(cause(incident)).toMatchObject({ entity: 'database:postgresql/orders', kind: 'slow_database', detail: 'INSERT orders' });
    expect(cause(incident).confidence).toBeGreaterThan(0.8);
    expect(cause(incident).path.map((step) => step.entity)).toEqual(['service:gateway', 'service:checkout', 'service:orders', 'database:postgresql/orders']);
    expect(cause(incident).evidence.map((each) => each.kind)).toEqual(expect.arrayContaining(['self_time', 'statement', 'series']));
    expect(incident.explanation.ruledOut.find((each) => each.entity === 'service:checkout')).toMatchObject({ reason: 'symptom_of_callee' });
    expect(incident.headline.entity).toMatch(/gateway/);
    expect(incident.blast.affected).toContain('service:checkout');
    expect(incident.onsetMs).toBe(at(24));
    expect(cause(incident).confidence + incident.explanation.causes.slice(1).reduce((sum, each) => sum + each.confidence, 0) + incident.explanation.unknown).toBeCloseTo(1);
  });

  test('bad deploy with errors; a deploy elsewhere at the same time is ruled out', () => {
    const { incident } = only({ faults: [failing('service:payment|charge', 0.4)], changes: (pane) => (pane === 23 ? [changeOf('service:payment', 23), changeOf('service:catalogue', 23)] : []) });
    expect(cause(incident)).toMatchObject({ entity: 'service:payment', kind: 'bad_deploy' });
    expect(incident.explanation.ruledOut.find((each) => each.entity === 'service:catalogue')).toMatchObject({ reason: 'not_on_path' });
    expect(incident.blast.failedShare).toBeGreaterThan(0.05);
    expect(incident.severity).toMatch(/critical|high/);
  });

  test('a change after onset is ruled out, and the node is errors', () => {
    const { incident } = only({ faults: [failing('service:payment|charge', 0.4)], changes: (pane) => (pane === 30 ? [changeOf('service:orders', 30)] : []) });
    expect(cause(incident)).toMatchObject({ entity: 'service:payment', kind: 'errors' });
    expect(incident.explanation.ruledOut.find((each) => each.entity === 'service:orders')).toMatchObject({ reason: 'after_onset' });
  });

  test('feature flag that makes a service slow', () => {
    const { incident } = only({ faults: [slow('service:search|search', 200)], changes: (pane) => (pane === 23 ? [changeOf('service:search', 23, 'feature_flag')] : []) });
    expect(cause(incident)).toMatchObject({ entity: 'service:search', kind: 'flag_change' });
  });

  test('third party slow', () => {
    const { incident } = only({ faults: [slow('external:api.cards.example|POST /charges', 2_000)] });
    expect(cause(incident)).toMatchObject({ entity: 'external:api.cards.example', kind: 'third_party_slow' });
    expect(incident.severity).toMatch(/critical|high/);
  });

  test('third party fails', () => {
    expect(cause(only({ faults: [failing('external:api.cards.example|POST /charges', 0.5)] }).incident)).toMatchObject({ entity: 'external:api.cards.example', kind: 'third_party_errors' });
  });

  test('exhausted pool: the application, not the idle database', () => {
    const { incident } = only({
      faults: [slow('service:orders|create', 300)],
      resources: (pane) => [gauge('service:orders', 'pool_utilization', '1', pane < 24 ? 0.3 : 1, 0.02), gauge('service:orders', 'pool_pending', '{request}', pane < 24 ? 0 : 30, 0.1)],
    });
    expect(cause(incident)).toMatchObject({ entity: 'service:orders', kind: 'pool_exhausted' });
  });

  test('a pool that is full because the database is slow is not the cause', () => {
    const { incident } = only({
      faults: [slow('database:postgresql/orders|INSERT orders', 300)],
      resources: (pane) => [gauge('service:orders', 'pool_utilization', '1', pane < 24 ? 0.3 : 0.9, 0.02)],
    });
    expect(cause(incident)).toMatchObject({ entity: 'database:postgresql/orders', kind: 'slow_database' });
  });

  test('memory leak to restarts', () => {
    const { incident } = only({
      panes: 110, faultAt: 90, faults: [failing('service:cart|read', 0.3)],
      resources: (pane) => [gauge('service:cart', 'memory_utilization', '1', Math.min(0.98, 0.4 + Math.max(0, pane - 12) * 0.0075), 0.004), { ...gauge('service:cart', 'restarts', '{restart}', pane >= 90 && pane % 4 === 2 ? 1 : 0, 0), scale: 'count' as const }],
    });
    expect(cause(incident)).toMatchObject({ entity: 'service:cart', kind: 'memory_leak' });
  });

  test('noisy neighbour: the service whose appetite grew, not its victims', () => {
    const { incident } = only({
      faults: [slow('service:search|search', 90), slow('service:cart|read', 40), slow('service:payment|charge', 80)],
      resources: (pane) => [gauge('service:report', 'cpu_usage', '{cpu}', pane < 24 ? 0.3 : 3.5, 0.05), gauge('service:search', 'cpu_usage', '{cpu}', 0.8, 0.03), gauge('host:n1', 'cpu_utilization', '1', pane < 24 ? 0.4 : 1, 0.02)],
      links: [['user', 'service:report']],
    });
    expect(cause(incident)).toMatchObject({ entity: 'service:report', kind: 'noisy_neighbour', detail: 'host:n1' });
    expect(cause(incident).evidence.find((each) => each.kind === 'co_location')).toMatchObject({ host: 'host:n1' });
  });

  test('service down: silent while it is called', () => {
    const { incident } = only({ faults: [{ operation: 'service:payment|charge', change: { silent: true, failing: 1, errorType: 'ECONNREFUSED' } }] });
    expect(cause(incident)).toMatchObject({ entity: 'service:payment', kind: 'down' });
  });

  test('queue consumer stuck', () => {
    const consumer = op('service:worker', 'process orders', 20, ['database:postgresql/orders|INSERT orders']);
    const reading = (pane: number): SketchOperation[] => {
      const stuck = pane >= 24;
      return [op('service:orders', 'publish', 2, ['queue:kafka/orders|send'], { entryRate: 10 }), op('queue:kafka/orders', 'send', 1, []), ...(stuck ? [{ ...consumer, entryRate: 0 }] : [{ ...consumer, entryRate: 10 }]), op('database:postgresql/orders', 'INSERT orders', 5)];
    };
    const { incident } = only({
      operations: reading, links: [['queue:kafka/orders', 'service:worker']],
      resources: (pane) => [{ ...gauge('queue:kafka/orders', 'queue_lag', '{message}', pane < 24 ? 3 : (pane - 23) * 100, 1), node: 'service:worker', symptom: true }],
    });
    expect(cause(incident)).toMatchObject({ entity: 'service:worker', kind: 'consumer_stuck' });
  });
});

describe('no fault', () => {
  test('a surge that slows things a little is no incident', () => {
    const operations = (pane: number): SketchOperation[] => base.map((each) => (pane < 24 ? each : { ...each, selfMs: each.selfMs * 1.7, ...(each.entryRate === undefined ? {} : { entryRate: each.entryRate * 3 }) }));
    expect([...tell({ operations }).incidents.values()]).toEqual([]);
  });

  test('a deploy that harms nobody is none', () => {
    expect([...tell({ panes: 200, changes: (pane) => (pane % 30 === 0 ? [changeOf('service:cart', pane)] : []) }).incidents.values()]).toEqual([]);
  });

  test('requests that shift to a slow operation are none', () => {
    const operations = (pane: number): SketchOperation[] => base.map((each) => (each.name === 'GET /search' && pane >= 40 ? { ...each, entryRate: 1 } : each.name === 'POST /checkout' && pane >= 40 ? { ...each, entryRate: 18 } : each));
    expect([...tell({ operations, panes: 70 }).incidents.values()]).toEqual([]);
  });
});

describe('grouping', () => {
  test('two unrelated faults at different times are two incidents', () => {
    const { incidents } = tell({
      panes: 60,
      operations: (pane) => base.map((each) => (pane >= 24 && each.node === 'database:elasticsearch/products' ? { ...each, selfMs: 500 } : pane >= 33 && each.node === 'external:api.cards.example' ? { ...each, failing: 0.5 } : each)),
    });
    expect([...incidents.values()].map((one) => cause(one).entity)).toEqual(['database:elasticsearch/products', 'external:api.cards.example']);
  });

  test('another fault under the same front door, soon after the first is over, is another incident and no relapse', () => {
    const { incidents } = tell({
      panes: 110,
      operations: (pane) => base.map((each) => (pane >= 24 && pane < 36 && each.node === 'database:elasticsearch/products' ? { ...each, selfMs: 500 } : pane >= 95 && each.node === 'external:api.cards.example' ? { ...each, failing: 0.5 } : each)),
    });
    expect([...incidents.values()].map((one) => cause(one).entity)).toEqual(['database:elasticsearch/products', 'external:api.cards.example']);
  });

  test('two unrelated faults in the same pane are two incidents', () => {
    const { incidents } = tell({ faults: [slow('database:elasticsearch/products|query', 500), slow('database:postgresql/orders|INSERT orders', 500)] });
    expect([...incidents.values()].map((one) => cause(one).entity).sort()).toEqual(['database:elasticsearch/products', 'database:postgresql/orders']);
  });

  test('one fault that twelve services feel is one incident', () => {
    const chain: SketchOperation[] = Array.from({ length: 12 }, (_, index) => op(`service:s${index}`, 'go', 5, [index === 11 ? 'database:mysql/deep|SELECT' : `service:s${index + 1}|go`], index === 0 ? { entryRate: 10 } : {}));
    const { incident } = only({ operations: () => [...chain, op('database:mysql/deep', 'SELECT', 5)], faults: [slow('database:mysql/deep|SELECT', 600)] });
    expect(cause(incident).entity).toBe('database:mysql/deep');
    expect(incident.blast.affected).toHaveLength(12);
  });

  test('recovers, resolves, and is reopened when it comes back', () => {
    const story: Story = { panes: 110, operations: (pane) => base.map((each) => (((pane >= 24 && pane < 34) || (pane >= 60 && pane < 70)) && each.node === 'service:payment' ? { ...each, failing: 0.5 } : each)) };
    const { incident } = only(story);
    expect(incident.state).toBe('resolved');
    expect(incident.timeline.map((event) => event.kind).filter((kind) => ['opened', 'recovering', 'resolved', 'relapsed'].includes(kind))).toEqual(['opened', 'recovering', 'resolved', 'relapsed', 'recovering', 'resolved']);
  });
});

describe('honesty', () => {
  test('lost visitors without any reason in the telemetry: unknown', () => {
    const { incident } = only({ panes: 100, operations: (pane) => base.map((each) => (pane >= 70 && each.entryRate !== undefined ? { ...each, entryRate: each.entryRate * 0.1 } : each)) });
    expect(incident.explanation.unknown).toBeGreaterThan(cause(incident)?.confidence ?? 0);
  });

  test('same panes, same bytes; also when saved and opened after every third pane', () => {
    const story: Story = { faults: [slow('database:postgresql/orders|INSERT orders', 400)] };
    const { json } = tell(story);
    expect(tell(story).json).toBe(json);
    expect(tell({ ...story, saveEvery: 3 }).json).toBe(json);
    expect(json.length).toBeGreaterThan(1000);
  });
});
