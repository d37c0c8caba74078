// Sends OTLP/HTTP requests as fast as they are taken, or at a rate. A process of its own, so that its CPU is not the server's:
// bare sockets, payloads encoded before the clock starts. Run by drive.ts; the job comes as JSON in argv, the answer goes to stdout.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeLogs } from './payload-logs.ts';
import { makeMetrics } from './payload-metrics.ts';
import { makeTraces } from './payload-traces.ts';
import { copyOf, refresh, seeded } from './payload.ts';
import type { Payload } from './payload.ts';

export const loads = ['traces', 'logs', 'metrics-1k', 'metrics-100k'] as const;
export type Load = (typeof loads)[number];

export interface Job {
  readonly load: Load;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly connections: number;
  /** Items a second; null for as fast as they are taken. */
  readonly rate: number | null;
  /** Ids of one run must not be those of the run before. */
  readonly firstSerial: number;
  /** It ends earlier when so many items were sent: what a machine shared with others needs to compare the cost of two programs. */
  readonly itemsMax?: number;
}

export interface Sent {
  readonly items: number;
  readonly bytes: number;
  readonly requests: number;
  readonly refused: number;
  readonly seconds: number;
  /** From the moment that a request was due (at a rate) or was written, to its answer. */
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly ackMsMax: number;
  readonly cpuSeconds: number;
  /** A trace id, in hex, of the last request that each connection got acknowledged; of metrics their time in ms. */
  readonly last: readonly string[];
  readonly lastStatus: number;
}

export function payloadsOf(load: Load): Payload[] {
  const random = seeded(7);
  if (load === 'traces') return Array.from({ length: 64 }, () => makeTraces(random));
  if (load === 'logs') return Array.from({ length: 64 }, () => makeLogs(random));
  return makeMetrics(random, load === 'metrics-1k' ? 1_000 : 100_000);
}

/** What each connection sends. With fewer payloads than connections their sends overlap, as those of a Collector's sending queue do, which has ten consumers. */
export function dealt(payloads: readonly Payload[], connections: number): readonly (readonly Payload[])[] {
  return Array.from({ length: connections }, (_, i) => {
    const own = payloads.filter((_payload, at) => at % connections === i);
    return own.length > 0 ? own : [copyOf(payloads[i % payloads.length])];
  });
}

async function run(job: Job): Promise<Sent> {
  const own = dealt(payloadsOf(job.load), job.connections);
  const tally = { items: 0, bytes: 0, requests: 0, refused: 0, serial: job.firstSerial, due: 0, lastStatus: 0 };
  const latenciesMs: number[] = [];
  const last: string[] = [];
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  const untilMs = startMs + job.seconds * 1000;
  await Promise.all(own.map(async (payloadsHere, index) => {
    const socket = await open(job.port);
    const send = openSender(socket, job);
    for (let turn = 0; performance.now() < untilMs && tally.due < (job.itemsMax ?? Infinity); turn++) {
      const payload = payloadsHere[turn % payloadsHere.length];
      const dueMs = job.rate === null ? performance.now() : startMs + (tally.due * 1000) / job.rate;
      tally.due += payload.items;
      if (dueMs >= untilMs) break;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0.5) await sleep(waitMs);
      const sentMs = Date.now();
      const bytes = refresh(payload, ++tally.serial, sentMs);
      const status = await send(bytes);
      latenciesMs.push(performance.now() - dueMs);
      tally.lastStatus = status;
      tally.requests++;
      if (status < 200 || status > 299) {
        tally.refused++;
        await sleep(50);
        continue;
      }
      tally.items += payload.items;
      tally.bytes += bytes.length;
      last[index] = payload.signal === 'metrics' ? String(sentMs - 1_200) : bytes.toString('hex', payload.traces[0], payload.traces[0] + 16);
    }
    socket.destroy();
  }));
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = process.cpuUsage(startCpu);
  latenciesMs.sort((a, b) => a - b);
  const quantile = (q: number): number => Math.round((latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(q * latenciesMs.length))] ?? NaN) * 10) / 10;
  const { items, bytes, requests, refused, lastStatus } = tally;
  return { items, bytes, requests, refused, seconds, ackMsP50: quantile(0.5), ackMsP99: quantile(0.99), ackMsMax: quantile(1), cpuSeconds: (cpu.user + cpu.system) / 1e6, last: last.filter(Boolean), lastStatus };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** One request at a time on the socket: resolves with the status when the answer is whole. */
function openSender(socket: Socket, job: Job): (body: Buffer) => Promise<number> {
  const head = [`POST ${job.path} HTTP/1.1`, `Host: 127.0.0.1:${job.port}`, 'Content-Type: application/x-protobuf', ...Object.entries(job.headers).map(([name, value]) => `${name}: ${value}`), 'Content-Length: '].join('\r\n');
  let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null;
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    answer += chunk;
    const status = statusOf(answer);
    if (status === null || waiting === null) return;
    answer = '';
    const { resolve } = waiting;
    waiting = null;
    resolve(status);
  });
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  return (body) => new Promise((resolve, reject) => {
    waiting = { resolve, reject };
    socket.cork();
    socket.write(`${head}${body.length}\r\n\r\n`);
    socket.write(body);
    socket.uncork();
  });
}

/** Status of the answer when it is there to its end, else null. */
function statusOf(answer: string): number | null {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const status = Number(answer.slice(9, 12));
  const head = answer.slice(0, end).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) return answer.length >= end + 4 + Number(length) ? status : null;
  if (head.includes('\r\ntransfer-encoding: chunked')) return answer.endsWith('0\r\n\r\n') ? status : null;
  return status;
}

if (process.argv[2] !== undefined && import.meta.main) console.log(JSON.stringify(await run(JSON.parse(process.argv[2]) as Job)));
