import { defaultSettings, openEngine, type Engine, type EngineSettings } from '@clew/engine';
import { readRequest, type StableSignal } from '@clew/otlp';
import { openSimulation, type FaultTruth, type HarmlessTruth, type SimulationOptions } from '@clew/simulator';
import { openBaseline } from './baseline.ts';
import { openWatch, type Alarm } from './watch.ts';

/** One stretch of simulated time, fed as bytes through one engine for each budget. */
export interface RunSpec {
  readonly name: string;
  readonly simulation: Partial<SimulationOptions>;
  /** False alarms a day that the engine is allowed; one engine each, all over the same bytes. */
  readonly budgets: readonly number[];
}

export interface RunResult {
  readonly spec: RunSpec;
  readonly startMs: number;
  readonly endMs: number;
  readonly faults: readonly FaultTruth[];
  readonly harmless: readonly HarmlessTruth[];
  readonly leftOut: readonly string[];
  /** In the order of the budgets. */
  readonly alarms: readonly (readonly Alarm[])[];
  readonly baseline: readonly Alarm[];
  readonly spans: number;
  /** Processor time: making the telemetry, and one engine with decoding. */
  readonly simulatorMs: number;
  readonly engineMs: number;
}

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];

export function run(spec: RunSpec): RunResult {
  const simulation = openSimulation(spec.simulation);
  const engines = spec.budgets.map((budget) => openEngine(settingsOf(budget)));
  const watches = engines.map(() => openWatch());
  const baseline = openBaseline();
  let [spans, simulatorMs, engineMs] = [0, 0, 0];
  for (;;) {
    const beganMs = cpuMs();
    const tick = simulation.step();
    simulatorMs += cpuMs() - beganMs;
    if (tick === null) break;
    for (const signal of signals) {
      const body = tick[signal];
      if (body === null) continue;
      const readMs = cpuMs();
      const batch = readRequest(signal, body);
      feedAll(engines, watches, batch, tick.receivedMs);
      engineMs += cpuMs() - readMs;
      if (batch.signal === 'traces') {
        spans += batch.count;
        baseline.take(batch, tick.receivedMs);
      }
    }
  }
  const { faults, harmless, startMs, endMs } = simulation.truth;
  return { spec, startMs, endMs, faults, harmless, leftOut: simulation.leftOut, alarms: watches.map((watch) => watch.alarms()), baseline: baseline.alarms(), spans, simulatorMs, engineMs: engineMs / engines.length };
}

function feedAll(engines: readonly Engine[], watches: readonly ReturnType<typeof openWatch>[], batch: Parameters<Engine['feed']>[0], receivedMs: number): void {
  engines.forEach((engine, index) => {
    const { incidents, findings } = engine.feed(batch, receivedMs);
    if (incidents.length > 0 || findings.length > 0) watches[index].see(incidents, findings, receivedMs);
  });
}

function settingsOf(falseAlarmsPerDay: number): EngineSettings {
  return { ...defaultSettings, detection: { ...defaultSettings.detection, falseAlarmsPerDay } };
}

/** Of this thread where Node can tell, so that what else runs on the machine does not count. */
function cpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1000;
}
