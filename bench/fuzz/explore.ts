/** A thread that lets coverage guide the mutations, and gives back the inputs that led somewhere new. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openCoverage } from './coverage.ts';

export interface Explored { readonly kept: ReadonlyMap<string, readonly Uint8Array[]>; readonly blocks: number; readonly runs: number }
interface Task { readonly seed: number; readonly runs: number; readonly only: string; readonly kept: ReadonlyMap<string, readonly Uint8Array[]> }

export function explore(task: Task): Promise<Explored> {
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

if (!isMainThread && parentPort !== null) {
  const { seed, runs, only, kept } = workerData as Task;
  // Before anything is loaded that is to be counted.
  const coverage = openCoverage();
  const [{ runCampaign }, { allTargets }] = await Promise.all([import('./campaign.ts'), import('./targets.ts')]);
  const targets = (await allTargets(seed)).filter(({ name }) => name.includes(only));
  const report = await runCampaign({ targets, seed, runs, coverage, kept, slowMs: Infinity });
  const found = new Map(targets.map(({ name, seeds }) => [name, (report.corpus.get(name) ?? []).slice(seeds.length)]));
  parentPort.postMessage({ kept: found, blocks: coverage.blocks(), runs: report.runs } satisfies Explored);
}
