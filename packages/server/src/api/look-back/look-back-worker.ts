import { parentPort } from 'node:worker_threads';
import { lookBack, type Looked } from './stretches.ts';

/** A thread that looks back on the series it is given, one message for all of them, and is then ended. */
const port = parentPort;
if (port === null) throw new Error('BUG: look-back-worker.ts runs as a worker only');
port.once('message', (series: readonly Float64Array[]) => {
  const looked: readonly Looked[] = series.map(lookBack);
  port.postMessage(looked);
});
