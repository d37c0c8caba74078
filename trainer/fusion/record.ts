// node trainer/fusion/record.ts --out <folder> --seed 1 --runs 10 [--from 0] [--least 8] [--most 60] [--kinds traffic_overload,…] : simulated incidents, with all that the explainers were asked and what was true
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings, openEngine, type Incident, type Pane } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { faultKinds, openSimulation, type FaultTruth, type Twist } from '@clew/simulator';
import type { Considered, Observer } from '../../packages/engine/src/explain/explain.ts';
import { explainLimits } from '../../packages/engine/src/explain/limits.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';
import { openWatch } from '../../bench/field/watch.ts';
import { writeEpisode, type Asked } from './episode.ts';

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const settlingMs = 120_000;
const aboutRequests = /^(?:request_rate|error_share|latency_|self_time|retry_share)/;
/** Of the answers of an incident the last in each such stretch is kept; of what was asked aside about a fault, one in each. */
const [apartMs, asideApartMs] = [30_000, 60_000];
const faultsPerRun = 8;
const weekMs = Date.UTC(2026, 4, 11);
/** Causes that the telemetry does not hold are rare: each comes so many times for once of the others. */
const outsideTimes = 3;
/** As often as the field has them, but lost telemetry more often: it takes causes out of sight. */
const twists: readonly Twist[] = ['misleading_deploy', 'misleading_deploy', 'misleading_deploy', 'second_fault', 'second_fault', 'telemetry_lost', 'telemetry_lost', 'telemetry_lost'];
const twistShare = 0.7;

const { values } = parseArgs({ options: { out: { type: 'string', default: 'episodes' }, seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '10' }, from: { type: 'string', default: '0' }, least: { type: 'string', default: '8' }, most: { type: 'string', default: '60' }, kinds: { type: 'string', default: '' } } });
mkdirSync(values.out, { recursive: true });
/** Kinds to take in turn; rare ones may be asked for alone. */
const asked = faultKinds.filter(({ kind }) => values.kinds === '' || values.kinds.split(',').includes(kind));
if (asked.length === 0) throw new RangeError(`--kinds ${values.kinds} names no kind of fault; the kinds are ${faultKinds.map(({ kind }) => kind).join(', ')}`);
const dice = makeDice(Number(values.seed));
const kinds: string[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  while (kinds.length < faultsPerRun) kinds.push(...shuffled(asked.flatMap(({ kind, inside }) => Array.from({ length: inside ? 1 : outsideTimes }, () => kind))));
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
  const ledger = openLedger(faults);
  const watch = openWatch();
  const engine = openEngine(defaultSettings, undefined, undefined, ledger);
  for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
    for (const signal of signals) {
      const body = tick[signal];
      if (body === null) continue;
      const { incidents, findings } = engine.feed(readRequest(signal, body), tick.receivedMs);
      watch.see(incidents, findings, tick.receivedMs);
      ledger.said(incidents);
    }
  }
  const { panes, questions } = ledger.written();
  writeEpisode(path, { run, services: options.services ?? 0, faults, panes, questions, alarms: watch.alarms() });
  process.stderr.write(`${run}: ${options.services} services, ${faults.length} faults, ${questions.length} questions, ${Math.round(process.cpuUsage().user / 1e6)} s of processor time so far\n`);
}

interface Ledger extends Observer {
  /** What was asked since it was last called: the answers that these incidents give, and now and then one that only served to place a finding. */
  said(incidents: readonly Incident[]): void;
  written(): { readonly panes: Pane[]; readonly questions: Asked[] };
}

function openLedger(faults: readonly FaultTruth[]): Ledger {
  const asideMs = new Map<FaultTruth, number>();
  /** Where the newest answer of an incident stands, and since when: it is replaced until its time is over, so that the last one is never missed. */
  const newest = new Map<string, { readonly at: number; readonly fromMs: number }>();
  /** As the memory of the explainers: one that comes again takes the place of those from it on. */
  const remembered: Pane[] = [];
  const panes = new Map<Pane, number>();
  const questions: Asked[] = [];
  let fresh: { readonly considered: Considered; readonly remembered: readonly Pane[] }[] = [];
  const write = ({ considered, remembered: known }: (typeof fresh)[number], fault: FaultTruth, saidBy: string | null): Asked => {
    const { question: { atMs, findings, around, changes, graph }, explanation: { causes, unknown } } = considered;
    for (const pane of known) if (!panes.has(pane)) panes.set(pane, panes.size);
    return structuredClone({
      atMs, saidBy, findings, around, changes, nodes: [...graph.nodes.values()], edges: [...graph.edges.values()], panes: known.map((pane) => panes.get(pane) ?? 0),
      fault: faults.indexOf(fault), lasting: [...faults.keys()].filter((at) => lasts(faults[at], considered)), answered: { causes, unknown },
    });
  };
  return {
    kept(pane) {
      while ((remembered.at(-1)?.startMs ?? -Infinity) >= pane.startMs) remembered.pop();
      remembered.push(slim(pane));
      if (remembered.length > explainLimits.memoryPanes) remembered.shift();
    },
    considered(considered) {
      fresh.push({ considered, remembered: [...remembered] });
    },
    said(incidents) {
      for (const one of fresh) {
        const { considered } = one;
        const fault = faultOf(faults, considered);
        if (fault === null) continue;
        const saidBy = incidents.find(({ explanation }) => explanation.causes === considered.explanation.causes)?.id ?? null;
        if (saidBy === null) {
          if (considered.atMs < (asideMs.get(fault) ?? -Infinity) + asideApartMs) continue;
          asideMs.set(fault, considered.atMs);
          questions.push(write(one, fault, null));
          continue;
        }
        const known = newest.get(saidBy);
        if (known !== undefined && considered.atMs < known.fromMs + apartMs) questions[known.at] = write(one, fault, saidBy);
        else newest.set(saidBy, { at: questions.push(write(one, fault, saidBy)) - 1, fromMs: considered.atMs });
      }
      fresh = [];
    },
    written() {
      const used = [...new Set(questions.flatMap((each) => each.panes))].sort((a, b) => a - b);
      const place = new Map(used.map((pane, at) => [pane, at]));
      const all = [...panes.keys()];
      return { panes: used.map((pane) => all[pane]), questions: questions.map((each) => ({ ...each, panes: each.panes.map((pane) => place.get(pane) ?? 0) })) };
    },
  };
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
