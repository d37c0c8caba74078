import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Cause, Explanation, Finding } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { openCase } from './case.ts';
import { divide } from './divide.ts';
import { makeReach } from './reach.ts';

const { paneMs } = defaultSettings;
const op = (node: string, calls: readonly string[]) => ({ node, name: 'a', selfMs: 1, calls });
/** A door asks two services, and one of them a database; neither of the two needs the other. */
const graph = sketchGraph({ operations: [op('service:web', ['service:mail|a', 'service:cart|a']), op('service:mail', []), op('service:cart', ['database:carts|a']), op('database:carts', [])] }, 1e9);
const reach = makeReach(graph, 1e6, 0);

function slow(node: string, onsetPane: number): Finding {
  return {
    id: `${node} ${onsetPane}`, series: `${node} latency_p50 `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity: node, node, feature: 'latency_p50', subject: '', direction: 'up', unit: 'ms',
    observed: 900, expected: { low: 20, mid: 30, high: 40 }, score: 12, onsetMs: onsetPane * paneMs, detectedMs: (onsetPane + 1) * paneMs, lastMs: (onsetPane + 1) * paneMs, active: true, detectors: ['level'], exemplars: [], symptom: true,
  };
}

function because(entity: string, confidence = 0.9): Explanation {
  const cause: Cause = { entity, kind: 'slow', detail: '', confidence, evidence: [], against: [], path: [] };
  return { causes: [cause], ruledOut: [], unknown: 1 - confidence, onsetMs: 0, explainedAtMs: 0 };
}

/** An incident opened for mail; carts are slow, too, since the given pane. `named` is what is said of all of it. */
function parted(cartPane: number, named: string, explain: (nodes: readonly string[]) => Explanation): readonly string[] | null {
  const one = openCase('inc', 20 * paneMs, because(named), [slow('service:mail', 10), slow('service:cart', cartPane)]);
  return divide(one, reach, paneMs, (findings) => explain(findings.map(({ node }) => node)))?.leaving.map(({ node }) => node) ?? null;
}
const apart = (nodes: readonly string[]): Explanation => because(nodes.includes('service:mail') ? 'service:mail' : 'database:carts');

test('what began later, with a sure cause that what was first does not need, leaves; whichever of the two is named for all of it', () => {
  expect(parted(13, 'database:carts', apart)).toEqual(['service:cart']);
  expect(parted(13, 'service:mail', apart)).toEqual(['service:cart']);
});

test('what began at once, or first, stays', () => {
  expect(parted(11, 'database:carts', apart)).toBeNull();
  expect(parted(7, 'database:carts', apart)).toBeNull();
});

test('nothing is parted on a guess, over a machine that both may share, or while one cause explains all', () => {
  expect(parted(13, 'database:carts', (nodes) => (nodes.includes('service:mail') ? because('service:mail', 0.6) : apart(nodes)))).toBeNull();
  expect(parted(13, 'database:carts', (nodes) => (nodes.includes('service:mail') ? because('host:node-1') : apart(nodes)))).toBeNull();
  expect(parted(13, 'database:carts', () => because('database:carts'))).toBeNull();
  const one = openCase('inc', 20 * paneMs, because('database:carts'), [slow('service:web', 10), slow('service:cart', 13)]);
  expect(divide(one, reach, paneMs, (findings) => apart(findings.map(({ node }) => node)))).toBeNull();
});
