import type { Batch } from '@clew/otlp';
import { openFeatures } from './features/features.ts';
import { intake } from './intake/intake.ts';
import type { EngineSettings, EntityId, FeatureValue, Finding, Incident, Notice, SeriesBand, TrainedModel, World } from './model/index.ts';
import type { Observer } from './explain/explain.ts';
import { openReason } from './reason.ts';
import type { Conclusion } from './reason.ts';
import { countItems, leftOutSince } from './left-out.ts';
import type { LeftOut } from './left-out.ts';
import { keepHistory, makeHistory } from './history.ts';
import type { History } from './history.ts';
import { tellWorld } from './world.ts';

/** What came of one record: empty when no pane closed. */
export interface Step {
  readonly panesClosed: number;
  /** Findings and incidents that are new or differ from what was last given out. */
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  /** Items of the record itself that were too late or over a limit; null when there are none. */
  readonly leftOut: LeftOut | null;
}

export interface Engine {
  /**
   * Takes the next record of the log, in log order. `batch` is null for a tick. `receivedMs` is the record's arrival time,
   * never less than the one before. Event time goes on to min(newest event time seen, receivedMs + skew), or to
   * receivedMs on a tick; panes whose end plus lateness has been reached are closed, and only then does anything come out.
   */
  feed(batch: Batch | null, receivedMs: number): Step;
  /** Takes what a person told us, in log order like any record. Findings and incidents that change by it come out. */
  tell(notice: Notice, receivedMs: number): Step;
  /** A series with its expected band over the last `limits.historyPanes` panes; null when it is not known (any more). */
  series(key: string): SeriesBand | null;
  /** Every feature of the catalogue that the entity's kind has, as of the last closed pane; empty for an entity without windows. */
  features(entity: EntityId): readonly FeatureValue[];
  /** The state of the world at the last closed pane. Shares nothing with the engine. */
  world(): World;
  /** The same, sharing with the engine: to be serialised before the next call, and to be held no longer. */
  lendWorld(): World;
  /** The whole state as plain cloneable data (Maps, typed arrays, numbers). `openEngine(settings, saved)` goes on exactly where it was. */
  save(): unknown;
  /** The same, not copied: to be serialised before the next call, and to be held no longer. */
  lend(): unknown;
}

/** Open panes are looked at whenever event time has gone on so far. */
const lookEveryMs = 2_000;
/** What fails altogether is looked for so much more often. */
const failingEveryMs = 250;

/** After a longer silence panes are not closed one by one; those in between are counted as `panes_skipped`. */
const gapPanesMax = 360;

interface Clock {
  /** Event time, null before the first data. */
  eventMs: number;
  newestMs: number;
  /** Start of the next pane to close; null before the first data. */
  nextMs: number | null;
  /** Event time of the last look into open panes. */
  lookedMs: number;
  /** The same for what fails altogether. */
  failingMs: number;
  panesClosed: number;
  panesSkipped: number;
  records: number;
}

interface Saved {
  readonly clock: Clock;
  readonly features: ReturnType<ReturnType<typeof openFeatures>['save']>;
  readonly reason: unknown;
  readonly history: History;
}

/**
 * intake → features → detect → explain → decide, and what the screens are told. The only file that knows the order. `model` computes
 * the autoencoder in place of the engine's own typed arrays; what it answers must then be counted among the inputs of a replay.
 * `observer` sees every ranking of causes with what it was made from, and changes nothing. `graphNet` computes the graph network, likewise.
 */
