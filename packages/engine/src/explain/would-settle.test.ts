import { expect, test } from 'vitest';
import type { Cause, Change, EntityId, Explanation, TemplateCount } from '../model/index.ts';
import { makeDice, sketchGraph, sketchPane } from '../model/sketch.ts';
import type { Sketch, SketchResource } from '../model/sketch.ts';
import type { Facts } from './facts.ts';
import { keepPane, makeMemory, tally, tallyTemplates } from './memory.ts';
import { withSettling } from './would-settle.ts';

const onsetMs = 200_000;
const line = (service: EntityId): TemplateCount => ({ service, template: 't', text: 'x', severity: 9, count: 3, firstSeenMs: 0, exemplars: [] }) as unknown as TemplateCount;
const metric = (entity: EntityId, feature = 'cpu_utilization'): SketchResource => ({ entity, node: entity, feature, unit: '1', value: 0.3, noise: 0.01 });
const change = (entity: EntityId): Change => ({ id: 'c', kind: 'deployment', entity, atMs: 0, what: '1 → 2', from: '1', to: '2' });

/** `front` calls `back`, which asks `database:d` and a third party; `told` adds what is sent beside their spans. */
function asked(explanation: Pick<Explanation, 'causes' | 'unknown'>, told: { readonly resources?: readonly SketchResource[]; readonly logs?: readonly EntityId[]; readonly hosts?: Sketch['hosts']; readonly changes?: readonly Change[]; readonly links?: Sketch['links'] } = {}) {
  const sketch: Sketch = {
    operations: [
      { node: 'service:front', name: 'GET /', calls: ['service:back|go'], selfMs: 4, entryRate: 12 },
      { node: 'service:back', name: 'go', calls: ['database:d|q', 'external:x|get'], selfMs: 12 },
      { node: 'database:d', name: 'q', calls: [], selfMs: 5 }, { node: 'external:x', name: 'get', calls: [], selfMs: 5 },
    ],
    links: told.links ?? [], resources: told.resources ?? [], hosts: told.hosts ?? {}, templates: (told.logs ?? []).map(line),
  };
  const memory = makeMemory();
  const dice = makeDice(3);
  for (let pane = 0; pane < 30; pane++) keepPane(memory, sketchPane(sketch, pane * 10_000, dice));
  const graph = sketchGraph(sketch, 1_000_000);
  const facts: Facts = {
    atMs: 300_000, onsetMs, fromMs: 0, paneMs: 10_000, graph, symptoms: [], findings: [], byNode: new Map(), affected: ['service:front'],
    before: tally(memory, new Set(['service:front']), 0, onsetMs), after: tally(memory, new Set(['service:front']), onsetMs, 300_000),
    templatesBefore: () => tallyTemplates(memory, 0, onsetMs), templatesAfter: () => tallyTemplates(memory, onsetMs, 300_000),
    trafficBefore: () => new Map(), trafficAfter: () => new Map(), changes: told.changes ?? [], dependsOn: () => new Set(), feeds: () => new Set(),
    touched: () => null, standing: () => ({ byService: new Map(), byRecords: new Map(), places: new Map(), judged: new Set(), zones: new Map() }), hurt: () => 0, load: () => ({ usual: 0, now: 0 }), hostsOf: () => [],
  };
  const { wouldSettle = null, ...rest } = withSettling({ ...explanation, ruledOut: [], onsetMs, explainedAtMs: 0 }, facts, memory);
  expect(rest).toEqual({ ...explanation, ruledOut: [], onsetMs, explainedAtMs: 0 });
  return wouldSettle;
}

const cause = (entity: EntityId, confidence: number): Cause => ({ entity, kind: 'slow', detail: '', confidence, evidence: [], against: [], path: [] });

test('a sure answer needs nothing', () => {
  expect(asked({ causes: [cause('service:back', 0.95)], unknown: 0.05 })).toEqual([]);
});

test('what nobody sends about the candidates is named, the most telling first', () => {
  const causes = [cause('database:d', 0.5), cause('service:back', 0.3)];
  expect(asked({ causes, unknown: 0.2 })).toEqual([
    { kind: 'own_metrics', entities: ['database:d'] }, { kind: 'resource_metrics', entities: ['service:back'] }, { kind: 'host', entities: ['service:back'] },
  ]);
  expect(asked({ causes, unknown: 0.2 }, { resources: [metric('database:d', 'metric')] })).toEqual([
    { kind: 'resource_metrics', entities: ['service:back'] }, { kind: 'host', entities: ['service:back'] }, { kind: 'logs', entities: ['service:back'] },
  ]);
});

test('what is sent is not asked for; with all of it there more data is not what is lacking', () => {
  const causes = [cause('service:back', 0.5)];
  const hosts = { 'service:back': 'host:n1' };
  expect(asked({ causes, unknown: 0.5 }, { hosts, resources: [metric('service:back')] })?.map(({ kind, entities }) => [kind, ...entities])).toEqual([['host_metrics', 'host:n1'], ['logs', 'service:back'], ['changes', 'service:back']]);
  expect(asked({ causes, unknown: 0.5 }, { hosts, resources: [metric('service:back'), metric('host:n1')], logs: ['service:back'], changes: [change('service:back')] })).toEqual([]);
});

test('a service under whose requests no span of its own was seen is asked for its traces first', () => {
  expect(asked({ causes: [cause('service:dark', 0.4)], unknown: 0.6 }, { links: [['service:back', 'service:dark']] })?.[0]).toEqual({ kind: 'traces', entities: ['service:dark'] });
  expect(asked({ causes: [cause('service:back', 0.4)], unknown: 0.6 })?.some(({ kind }) => kind === 'traces')).toBe(false);
});

test('when nobody is accused, those who suffer and what they call are asked', () => {
  expect(asked({ causes: [], unknown: 1 })?.[0]).toEqual({ kind: 'resource_metrics', entities: ['service:front', 'service:back'] });
});

test('what spans and logs tell is no metric', () => {
  expect(asked({ causes: [cause('service:back', 0.4)], unknown: 0.6 }, { resources: [metric('service:back', 'log_rate')] })?.some(({ kind }) => kind === 'resource_metrics')).toBe(true);
});
