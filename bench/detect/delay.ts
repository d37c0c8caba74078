import { readRequest } from '@clew/otlp';
import { defaultSettings, openEngine } from '@clew/engine';
import { dice } from './panes.ts';
import { rankQuantile } from '../../packages/engine/src/detect/scan/smooth.ts';
import { requestsOf } from './traffic.ts';
import type { FaultKind, Planted } from './traffic.ts';

export interface Delay { readonly kind: FaultKind; readonly faults: number; readonly found: number; readonly median: number; readonly p99: number }

const pastMinutes = 8;
const sendEveryMs = 250;
const givenUpMs = 90_000;

/**
 * The same story as in latency.ts with the engine alone, told by its own clock: from the arrival of the first bad span to the
 * record at which the finding comes out. What is left in a running server is work, and what else the machine does.
 */
export function measureDelay(perKind: number, seed: number): Delay[] {
  const next = dice(seed);
  const engine = openEngine(defaultSettings);
  const startMs = Date.UTC(2026, 4, 12, 8) + next() * 10_000;
  const liveMs = startMs + pastMinutes * 60_000;
  const faults = Array.from({ length: 2 * perKind }, (_, at): Planted => ({ kind: at % 2 === 0 ? 'hard' : 'slow', service: `late-${at}`, atMs: liveMs + at * 5_000 + next() * 5_000 }));
  const services = faults.map(({ service }) => service);
  const foundMs = new Map<string, number>();
  const endMs = Math.max(...faults.map(({ atMs }) => atMs)) + givenUpMs;
  for (let fromMs = startMs; fromMs < endMs; fromMs += sendEveryMs) {
    const toMs = fromMs + sendEveryMs;
    const { findings } = engine.feed(readRequest('traces', requestsOf(services, faults, fromMs, toMs, next)), toMs);
    for (const { node } of findings) if (!foundMs.has(node)) foundMs.set(node, toMs);
  }
  return (['hard', 'slow'] as const).map((kind) => {
    const own = faults.filter((fault) => fault.kind === kind);
    const arrived = (fault: Planted): number => startMs + Math.ceil((fault.atMs - startMs) / sendEveryMs) * sendEveryMs;
    const seconds = own.flatMap((fault) => {
      const at = foundMs.get(`service:${fault.service}`);
      return at === undefined || at < arrived(fault) ? [] : [(at - arrived(fault)) / 1_000];
    });
    return { kind, faults: own.length, found: seconds.length, median: rankQuantile(seconds, 0.5), p99: rankQuantile(seconds, 0.99) };
  });
}