export function openEngine(settings: EngineSettings, saved?: unknown, model?: TrainedModel, observer?: Observer, graphNet?: TrainedModel): Engine {
  const from = saved === undefined ? undefined : structuredClone(saved) as Saved;
  const clock: Clock = from?.clock ?? { eventMs: -Infinity, newestMs: -Infinity, nextMs: null, lookedMs: -Infinity, failingMs: -Infinity, panesClosed: 0, panesSkipped: 0, records: 0 };
  const features = openFeatures(settings, from?.features);
  const reason = openReason(settings, from?.reason, model, observer, graphNet);
  const history: History = from?.history ?? makeHistory();

  const closeDue = (): Step => {
    const findings = new Map<string, Finding>();
    const incidents = new Map<string, Incident>();
    let panesClosed = 0;
    startClock(clock, features.oldestOpenMs());
    while (clock.nextMs !== null && clock.nextMs + settings.paneMs + settings.latenessMs <= clock.eventMs) {
      clock.nextMs = skipSilence(clock, clock.nextMs, features.oldestOpenMs(), settings.paneMs);
      const pane = features.closePane(clock.nextMs);
      keepHistory(history, pane, settings);
      const conclusion = reason.step(pane, features.graph);
      for (const finding of conclusion.findings) findings.set(finding.id, finding);
      for (const incident of conclusion.incidents) incidents.set(incident.id, incident);
      clock.nextMs = pane.endMs;
      clock.panesClosed++;
      panesClosed++;
    }
    const early = lookAhead();
    return { panesClosed, leftOut: null, findings: newest([...findings.values()], early.findings), incidents: newest([...incidents.values()], early.incidents) };
  };

  const lookAhead = (): Conclusion => {
    const isDue = clock.eventMs >= clock.lookedMs + lookEveryMs;
    if (clock.panesClosed === 0 || (!isDue && clock.eventMs < clock.failingMs + failingEveryMs)) return { findings: [], incidents: [] };
    clock.failingMs = clock.eventMs;
    if (isDue) clock.lookedMs = clock.eventMs;
    return reason.look({ stretches: isDue ? features.peek() : [], moments: features.failures() }, () => features.glance(), features.graph, Math.floor(clock.eventMs));
  };

  const told = (): World => tellWorld({
    atMs: clock.panesClosed === 0 ? 0 : clock.nextMs ?? 0, settings, graph: features.graph, history, changes: reason.changes(), findings: reason.findings(),
    incidents: reason.incidents(), detection: reason.detection(), counters: countersOf({ clock, features, reason, history }),
    });

  const lend = (): Saved => ({ clock, features: features.lend(), reason: reason.save(), history });

  return {
    feed(batch, receivedMs) {
      clock.records++;
      if (batch === null) clock.eventMs = Math.max(clock.eventMs, receivedMs);
      // Profiles tell the engine nothing yet; they let event time go on no more than other data does.
      if (batch === null || batch.signal === 'profiles') return closeDue();
      const rows = intake(batch, receivedMs);
      const counted = countItems(features.counters);
      features.add(rows);
      const leftOut = leftOutSince(counted, features.counters);
      clock.newestMs = Math.max(clock.newestMs, Math.min(rows.newestMs, receivedMs + settings.skewMs));
      clock.eventMs = Math.max(clock.eventMs, clock.newestMs);
      return { ...closeDue(), leftOut };
    },
    tell(notice, receivedMs) {
      clock.records++;
      clock.eventMs = Math.max(clock.eventMs, receivedMs);
      const due = closeDue();
      const told = reason.tell(notice, clock.eventMs);
      return { ...due, findings: newest(due.findings, told.findings), incidents: newest(due.incidents, told.incidents) };
    },
    features: (entity) => features.values(entity),
    series: (key) => reason.series(key),
    world: () => structuredClone(told()),
    lendWorld: told,
    save: () => structuredClone(lend()),
    lend,
  };
}

interface Parts { readonly clock: Clock; readonly features: ReturnType<typeof openFeatures>; readonly reason: ReturnType<typeof openReason>; readonly history: History }

function countersOf({ clock, features, reason, history }: Parts): Record<string, number> {
  return {
    ...features.counters, ...reason.counters(), records: clock.records, panes_closed: clock.panesClosed, panes_skipped: clock.panesSkipped,
    histories: history.red.size + history.resources.size, history_refused: history.refused,
  };
}

/** By id, the later state of two. */
function newest<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]): T[] {
  return [...new Map([...before, ...after].map((each) => [each.id, each])).values()];
}

/** Panes begin with the first data; data of a time before that which has been closed is late. */
function startClock(clock: Clock, oldestMs: number | null): void {
  if (oldestMs === null) return;
  if (clock.nextMs === null || (clock.panesClosed === 0 && oldestMs < clock.nextMs)) clock.nextMs = oldestMs;
}

function skipSilence(clock: Clock, nextMs: number, oldestMs: number | null, paneMs: number): number {
  const untilMs = Math.min(oldestMs ?? Infinity, Math.floor(clock.eventMs / paneMs) * paneMs);
  const gapPanes = (untilMs - nextMs) / paneMs;
  if (gapPanes <= gapPanesMax) return nextMs;
  const skipped = Math.floor(gapPanes) - 1;
  clock.panesSkipped += skipped;
  return nextMs + skipped * paneMs;
}
