import { parentPort } from 'node:worker_threads';
import { run, type RunSpec } from './run.ts';

/** Plays the runs that it is sent, one at a time. */
parentPort?.on('message', (spec: RunSpec) => parentPort?.postMessage(run(spec)));
