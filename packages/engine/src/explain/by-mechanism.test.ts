import { expect, test } from 'vitest';
import type { Change, EntityId, Finding, Pane } from '../model/index.ts';
import { defaultSettings } from '../model/index.ts';
import { makeDice, sketchGraph, sketchPane } from '../model/sketch.ts';
import type { Sketch } from '../model/sketch.ts';
import { byMechanism } from './by-mechanism.ts';
import { keepInPanel, makePanel, nodeSeries, slotsBetween } from './causal/panel.ts';
import type { Panel } from './causal/panel.ts';
import { openExplain } from './explain.ts';
import type { Facts } from './facts.ts';

const onsetMs = 400_000;
const endMs = 500_000;

interface Wrong { readonly paymentMs?: number; readonly stockMs?: number; readonly failing?: number; readonly rate?: number }

/** `front` calls `payment` and `stock`, which both ask one database; each pane's own times vary a little. */
const sketchOf = ({ paymentMs = 20, stockMs = 15, failing = 0.002, rate = 30 }: Wrong, dice: () => number): Sketch => {
  const vary = (ms: number): number => ms * (0.95 + 0.1 * dice());
  return {
    operations: [
      { node: 'service:front', name: 'GET /', calls: ['service:payment|pay', 'service:stock|look'], selfMs: vary(5), entryRate: rate },
      { node: 'service:payment', name: 'pay', calls: ['database:d|q'], selfMs: vary(paymentMs), failing },
      { node: 'service:stock', name: 'look', calls: ['database:d|q'], selfMs: vary(stockMs) },
      { node: 'database:d', name: 'q', calls: [], selfMs: vary(6) },
    ],
  };
};

function panesOf(wrong: Wrong, seed = 3): Pane[] {
  const dice = makeDice(seed);
  return Array.from({ length: endMs / 10_000 }, (_, at) => sketchPane(sketchOf(at * 10_000 < onsetMs ? {} : wrong, dice), at * 10_000, dice));
}

function panelOf(panes: readonly Pane[]): Panel {
  const panel = makePanel();
  for (const pane of panes) keepInPanel(panel, pane);
  return panel;
}

const graph = sketchGraph(sketchOf({}, () => 0.5), 1_000_000);
const below: Readonly<Record<EntityId, readonly EntityId[]>> = { 'service:front': [...graph.nodes.keys()], 'service:payment': ['service:payment', 'database:d'] };

function factsOf(feature: string, changes: readonly Change[] = [], nodes: readonly EntityId[] = ['service:front', 'service:payment']): Facts {
  const symptoms = nodes.map((node) => ({ id: node, node, entity: node, feature, subject: '', unit: 'ms', observed: 1, expected: { low: 0, mid: 0, high: 0 }, symptom: true, active: true, onsetMs, lastMs: endMs }) as unknown as Finding);
  return {
    atMs: endMs, onsetMs, fromMs: onsetMs - 370_000, paneMs: 10_000, graph, symptoms, findings: symptoms, byNode: new Map(symptoms.map((each) => [each.node, [each]])), affected: nodes,
    before: new Map(), after: new Map(), templatesBefore: () => new Map(), templatesAfter: () => new Map(), trafficBefore: () => new Map(), trafficAfter: () => new Map(), changes,
    dependsOn: (node) => new Set(below[node] ?? [node]), feeds: () => new Set(),
    touched: () => null, standing: () => ({ byService: new Map(), byRecords: new Map(), places: new Map(), judged: new Set(), zones: new Map() }), hurt: () => 0, load: () => ({ usual: 0, now: 0 }), hostsOf: () => [],
  };
}

const release = (entity: EntityId): Change => ({ id: entity, kind: 'deployment', entity, atMs: onsetMs - 8_000, what: `${entity} 1 → 2`, from: '1', to: '2' });

test('whose own time grew is told, with how much of it, an interval and what its callees add; callers and victims are not', () => {
  const claims = byMechanism(factsOf('latency_p95'), panelOf(panesOf({ paymentMs: 320 })));
  expect(claims.map(({ entity }) => entity)).toEqual(['service:payment']);
  const [told] = claims[0].evidence;
  if (told.kind !== 'mechanism') throw new Error('no mechanism');
  expect(told.target).toBe('service:front');
  expect(told.own / 300).toBeCloseTo(1, 1);
  expect(told.low).toBeLessThanOrEqual(told.own);
  expect(told.high).toBeGreaterThanOrEqual(told.own);
  expect(told.low).toBeGreaterThan(250);
  expect(Math.abs(told.callees)).toBeLessThan(10);
  expect(claims[0].strength).toBeGreaterThan(0.9);
});

