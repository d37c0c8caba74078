import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverFlags } from '../../scripts/ready.mjs';
import { dice } from './panes.ts';
import { rankQuantile } from '../../packages/engine/src/detect/scan/smooth.ts';
import { sleep } from './process.ts';
import { requestsOf } from './traffic.ts';
import type { FaultKind, Planted } from './traffic.ts';

const ports = { grpc: 24_337, http: 24_338, console: 24_339 };
const api = `http://127.0.0.1:${ports.console}/api/v1`;
const pastMinutes = 8;
const sendEveryMs = 250;
const giveUpMs = 90_000;

interface Fault extends Planted { arrivedMs: number; findingMs: number; incidentMs: number; early: boolean }

export interface Latency {
  readonly kind: FaultKind;
  readonly faults: number;
  readonly found: number;
  /** From the acknowledged arrival of the first bad span to the finding at the API, and to the incident in the event stream; seconds. */
  readonly findingMedian: number;
  readonly findingP99: number;
  readonly incidentMedian: number;
  readonly incidentP99: number;
}

/** A running server, services with steady traffic, and one fault each at moments of no particular phase. */
export async function measureLatency(perKind: number, seed: number): Promise<Latency[]> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-latency-'));
  const server = spawn(process.execPath, [
    ...serverFlags, 'packages/server/src/main.ts', 'serve', '--data', folder, '--grpc-port', `${ports.grpc}`, '--http-port', `${ports.http}`, '--console-port', `${ports.console}`,
  ], { stdio: ['ignore', 'ignore', 'inherit'] });
  const listening = new AbortController();
  try {
    await ready();
    const next = dice(seed);
    const services = Array.from({ length: 2 * perKind }, (_, at) => `late-${at}`);
    const liveMs = await sendPast(services, next);
    const faults = services.map((service, at): Fault => (
      { kind: at % 2 === 0 ? 'hard' : 'slow', service, atMs: liveMs + 20_000 + at * 5_000 + next() * 5_000, arrivedMs: 0, findingMs: 0, incidentMs: 0, early: false }));
    void listen(faults, listening.signal);
    await drive(faults, liveMs, next);
    return (['hard', 'slow'] as const).map((kind) => summary(kind, faults.filter((fault) => fault.kind === kind)));
  } finally {
    listening.abort();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

function summary(kind: FaultKind, faults: readonly Fault[]): Latency {
  const early = faults.filter((fault) => fault.early);
  if (early.length > 0) console.error(`findings before the fault, left out: ${early.map(({ service }) => service).join(', ')}`);
  const told = faults.filter((fault) => !fault.early);
  const seconds = (of: (fault: Fault) => number): number[] => told.filter((fault) => of(fault) > 0).map((fault) => (of(fault) - fault.arrivedMs) / 1_000);
  const [findings, incidents] = [seconds((fault) => fault.findingMs), seconds((fault) => fault.incidentMs)];
  return {
    kind, faults: told.length, found: findings.length, findingMedian: rankQuantile(findings, 0.5), findingP99: rankQuantile(findings, 0.99),
    incidentMedian: rankQuantile(incidents, 0.5), incidentP99: rankQuantile(incidents, 0.99),
  };
}

/** Minutes of ordinary traffic in order of time, as fast as they are taken; gives the moment at which the past ends. */
async function sendPast(services: readonly string[], next: () => number): Promise<number> {
  const stepMs = 2_000;
  let atMs = Date.now() - pastMinutes * 60_000;
  while (atMs + stepMs <= Date.now()) {
    await post(requestsOf(services, [], atMs, atMs + stepMs, next));
    atMs += stepMs;
  }
  return atMs;
}

async function drive(faults: readonly Fault[], liveMs: number, next: () => number): Promise<void> {
  const lastMs = Math.max(...faults.map(({ atMs }) => atMs)) + giveUpMs;
  const services = faults.map(({ service }) => service);
  let sentMs = liveMs;
  while (Date.now() < lastMs && faults.some((fault) => fault.findingMs === 0 || fault.incidentMs === 0)) {
    const nowMs = Date.now();
    await post(requestsOf(services, faults, sentMs, nowMs, next));
    for (const fault of faults) if (fault.arrivedMs === 0 && fault.atMs < nowMs) fault.arrivedMs = Date.now();
    sentMs = nowMs;
    await lookForFindings(faults);
    await sleep(Math.max(0, sendEveryMs - (Date.now() - nowMs)));
  }
}

async function lookForFindings(faults: readonly Fault[]): Promise<void> {
  const { findings } = await (await fetch(`${api}/findings?active=true&limit=500`)).json() as { findings: { node: string }[] };
  const nowMs = Date.now();
  const nodes = new Set(findings.map(({ node }) => node));
  for (const fault of faults) {
    if (fault.findingMs > 0 || !nodes.has(`service:${fault.service}`)) continue;
    if (fault.arrivedMs === 0) fault.early = true;
    fault.findingMs = nowMs;
  }
}

/** The event stream, as a page in the browser reads it. */
async function listen(faults: readonly Fault[], signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${api}/events`, { signal }).catch(() => null);
  if (answer?.body === null || answer === null) return;
  let rest = '';
  try {
    for await (const bytes of answer.body) {
      rest += Buffer.from(bytes).toString('utf8');
      const parts = rest.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (!part.includes('event: incident')) continue;
        for (const fault of faults) if (fault.incidentMs === 0 && fault.arrivedMs > 0 && part.includes(`service:${fault.service}"`)) fault.incidentMs = Date.now();
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function post(body: Uint8Array): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/traces`, { method: 'POST', body: Buffer.from(body), headers: { 'content-type': 'application/x-protobuf' } });
  await answer.arrayBuffer();
  if (answer.status === 429 || answer.status === 503) {
    await sleep(100);
    return post(body);
  }
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
}

async function ready(): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(`${api}/health`).then((answer) => answer.ok, () => false)) return;
    await sleep(100);
  }
  throw new Error('the server did not answer within 30 s');
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => { server.once('exit', resolve); });
  server.kill('SIGTERM');
  await ended;
}
