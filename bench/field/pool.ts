import { Worker } from 'node:worker_threads';
import { run, type RunResult, type RunSpec } from './run.ts';

/** Plays the runs on so many threads; results in the order of the runs. With one thread it stays in this one. */
export async function playAll(specs: readonly RunSpec[], threads: number, told: (result: RunResult) => void): Promise<RunResult[]> {
  const results: RunResult[] = [];
  if (threads <= 1) {
    for (const [index, spec] of specs.entries()) told(results[index] = run(spec));
    return results;
  }
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    try {
      for (let index = next++; index < specs.length; index = next++) told(results[index] = await ask(worker, specs[index]));
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, specs.length) }, work));
  return results;
}

function ask(worker: Worker, spec: RunSpec): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: RunResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.once('error', reject);
    worker.postMessage(spec);
  });
}
