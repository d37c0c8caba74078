import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch, Signal } from './batch.ts';
import { anyRequest, signals } from './fixture/arbitrary.ts';
import { oracleEncode, requestNames } from './fixture/oracle.ts';
import { rebuild } from './fixture/rebuild.ts';
import { readRequest } from './read-request.ts';
import { placesOfRows, withoutItems } from './without-items.ts';

type Fields = Record<string, unknown>;
const itemKeys = new Set(['spans', 'logRecords', 'dataPoints', 'profiles']);
/** What makes an item of the signal one that is refused. */
const fault: Readonly<Record<Signal, Fields>> = { traces: { traceId: 'ab' }, logs: { traceId: 'ab' }, metrics: { timeUnixNano: '0' }, profiles: { profileId: 'ab' } };

/** Calls `change` with every item of a request, in order. */
function eachItem(value: unknown, change: (item: Fields) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (itemKeys.has(key) && Array.isArray(member)) for (const item of member as Fields[]) change(item);
    else if (key !== 'dictionary' && key !== 'attributes') eachItem(member, change);
  }
}

test.each(signals)('%s: those go, whatever of the others is refused, and nothing else changes', (signal) => {
  const mask = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });
  fc.assert(fc.property(anyRequest[signal], mask, mask, (request, refused, dropped) => {
    let item = 0;
    eachItem(request, (fields) => { if (refused[item++ % refused.length]) Object.assign(fields, fault[signal]); });
    const bytes = oracleEncode(requestNames[signal], request);
    const before = readRequest(signal, bytes);
    const places = placesOfRows(before);
    expect([...places, ...before.refusals.places].toSorted((a, b) => a - b)).toEqual(Array.from({ length: before.count + before.refusals.count }, (_, i) => i));
    const isDropped = (row: number): boolean => dropped[row % dropped.length];
    const gone = new Set([...places].filter((_, row) => isDropped(row)));
    const after: Batch = readRequest(signal, withoutItems(signal, bytes, (place) => gone.has(place)));
    expect(rebuild(after)).toEqual(rebuild(before).filter((_, row) => !isDropped(row)));
    expect(after.refusals.reasons).toEqual(before.refusals.reasons);
  }), { numRuns: 200, seed: 20261122 });
});

test('of a metric with two kinds of data only the last has items, in all its parts', () => {
  const point = (time: number): readonly number[] => [10, 18, 25, time, 0, 0, 0, 0, 0, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0];
  const wrap = (tag: number, bytes: readonly number[]): number[] => [tag, bytes.length, ...bytes];
  const name = wrap(10, [109]);
  const metric = (...data: readonly number[][]): Uint8Array => new Uint8Array(wrap(10, wrap(18, wrap(18, [...name, ...data.flat()]))));
  const [gauge, sum] = [(time: number) => wrap(42, point(time)), (time: number) => wrap(58, [...point(time), 16, 2])];
  const request = metric(sum(1), gauge(2), sum(3), sum(4));
  expect([...withoutItems('metrics', request, (place) => place === 1)]).toEqual([...metric(sum(1), gauge(2), sum(3), wrap(58, [16, 2]))]);
  expect([...withoutItems('metrics', request, () => false)]).toEqual([...request]);
  expect(readRequest('metrics', request).count).toBe(2);
});
