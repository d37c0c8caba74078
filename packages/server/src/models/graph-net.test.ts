import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { graphNetModel, openGraphArrays } from '@clew/engine';
import { describe, expect, onTestFinished, test } from 'vitest';
import { graphNetPath, openGraphNetModel } from './graph-net.ts';
import { openOnnx } from './onnx.ts';

const golden = JSON.parse(readFileSync(new URL('../../../engine/src/explain/graph-net/fixture/golden.json', import.meta.url), 'utf8')) as { inputs: [number, number][][]; outputs: number[][] };
const inputs = new Float32Array(golden.inputs.length * graphNetModel.inputFloats);
for (const [index, sparse] of golden.inputs.entries()) for (const [at, value] of sparse) inputs[index * graphNetModel.inputFloats + at] = value;

const isInstalled = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
})();

describe('the graph network through ONNX Runtime', () => {
  test.skipIf(!isInstalled)('tells what PyTorch and the typed arrays tell, to 1e-5 (skipped where onnxruntime-node is not installed)', async () => {
    const onnx = await openOnnx({ path: graphNetPath, ...graphNetModel, rows: 2, limitMs: 20_000 });
    onTestFinished(() => onnx.close());
    const told = Array.from(onnx.run(inputs, golden.inputs.length) ?? []);
    const arrays = openGraphArrays().run(inputs, golden.inputs.length) ?? new Float32Array();
    const expected = golden.outputs.flat();
    expect(told).toHaveLength(expected.length);
    for (const [at, share] of told.entries()) {
      expect(Math.abs(share - expected[at])).toBeLessThan(1e-5);
      expect(Math.abs(share - arrays[at])).toBeLessThan(1e-5);
    }
  });

  test('where it cannot be had, auto goes back to the typed arrays and says so; onnx answers nothing', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('not installed'));
    expect(await openGraphNetModel('auto', broken)).toMatchObject({ model: undefined, note: expect.stringContaining('graph network is computed in typed arrays') as unknown });
    const { model } = await openGraphNetModel('onnx', broken);
    expect(model?.run(inputs, 1)).toBeNull();
  });
});
