/** Whatever comes in, a batch or MalformedOtlp comes out, and memory stays in proportion to what came in. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch, Signal } from './batch.ts';
import { anyRequest, signals } from './fixture/arbitrary.ts';
import { rebuild } from './fixture/rebuild.ts';
import { fromJson } from './from-json.ts';
import { MalformedOtlp } from './malformed.ts';
import { readMessage, toJson } from './read-message.ts';
import { buffersOf, readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

const seed = 20261122;
/** Columns take at most this many bytes for a byte received (the worst: attributes of two bytes), and some to start with. */
const bytesPerByte = 40;
const bytesAtLeast = 4096;

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof MalformedOtlp) return null;
    throw error;
  }
}

function check(signal: Signal, bytes: Uint8Array): void {
  const batch = attempt<Batch>(() => readRequest(signal, bytes));
  const message = attempt(() => readMessage(signal, bytes));
  if (batch === null) return;
  // Strings of a profile's dictionary are written out where they are used (limits: resolvedBytesPerRequest).
  expect(batch.strings.bytes.length).toBeLessThanOrEqual(bytes.length * (signal === 'profiles' ? 32 : 4));
  const size = buffersOf(batch).reduce((sum, buffer) => sum + buffer.byteLength, 0);
  expect(size).toBeLessThanOrEqual(bytes.length * bytesPerByte + bytesAtLeast);
  // What the column reader takes, the object reader takes too: rows, rest and slices can be looked at later.
  expect(message).not.toBeNull();
  expect(rebuild(batch).length).toBe(batch.count);
}

interface Mutation {
  readonly at: number;
  readonly kind: 'flip' | 'set' | 'cut' | 'insert' | 'repeat';
  readonly value: number;
}
const mutations = fc.array(fc.record<Mutation>({ at: fc.double({ min: 0, max: 1, noNaN: true }), kind: fc.constantFrom('flip', 'set', 'cut', 'insert', 'repeat'), value: fc.nat({ max: 255 }) }), { minLength: 1, maxLength: 4 });

function mutate(bytes: Uint8Array, list: readonly Mutation[]): Uint8Array {
  let out = [...bytes];
  for (const { at, kind, value } of list) {
    const i = Math.floor(at * out.length);
    if (kind === 'flip') out[i] ^= 1 << (value & 7);
    else if (kind === 'set') out[i] = value;
    else if (kind === 'cut') out.splice(i, 1 + (value & 7));
    else if (kind === 'insert') out.splice(i, 0, value, 0xff, 0xff, 0xff, 0x7f);
    else out = [...out.slice(0, i), ...out.slice(Math.max(0, i - value)), ...out.slice(i)];
  }
  return Uint8Array.from(out);
}

test.each(signals)('%s: valid requests with bytes changed', (signal) => {
  fc.assert(fc.property(anyRequest[signal].map((request) => writeRequest(signal, request)), fc.array(mutations, { minLength: 20, maxLength: 20 }), (bytes, lists) => {
    for (const list of lists) check(signal, mutate(bytes, list));
  }), { numRuns: 250, seed });
}, 120_000);

test.each(signals)('%s: random bytes', (signal) => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => check(signal, bytes)), { numRuns: 5000, seed });
  // Wrapped so that they reach the items.
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    check(signal, Uint8Array.from([10, bytes.length + 4, 18, bytes.length + 2, 18, bytes.length, ...bytes]));
  }), { numRuns: 5000, seed });
}, 120_000);

test.each(signals)('%s: JSON with characters changed', (signal) => {
  const alphabet = '{}[],:"\\0123456789.-eE+ntfu \u2028\ud800x';
  const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: alphabet.length - 1 }), fc.boolean()), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(anyRequest[signal].map((request) => toJson(signal, writeRequest(signal, request))), fc.array(edits, { minLength: 10, maxLength: 10 }), (json, lists) => {
    for (const list of lists) {
      let text = json;
      for (const [at, letter, insert] of list) {
        const i = Math.floor(at * text.length);
        text = text.slice(0, i) + alphabet[letter] + text.slice(insert ? i : i + 1);
      }
      const bytes = attempt(() => fromJson(signal, text));
      if (bytes !== null) attempt(() => readRequest(signal, bytes));
    }
  }), { numRuns: 300, seed });
}, 120_000);

test.each(signals)('%s: random JSON values in place of members', (signal) => {
  fc.assert(fc.property(anyRequest[signal], fc.jsonValue(), fc.nat({ max: 60 }), (request, value, at) => {
    let left = at;
    const swap = (node: unknown): unknown => {
      if (left-- === 0) return value;
      if (Array.isArray(node)) return node.map(swap);
      return typeof node === 'object' && node !== null ? Object.fromEntries(Object.entries(node).map(([k, v]) => [k, swap(v)])) : node;
    };
    const bytes = attempt(() => fromJson(signal, JSON.stringify(swap(request))));
    if (bytes !== null) expect(attempt(() => readRequest(signal, bytes))).not.toBeNull();
  }), { numRuns: 700, seed });
}, 120_000);

test('a claimed length, an offset or a count allocates nothing', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 200; i++) {
    attempt(() => readRequest('metrics', Uint8Array.from([10, 0xff, 0xff, 0xff, 0xff, 0x07, 18])));
    readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [
      { timeUnixNano: 1, count: '18446744073709551615', scale: -11, positive: { offset: 2_147_483_647, bucketCounts: ['18446744073709551615'] } },
    ] } }] }] }] }));
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
});
