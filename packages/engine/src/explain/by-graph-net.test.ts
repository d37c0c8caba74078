import { expect, test } from 'vitest';
import type { Finding, TrainedModel } from '../model/index.ts';
import { defaultSettings } from '../model/index.ts';
import { makeDice, sketchGraph, sketchPane } from '../model/sketch.ts';
import type { Sketch } from '../model/sketch.ts';
import { graphNetColumns, graphNetEvidence, graphNetUnknown, pointsAt } from './by-graph-net.ts';
import { candidateEvidence } from './evidence.ts';
import { openExplain } from './explain.ts';
import type { Considered, Explain } from './explain.ts';
import { claim } from './facts.ts';
import { graphNetModel, openGraphArrays } from './graph-net/graph-net.ts';

const onsetMs = 400_000;
const sketch = (selfMs: number): Sketch => ({
  operations: [
    { node: 'service:front', name: 'GET /', calls: ['service:back|go', 'service:other|go'], selfMs: 4, entryRate: 12 },
    { node: 'service:back', name: 'go', calls: [], selfMs }, { node: 'service:other', name: 'go', calls: [], selfMs: 2 },
  ],
});
const graph = sketchGraph(sketch(5), 1_000_000);
const symptom: Finding = {
  id: 'f', series: 'f', entity: 'service:front', node: 'service:front', feature: 'latency_p95', subject: '', direction: 'up', unit: 'ms', observed: 80, expected: { low: 8, mid: 10, high: 12 }, score: 8, p: null, votes: [],
  contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, onsetMs, detectedMs: onsetMs, lastMs: 500_000, active: true, detectors: [], exemplars: [], symptom: true,
};

function opened(model?: TrainedModel, observe?: (considered: Considered) => void, saved?: unknown): Explain {
  const explain = openExplain(defaultSettings, saved, observe === undefined ? undefined : { considered: observe }, model);
  if (saved !== undefined) return explain;
  const dice = makeDice(3);
  for (let ms = 0; ms < 500_000; ms += 10_000) explain.keep(sketchPane(sketch(ms < onsetMs ? 5 : 60), ms, dice));
  return explain;
}
const ask = (explain: Explain): ReturnType<Explain['explain']> => explain.explain({ atMs: 500_000, findings: [symptom], around: [symptom], changes: [], graph });
/** A model that is sure of one place. */
const sureOf = (place: number): TrainedModel => ({ version: '', runtime: 'arrays', inputFloats: graphNetModel.inputFloats, outputFloats: graphNetModel.outputFloats, run: () => Float32Array.from({ length: graphNetModel.outputFloats }, (_, at) => (at === place ? 1 : 0)) });

test('it alone names nobody: who is accused by it only is no candidate', () => {
  const seen: Considered[] = [];
  for (let place = 0; place < 4; place++) ask(opened(sureOf(place), (considered) => seen.push(considered)));
  const [first] = seen;
  expect(first.entities).toContain('service:back');
  expect(first.entities).not.toContain('service:other');
  for (const each of seen) expect(each.entities).toEqual(first.entities);
});

test('its share is a column, and a line of evidence where it is worth one', () => {
  const seen: Considered[] = [];
  // Places: the affected first, then by name.
  const { causes } = ask(opened(sureOf(1), (considered) => seen.push(considered)));
  const column = candidateEvidence.indexOf('graph_net');
  expect(seen[0].evidence.candidates[seen[0].entities.indexOf('service:back')][column]).toBe(1);
  expect(causes.find(({ entity }) => entity === 'service:back')?.evidence).toContainEqual({ kind: 'graph_pattern', share: 1 });
});

test('a model that does not answer says nothing, and that is counted over a restart', () => {
  const explain = opened({ ...openGraphArrays(), run: () => null });
  const { causes } = ask(explain);
  expect(causes[0].entity).toBe('service:back');
  expect(causes.flatMap(({ evidence }) => evidence).some(({ kind }) => kind === 'graph_pattern')).toBe(false);
  expect(explain.counters()['explain_graph_unanswered']).toBe(1);
  expect(opened(undefined, undefined, structuredClone(explain.save())).counters()['explain_graph_unanswered']).toBe(1);
});

test('the same question has the same answer, also from a saved state', () => {
  const explain = opened();
  const saved = structuredClone(explain.save());
  expect(ask(opened(undefined, undefined, saved))).toEqual(ask(explain));
});

test('columns are 0 where it said nothing, and what no candidate got speaks for unknown', () => {
  expect(graphNetEvidence([], 0)).toEqual(graphNetColumns.map(() => 0));
  expect(graphNetEvidence([claim('graph_net', 'service:a', 1, [])], 1)).toEqual([1, 1, 1]);
  expect(graphNetUnknown([{ claims: [] }])).toEqual([0, 0]);
  expect(graphNetUnknown([{ claims: [claim('graph_net', 'service:a', 0.25, [])] }, { claims: [] }])).toEqual([0.25, 0.75]);
});

test('a clear word of the network makes a candidate, a faint one and the words of others do not', () => {
  expect([claim('graph_net', 'service:a', 0.3, []), claim('graph_net', 'service:a', 0.29, []), claim('mechanism', 'service:a', 0.9, [])].map(pointsAt)).toEqual([true, false, false]);
});
