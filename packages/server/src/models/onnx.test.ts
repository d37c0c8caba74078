import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { autoencoderModel, openArrays } from '@clew/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { autoencoderPath, openAutoencoderModel } from './autoencoder.ts';
import { openOnnx } from './onnx.ts';
import type { OnnxModel } from './onnx.ts';
import { contractOfTrainedModel } from './trained-model.contract.ts';

const { sha256, inputFloats, outputFloats } = autoencoderModel;
const isInstalled = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
})();

contractOfTrainedModel('typed arrays', async () => ({ model: openArrays(), close: () => Promise.resolve() }));
if (isInstalled) {
  contractOfTrainedModel('ONNX Runtime', async () => {
    const onnx = await openOnnx({ path: autoencoderPath, sha256, inputFloats, outputFloats, limitMs: 20_000 });
    return { model: onnx, close: () => onnx.close() };
  });
} else {
  test.skip('ONNX Runtime as a trained model: onnxruntime-node is not installed', () => undefined);
}

describe('the thread behind a model', () => {
  const opened: OnnxModel[] = [];
  afterEach(async () => { for (const model of opened.splice(0)) await model.close(); });
  const openStubborn = async (limitMs: number): Promise<OnnxModel> => {
    const model = await openOnnx({ path: autoencoderPath, sha256, inputFloats: 1, outputFloats: 2, limitMs, thread: new URL('./fixture/stubborn-thread.ts', import.meta.url) });
    opened.push(model);
    return model;
  };

  test('a failure is no answer, is counted, and the next call is answered', async () => {
    const model = await openStubborn(20_000);
    expect(model.run(Float32Array.of(-1), 1)).toBeNull();
    expect(Array.from(model.run(Float32Array.of(1), 1) ?? [])).toEqual([7, 7]);
    expect(model.counters()).toEqual({ onnx_batches: 2, onnx_failed: 1, onnx_late: 0 });
  });

  test('what is late is no answer, nor are calls until it is done, and a late answer is never taken for another', async () => {
    const model = await openStubborn(40);
    expect(model.run(Float32Array.of(-2), 1)).toBeNull();
    expect(model.run(Float32Array.of(-1), 1)).toBeNull();
    expect(model.counters()).toEqual({ onnx_batches: 2, onnx_failed: 0, onnx_late: 2 });
    for (let attempt = 0; attempt < 200; attempt++) {
      await sleep(20);
      const answer = model.run(Float32Array.of(1), 1);
      if (answer === null) continue;
      expect(Array.from(answer)).toEqual([7, 7]);
      return;
    }
    throw new Error('it never answered again');
  });

  test('a thread that died answers nothing and holds nobody up', async () => {
    const model = await openStubborn(40);
    expect(model.run(Float32Array.of(-3), 1)).toBeNull();
    for (let attempt = 0; attempt < 200 && model.counters()['onnx_failed'] === 0; attempt++) {
      await sleep(20);
      expect(model.run(Float32Array.of(1), 1)).toBeNull();
    }
    expect(model.counters()['onnx_failed']).toBeGreaterThan(0);
  });

  test('more rows than the mailbox holds are asked for in turns', async () => {
    const model = await openStubborn(20_000);
    expect(model.run(new Float32Array(600), 600)).toHaveLength(1200);
    expect(model.counters()['onnx_batches']).toBe(3);
  });
});

describe('a model file', () => {
  test('of another checksum is not loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clew-models-'));
    const path = join(folder, 'other.onnx');
    await writeFile(path, 'not a model');
    await expect(openOnnx({ path, sha256, inputFloats, outputFloats })).rejects.toThrow('SHA-256');
    await rm(folder, { recursive: true });
  });

  test('that is there has the checksum that the weights name', async () => {
    const model = await openOnnx({ path: autoencoderPath, sha256, inputFloats, outputFloats, thread: new URL('./fixture/stubborn-thread.ts', import.meta.url) });
    await model.close();
  });
});

describe('where ONNX Runtime cannot be had', () => {
  const broken = (): Promise<never> => Promise.reject(new Error('not installed'));

  test('auto computes in typed arrays and says so', async () => {
    const { model, note } = await openAutoencoderModel('auto', broken);
    expect(model).toBeUndefined();
    expect(note).toContain('not installed');
  });

  test('onnx answers nothing, so that it is unknown and never normal, and says so', async () => {
    const { model, note } = await openAutoencoderModel('onnx', broken);
    expect(model?.run(new Float32Array(inputFloats), 1)).toBeNull();
    expect(note).toContain('unknown');
  });

  test('arrays does not ask for it', async () => {
    expect(await openAutoencoderModel('arrays', broken)).toMatchObject({ model: undefined, note: '' });
  });
});
