import { defaultSettings } from '@clew/engine';
import { readRequest } from '@clew/otlp';
import type { StableSignal } from '@clew/otlp';
import { openSimulation } from '@clew/simulator';
import type { SimulationOptions, Truth } from '@clew/simulator';
import { makeWindow, readPane, writePane } from '../packages/engine/src/detect/autoencoder/windows.ts';
import type { Window } from '../packages/engine/src/detect/autoencoder/windows.ts';
import { openFeatures } from '../packages/engine/src/features/features.ts';
import { intake } from '../packages/engine/src/intake/intake.ts';
import type { Pane } from '../packages/engine/src/model/index.ts';

const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const { paneMs, latenessMs } = defaultSettings;

/** Runs a simulated system as bytes through intake and features, and shows every service's window after every pane. */
export function watchSimulation(options: Partial<SimulationOptions>, see: (window: Window, startMs: number, truth: Truth) => void): Truth {
  const simulation = openSimulation(options);
  const features = openFeatures(defaultSettings);
  const windows = new Map<string, Window>();
  let nextMs: number | null = null;
  for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
    for (const signal of signals) {
      const body = tick[signal];
      if (body !== null) features.add(intake(readRequest(signal, body), tick.receivedMs));
    }
    nextMs ??= features.oldestOpenMs();
    while (nextMs !== null && nextMs + paneMs + latenessMs <= tick.receivedMs) {
      const pane = features.closePane(nextMs);
      writeAll(windows, pane);
      for (const window of windows.values()) see(window, pane.startMs, simulation.truth);
      nextMs = pane.endMs;
    }
  }
  return simulation.truth;
}

function writeAll(windows: Map<string, Window>, pane: Pane): void {
  const readings = readPane(pane);
  for (const entity of readings.keys()) if (!windows.has(entity)) windows.set(entity, makeWindow(entity));
  for (const [entity, window] of windows) writePane(window, readings.get(entity) ?? null, pane.startMs, paneMs / 1000, true);
}

/** A service heals this long after a fault, in panes, before its windows are quiet again. */
const healPanes = 60;

/** The kind of the fault that the service is hurt by in the pane, '' when all is quiet, null when neither can be said. */
export function faultIn(truth: Truth, entity: string, startMs: number): string | null {
  let near = false;
  for (const fault of truth.faults) {
    const endMs = startMs + paneMs;
    if (endMs <= fault.onsetMs || startMs >= fault.endMs + healPanes * paneMs) continue;
    near = true;
    const isHurt = fault.entities.includes(entity) || fault.symptoms.some((symptom) => symptom.entity === entity);
    if (isHurt && startMs >= fault.visibleMs && endMs <= fault.endMs) return fault.kind;
  }
  return near ? null : '';
}
