import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainedModel } from '@clew/engine';

const golden = JSON.parse(readFileSync(new URL('../../../engine/src/detect/autoencoder/fixture/golden.json', import.meta.url), 'utf8')) as { inputs: number[][]; outputs: number[][] };
const inputs = Float32Array.from(golden.inputs.flat());
const rows = golden.inputs.length;

/** What every implementation of `TrainedModel` must do with the default autoencoder. */
export function contractOfTrainedModel(name: string, open: () => Promise<{ readonly model: TrainedModel; close(): Promise<void> }>): void {
  describe(`${name} as a trained model`, () => {
    let model: TrainedModel;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const opened = await open();
      model = opened.model;
      close = () => opened.close();
    });
    afterAll(async () => close());

    test('answers what PyTorch answered, to 1e-5', () => {
      expect(furthest(model.run(inputs, rows), golden.outputs.flat())).toBeLessThan(1e-5);
    });

    test('answers a window alone as in a batch of 600, to 1e-6', () => {
      const many = new Float32Array(600 * model.inputFloats);
      for (let row = 0; row < 600; row++) many.set(inputs.subarray((row % rows) * model.inputFloats, ((row % rows) + 1) * model.inputFloats), row * model.inputFloats);
      const all = Array.from(model.run(many, 600) ?? []);
      expect(all).toHaveLength(600 * model.outputFloats);
      for (const row of [0, 255, 256, 599]) {
        const alone = model.run(many.subarray(row * model.inputFloats, (row + 1) * model.inputFloats), 1);
        expect(furthest(alone, all.slice(row * model.outputFloats, (row + 1) * model.outputFloats))).toBeLessThan(1e-6);
      }
    });

    test('answers the same twice', () => {
      const first = Array.from(model.run(inputs, rows) ?? []);
      expect(Array.from(model.run(inputs, rows) ?? [])).toEqual(first);
    });

    test('says which file it computes', () => {
      expect(model.version).toMatch(/^[0-9a-f]{8}$/);
    });
  });
}

/** Largest difference; infinite when there is no answer or not enough of it. */
function furthest(answer: Float32Array | null, expected: readonly number[]): number {
  if (answer === null || answer.length !== expected.length) return Infinity;
  return Math.max(...expected.map((value, index) => Math.abs(value - answer[index])));
}
