/**
 * Rows decoded a second on one thread, medians of several rounds, protobufjs beside it: `node packages/otlp/src/read.bench.ts`.
 * Every round reads all payloads once; no two payloads are alike.
 */
import type { StableSignal } from './batch.ts';
import { oracleType, requestNames } from './fixture/oracle.ts';
import { logsPayload, metricsPayload, tracesPayload } from './fixture/payload.ts';
import { readRequest } from './read-request.ts';

const payloads = 40;
const rowsPerPayload = 512;
const rounds = 15;
const warmRounds = 5;

const makers: Readonly<Record<StableSignal, (seed: number, count: number) => Uint8Array>> = { traces: tracesPayload, logs: logsPayload, metrics: metricsPayload };

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Median rows a second of reading all bodies with `read`. */
function measure(bodies: readonly Uint8Array[], rows: number, read: (bytes: Uint8Array) => unknown): number {
  const rates: number[] = [];
  for (let round = 0; round < warmRounds + rounds; round++) {
    const start = process.hrtime.bigint();
    for (const body of bodies) read(body);
    if (round >= warmRounds) rates.push(rows / (Number(process.hrtime.bigint() - start) / 1e9));
  }
  return median(rates);
}

for (const signal of ['traces', 'logs', 'metrics'] as const) {
  const bodies = Array.from({ length: payloads }, (_, i) => makers[signal](i + 1, rowsPerPayload));
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const rows = bodies.reduce((sum, body) => sum + readRequest(signal, body).count, 0);
  const ours = measure(bodies, rows, (body) => readRequest(signal, body));
  const type = oracleType(requestNames[signal]);
  const theirs = measure(bodies, rows, (body) => type.decode(body));
  const thousands = (n: number): string => `${Math.round(n / 1000)} k/s`;
  process.stdout.write(`${signal}: ${thousands(ours)} (${Math.round((ours / rows) * bytes / 1e6)} MB/s, ${Math.round(bytes / rows)} bytes a row) · protobufjs ${thousands(theirs)}\n`);
}
