import type { Batch } from '@clew/otlp';
import type { EngineSettings, Finding, Incident, World } from './model/index.ts';

/** What came of one record: empty when no pane closed. */
export interface Step {
  readonly panesClosed: number;
  /** Findings and incidents that are new or differ from what was last given out. */
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
}

export interface Engine {
  /**
   * Takes the next record of the log, in log order. `batch` is null for a tick. `receivedMs` is the record's arrival time,
   * never less than the one before. Event time goes on to min(newest event time seen, receivedMs + skew), or to
   * receivedMs on a tick; panes whose end plus lateness has been reached are closed, and only then does anything come out.
   */
  feed(batch: Batch | null, receivedMs: number): Step;
  /** The state of the world at the last closed pane. Shares nothing with the engine. */
  world(): World;
  /** The whole state as plain cloneable data (Maps, typed arrays, numbers). `openEngine(settings, saved)` goes on exactly where it was. */
  save(): unknown;
}

export function openEngine(settings: EngineSettings, saved?: unknown): Engine {
  void settings; void saved;
  throw new Error('BUG: not built yet');
}
