// node trainer/graph-net/record.ts --out <folder> [--from 20 --to 39] [--least 8 --most 60]
// Plays one simulated system a seed through the engine and keeps, for each ranking of causes, all that was known of the graph, and the truth.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings, openEngine } from '@clew/engine';
import type { Engine } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { faultKinds, openSimulation, twists } from '@clew/simulator';
import type { FaultTruth, Simulation, SimulationOptions } from '@clew/simulator';
import type { Considered } from '../../packages/engine/src/explain/explain.ts';
import { candidateEvidence, unknownEvidence } from '../../packages/engine/src/explain/evidence.ts';
import { candidateWeights, unknownWeights } from '../../packages/engine/src/explain/learnt-weights.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';
import { keepAround, keepContrast, packed } from './recorded.ts';
import type { Recorded } from './recorded.ts';

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const warmUpMinutes = 25;
/** The faults of a system begin anew from one state of the engine, that of so long before onset. */
const leadMs = 100_000;
const settlingMs = 40_000;
/** Rankings of one fault that are kept: the first, then those that many seconds apart. */
const apartMs = 40_000;
const faultsPerSystem = 16;
const weekMs = Date.UTC(2026, 4, 11);

const { values } = parseArgs({ options: { out: { type: 'string' }, from: { type: 'string', default: '20' }, to: { type: 'string', default: '39' }, least: { type: 'string', default: '8' }, most: { type: 'string', default: '60' } } });
const out = values.out ?? 'graph-net-data';
mkdirSync(out, { recursive: true });
for (let seed = Number(values.from); seed <= Number(values.to); seed++) {
  const options = systemOf(seed);
  const began = process.cpuUsage();
  const checkpoint = warmUp(options);
  // Every seed is another system with the next kinds of faults, so that all kinds come equally often.
  const rankings = Array.from({ length: faultsPerSystem }, (_, index) => {
    const { kind } = faultKinds[(seed * faultsPerSystem + index) % faultKinds.length];
    return play(`${seed}`, { ...options, faults: [kind], faultSeed: seed * 1_000 + index }, checkpoint);
  }).flat();
  writeFileSync(join(out, `${seed}.rankings`), packed(rankings));
  const { user, system } = process.cpuUsage(began);
  process.stderr.write(`${seed}: ${options.services} services, ${options.spansPerSecond} spans/s, ${new Set(rankings.map(({ fault }) => fault)).size} faults, ${rankings.length} rankings, ${Math.round((user + system) / 1e6)} s of processor\n`);
}

interface System extends Partial<SimulationOptions> { readonly services: number; readonly spansPerSecond: number; readonly startMs: number }

function systemOf(seed: number): System {
  const dice = makeDice(7_700 + seed);
  const [least, most] = [Number(values.least), Number(values.most)];
  const services = Math.round(least * (most / least) ** dice());
  const startMs = weekMs + Math.floor(dice() * 7) * 86_400_000 + Math.floor((6 + 14 * dice()) * 60) * 60_000;
  return { seed: 770_000 + seed, services, spansPerSecond: Math.round(Math.max(60, services * (2 + 2 * dice()))), touchedPerMinute: 30, harmless: 4, warmUpMinutes, startMs, twists: [...twists], twistShare: 0.5 };
}

function warmUp(options: System): unknown {
  const engine = openEngine(defaultSettings);
  feed(engine, openSimulation({ ...options, minutes: warmUpMinutes }), -Infinity, forkMs(options));
  return engine.save();
}

function forkMs({ startMs }: System): number {
  return startMs + warmUpMinutes * 60_000 - leadMs;
}

function feed(engine: Engine, simulation: Simulation, fromMs: number, toMs: number): void {
  for (let tick = simulation.step(); tick !== null && tick.receivedMs <= toMs; tick = simulation.step()) {
    if (tick.receivedMs <= fromMs) continue;
    for (const signal of signals) {
      const body = tick[signal];
      if (body !== null) engine.feed(readRequest(signal, body), tick.receivedMs);
    }
  }
}

function play(system: string, options: System, checkpoint: unknown): Recorded[] {
  const simulation = openSimulation(options);
  const { faults } = simulation.truth;
  const lastMs = new Map<FaultTruth, number>();
  const kept: Recorded[] = [];
  const observe = (considered: Considered): void => {
    const fault = faultOf(faults, considered);
    if (fault === null || considered.atMs < (lastMs.get(fault) ?? -Infinity) + apartMs) return;
    lastMs.set(fault, considered.atMs);
    const lasting = faults.filter((each) => lasts(each, considered));
    kept.push(structuredClone({
      system, services: options.services, fault: `${system} ${options.faultSeed} ${fault.onsetMs}`, kind: fault.kind, twist: fault.twist, inside: fault.inside, atS: (considered.atMs - fault.onsetMs) / 1000,
      truth: lasting.flatMap(({ entities }) => entities), around: keepAround(considered.facts), latency: keepContrast(considered.latency), errors: keepContrast(considered.errors), fused: fusedOf(considered),
    }));
  };
  const endMs = Math.max(0, ...faults.map((fault) => fault.endMs));
  feed(openEngine(defaultSettings, checkpoint, undefined, { considered: observe }), simulation, forkMs(options), endMs + settlingMs);
  return kept;
}

function fusedOf({ entities, evidence }: Considered): Recorded['fused'] {
  const utility = (names: readonly string[], weights: Readonly<Record<string, number>>, row: Float64Array): number => names.reduce((sum, name, at) => sum + (weights[name] ?? 0) * row[at], 0);
  const odds = evidence.candidates.map((row) => Math.exp(utility(candidateEvidence, candidateWeights, row)));
  const unknown = Math.exp(utility(unknownEvidence, unknownWeights, evidence.unknown));
  const total = odds.reduce((sum, each) => sum + each, unknown);
  return { entities, shares: odds.map((each) => each / total), unknown: unknown / total };
}

function lasts(fault: FaultTruth, { atMs, onsetMs }: Considered): boolean {
  return atMs >= fault.onsetMs && atMs <= fault.endMs + settlingMs && onsetMs >= fault.onsetMs - 60_000;
}

/** The fault that the affected nodes suffer of; of two, the one that began last. */
function faultOf(faults: readonly FaultTruth[], considered: Considered): FaultTruth | null {
  const about = faults.filter((fault) => lasts(fault, considered) && [...fault.symptoms.map(({ entity }) => entity), ...fault.entities].some((entity) => considered.affected.includes(entity)));
  return about.at(-1) ?? null;
}
