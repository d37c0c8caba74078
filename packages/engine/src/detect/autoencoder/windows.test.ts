import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation, Pane } from '../../model/index.ts';
import { floatsOfBase64 } from '../../base/base64.ts';
import { learnSlot, makeScaler, standardise } from './scaler.ts';
import { inputFloats, slotCount, windowPanes } from './slots.ts';
import { fillInput, makeReading, makeWindow, readPane, valueAt, writePane } from './windows.ts';

function observation(feature: string, value: number, subject = '', entity = 'service:a'): Observation {
  return { series: `${entity} ${feature} ${subject}`, entity, node: entity, feature, subject, scale: 'gauge', unit: '1', value, weight: 100, symptom: false, exemplars: [] };
}
function pane(...observations: Observation[]): Pane {
  return { startMs: 0, endMs: 10_000, observations, red: new Map(), attributions: [], templates: [], changes: [] };
}

describe('a pane is read', () => {
  test('for services alone, the better feature of a slot before the lesser, the largest subject', () => {
    const readings = readPane(pane(
      observation('cpu_usage', 3), observation('cpu_utilization', 0.5), observation('pool_utilization', 0.2, 'a'), observation('pool_utilization', 0.9, 'b'),
      observation('request_rate', 5, '', 'operation:a|server|GET /'), observation('disk_io', 1), observation('latency_p50', Number.NaN),
    ));
    expect([...readings.keys()]).toEqual(['service:a']);
    const reading = readings.get('service:a');
    expect(reading?.values[4]).toBe(0.5);
    expect(reading?.values[6]).toBe(0.9);
    expect(reading?.ranks[2]).toBe(-1);
  });
});

/** `count` panes with the CPU at `value`. */
function feedCpu(window: ReturnType<typeof makeWindow>, value: number, count: number, rank = 0): void {
  const first = window.panes;
  for (let index = 0; index < count; index++) {
    const reading = makeReading(window.entity);
    reading.values[4] = value * (1 + 0.01 * (index % 3));
    reading.ranks[4] = rank;
    writePane(window, reading, (first + index) * 10_000, 10, true);
  }
}

describe('a window', () => {
  test('knows a slot after a minute, and shows a jump as one', () => {
    const window = makeWindow('service:a');
    feedCpu(window, 0.4, 6);
    expect(valueAt(window, 0, 4)).toBeNaN();
    feedCpu(window, 0.4, 30);
    expect(Math.abs(valueAt(window, 0, 4))).toBeLessThan(1);
    feedCpu(window, 0.9, 1);
    expect(valueAt(window, 0, 4)).toBeGreaterThan(2);
  });

  test('begins a slot anew when a better feature comes, and leaves a lesser one aside', () => {
    const window = makeWindow('service:a');
    feedCpu(window, 4, 20, 1);
    feedCpu(window, 0.4, 1, 0);
    expect(valueAt(window, 0, 4)).toBeNaN();
    feedCpu(window, 0.4, 20, 0);
    feedCpu(window, 4, 1, 1);
    expect(valueAt(window, 0, 4)).toBeNaN();
    feedCpu(window, 0.4, 1, 0);
    expect(Math.abs(valueAt(window, 0, 4))).toBeLessThan(1);
  });

  test('takes the lesser feature once the better one has been silent for a window', () => {
    const window = makeWindow('service:a');
    feedCpu(window, 0.4, 20, 0);
    feedCpu(window, 4, windowPanes + 12, 1);
    expect(Math.abs(valueAt(window, 0, 4))).toBeLessThan(1);
  });

  test('gives the model the oldest pane first, and says what is missing', () => {
    const window = makeWindow('service:a');
    feedCpu(window, 0.4, 60);
    writePane(window, null, 0, 10, true);
    const input = new Float32Array(inputFloats + 5);
    fillInput(window, input, 5);
    const at = (index: number): number[] => Array.from(input.subarray(5 + index * 2 * slotCount, 5 + (index + 1) * 2 * slotCount));
    expect(at(windowPanes - 1)).toEqual(Array.from({ length: 2 * slotCount }, () => 0));
    expect(at(windowPanes - 2)[4]).toBe(valueAt(window, 1, 4));
    expect(at(0)[slotCount + 4]).toBe(1);
    expect(at(0)[slotCount + 3]).toBe(0);
  });

  test('is bounded whatever comes: no value beyond asinh 50, none of what is not a number', () => {
    fc.assert(fc.property(fc.array(fc.double(), { maxLength: 80 }), (values) => {
      const scaler = makeScaler();
      for (const value of values) {
        const x = standardise(scaler, 0, value, 1);
        expect(Number.isNaN(x) || Math.abs(x) <= Math.asinh(50)).toBe(true);
        learnSlot(scaler, 0, value, 1);
      }
    }));
  });
});

test('base64 is read as Node writes it', () => {
  fc.assert(fc.property(fc.float32Array({ noNaN: true }), (floats) => {
    expect(floatsOfBase64(Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('base64'))).toEqual(floats);
  }));
});
