// `npm run bench:ingest [-- --seconds 20 --connections 8 --rate 60000]` (spans a second; without a rate: as fast as they are taken)
// Spans acknowledged, durable and queryable, server and generator on this machine. Prints one table.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRequest } from '@clew/otlp';
import { serverFlags } from '../../scripts/ready.mjs';
import { makePayload, refresh, traceIdOf, type Payload } from './payload.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' }, connections: { type: 'string', default: '8' }, idle: { type: 'string', default: '10' }, rate: { type: 'string', default: 'Infinity' } } });
const seconds = Number(values.seconds);
const spansPerRequest = 512;
const ports = { grpc: 24317, http: 24318, console: 24319 };
const api = `http://127.0.0.1:${ports.console}/api/v1`;

const random = seeded(7);
const payloads = Array.from({ length: 60 }, () => makePayload(spansPerRequest, random));
const folder = mkdtempSync(join(tmpdir(), 'clew-bench-'));
const limits = { decode: decodeOnly(payloads[0]), write: writeOnly(payloads[0]) };
const server = spawn(process.execPath, [...serverFlags, 'packages/server/src/main.ts', 'serve', '--data', folder, '--grpc-port', `${ports.grpc}`, '--http-port', `${ports.http}`, '--console-port', `${ports.console}`], { stdio: ['ignore', 'ignore', 'inherit'] });
try {
  await ready();
  await sleep(Number(values.idle) * 1000);
  const idle = rssMb(server);
  const cpuBefore = cpuSeconds(server);
  const result = await drive();
  const cpu = cpuSeconds(server) - cpuBefore;
  const bytes = await bytesOnDisk();
  console.log(`cores ${cpus().length} (${cpus()[0].model.trim()}), Node ${process.version}, ${spansPerRequest} spans a request, 11 attributes, ${payloads[0].bytes.length / spansPerRequest | 0} B a span on the wire`);
  console.table({
    'spans/s acknowledged and durable': Math.round(result.spans / result.ackSeconds),
    'spans/s acknowledged, durable and queryable': Math.round(result.spans / result.queryableSeconds),
    'ack p50 ms': quantile(result.latenciesMs, 0.5), 'ack p99 ms': quantile(result.latenciesMs, 0.99),
    'server CPU µs/span': round(cpu * 1e6 / result.spans), 'bytes/span on disk (rows)': round(bytes / result.spans),
    'RSS idle MB': Math.round(idle), 'RSS peak MB': Math.round(result.peakRssMb), 'refused requests': result.refused,
    'limit: decode alone spans/s': Math.round(limits.decode), 'limit: write + fdatasync per request, spans/s': Math.round(limits.write),
  });
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.on('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}

async function drive(): Promise<{ spans: number; ackSeconds: number; queryableSeconds: number; latenciesMs: number[]; peakRssMb: number; refused: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number(values.connections) });
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  let [sent, spans, serial, refused, peakRssMb] = [0, 0, 0, 0, 0];
  const watch = setInterval(() => { peakRssMb = Math.max(peakRssMb, rssMb(server)); }, 250);
  const lastTraceIds: string[] = [];
  const connection = async (own: readonly Payload[], index: number): Promise<void> => {
    while (performance.now() - startMs < seconds * 1000) {
      if (sent > (Number(values.rate) * (performance.now() - startMs)) / 1000) {
        await sleep(5);
        continue;
      }
      const payload = own[serial % own.length];
      sent += payload.spans;
      const sentMs = performance.now();
      const status = await post(agent, refresh(payload, ++serial, Date.now()));
      latenciesMs.push(performance.now() - sentMs);
      if (status === 200) {
        spans += payload.spans;
        lastTraceIds[index] = traceIdOf(payload);
      }
      else { refused++; await sleep(50); }
    }
  };
  const count = Number(values.connections);
  await Promise.all(Array.from({ length: count }, (_, i) => connection(payloads.filter((_each, at) => at % count === i), i)));
  const ackSeconds = (performance.now() - startMs) / 1000;
  // Rows become queryable in the order of the log, so the last of each connection are the last of all.
  for (const traceId of lastTraceIds) while (!(await isQueryable(traceId))) await sleep(20);
  clearInterval(watch);
  agent.destroy();
  return { spans, ackSeconds, queryableSeconds: (performance.now() - startMs) / 1000, latenciesMs, peakRssMb, refused };
}

function post(agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: ports.http, path: '/v1/traces', method: 'POST', agent, headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    call.on('error', reject).end(body);
  });
}

async function ready(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`${api}/health`).then((answer) => answer.ok, () => false)) return;
    await sleep(100);
  }
  throw new Error('the server did not answer within 10 s');
}

async function isQueryable(traceId: string): Promise<boolean> {
  return (await fetch(`${api}/traces/${traceId}`)).ok;
}

async function self(): Promise<Record<string, number>> {
  return (await fetch(`${api}/self`)).json() as Promise<Record<string, number>>;
}

/** Size of the row store once its flush is done. */
async function bytesOnDisk(): Promise<number> {
  // The server counts its store's rows and bytes every five seconds.
  await sleep(6000);
  return (await self()).store_bytes;
}

function decodeOnly(payload: Payload): number {
  const rounds = 200;
  for (let i = 0; i < 50; i++) readRequest('traces', payload.bytes);
  const startMs = performance.now();
  for (let i = 0; i < rounds; i++) readRequest('traces', payload.bytes);
  return (rounds * payload.spans * 1000) / (performance.now() - startMs);
}

function writeOnly(payload: Payload): number {
  const file = openSync(join(folder, 'limit'), 'w');
  const rounds = 100;
  const startMs = performance.now();
  for (let i = 0; i < rounds; i++) { writeSync(file, payload.bytes); fdatasyncSync(file); }
  const perSecond = (rounds * payload.spans * 1000) / (performance.now() - startMs);
  closeSync(file);
  return perSecond;
}

function rssMb(child: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

function cpuSeconds(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function quantile(values_: readonly number[], q: number): number {
  const sorted = values_.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
