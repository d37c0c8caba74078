import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttributeRuns, attributesOfPoint, noRun } from './attribute-runs.ts';
import type { PointBatch } from './batch.ts';
import { anyRequest } from './fixture/arbitrary.ts';
import { readText } from './read-text.ts';
import { readRequest } from './read-request.ts';
import { readValue } from './read-message.ts';
import { writeRequest } from './write-request.ts';

const openRuns = (more: object = {}): AttributeRuns => new AttributeRuns({ countMax: 1000, bytesMax: 1 << 20, seed: 7, ...more });

/** What the attributes of every point say. */
function told(batch: PointBatch): unknown[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const { attributes, owner, strings } = attributesOfPoint(batch, row);
    const entries = Array.from({ length: attributes.offsets[owner + 1] - attributes.offsets[owner] }, (__, i) => attributes.offsets[owner] + i);
    return entries.map((entry) => [readText(strings, attributes.keys[entry]), attributes.kinds[entry], readValue(strings.bytes, attributes.starts[entry], attributes.lengths[entry])]);
  });
}

describe('attributes of points that were read before', () => {
  test('say the same, whether they are read or known again', () => {
    const runs = openRuns();
    fc.assert(fc.property(anyRequest.metrics, (message) => {
      const bytes = writeRequest('metrics', message as never);
      const plain = readRequest('metrics', bytes);
      for (let i = 0; i < 3; i++) {
        const known = readRequest('metrics', bytes, {}, runs);
        expect(told(known)).toEqual(told(plain));
        expect([known.count, known.refusals.count, [...known.value]]).toEqual([plain.count, plain.refusals.count, [...plain.value]]);
      }
    }), { numRuns: 300 });
  });

  test('are passed over the second time', () => {
    const runs = openRuns();
    const message = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: ['x', 'y', 'z'].map((value) => ({ timeUnixNano: 1n, asInt: 1, attributes: [{ key: 'a', value: { stringValue: value } }] })) } }] }] }] };
    const bytes = writeRequest('metrics', message);
    expect(readRequest('metrics', bytes, {}, runs).attributes.keys).toHaveLength(3);
    // The first of a request is expected behind the last of the one before from then on.
    readRequest('metrics', bytes, {}, runs);
    const third = readRequest('metrics', bytes, {}, runs);
    expect([third.attributes.keys.length, [...third.runLength].every((length) => length !== noRun)]).toEqual([0, true]);
    expect(() => readRequest('metrics', bytes, { attributesPerRequest: 2 }, runs)).toThrow(/too many attributes/);
  });

  test('that stand apart are read, also when the first of them were known', () => {
    const field = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      return Uint8Array.from([number * 8 + 2, length, ...parts.flatMap((part) => [...part])]);
    };
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const attribute = (key: string): Uint8Array => field(7, field(1, text(key)), field(2, field(1, text('v'))));
    const time = Uint8Array.from([3 * 8 + 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    const value = Uint8Array.from([6 * 8 + 1, 2, 0, 0, 0, 0, 0, 0, 0]);
    const request = (...points: Uint8Array[][]): Uint8Array => field(1, field(2, field(2, field(1, text('m')), field(5, ...points.map((parts) => field(1, ...parts))))));
    const together = request([attribute('a'), attribute('b'), time, value]);
    const apart = request([attribute('a'), attribute('b'), time, attribute('c'), value]);
    const runs = openRuns();
    for (const bytes of [together, together, apart, together, apart]) expect(told(readRequest('metrics', bytes, {}, runs))).toEqual(told(readRequest('metrics', bytes)));
    expect(readRequest('metrics', apart, {}, runs).runLength[0]).toBe(noRun);
  });

  test('no room: they are read each time', () => {
    const runs = openRuns({ countMax: 1 });
    const message = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: ['x', 'y'].map((value) => ({ timeUnixNano: 1n, asInt: 1, attributes: [{ key: 'a', value: { stringValue: value } }] })) } }] }] }] };
    const bytes = writeRequest('metrics', message);
    for (let i = 0; i < 4; i++) expect(told(readRequest('metrics', bytes, {}, runs))).toEqual(told(readRequest('metrics', bytes)));
  });
});
