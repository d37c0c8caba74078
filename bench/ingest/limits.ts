import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttributeRuns, readRequest } from '@clew/otlp';
import { loads, payloadsOf } from './generator.ts';
import type { Load } from './generator.ts';

/** What the machine itself can do: nothing that keeps data can be faster than the slowest of these. */
export interface Limits {
  readonly memcpyMbPerSecond: number;
  readonly loopbackMbPerSecond: number;
  /** By bytes in one write. */
  readonly writeAndSyncMbPerSecond: Readonly<Record<string, number>>;
  readonly syncMsP50: number;
  readonly decodeItemsPerCore: Readonly<Record<Load, number>>;
}

export async function measureLimits(): Promise<Limits> {
  return {
    memcpyMbPerSecond: memcpy(), loopbackMbPerSecond: await loopback(),
    writeAndSyncMbPerSecond: { '256 KiB': writeAndSync(256).mbPerSecond, '2 MiB': writeAndSync(2048).mbPerSecond, '16 MiB': writeAndSync(16_384).mbPerSecond },
    syncMsP50: writeAndSync(4).msP50,
    decodeItemsPerCore: Object.fromEntries(loads.map((load) => [load, decodeOnly(load)])) as Record<Load, number>,
  };
}

function memcpy(): number {
  const [from, to] = [new Uint8Array(64 << 20).fill(1), new Uint8Array(64 << 20)];
  to.set(from);
  const startMs = performance.now();
  for (let i = 0; i < 10; i++) to.set(from);
  return Math.round((10 * 64 * 1.048576) / ((performance.now() - startMs) / 1000));
}

/** A process that reads and forgets, and one that writes 256 KiB at a time. */
async function loopback(): Promise<number> {
  const sink = spawn(process.execPath, ['-e', 'require("net").createServer((s) => s.resume()).listen(0, "127.0.0.1", function () { console.log(this.address().port); })'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = await once(sink.stdout, 'data') as [Buffer];
  const socket = connect(Number(chunk.toString()), '127.0.0.1');
  await once(socket, 'connect');
  const body = Buffer.alloc(256 << 10);
  const startMs = performance.now();
  let bytes = 0;
  while (performance.now() - startMs < 1_500) {
    bytes += body.length;
    if (!socket.write(body)) await once(socket, 'drain');
  }
  const rate = Math.round(bytes / 1e6 / ((performance.now() - startMs) / 1000));
  socket.destroy();
  sink.kill();
  return rate;
}

function writeAndSync(kib: number): { mbPerSecond: number; msP50: number } {
  const folder = mkdtempSync(join(tmpdir(), 'clew-limits-'));
  const file = openSync(join(folder, 'limit'), 'w');
  const body = Buffer.alloc(kib << 10, 'x');
  const ms: number[] = [];
  const startMs = performance.now();
  while (performance.now() - startMs < 700) {
    const fromMs = performance.now();
    writeSync(file, body);
    fdatasyncSync(file);
    ms.push(performance.now() - fromMs);
  }
  const mbPerSecond = Math.round((ms.length * body.length) / 1e6 / ((performance.now() - startMs) / 1000));
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { mbPerSecond, msP50: Math.round((ms.sort((a, b) => a - b)[ms.length >> 1] ?? NaN) * 100) / 100 };
}

function decodeOnly(load: Load): number {
  const payloads = payloadsOf(load).slice(0, 64);
  // As the server does: attributes of data points that were read before are known again.
  const runs = new AttributeRuns({ countMax: 131_072, bytesMax: 16 << 20, seed: 1 });
  let items = 0;
  const run = (ms: number): number => {
    items = 0;
    const startMs = performance.now();
    const startCpu = process.threadCpuUsage();
    for (let i = 0; performance.now() - startMs < ms; i++) {
      const { signal, bytes } = payloads[i % payloads.length];
      items += readRequest(signal, bytes, {}, runs).count;
    }
    const { user, system } = process.threadCpuUsage(startCpu);
    return Math.round((items * 1e6) / (user + system));
  };
  run(400);
  return run(700);
}
