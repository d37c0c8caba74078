// node trainer/fusion/record.ts --out <file.jsonl> --seed 1 --runs 10 [--services 12-40] : rankings of simulated incidents with their evidence and the truth
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultSettings, openEngine } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { faultKinds, openSimulation, twists } from '@clew/simulator';
import type { FaultTruth } from '@clew/simulator';
import type { Considered } from '../../packages/engine/src/explain/explain.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';

/** One ranking as it was made, and what was true. `right` are rows of the candidates; none when the truth is *unknown*. */
export interface Recorded {
  readonly run: string;
  readonly fault: string;
  readonly kind: string;
  readonly twist: string;
  readonly inside: boolean;
  /** From onset. */
  readonly atS: number;
  readonly truth: readonly string[];
  readonly entities: readonly string[];
  readonly candidates: readonly (readonly number[])[];
  readonly unknown: readonly number[];
  readonly right: readonly number[];
}

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const settlingMs = 120_000;
/** Rankings of one fault that are kept: the first, then those that many seconds apart. */
const apartMs = 40_000;
const faultsPerRun = 6;
const weekMs = Date.UTC(2026, 4, 11);

const { values } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '10' }, from: { type: 'string', default: '0' }, least: { type: 'string', default: '10' }, most: { type: 'string', default: '40' } } });
const out = values.out ?? 'fusion.jsonl';
if (values.from === '0') writeFileSync(out, '');
const dice = makeDice(Number(values.seed));
const kinds: string[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  while (kinds.length < faultsPerRun) kinds.push(...shuffled(faultKinds.map(({ kind }) => kind)));
  const faults = kinds.splice(0, faultsPerRun);
  const [least, most] = [Number(values.least), Number(values.most)];
  const services = Math.round(least * (most / least) ** dice());
  const startMs = weekMs + Math.floor(dice() * 7) * 86_400_000 + Math.floor((6 + 14 * dice()) * 60) * 60_000;
  const chosen = run % 3 === 0 ? [] : run % 3 === 1 ? (['misleading_deploy'] as const) : twists;
  if (run < Number(values.from)) continue;
  play(`${values.seed}-${run}`, { seed: Number(values.seed) * 10_000 + run, services, spansPerSecond: Math.max(60, services * 4), touchedPerMinute: 30, harmless: 4, faults, startMs, twists: [...chosen] });
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.map((each) => ({ each, at: dice() })).sort((a, b) => a.at - b.at).map(({ each }) => each);
}

function play(run: string, options: Parameters<typeof openSimulation>[0]): void {
  const simulation = openSimulation(options);
  const { faults } = simulation.truth;
  const lastMs = new Map<FaultTruth, number>();
  const lines: string[] = [];
  const observe = (considered: Considered): void => {
    const fault = faultOf(faults, considered);
    if (fault === null || considered.atMs < (lastMs.get(fault) ?? -Infinity) + apartMs) return;
    lastMs.set(fault, considered.atMs);
    const right = considered.entities.flatMap((entity, at) => (rightAt(faults, considered).has(entity) ? [at] : []));
    const record: Recorded = {
      run, fault: `${run} ${fault.onsetMs}`, kind: fault.kind, twist: fault.twist, inside: fault.inside, atS: (considered.atMs - fault.onsetMs) / 1000, truth: fault.entities, entities: considered.entities,
      candidates: considered.evidence.candidates.map((row) => Array.from(row, short)), unknown: Array.from(considered.evidence.unknown, short), right,
    };
    lines.push(JSON.stringify(record));
  };
  const engine = openEngine(defaultSettings, undefined, undefined, observe);
  for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
    for (const signal of signals) {
      const body = tick[signal];
      if (body !== null) engine.feed(readRequest(signal, body), tick.receivedMs);
    }
  }
  if (lines.length > 0) appendFileSync(out, `${lines.join('\n')}\n`);
  process.stderr.write(`${run}: ${options?.services} services, ${faults.length} faults, ${lines.length} rankings\n`);
}

function short(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function lasts(fault: FaultTruth, { atMs, onsetMs }: Considered): boolean {
  return atMs >= fault.onsetMs && atMs <= fault.endMs + settlingMs && onsetMs >= fault.onsetMs - 60_000;
}

/** The fault that the affected nodes suffer of; of two, the one that began last. */
function faultOf(faults: readonly FaultTruth[], considered: Considered): FaultTruth | null {
  const about = faults.filter((fault) => lasts(fault, considered) && [...fault.symptoms.map(({ entity }) => entity), ...fault.entities].some((entity) => considered.affected.includes(entity)));
  return about.at(-1) ?? null;
}

function rightAt(faults: readonly FaultTruth[], considered: Considered): ReadonlySet<string> {
  return new Set(faults.filter((fault) => lasts(fault, considered)).flatMap((fault) => fault.entities));
}
