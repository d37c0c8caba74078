import { expect, test } from 'vitest';
import type { Cause, CauseKind, Evidence } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { couldMake } from './knock-on.ts';
import { makeReach } from './reach.ts';

const op = (node: string, calls: readonly string[]) => ({ node, name: 'a', selfMs: 1, calls });
const graph = sketchGraph({ operations: [{ ...op('service:shop', ['service:cart|a']), entryRate: 5 }, op('service:cart', ['database:carts|a']), op('database:carts', []), op('service:mail', [])], hosts: { 'service:cart': 'host:n1', 'service:mail': 'host:n2' } }, 1e9);
const reach = makeReach(graph, 1e6, 0);
const because = (entity: string, kind: CauseKind, ...evidence: readonly Evidence[]): Cause => ({ entity, kind, detail: '', confidence: 0.9, evidence, against: [], path: [] });
const errors = (errorType: string, share = 0.9): Evidence => ({ kind: 'error_origin', share, errors: 9, operation: 'a', errorType, traces: [] });
const own: Evidence = { kind: 'self_time', share: 0.8, beforeMs: 1, afterMs: 90, operation: 'a', traces: [], baselineTraces: [] };
const could = (first: Cause, ...evidence: readonly Evidence[]): boolean => couldMake(first, because('service:cart', 'errors', ...evidence), reach);

test('who depends on the first fails in vain by it, and not with an error of its own, by its own time or after a change to it', () => {
  const first = because('database:carts', 'slow_database');
  for (const type of ['timeout', 'PoolTimeout', '504', 'ECONNREFUSED', 'DEADLINE_EXCEEDED', '']) expect(could(first, errors(type))).toBe(true);
  for (const type of ['NullPointerException', '401', 'InternalError']) expect(could(first, errors(type))).toBe(false);
  expect(could(first, errors('InternalError', 0.1))).toBe(true);
  expect(could(first, own)).toBe(false);
  expect(could(first, errors('timeout'), { kind: 'change', changeId: 'c', what: '1 → 2', beforeOnsetMs: 0 })).toBe(false);
});

test('who does not depend on the first has nothing from it', () => {
  expect(could(because('service:mail', 'errors'), errors('timeout'))).toBe(false);
});

test('a machine that is busy makes slow what runs there, one that is full makes it fail as well', () => {
  expect(could(because('host:n1', 'host_saturated'), own)).toBe(true);
  expect(could(because('host:n1', 'host_saturated'), errors('401'))).toBe(false);
  expect(could(because('host:n1', 'disk_full'), errors('IOError'))).toBe(true);
});

test('too many users make slow all that they reach', () => {
  expect(could(because('user', 'overload'), own)).toBe(true);
  expect(could(because('user', 'overload'), errors('NullPointerException'))).toBe(false);
});

test('who runs on a machine that is gone falls silent with it, who asks a database that is gone does not', () => {
  const silence: Evidence = { kind: 'silence', sinceMs: 0 };
  expect(could(because('host:n1', 'down'), silence)).toBe(true);
  expect(could(because('database:carts', 'down'), silence)).toBe(false);
});
