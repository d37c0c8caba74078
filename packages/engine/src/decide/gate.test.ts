import { expect, test } from 'vitest';
import type { Finding, Pane } from '../model/index.ts';
import { isEnough } from './gate.ts';
import type { Scene } from './gate.ts';
import { decideLimits as limits } from './limits.ts';

const paneMs = 10_000;

function finding(entity: string, feature: string, score: number): Finding {
  const node = entity.startsWith('operation:') ? `service:${entity.slice('operation:'.length).split('|')[0]}` : entity;
  return {
    id: `${entity} ${feature}`, series: `${entity} ${feature} `, p: null, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, entity, node, feature, subject: '', direction: 'up', unit: 'ms', observed: 48, expected: { low: 20, mid: 27, high: 35 }, score,
    onsetMs: 0, detectedMs: paneMs, lastMs: paneMs, active: true, detectors: ['level'], exemplars: [], symptom: true,
  };
}

function sceneAt(endMs: number): Scene {
  const pane: Pane = { startMs: endMs - paneMs, endMs, observations: [], red: new Map(), attributions: [], templates: [], changes: [] };
  const nobody = new Set<string>();
  return { pane, paneMs, reach: { services: 1, usedBeside: () => false, usedByOne: () => false, dependsOn: () => nobody, linked: () => false, shareHost: () => false, shareBelow: () => false, explains: () => false, depth: () => 0 }, activeByNode: new Map(), isKnown: () => true, callers: () => [], entries: nobody };
}

const faint = limits.loneScore - 1;
const service = (score: number): Finding => finding('service:a', 'latency_p50', score);
const operation = (score: number): Finding => finding('operation:a|server|GET /', 'latency_p95', score);

test('a service and its operation that are faintly slow are one witness, and one must last', () => {
  expect(isEnough([service(faint), operation(faint)], sceneAt(2 * paneMs))).toBe(false);
  expect(isEnough([service(faint), operation(faint)], sceneAt((limits.faintPanes + 1) * paneMs))).toBe(true);
});

test('the same, unmistakable, is enough at once', () => {
  expect(isEnough([service(limits.loneScore), operation(faint)], sceneAt(2 * paneMs))).toBe(true);
});

test('two services, or slowness and errors of one, are two witnesses', () => {
  expect(isEnough([service(faint), finding('service:b', 'latency_p50', faint)], sceneAt(2 * paneMs))).toBe(true);
  expect(isEnough([service(faint), finding('service:a', 'error_share', faint)], sceneAt(2 * paneMs))).toBe(true);
});

test('a caller that sees the same on its own calls is a second witness; one that sees something else is none', () => {
  const scene = (feature: string): Scene => ({ ...sceneAt(2 * paneMs), callers: () => ['service:b'], activeByNode: new Map([['service:b', [{ ...finding('edge:service:b→service:a', feature, faint), node: 'service:b' }]]]) });
  expect(isEnough([service(faint), operation(faint)], scene('latency_p95'))).toBe(true);
  expect(isEnough([service(faint), operation(faint)], scene('error_share'))).toBe(false);
  expect(isEnough([finding('service:a', 'self_time', faint)], scene('latency_p95'))).toBe(true);
  expect(isEnough([finding('service:a', 'self_time', faint)], scene('error_share'))).toBe(false);
});

test('what it depends on, failing since then, is a second witness; failing since long ago it is none', () => {
  const scene = (onsetMs: number): Scene => ({
    ...sceneAt(2 * paneMs), reach: { ...sceneAt(0).reach, dependsOn: () => new Set(['service:a', 'database:redis/0']) },
    activeByNode: new Map([['database:redis/0', [{ ...finding('database:redis/0', 'error_share', faint), onsetMs, symptom: false }]]]),
  });
  expect(isEnough([service(faint), operation(faint)], scene(0))).toBe(true);
  expect(isEnough([service(faint), operation(faint)], scene(-100 * paneMs))).toBe(false);
});

test('two operations have no request in common; a service\'s own time and its own calls are measured apart', () => {
  expect(isEnough([operation(faint), finding('operation:a|server|POST /', 'latency_p50', faint)], sceneAt(2 * paneMs))).toBe(true);
  const inside = (other: Finding): Scene => ({ ...sceneAt(2 * paneMs), activeByNode: new Map([['service:a', [{ ...other, node: 'service:a', symptom: false }]]]) });
  expect(isEnough([service(faint)], inside(finding('service:a', 'self_time', faint)))).toBe(true);
  expect(isEnough([service(faint)], inside(finding('edge:service:a→service:b', 'latency_p50', faint)))).toBe(true);
  expect(isEnough([service(faint)], inside(finding('service:a', 'cpu_utilization', faint)))).toBe(false);
  expect(isEnough([service(faint)], inside({ ...finding('service:a', 'self_time', faint), onsetMs: -100 * paneMs }))).toBe(false);
});

test('own time of a service many times the usual needs no second witness, one that is a little longer does', () => {
  const ownTime = (score: number, observed: number): Finding => ({ ...finding('service:a', 'self_time', score), observed });
  expect(isEnough([ownTime(limits.ownTimeScore, 27 * limits.ownTimeRatio)], sceneAt(2 * paneMs))).toBe(true);
  expect(isEnough([ownTime(limits.ownTimeScore, 48)], sceneAt(2 * paneMs))).toBe(false);
  expect(isEnough([ownTime(limits.ownTimeScore - 1, 27 * limits.ownTimeRatio)], sceneAt(2 * paneMs))).toBe(false);
});
