import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Explanation, Finding } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { openCase } from './case.ts';
import { makeReach } from './reach.ts';
import { isAsideFromVisitors } from './visitors.ts';

const { paneMs } = defaultSettings;
const op = (node: string, calls: readonly string[], entryRate?: number) => ({ node, name: 'a', selfMs: 1, calls, entryRate });
const graph = sketchGraph({ operations: [op('service:door', ['service:cart|a'], 5), op('service:cart', [])], hosts: { 'service:door': 'host:n1', 'service:cart': 'host:n2' } }, 1e9);
const reach = makeReach(graph, 1e6, 0);

function finding(node: string, feature: string, onsetPane: number): Finding {
  const direction = feature === 'request_rate' ? 'absent' : 'up';
  return {
    id: `${node} ${feature}`, series: `${node} ${feature} `, p: 1e-12, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity: node, node, feature, subject: '', direction, unit: '1',
    observed: 0.6, expected: { low: 0, mid: 0, high: 0.02 }, score: 12, onsetMs: onsetPane * paneMs, detectedMs: (onsetPane + 1) * paneMs, lastMs: (onsetPane + 1) * paneMs, active: true, detectors: ['share'], exemplars: [], symptom: true,
  };
}

const because = (entity: string): Explanation => ({ causes: [{ entity, kind: 'errors', detail: '', confidence: 0.9, evidence: [], against: [], path: [] }], ruledOut: [], unknown: 0.1, onsetMs: 0, explainedAtMs: 0 });
const nothing: Explanation = { causes: [], ruledOut: [], unknown: 1, onsetMs: 0, explainedAtMs: 0 };
/** Is the second, four panes after the incident of the first, no part of it? */
const isAside = (of: readonly [string, string], told: Explanation, then: readonly [string, string], later = 4): boolean => isAsideFromVisitors(finding(...then, 10 + later), openCase('inc', 12 * paneMs, told, [finding(...of, 10)]), reach, paneMs);

test('people stay away for another reason than what fails behind the door, unless it began at once or nobody knows what is wrong', () => {
  expect(isAside(['service:cart', 'error_share'], because('service:cart'), ['service:door', 'request_rate'])).toBe(true);
  expect(isAside(['service:cart', 'error_share'], because('service:cart'), ['service:door', 'request_rate'], 1)).toBe(false);
  expect(isAside(['service:cart', 'error_share'], nothing, ['service:door', 'request_rate'])).toBe(false);
});

test('where the door itself or its machine is in trouble, it may only not be heard of', () => {
  expect(isAside(['service:door', 'error_share'], because('service:door'), ['service:door', 'request_rate'])).toBe(false);
  expect(isAside(['service:door', 'error_share'], because('host:n1'), ['service:door', 'request_rate'])).toBe(false);
  expect(isAside(['service:cart', 'error_share'], because('service:cart'), ['service:cart', 'request_rate'])).toBe(false);
});

test('nothing fails because people stay away', () => {
  expect(isAside(['service:door', 'request_rate'], nothing, ['service:cart', 'error_share'])).toBe(true);
  expect(isAside(['service:door', 'request_rate'], nothing, ['service:cart', 'error_share'], 1)).toBe(false);
  expect(isAside(['service:door', 'error_share'], nothing, ['service:cart', 'error_share'])).toBe(false);
});
