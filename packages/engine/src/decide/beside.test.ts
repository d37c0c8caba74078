import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Explanation, Finding, Incident, Observation, Pane } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { openDecide } from './decide.ts';

/** `cart` asks a database that is slow since the first pane; since the fifth it fails by itself. What the explainers say is given. */
const { paneMs } = defaultSettings;
const op = (node: string, calls: readonly string[], entryRate?: number) => ({ node, name: 'a', selfMs: 1, calls, entryRate });
const graph = sketchGraph({ operations: [op('service:door', ['service:cart|a'], 5), op('service:cart', ['database:carts|a']), op('database:carts', [])] }, 1e9);
const observation: Observation = { series: 's', entity: 'service:door', node: 'service:door', feature: 'request_rate', subject: '', scale: 'rate', unit: '1/s', value: 10, weight: 100, symptom: true, exemplars: [] };

function finding(node: string, feature: string, onsetPane: number): Finding {
  return {
    id: `${node} ${feature} ${onsetPane}`, series: `${node} ${feature} `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity: node, node, feature, subject: '', direction: 'up', unit: '1',
    observed: 900, expected: { low: 20, mid: 30, high: 40 }, score: 30, onsetMs: onsetPane * paneMs, detectedMs: (onsetPane + 1) * paneMs, lastMs: 1e9, active: true, detectors: ['level'], exemplars: [], symptom: true,
  };
}

function because(entity: string, confidence: number): Explanation {
  return { causes: [{ entity, kind: 'errors', detail: '', confidence, evidence: [{ kind: 'error_origin', share: 0.9, errors: 9, operation: 'a', errorType: 'InternalError', traces: [] }], against: [], path: [] }], ruledOut: [], unknown: 1 - confidence, onsetMs: 0, explainedAtMs: 0 };
}

const slow = [finding('service:cart', 'latency_p50', 0), finding('service:door', 'latency_p50', 0)];
const fails = [finding('service:cart', 'error_share', 4), finding('service:door', 'error_share', 4)];

/** Incidents after so many panes. `onTop` answers what is asked beside the first, by the number of the pane. */
function play(panes: number, onTop: (pane: number) => Explanation, more: Readonly<Record<number, Finding>> = {}): { readonly incidents: readonly Incident[]; readonly besideMs: ReadonlySet<number> } {
  const decide = openDecide(defaultSettings);
  const besides = new Set<number>();
  for (let at = 0; at < panes; at++) {
    const pane: Pane = { startMs: at * paneMs, endMs: (at + 1) * paneMs, observations: [observation], red: new Map(), attributions: [], templates: [], changes: [] };
    decide.step({
      pane, graph, findings: [...(at === 0 ? slow : at === 4 ? fails : []), ...(more[at] === undefined ? [] : [more[at]])], remembers: () => true, normalHigh: () => 40, isWorkedOn: () => false,
      explain: (_, besideMs) => {
        if (typeof besideMs !== 'number') return because('database:carts', 0.9);
        besides.add(besideMs);
        return onTop(at);
      },
    });
  }
  return { incidents: decide.incidents().toReversed(), besideMs: besides };
}

const causes = (incidents: readonly Incident[]) => incidents.map(({ explanation }) => explanation.causes[0].entity);

test('what is very sure on top is told apart when it is said twice, what is less sure when it is said four times, what changes never', () => {
  expect([5, 6].map((panes) => play(panes, () => because('service:cart', 0.9)).incidents.length)).toEqual([1, 2]);
  expect([7, 8].map((panes) => play(panes, () => because('service:cart', 0.6)).incidents.length)).toEqual([1, 2]);
  expect(play(16, (pane) => because(pane % 2 === 0 ? 'service:cart' : 'service:door', 0.9)).incidents).toHaveLength(1);
  expect(play(16, () => because('service:cart', 0.35)).incidents).toHaveLength(1);
});

test('it is asked again against the time of the first alone, and neither takes the answer of the other', () => {
  const { incidents, besideMs } = play(14, () => because('service:cart', 0.9));
  expect(causes(incidents)).toEqual(['database:carts', 'service:cart']);
  expect([...besideMs]).toEqual([paneMs]);
  expect(causes(play(14, (pane) => because(pane < 8 ? 'service:cart' : 'database:carts', 0.9)).incidents)).toEqual(['database:carts', 'service:cart']);
});

test('the same place again is no second fault, and there is no third on top of a second', () => {
  expect(play(14, () => because('database:carts', 0.9)).incidents).toHaveLength(1);
  const late = finding('service:door', 'queue_lag', 9);
  expect(play(18, (pane) => because(pane < 10 ? 'service:cart' : 'service:door', 0.9), { 9: late }).incidents).toHaveLength(2);
});

test('a finding joins the incident that began nearest to it', () => {
  const [old, fresh] = [finding('service:door', 'latency_p95', 0), finding('service:door', 'latency_p99', 4)];
  const { incidents } = play(14, () => because('service:cart', 0.9), { 9: old, 10: fresh });
  expect(incidents.map(({ findingIds }) => [findingIds.includes(old.id), findingIds.includes(fresh.id)])).toEqual([[true, false], [false, true]]);
});
