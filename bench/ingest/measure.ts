import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drive } from './drive.ts';
import type { Load, Sent } from './generator.ts';
import { rssMb, rssPeakMb, usageOf } from './process.ts';
import { bytesUnder } from './receivers.ts';
import type { Place, Receiver } from './receivers.ts';

export interface Plan {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly idleSeconds: number;
  readonly connections: number;
  /** Items a second for the first run; null: as fast as they are taken. */
  readonly rate: number | null;
}

/** One receiver under one load. Rates are a second of wall clock, `…PerCore` a second of the server's CPU. */
export interface Measured {
  readonly receiver: string;
  readonly load: Load;
  readonly durability: string;
  readonly ackedPerSecond: number;
  /** Until the last acknowledged item was found by a query; null where none can be asked. */
  readonly queryablePerSecond: number | null;
  readonly itemsPerCore: number;
  readonly mbPerCore: number;
  readonly cpuSecondsPerMillion: number;
  /** µs of CPU an item, by thread name. */
  readonly threadsUs: Readonly<Record<string, number>>;
  readonly generatorUs: number;
  readonly fullAckMsP50: number;
  readonly fullAckMsP99: number;
  readonly halfAckMsP50: number;
  readonly halfAckMsP99: number;
  readonly bytesPerItemOnDisk: number;
  readonly bytesPerItemOnWire: number;
  readonly rssIdleMb: number;
  readonly rssPeakMb: number;
  readonly cpuIdlePercent: number;
  readonly refusedRequests: number;
}

/** CPU at rest is taken in the last seconds of the wait: the first belong to the start. */
const idleWindowMs = 4_000;
const queryableWithinMs = 30_000;
/** After the last item was queryable a server goes on merging and compressing; so much of it is counted as its cost. */
const afterwardsMs = 4_000;

export async function measure(receiver: Receiver, load: Load, plan: Plan): Promise<Measured> {
  const place: Place = { folder: mkdtempSync(join(tmpdir(), 'clew-bench-')), port: await freePorts() };
  const server = receiver.start(place);
  const ended = once(server, 'exit');
  try {
    const pid = server.pid;
    if (pid === undefined) throw new Error(`${receiver.name} did not start`);
    await ready(receiver, place, () => server.exitCode !== null);
    await sleep(Math.max(0, plan.idleSeconds * 1_000 - idleWindowMs));
    const idleBefore = usageOf(pid).cpuSeconds;
    await sleep(idleWindowMs);
    const cpuIdlePercent = ((usageOf(pid).cpuSeconds - idleBefore) * 100_000) / idleWindowMs;
    const rssIdleMb = rssMb(pid);
    const job = { load, port: place.port, path: receiver.path(load), headers: {}, connections: plan.connections };
    const warm = await drive({ ...job, seconds: plan.warmUpSeconds, rate: plan.rate, firstSerial: 1 });
    if (warm.items === 0) throw new Error(`${receiver.name} takes no ${load}: status ${warm.lastStatus}`);
    await sleep(1_000);
    const before = usageOf(pid);
    const full = await drive({ ...job, seconds: plan.seconds, rate: plan.rate, firstSerial: 10_000_000 });
    const queryableSeconds = await untilQueryable(receiver, place, load, full);
    await sleep(afterwardsMs);
    const after = usageOf(pid);
    const half = await drive({ ...job, seconds: Math.max(3, plan.seconds / 2), rate: full.items / full.seconds / 2, firstSerial: 20_000_000 });
    await receiver.settle(place);
    const peak = rssPeakMb(pid);
    server.kill('SIGTERM');
    await ended;
    const items = warm.items + full.items + half.items;
    const perItem = (seconds: number): number => round((seconds * 1e6) / full.items, 3);
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
    return {
      receiver: receiver.name, load, durability: receiver.durability,
      ackedPerSecond: Math.round(full.items / full.seconds), queryablePerSecond: queryableSeconds === null ? null : Math.round(full.items / (full.seconds + queryableSeconds)),
      itemsPerCore: Math.round(full.items / cpuSeconds), mbPerCore: round(full.bytes / cpuSeconds / 1e6, 1), cpuSecondsPerMillion: round((cpuSeconds * 1e6) / full.items, 2),
      threadsUs: Object.fromEntries(Object.entries(after.threads).map(([name, seconds]) => [name, perItem(seconds - (before.threads[name] ?? 0))] as const).filter(([, us]) => us > 0.01)),
      generatorUs: perItem(full.cpuSeconds),
      fullAckMsP50: full.ackMsP50, fullAckMsP99: full.ackMsP99, halfAckMsP50: half.ackMsP50, halfAckMsP99: half.ackMsP99,
      bytesPerItemOnDisk: round(bytesUnder(join(place.folder, receiver.rowsFolder)) / items, 1), bytesPerItemOnWire: round(full.bytes / full.items, 1),
      rssIdleMb, rssPeakMb: peak, cpuIdlePercent: round(cpuIdlePercent, 2), refusedRequests: warm.refused + full.refused + half.refused,
    };
  } finally {
    if (server.exitCode === null) server.kill('SIGKILL');
    await ended;
    rmSync(place.folder, { recursive: true, force: true });
  }
}

async function ready(receiver: Receiver, place: Place, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !hasEnded(); tries++) {
    if (await fetch(receiver.readyUrl(place)).then(() => true, () => false)) return;
    await sleep(100);
  }
  throw new Error(`${receiver.name} ${hasEnded() ? 'ended at once' : 'did not listen within 30 s'}`);
}

async function untilQueryable(receiver: Receiver, place: Place, load: Load, { last }: Sent): Promise<number | null> {
  if (receiver.isQueryable === null) return null;
  const startMs = performance.now();
  // Rows become queryable in the order in which they were taken, so the last of each connection are the last of all.
  for (const each of last) {
    while (!(await receiver.isQueryable(place, load, each))) {
      if (performance.now() - startMs > queryableWithinMs) {
        const told = `${receiver.name}: ${each} of ${load} was acknowledged and is not found within ${queryableWithinMs / 1000} s`;
        if (receiver.name === 'clew') throw new Error(told);
        console.error(told);
        return null;
      }
      await sleep(100);
    }
  }
  return (performance.now() - startMs) / 1000;
}

/** The first of three ports in a row that are free now. */
async function freePorts(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await Promise.all([base, base + 1, base + 2].map(isFree))).every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => {
      const { port: own } = probe.address() as AddressInfo;
      probe.close(() => resolve(own === port));
    });
  });
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
