import { expect, test } from 'vitest';
import { CodedError } from '../errors.ts';
import { makeCounters } from './counters.ts';
import type { Source } from './source.ts';

const source: Source = { name: 'checkout', address: '127.0.0.1:9', agent: 'test' };

test('accepted, duplicate and refused are told per signal', () => {
  const counters = makeCounters();
  counters.accepted('traces', 10, 500, source, 7);
  counters.duplicate('traces', 500, source);
  counters.refusedItems('traces', new Map([['trace_id', 2]]), source, 200, 8);
  counters.refusedRequest('traces', new CodedError('too_large', '9 bytes'), source, 413, 9);
  expect(counters.signals().traces).toEqual({
    requests: 3, bytes: 1_000, accepted: 10, duplicateRequests: 1, lastAcceptedMs: 7,
    refused: [
      { reason: 'trace_id', items: 2, requests: 0, next: expect.stringContaining('16 bytes') },
      { reason: 'too_large', items: 0, requests: 1, next: expect.stringContaining('smaller batches') },
    ],
  });
  expect(counters.signals().logs.requests).toBe(0);
  expect(counters.totals()).toEqual({ traces: 10, metrics: 0, logs: 0 });
});

test('the last 20 refusals are kept, newest first, and their words are cut', () => {
  const counters = makeCounters();
  for (let index = 0; index < 30; index++) counters.refusedRequest(null, new CodedError('wrong_path', 'x'.repeat(1_000)), source, 404, index);
  expect(counters.lastRefused()).toHaveLength(20);
  expect(counters.lastRefused()[0]).toMatchObject({ atMs: 29, signal: null, reason: 'wrong_path', status: 404 });
  expect(counters.lastRefused()[0].detail.length).toBeLessThanOrEqual(300);
});
