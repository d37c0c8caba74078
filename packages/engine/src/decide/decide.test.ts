import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Explanation, Finding, Graph, Incident, Observation, Pane } from '../model/index.ts';
import { openDecide } from './decide.ts';

const { paneMs } = defaultSettings;
const graph: Graph = { nodes: new Map(), edges: new Map(), callers: () => [], callees: () => [], onHost: () => [] };
const explanation: Explanation = { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 };
const observation: Observation = { series: 's', entity: 'service:a', node: 'service:a', feature: 'request_rate', subject: '', scale: 'rate', unit: '1/s', value: 10, weight: 100, symptom: true, exemplars: [] };

function finding(entity: string, feature: string, active: boolean): Finding {
  return {
    id: `${entity} ${feature}`, series: `${entity} ${feature} `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity, node: 'service:a', feature, subject: '', direction: 'up', unit: 'ms',
    observed: 900, expected: { low: 20, mid: 30, high: 40 }, score: 30, onsetMs: 0, detectedMs: paneMs, lastMs: paneMs, active, detectors: ['level'], exemplars: [], symptom: true,
  };
}

/** Both are felt in the first pane; `over` ends in the sixth, what is left goes on. Gives the incident after so many panes. */
function after(panes: number, over: Finding, stays: Finding): Incident {
  const decide = openDecide(defaultSettings);
  for (let at = 0; at < panes; at++) {
    const pane: Pane = { startMs: at * paneMs, endMs: (at + 1) * paneMs, observations: [observation], red: new Map(), attributions: [], templates: [], changes: [] };
    const findings = at === 0 ? [over, stays] : at === 6 ? [{ ...over, active: false }] : [];
    decide.step({ pane, graph, findings, explain: () => explanation, remembers: () => true, normalHigh: () => 40, isWorkedOn: () => false });
  }
  return decide.incidents()[0];
}

const whole = finding('service:a', 'latency_p50', true);
const tail = finding('operation:a|server|GET /', 'latency_p95', true);

test('the tail of an operation alone holds an incident open for ten minutes, not for ever', () => {
  expect(after(50, whole, tail).state).not.toBe('resolved');
  expect(after(90, whole, tail).state).toBe('resolved');
});

test('what the whole service suffers holds it open', () => {
  expect(after(90, tail, whole).state).not.toBe('resolved');
});

/** Two strong symptoms for six panes; long after, one more of the same node, which lasts for three panes. Gives the timeline. */
function again(score: number): string[] {
  const decide = openDecide(defaultSettings);
  const later: Finding = { ...finding('operation:a|server|GET /', 'latency_p50', true), score, onsetMs: 30 * paneMs, detectedMs: 31 * paneMs, lastMs: 33 * paneMs };
  const changes: Record<number, Finding[]> = { 0: [whole, tail], 6: [{ ...whole, active: false }, { ...tail, active: false }], 30: [later], 33: [{ ...later, active: false }] };
  for (let at = 0; at < 60; at++) {
    const pane: Pane = { startMs: at * paneMs, endMs: (at + 1) * paneMs, observations: [observation], red: new Map(), attributions: [], templates: [], changes: [] };
    decide.step({ pane, graph, findings: changes[at] ?? [], explain: () => explanation, remembers: () => true, normalHigh: () => 40, isWorkedOn: () => false });
  }
  expect(decide.incidents()).toHaveLength(1);
  return decide.incidents()[0].timeline.map((each) => each.kind).filter((kind) => !kind.startsWith('finding_') && kind !== 'severity_changed');
}

test('what is resolved is opened again by what would have opened it, not by a faint echo', () => {
  expect(again(3.8)).toEqual(['opened', 'recovering', 'resolved']);
});
