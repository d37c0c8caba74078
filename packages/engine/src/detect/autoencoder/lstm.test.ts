import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openArrays } from './arrays.ts';
import { makeNetwork, weightCount } from './lstm.ts';
import { inputFloats, judgedPanes, outputFloats, slotCount, slots, windowPanes } from './slots.ts';
import { makeTanh } from './tanh.ts';
import { trained } from './weights.ts';

const golden = JSON.parse(readFileSync(new URL('./fixture/golden.json', import.meta.url), 'utf8')) as { inputs: number[][]; outputs: number[][] };
const inputs = Float32Array.from(golden.inputs.flat());

test('the weights were trained for these slots and windows', () => {
  expect(trained.slots).toEqual(slots.map((slot) => slot.name));
  expect([trained.panes, trained.judgedPanes, trained.deviations.length]).toEqual([windowPanes, judgedPanes, slotCount]);
  expect(inputs).toHaveLength(golden.inputs.length * inputFloats);
});

describe('the typed arrays', () => {
  test('tell what PyTorch told, to 1e-5', () => {
    const told = openArrays().run(inputs, golden.inputs.length);
    const worst = Math.max(...golden.outputs.flat().map((value, index) => Math.abs(value - (told?.[index] ?? Number.NaN))));
    expect(worst).toBeLessThan(1e-5);
  });

  test('tell the same of a window whatever lies beside it: alone, in a pair, in an odd batch', () => {
    const model = openArrays();
    const all = Float32Array.from(model.run(inputs, golden.inputs.length) ?? []);
    for (let index = 0; index < golden.inputs.length; index++) {
      const alone = model.run(inputs.subarray(index * inputFloats, (index + 1) * inputFloats), 1);
      expect(Array.from(alone ?? [])).toEqual(Array.from(all.subarray(index * outputFloats, (index + 1) * outputFloats)));
    }
    expect(Array.from(model.run(inputs, 3) ?? [])).toEqual(Array.from(all.subarray(0, 3 * outputFloats)));
  });

  test('refuse weights of another network', () => {
    const shape = { panes: 2, width: 2, hidden: 3, gist: 2, told: 1, slots: 1 };
    expect(() => makeNetwork(shape, new Float32Array(weightCount(shape) - 1))).toThrow('BUG');
  });
});

test('one step of an LSTM of one unit is what the equations say', () => {
  // One number read, no gist to speak of: encoder weights i f g o on the input 0.1 0.2 0.3 0.4, on the state 0, biases 0.5 0.6 0.7 0.8.
  const shape = { panes: 1, width: 1, hidden: 1, gist: 1, told: 1, slots: 1 };
  const flat = Float32Array.from([0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0, 0.5, 0.6, 0.7, 0.8, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  const state = logistic(0.4 * 2 + 0.8) * Math.tanh(logistic(0.1 * 2 + 0.5) * Math.tanh(0.3 * 2 + 0.7));
  const told = logistic(0) * Math.tanh(logistic(0) * Math.tanh(Math.tanh(state)));
  const output = new Float32Array(1);
  makeNetwork(shape, flat)(Float32Array.of(2), 1, output);
  expect(output[0]).toBeCloseTo(told, 6);
});

test('the interpolated tanh is at most 3e-8 off, odd at the ends, and NaN stays NaN', () => {
  const tanh = makeTanh();
  let worst = 0;
  for (let x = -12; x <= 12; x += 0.00137) worst = Math.max(worst, Math.abs(tanh(x) - Math.tanh(x)));
  expect(worst).toBeLessThan(3.1e-8);
  expect([tanh(Infinity), tanh(-Infinity)]).toEqual([1, -1]);
  expect(tanh(Number.NaN)).toBeNaN();
});
