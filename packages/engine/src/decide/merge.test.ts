import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Cause, Explanation, Finding, Incident, Observation, Pane } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { openDecide } from './decide.ts';
import { isSameFault } from './merge.ts';
import { makeReach } from './reach.ts';

const { paneMs } = defaultSettings;
const op = (node: string, calls: readonly string[], entryRate?: number) => ({ node, name: 'a', selfMs: 1, calls, entryRate });
/** Two doors that have nothing in common but what nobody sees. */
const graph = sketchGraph({ operations: [op('service:web', ['service:rights|a'], 5), op('service:rights', []), op('service:feed', ['service:news|a'], 5), op('service:news', [])] }, 1e9);

function because(entity: string, confidence: number, sincePane: number | null = null): Explanation {
  const cause: Cause = { entity, kind: 'slow', detail: '', confidence, evidence: [], against: [], path: [{ entity, edge: null, findingIds: [], onsetMs: sincePane === null ? null : sincePane * paneMs }] };
  return { causes: [cause], ruledOut: [], unknown: 1 - confidence, onsetMs: 0, explainedAtMs: 0 };
}
const nobody: Explanation = { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 };

function failing(node: string, onsetPane: number, feature = 'error_share'): Finding {
  return {
    id: `${node} ${feature} ${onsetPane}`, series: `${node} ${feature} `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity: node, node, feature, subject: '', direction: 'up', unit: '1',
    observed: 0.6, expected: { low: 0, mid: 0, high: 0.02 }, score: 12, onsetMs: onsetPane * paneMs, detectedMs: (onsetPane + 1) * paneMs, lastMs: (onsetPane + 1) * paneMs, active: true, detectors: ['share'], exemplars: [], symptom: true,
  };
}
const felt = (node: string, pane: number): Finding[] => [failing(node, pane), failing(node, pane, 'latency_p50')];

/** Web fails from the tenth pane, feed from another one on; what `explain` says of them. The state is saved and opened again before each pane in `reopen`. */
function play(feedPane: number, explain: (nodes: ReadonlySet<string>, pane: number) => Explanation, reopen: readonly number[] = []): Incident[] {
  let decide = openDecide(defaultSettings);
  const request: Observation = { series: 's', entity: 'service:web', node: 'service:web', feature: 'request_rate', subject: '', scale: 'rate', unit: '1/s', value: 5, weight: 50, symptom: true, exemplars: [] };
  for (let at = 10; at < 30; at++) {
    if (reopen.includes(at)) decide = openDecide(defaultSettings, structuredClone(decide.save()));
    const pane: Pane = { startMs: at * paneMs, endMs: (at + 1) * paneMs, observations: [request], red: new Map(), attributions: [], templates: [], changes: [] };
    const findings = [...(at === 10 ? felt('service:web', 10) : []), ...(at === feedPane ? felt('service:feed', feedPane) : [])];
    decide.step({ pane, graph, findings, explain: (asked) => explain(new Set(asked.map(({ node }) => node)), at), remembers: () => true, normalHigh: () => 40, isWorkedOn: () => false });
  }
  return decide.incidents();
}
const told = (incidents: readonly Incident[]): unknown => incidents.map(({ state, findingIds, mergedInto }) => [state, findingIds.length, mergedInto]);

test('two incidents that come to name the same place are one: the older has the findings, the younger leads on to it', () => {
  const late = (_: unknown, pane: number): Explanation => (pane < 16 ? nobody : because('external:bank', 0.9));
  const [older, younger] = play(11, late);
  expect(told([older, younger])).toEqual([['open', 4, null], ['resolved', 0, older.id]]);
  expect(older.blast.affected).toEqual(['service:feed', 'service:web']);
  expect(older.timeline.filter(({ kind }) => kind === 'absorbed')).toMatchObject([{ subject: younger.id }]);
  expect(older.timeline.filter(({ kind }) => kind === 'finding_joined')).toHaveLength(4);
  expect(younger.timeline.map(({ kind }) => kind).filter((kind) => kind !== 'severity_changed')).toEqual(['opened', 'cause_changed', 'merged']);
  expect(play(11, late, [12, 16, 17, 18])).toEqual([older, younger]);
});

test('what would open another incident about a cause that one names already joins that one', () => {
  expect(told(play(14, () => because('external:bank', 0.9, 10)))).toEqual([['evolving', 4, null]]);
});

test('two that are sure of different places stay two', () => {
  expect(told(play(11, (nodes) => because(nodes.has('service:web') ? 'external:bank' : 'external:post', 0.9)))).toEqual([['open', 2, null], ['open', 2, null]]);
});

test('who began before the trouble at the cause has another one, whatever is named by now; after it, is one of those who suffer', () => {
  const reach = makeReach(graph, 1e6, 0);
  const at = (pane: number, explanation: Explanation) => ({ beganMs: pane * paneMs, explanation, affected: ['service:web'] });
  const bank = because('external:bank', 0.9, 13);
  expect(isSameFault(at(10, bank), at(13, bank), reach, paneMs)).toBe(false);
  expect(isSameFault(at(13, bank), at(18, bank), reach, paneMs)).toBe(true);
  expect(isSameFault(at(13, bank), at(13 + 7, bank), reach, paneMs)).toBe(false);
  expect(isSameFault(at(13, bank), at(18, because('external:bank', 0.6, 13)), reach, paneMs)).toBe(false);
  expect(isSameFault(at(13, because('external:bank', 0.9)), at(18, because('external:bank', 0.9)), reach, paneMs)).toBe(false);
});

test('a mere guess on the way of a sure cause is the same fault when both began at once and the sure one explains all of it', () => {
  const reach = makeReach(graph, 1e6, 0);
  const sure = { beganMs: 10 * paneMs, explanation: because('service:rights', 0.9), affected: ['service:rights'] };
  const guess = (pane: number, entity: string, affected: string) => ({ beganMs: pane * paneMs, explanation: { ...because(entity, 0.35), unknown: 0.3 }, affected: [affected] });
  expect(isSameFault(sure, guess(11, 'service:web', 'service:web'), reach, paneMs)).toBe(true);
  expect(isSameFault(sure, guess(13, 'service:web', 'service:web'), reach, paneMs)).toBe(false);
  expect(isSameFault(sure, guess(11, 'service:feed', 'service:feed'), reach, paneMs)).toBe(false);
  expect(isSameFault(sure, { ...guess(11, 'service:web', 'service:web'), explanation: because('service:web', 0.9) }, reach, paneMs)).toBe(false);
});

test('a cache that is gone and the database that then has to do its work are one fault, though both are sure; a database that nobody shares with it is another', () => {
  const backends = sketchGraph({ operations: [op('service:shop', ['database:redis/cache|get', 'database:mysql/items|select'], 5), op('service:pay', ['database:mysql/ledger|select'], 5)] }, 1e9);
  const reach = makeReach(backends, 1e9, 1e9);
  const account = (entity: string, beganPane: number) => ({ beganMs: beganPane * paneMs, explanation: because(entity, 0.95), affected: ['service:shop'] });
  const isOne = (entity: string, beganPane: number): boolean => isSameFault(account('database:redis/cache', 10), account(entity, beganPane), reach, paneMs);
  expect(['database:mysql/items', 'database:mysql/ledger', 'service:pay'].map((entity) => isOne(entity, 11))).toEqual([true, false, false]);
  expect(isOne('database:mysql/items', 15)).toBe(false);
});
