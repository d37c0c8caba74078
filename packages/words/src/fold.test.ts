import { expect, test } from 'vitest';
import type { Finding } from '@clew/engine';
import { distinct, foldByNode } from './fold.ts';

const finding = (entity: string, feature: string, rest: Partial<Finding> = {}): Finding => ({
  id: `${entity} ${feature} ${rest.subject ?? ''}`, series: '', p: null, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity, node: 'service:order', feature, subject: '', direction: 'up', unit: 'ms', observed: 2, expected: { low: 0, mid: 1, high: 1 },
  score: 10, onsetMs: 1_000, detectedMs: 0, lastMs: 2_000, active: true, detectors: [], exemplars: [], symptom: false, ...rest,
});
const order = [
  finding('service:order', 'metric_p95', { subject: 'http.server.request.duration', score: 99 }), finding('service:order', 'metric_mean', { subject: 'http.server.request.duration', score: 99 }),
  finding('instance:order#1', 'latency_p95', { score: 40, onsetMs: 900 }), finding('service:order', 'latency_p95', { score: 29, symptom: true }), finding('service:order', 'latency_p50', { score: 7, symptom: true }),
  finding('service:order', 'pool_used', { subject: 'orders', score: 99 }), finding('service:order', 'pool_utilization', { subject: 'orders' }),
];

test('a node is one row: told by what people feel of it as a whole, from its first onset', () => {
  const folded = foldByNode([...order, finding('service:cart', 'log_rate', { node: 'service:cart' })]);
  expect(folded.map(({ node, told, all, onsetMs }) => [node, told.id, all.length, onsetMs])).toEqual([['service:order', 'service:order latency_p95 ', 7, 900], ['service:cart', 'service:cart log_rate ', 1, 1_000]]);
});

test('twins of one measure are said once, requests before metrics of their own name', () => {
  expect(distinct(order, 'service:order').map(({ feature }) => feature)).toEqual(['latency_p95', 'pool_used']);
});
