import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Explanation, Finding, Observation, Pane } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { openCase } from './case.ts';
import { openDecide } from './decide.ts';
import { makeReach } from './reach.ts';
import { belongs, cluster, split } from './relate.ts';

const { paneMs } = defaultSettings;
/** Two front doors ask one service, a third asks nobody they know. */
const op = (node: string, calls: readonly string[], entryRate?: number) => ({ node, name: 'a', selfMs: 1, calls, entryRate });
const graph = sketchGraph({ operations: [op('service:web', ['service:rights|a'], 5), op('service:app', ['service:rights|a'], 5), op('service:rights', []), op('service:feed', ['service:news|a'], 5), op('service:news', [])] }, 1e9);

function failing(node: string, onsetPane: number): Finding {
  return {
    id: `${node} errors`, series: `${node} error_share `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity: node, node, feature: 'error_share', subject: '', direction: 'up', unit: '1',
    observed: 0.6, expected: { low: 0, mid: 0, high: 0.02 }, score: 12, onsetMs: onsetPane * paneMs, detectedMs: (onsetPane + 1) * paneMs, lastMs: (onsetPane + 1) * paneMs, active: true, detectors: ['share'], exemplars: [], symptom: true,
  };
}

const nodesOf = (findings: readonly Finding[]): string[][] => cluster(findings, makeReach(graph, 1e6, 0), paneMs).map((group) => group.map(({ node }) => node));

test('two doors that fail at the same moment over what both need belong together; later, or over nothing in common, they do not', () => {
  expect(nodesOf([failing('service:web', 10), failing('service:app', 11)])).toEqual([['service:web', 'service:app']]);
  expect(nodesOf([failing('service:web', 10), failing('service:app', 20)])).toHaveLength(2);
  expect(nodesOf([failing('service:web', 10), { ...failing('service:app', 1), detectedMs: 12 * paneMs }])).toHaveLength(1);
  expect(nodesOf([failing('service:web', 10), failing('service:feed', 10)])).toHaveLength(2);
});

test('the second door joins the incident of the first while nobody knows a cause', () => {
  const decide = openDecide(defaultSettings);
  const unknown: Explanation = { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 };
  const request: Observation = { series: 's', entity: 'service:web', node: 'service:web', feature: 'request_rate', subject: '', scale: 'rate', unit: '1/s', value: 5, weight: 50, symptom: true, exemplars: [] };
  for (let at = 10; at < 20; at++) {
    const pane: Pane = { startMs: at * paneMs, endMs: (at + 1) * paneMs, observations: [request], red: new Map(), attributions: [], templates: [], changes: [] };
    const findings = at === 10 ? [failing('service:web', 10)] : at === 12 ? [{ ...failing('service:app', 11), detectedMs: 13 * paneMs }] : [];
    decide.step({ pane, graph, findings, explain: () => unknown, remembers: () => true, normalHigh: () => 40, isWorkedOn: () => false });
  }
  expect(decide.incidents().map(({ findingIds }) => findingIds.length)).toEqual([2]);
});

/** One door asks two services, each with a database of its own behind `before`, which it may have in common with the other. */
const forkedOver = (mailBefore: string, cartBefore: string) => makeReach(sketchGraph({ operations: [
  op('service:door', ['service:mail|a', 'service:cart|a'], 5), op('service:mail', [`${mailBefore}|a`, 'database:mails|a']), op('service:cart', [`${cartBefore}|a`, 'database:carts|a']),
  op('database:mails', []), op('database:carts', []), ...[...new Set([mailBefore, cartBefore])].map((node) => op(node, [])),
] }, 1e9), 1e6, 0);
const forked = forkedOver('database:cache', 'database:cache');
const becauseOf = (entity: string): Explanation => ({ causes: [{ entity, kind: 'slow', detail: '', confidence: 0.9, evidence: [], against: [], path: [] }], ruledOut: [], unknown: 0.1, onsetMs: 0, explainedAtMs: 0 });
const ofItsDatabase = (findings: readonly Finding[]): Explanation => becauseOf(findings.some(({ node }) => node === 'service:mail') ? 'database:mails' : 'database:carts');

test('two databases that get worse at once behind one cache are one fault; a pane later, or without anything in common, they are two', () => {
  const one = openCase('inc', 12 * paneMs, becauseOf('database:mails'), [failing('service:mail', 10), failing('service:door', 10)]);
  one.affected = ['service:mail', 'service:door'];
  const joins = (onsetPane: number, reach = forked): boolean => belongs(failing('service:cart', onsetPane), one, reach, paneMs, ofItsDatabase);
  expect([11, 12, 13].map((pane) => joins(pane))).toEqual([true, false, false]);
  const apart = forkedOver('database:cache-1', 'database:cache-2');
  expect(joins(11, apart)).toBe(false);
  const parts = (onsetPane: number, reach = forked): string[][] => split([failing('service:mail', 10), failing('service:door', 10), failing('service:cart', onsetPane)], reach, paneMs, ofItsDatabase).map(({ findings }) => findings.map(({ node }) => node));
  expect(parts(11)).toEqual([['service:mail', 'service:door', 'service:cart']]);
  expect(parts(13)).toEqual([['service:mail', 'service:door'], ['service:cart']]);
  expect(parts(11, apart)).toEqual(parts(13));
});

test('while an incident has no cause, what is sure of a cause elsewhere that would not explain it is not taken in', () => {
  const unknown: Explanation = { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 };
  const one = openCase('inc', 12 * paneMs, unknown, [failing('service:mail', 10)]);
  one.affected = ['service:mail'];
  const joins = (cause: string): boolean => belongs(failing('service:door', 13), one, forked, paneMs, () => becauseOf(cause));
  expect(joins('service:mail')).toBe(true);
  expect(joins('service:cart')).toBe(false);
});

test('while many suffer for no known reason, what breaks next is part of it, whatever it shows of its own; when it is over, or of few, it is not', () => {
  const many = Array.from({ length: 40 }, (_, index) => `service:s${index}`);
  const reach = makeReach(sketchGraph({ operations: [op('service:door', many.map((node) => `${node}|a`), 5), ...many.map((node) => op(node, []))] }, 1e9), 1e6, 0);
  const joins = (affected: readonly string[], active = true): boolean => {
    const one = openCase('inc', 12 * paneMs, { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 }, [failing('service:door', 10), ...affected.map((node) => ({ ...failing(node, 11), active }))]);
    one.affected = ['service:door', ...affected];
    return belongs(failing('service:s39', 30), one, reach, paneMs, () => becauseOf('service:s39'));
  };
  expect([joins(many.slice(0, 25)), joins(many.slice(0, 25), false), joins(many.slice(0, 5))]).toEqual([true, false, false]);
});