test('what fails by itself is told apart from those who fail with it', () => {
  const claims = byMechanism(factsOf('error_share'), panelOf(panesOf({ failing: 0.4 })));
  expect(claims[0]).toMatchObject({ entity: 'service:payment', evidence: [{ kind: 'mechanism', of: 'errors' }, { kind: 'effect', treatment: 'own', refutedBy: null }] });
  expect(claims[0].strength).toBeGreaterThan(0.8);
  // The sketch draws failures of callers apart from those of callees, so a little is left over at the caller.
  for (const other of claims.slice(1)) expect(other.strength).toBeLessThan(0.2);
});

test('of two releases at the same time, the one of the culprit has an effect and the other one is refuted, and says so', () => {
  const claims = byMechanism(factsOf('latency_p95', [release('service:stock'), release('service:payment')]), panelOf(panesOf({ paymentMs: 320 })));
  const effects = claims.flatMap(({ entity, evidence, against }) => [...evidence, ...against].flatMap((each) => (each.kind === 'effect' && each.treatment === 'change' ? [[entity, each.refutedBy] as const] : [])));
  expect(effects).toContainEqual(['service:payment', null]);
  expect(effects.filter(([entity, refutedBy]) => entity === 'service:stock' && refutedBy === null)).toEqual([]);
  const stock = claims.find(({ entity }) => entity === 'service:stock');
  if (stock !== undefined) {
    expect(stock.strength).toBe(0);
    expect(stock.evidence).toEqual([]);
  }
});

test('nothing is said when nothing was gained, and with too few panes before onset', () => {
  expect(byMechanism(factsOf('latency_p95'), panelOf(panesOf({ paymentMs: 10 })))).toEqual([]);
  expect(byMechanism(factsOf('latency_p95'), panelOf(panesOf({ paymentMs: 320 }).slice(34)))).toEqual([]);
});

test('the same panes give the same claims, also when the state was saved between any two of them', () => {
  const panes = panesOf({ paymentMs: 320, failing: 0.3 });
  const question = { atMs: endMs, findings: [...factsOf('latency_p95').symptoms, ...factsOf('error_share').symptoms], around: factsOf('latency_p95').symptoms, changes: [release('service:stock')], graph };
  const through = openExplain(defaultSettings);
  let again = openExplain(defaultSettings);
  for (const [at, pane] of panes.entries()) {
    through.keep(pane);
    // An early look: kept before it is over, then replaced.
    if (at % 4 === 0) again.keep(pane);
    again.keep(pane);
    if (at % 7 === 0) again = openExplain(defaultSettings, structuredClone(again.save()));
  }
  const told = through.explain(question);
  expect(again.explain(question)).toEqual(told);
  expect(again.save()).toEqual(through.save());
  expect(byMechanism(factsOf('latency_p95'), panelOf(panes))).toEqual(byMechanism(factsOf('latency_p95'), structuredClone(panelOf(panes))));
});

test('the panel keeps so many panes and no more, forgets who is gone, and counts whom it has no room for', () => {
  const panel = makePanel();
  const dice = makeDice(1);
  for (let pane = 0; pane < 200; pane++) keepInPanel(panel, sketchPane(pane < 20 ? sketchOf({}, dice) : { operations: [{ node: 'service:front', name: 'GET /', calls: [], selfMs: 5, entryRate: 30 }] }, pane * 10_000, dice));
  expect(slotsBetween(panel, 0, Infinity)).toHaveLength(90);
  expect(slotsBetween(panel, 1_500_000, 1_530_000).map((slot) => panel.starts[slot])).toEqual([1_500_000, 1_510_000, 1_520_000]);
  expect(nodeSeries(panel, 'service:front', 'meanMs', slotsBetween(panel, 1_500_000, 1_510_000))[0]).toBeCloseTo(5, 6);
  expect(panel.nodes.has('service:payment')).toBe(false);
  expect(panel.shed).toBe(0);
  const red = new Map(Array.from({ length: 1_005 }, (_, at) => [`service:s${at}`, { paneMs: 0, count: 1, errors: 0, rate: 0.1, errorShare: 0, p50Ms: 1, p95Ms: 1, p99Ms: 1 }] as const));
  keepInPanel(panel, { startMs: 3_000_000, endMs: 3_010_000, observations: [], red, attributions: [], templates: [], changes: [] });
  expect(panel.nodes.size).toBe(1_000);
  expect(panel.shed).toBe(6);
});
