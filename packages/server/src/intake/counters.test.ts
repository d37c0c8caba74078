import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodedError } from '../errors.ts';
import { makeCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import { giveWayMs, othersName, sourcesMax } from './ledger.ts';
import type { Source } from './source.ts';

const source = (name = '10.0.0.7', requestId = 'r-1'): Source => ({ name, address: `${name}:5000`, agent: 'test/1', requestId, via: 'grpc' });
const open = (): Counters => makeCounters({ startedMs: 1_000 });

test('what came in stands where it belongs', () => {
  const counters = open();
  counters.accepted('traces', 10, 500, source(), 7_000, 4);
  counters.duplicate('traces', 3, 500, source(), 7_500);
  counters.refusedItems('traces', new Map([['trace_id', 2]]), source('10.0.0.7', 'r-2'), 200, 8_000, new Map([['trace_id', ['GET /cart']]]));
  counters.refusedRequest('traces', new CodedError('too_large', '9 bytes'), source('10.0.0.7', 'r-3'), 413, 9_000);
  expect(counters.signals().traces).toMatchObject({
    requests: 3, acceptedRequests: 1, partialRequests: 1, duplicateRequests: 1, refusedRequests: 1, bytes: 1_000,
    items: 19, accepted: 10, deduplicated: 7, refusedItems: 2, lastAcceptedMs: 7_000,
    refused: [
      { reason: 'too_large', items: 0, requests: 1, requestId: 'r-3', next: expect.stringContaining('request-bytes-max') },
      { reason: 'trace_id', items: 2, requests: 0, requestId: 'r-2', next: expect.stringContaining('trace id must be 16 bytes') },
    ],
  });
  expect(counters.lastRefused()).toMatchObject([{ reason: 'too_large', requestId: 'r-3', source: '10.0.0.7', via: 'grpc', status: 413 }, { reason: 'trace_id', items: 2, examples: ['GET /cart'] }]);
  expect(counters.signals().logs.requests).toBe(0);
  expect(counters.totals()).toEqual({ traces: 10, metrics: 0, logs: 0, profiles: 0 });
});

test('sources are counted apart, and one can be asked for', () => {
  const counters = open();
  counters.accepted('traces', 1, 10, source('a'), 2_000);
  counters.accepted('logs', 2, 10, source('b'), 3_000);
  counters.refusedRequest('logs', new CodedError('malformed', 'byte 3'), source('b'), 400, 3_000);
  expect(counters.sources().map(({ name, accounts }) => [name, accounts.map(({ signal, accepted }) => [signal, accepted])])).toEqual([['b', [['logs', 2]]], ['a', [['traces', 1]]]]);
  expect(counters.sources(4_000, { source: 'a' }).map(({ name }) => name)).toEqual(['a']);
  expect(counters.sources(4_000, { signal: 'logs' }).map(({ name }) => name)).toEqual(['b']);
  expect(counters.signals(4_000, 'a').logs.requests).toBe(0);
  expect([counters.lastRefused({ source: 'a' }).length, counters.lastRefused({ source: 'b' }).length, counters.lastRefused({ signal: 'traces' }).length]).toEqual([0, 1, 0]);
});

test('only the last refusals are held, shortened, the loud ones of one source do not hide those of another', () => {
  const counters = open();
  counters.refusedRequest('logs', new CodedError('malformed', 'quiet'), source('quiet'), 400, 2_000);
  for (let at = 0; at < 30; at++) counters.refusedRequest(null, new CodedError('wrong_path', 'x'.repeat(5_000)), source('loud'), 404, 2_000 + at);
  expect(counters.lastRefused()).toHaveLength(20);
  expect(counters.lastRefused()[0]).toMatchObject({ atMs: 2_029, signal: null, reason: 'wrong_path', status: 404 });
  expect(counters.lastRefused()[0].detail.length).toBeLessThanOrEqual(300);
  expect(counters.lastRefused({ source: 'quiet' })).toHaveLength(1);
  expect(counters.sources().find(({ name }) => name === 'loud')?.accounts[0]).toMatchObject({ signal: null, refusedRequests: 30 });
});

describe('a limit on sources', () => {
  const fill = (counters: Counters, atMs: number): void => { for (let i = 0; i < sourcesMax; i++) counters.accepted('logs', 1, 1, source(`s${i}`), atMs + i); };

  test('newcomers beyond it are counted as others, and that is counted', () => {
    const counters = open();
    fill(counters, 2_000);
    counters.accepted('logs', 5, 1, source('one more'), 3_000);
    expect(counters.sources()).toHaveLength(sourcesMax + 1);
    expect(counters.sources().find(({ name }) => name === othersName)?.accounts[0].accepted).toBe(5);
    expect(counters.sourcesOverLimit()).toBe(1);
    expect(counters.totals().logs).toBe(sourcesMax + 5);
  });

  test('a source long silent gives way, and nothing it sent is lost from the sum', () => {
    const counters = open();
    fill(counters, 2_000);
    const later = 2_000 + giveWayMs + sourcesMax + 1;
    counters.accepted('logs', 5, 1, source('one more'), later);
    expect(counters.sources().some(({ name }) => name === 's0')).toBe(false);
    expect(counters.sources().find(({ name }) => name === 'one more')?.accounts[0].accepted).toBe(5);
    expect(counters.totals().logs).toBe(sourcesMax + 5);
  });
});

describe('what the engine says', () => {
  test('late and dropped items stand with the source that sent them, with the request', () => {
    const counters = open();
    counters.accepted('logs', 10, 1, source('a', 'r-9'), 2_000);
    counters.placed(41, 'logs', source('a', 'r-9'));
    counters.judged(41, [{ position: 41, signal: 'logs', late: 3, dropped: { future_items: 2 } }]);
    expect(counters.sources()[0].accounts[0]).toMatchObject({ accepted: 10, late: 3, lateRequestId: 'r-9', dropped: 2, droppedBy: [{ limit: 'future_items', items: 2, requestId: 'r-9', next: expect.stringContaining('clock') }] });
  });

  test('records that it takes again after a restart do not count twice', () => {
    const counters = open();
    counters.placed(41, 'logs', source('a'));
    counters.judged(41, [{ position: 41, signal: 'logs', late: 3, dropped: {} }]);
    const after = makeCounters({ startedMs: 9_000, saved: structuredClone(counters.save()) });
    after.judged(41, [{ position: 41, signal: 'logs', late: 3, dropped: {} }]);
    after.judged(42, [{ position: 42, signal: 'logs', late: 1, dropped: {} }]);
    expect(after.signals().logs.late).toBe(4);
    expect(after.sources().find(({ name }) => name === othersName)?.accounts[0].late).toBe(1);
  });
});

test('saved and opened again, all that people see is the same', () => {
  const counters = open();
  counters.accepted('traces', 10, 500, source(), 7_000, 4);
  counters.refusedItems('traces', new Map([['trace_id', 2]]), source(), 200, 8_000);
  counters.refusedRequest(null, new CodedError('wrong_path', '/x'), source('b'), 404, 8_500);
  const after = makeCounters({ startedMs: 20_000, saved: structuredClone(counters.save()) });
  expect(after.sinceMs).toBe(1_000);
  for (const tell of [(from: Counters) => from.signals(30_000), (from: Counters) => from.sources(30_000), (from: Counters) => from.lastRefused()]) expect(tell(after)).toEqual(tell(counters));
});

test('whatever comes, in whatever order: requests and items balance, for each source and in sum', () => {
  const names = fc.constantFrom(...Array.from({ length: sourcesMax + 20 }, (_, i) => `s${i}`));
  const few = fc.nat({ max: 50 });
  const event = fc.record({ kind: fc.constantFrom('accepted', 'duplicate', 'items', 'request'), name: names, signal: fc.constantFrom('traces', 'metrics', 'logs', 'profiles'), items: few, more: few, stepMs: fc.constantFrom(0, 10, 60_000, giveWayMs) });
  fc.assert(fc.property(fc.array(event, { maxLength: 400 }), (events) => {
    const counters = open();
    let atMs = 2_000;
    const sent = { items: 0, requests: 0 };
    for (const { kind, name, signal, items, more, stepMs } of events) {
      atMs += stepMs;
      sent.requests += 1;
      if (kind === 'accepted') counters.accepted(signal, items, 1, source(name), atMs, more);
      else if (kind === 'duplicate') counters.duplicate(signal, items, 1, source(name), atMs);
      else if (kind === 'request') counters.refusedRequest(signal, new CodedError('malformed', ''), source(name), 400, atMs);
      else {
        counters.accepted(signal, items, 1, source(name), atMs);
        counters.refusedItems(signal, new Map([['span_id', more]]), source(name), 200, atMs);
      }
      sent.items += kind === 'request' ? 0 : kind === 'duplicate' ? items : items + more;
    }
    const sources = counters.sources(atMs).flatMap(({ accounts }) => accounts);
    for (const each of [...sources, ...Object.values(counters.signals(atMs))]) {
      expect(each.requests).toBe(each.acceptedRequests + each.duplicateRequests + each.refusedRequests);
      expect(each.items).toBe(each.accepted + each.refusedItems + each.deduplicated);
    }
    for (const all of [sources, Object.values(counters.signals(atMs))]) {
      expect(all.reduce((sum, { items }) => sum + items, 0)).toBe(sent.items);
      expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBe(sent.requests);
    }
  }), { numRuns: 100, seed: 20261122 });
});
