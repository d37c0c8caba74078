// node trainer/fusion/record.ts --out <folder> --seed 1 --runs 10 [--from 0] [--least 8] [--most 60] : simulated incidents, with all that the explainers were asked and what was true
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings, openEngine, type Pane } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { faultKinds, openSimulation, type FaultTruth, type Twist } from '@clew/simulator';
import type { Considered } from '../../packages/engine/src/explain/explain.ts';
import { explainLimits } from '../../packages/engine/src/explain/limits.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';
import { writeEpisode, type Asked } from './episode.ts';

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const settlingMs = 120_000;
const aboutRequests = /^(?:request_rate|error_share|latency_|self_time|retry_share)/;
/** Questions about one fault that are kept: the first, then those that many seconds apart. */
const apartMs = 30_000;
const faultsPerRun = 8;
const weekMs = Date.UTC(2026, 4, 11);
/** Causes that the telemetry does not hold are rare: each comes so many times for once of the others. */
const outsideTimes = 3;
/** As often as the field has them, but lost telemetry more often: it takes causes out of sight. */
const twists: readonly Twist[] = ['misleading_deploy', 'misleading_deploy', 'misleading_deploy', 'second_fault', 'second_fault', 'telemetry_lost', 'telemetry_lost', 'telemetry_lost'];
const twistShare = 0.7;

const { values } = parseArgs({ options: { out: { type: 'string', default: 'episodes' }, seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '10' }, from: { type: 'string', default: '0' }, least: { type: 'string', default: '8' }, most: { type: 'string', default: '60' } } });
mkdirSync(values.out, { recursive: true });
const dice = makeDice(Number(values.seed));
const kinds: string[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  while (kinds.length < faultsPerRun) kinds.push(...shuffled(faultKinds.flatMap(({ kind, inside }) => Array.from({ length: inside ? 1 : outsideTimes }, () => kind))));
  const faults = kinds.splice(0, faultsPerRun);
  const [least, most] = [Number(values.least), Number(values.most)];
  const services = Math.round(least * (most / least) ** dice());
  const startMs = weekMs + Math.floor(dice() * 7) * 86_400_000 + Math.floor((6 + 14 * dice()) * 60) * 60_000;
  const path = join(values.out, `${values.seed}-${run}.episode`);
  if (run < Number(values.from) || existsSync(path)) continue;
  play(path, `${values.seed}-${run}`, { seed: Number(values.seed) * 10_000 + run, services, spansPerSecond: Math.max(60, Math.min(150, services * 4)), touchedPerMinute: 30, harmless: 4, warmUpMinutes: 20, calmMinutes: [9, 11], faults, startMs, twists, twistShare });
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.map((each) => ({ each, at: dice() })).sort((a, b) => a.at - b.at).map(({ each }) => each);
}

function play(path: string, run: string, options: Parameters<typeof openSimulation>[0]): void {
  const simulation = openSimulation(options);
  const { faults } = simulation.truth;
  const lastMs = new Map<FaultTruth, number>();
  /** As the memory of the explainers: one that comes again takes the place of those from it on. */
  const remembered: Pane[] = [];
  const panes = new Map<Pane, number>();
  const questions: Asked[] = [];
  const engine = openEngine(defaultSettings, undefined, undefined, {
    kept(pane) {
      while ((remembered.at(-1)?.startMs ?? -Infinity) >= pane.startMs) remembered.pop();
      remembered.push(slim(pane));
      if (remembered.length > explainLimits.memoryPanes) remembered.shift();
    },
    considered(considered) {
      const fault = faultOf(faults, considered);
      if (fault === null || considered.atMs < (lastMs.get(fault) ?? -Infinity) + apartMs) return;
      lastMs.set(fault, considered.atMs);
      const { question: { atMs, findings, around, changes, graph }, explanation: { causes, unknown } } = considered;
      for (const pane of remembered) if (!panes.has(pane)) panes.set(pane, panes.size);
      questions.push(structuredClone({
        atMs, findings, around, changes, nodes: [...graph.nodes.values()], edges: [...graph.edges.values()], panes: remembered.map((pane) => panes.get(pane) ?? 0),
        fault: faults.indexOf(fault), lasting: [...faults.keys()].filter((at) => lasts(faults[at], considered)), answered: { causes, unknown },
      }));
    },
  });
  for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
    for (const signal of signals) {
      const body = tick[signal];
      if (body !== null) engine.feed(readRequest(signal, body), tick.receivedMs);
    }
  }
  writeEpisode(path, { run, services: options.services ?? 0, faults, panes: [...panes.keys()], questions });
  process.stderr.write(`${run}: ${options.services} services, ${faults.length} faults, ${questions.length} questions, ${Math.round(process.cpuUsage().user / 1e6)} s of processor time so far\n`);
}

/** What explainers read: without observations of edges and operations, and without examples. */
function slim(pane: Pane): Pane {
  return { ...pane, observations: pane.observations.filter(({ entity, node, feature }) => entity === node || entity.startsWith('host:') || !aboutRequests.test(feature)).map((each) => ({ ...each, exemplars: [] })) };
}

function lasts(fault: FaultTruth, { atMs, onsetMs }: Considered): boolean {
  return atMs >= fault.onsetMs && atMs <= fault.endMs + settlingMs && onsetMs >= fault.onsetMs - 60_000;
}

/** The fault that the affected nodes suffer of; of two, the one that began last. */
function faultOf(faults: readonly FaultTruth[], considered: Considered): FaultTruth | null {
  const about = faults.filter((fault) => lasts(fault, considered) && [...fault.symptoms.map(({ entity }) => entity), ...fault.entities].some((entity) => considered.affected.includes(entity)));
  return about.at(-1) ?? null;
}
