import { defaultSettings, openEngine } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { openSimulation } from '@clew/simulator';
import { quantiles, type Quantiles } from './quantiles.ts';

/**
 * Incidents of a simulated system through the engine, as bytes; run by explain.ts with timers.ts loaded. What the engine explains
 * from are sums by operation and place, so it is the size of the system that counts, not spans a second.
 */
export interface EngineTimes {
  readonly questions: number;
  readonly incidents: number;
  /** Attributions in the engine's memory at the end. */
  readonly rows: number;
  /** The first question of each incident, and all. */
  readonly first: Quantiles;
  readonly all: Quantiles;
  readonly parts: readonly ({ readonly name: string } & Quantiles)[];
}

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
/** Enough that each service is called often enough to be judged. */
const spansPerSecondLeast = 300;

const [services, seed] = process.argv.slice(2, 4).map(Number);
const faults = (process.argv[4] ?? '').split(',');
const simulation = openSimulation({ seed, services, spansPerSecond: Math.max(spansPerSecondLeast, services), faults, warmUpMinutes: 12, harmless: 0, touchedPerMinute: 30 });
const engine = openEngine(defaultSettings);
const seen = new Set<string>();
const firsts: number[] = [];
const wholeTimes = (): readonly number[] => globalThis.explainTimes.get('whole') ?? [];
for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
  for (const signal of signals) {
    const body = tick[signal];
    if (body === null) continue;
    const asked = wholeTimes().length;
    const { incidents } = engine.feed(readRequest(signal, body), tick.receivedMs);
    const opened = incidents.filter(({ id }) => !seen.has(id));
    for (const { id } of opened) seen.add(id);
    if (opened.length > 0) firsts.push(...wholeTimes().slice(asked, asked + opened.length));
  }
}
const parts = [...globalThis.explainTimes].filter(([name]) => name !== 'whole').map(([name, times]) => ({ name, ...quantiles(times) })).sort((a, b) => b.p95 - a.p95);
process.stdout.write(JSON.stringify({
  questions: wholeTimes().length, incidents: seen.size, rows: engine.world().counters['explain_rows'] ?? NaN, first: quantiles(firsts), all: quantiles(wholeTimes()), parts,
} satisfies EngineTimes));
