import type { EngineSettings, TelemetryRows } from '../model/index.ts';
import { count, openPanesMax } from './bounds.ts';
import { openPane } from './state.ts';
import type { FeaturesState, PaneState } from './state.ts';

const tooLate = { traces: 'late_spans', metrics: 'late_points', logs: 'late_logs' } as const;

/**
 * The open pane that holds this event time; null when it is closed already (counted by signal) or lies further ahead of
 * arrival than clock skew allows (`future_items`).
 */
export function paneAt(state: FeaturesState, settings: EngineSettings, rows: TelemetryRows, atMs: number): PaneState | null {
  const { paneMs } = settings;
  const startMs = Math.floor(atMs / paneMs) * paneMs;
  if (startMs < state.closedMs) {
    count(state.counters, tooLate[rows.signal]);
    return null;
  }
  const open = state.panes.get(startMs);
  if (open !== undefined) return open;
  if (!(startMs <= rows.receivedMs + settings.skewMs + paneMs) || state.panes.size >= openPanesMax) {
    count(state.counters, 'future_items');
    return null;
  }
  const pane = openPane(startMs);
  state.panes.set(startMs, pane);
  return pane;
}
