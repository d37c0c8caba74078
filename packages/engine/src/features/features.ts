import type { EngineSettings, EntityId, FeatureValue, Graph, Moments, Pane, Stretch, TelemetryRows } from '../model/index.ts';
import { openCarried } from './carry.ts';
import { closePane } from './close.ts';
import { glancePanes } from './glance.ts';
import { openGraphState, viewGraph } from './graph.ts';
import { addLogs } from './logs.ts';
import { peekFailures, peekStretches } from './peek.ts';
import { addPoints, openSeries } from './series.ts';
import { openSessions } from './sessions.ts';
import { addSpans } from './spans.ts';
import type { FeaturesState } from './state.ts';
import { tellFeatures } from './told.ts';
import { openWindows } from './windows.ts';

/** The features stage: rows in, closed panes out. */
export interface Features {
  /**
   * Adds the rows of one request to the panes of their event times: a span to the pane in which it ended, a point to that
   * of its time, a log record to that of its time (observed, or arrival). Rows of closed panes are counted as late; rows
   * more than skew and a pane ahead of their arrival are counted as `future_items`.
   */
  add(rows: TelemetryRows): void;
  /**
   * Closes the pane that begins at `startMs` (a multiple of settings.paneMs) and moves the graph on. Call it for every
   * pane in turn, empty ones too: silence is told. Panes never come out twice.
   */
  closePane(startMs: number): Pane;
  /** Failures and latencies in the panes that are still open, half by half, oldest first. Changes nothing; cheap enough for every two seconds. */
  peek(): Stretch[];
  /** Services and operations that had failures in the panes that are still open. Changes nothing; cheap enough for every half second. */
  failures(): Moments[];
  /** The open panes as they would be if they ended now: requests and attributions. Costs as much as closing them. */
  glance(): Pane[];
  /** Start of the oldest pane that has rows and is not closed; null when there is none. */
  oldestOpenMs(): number | null;
  /** Every feature of the catalogue that the entity's kind has, as of the last closed pane; empty for an entity that is not followed (any more). */
  values(entity: EntityId): FeatureValue[];
  /** The service graph at the end of the last closed pane; a live view. */
  readonly graph: Graph;
  /** Items dropped and limits hit, by name: see bounds.ts. A live view. */
  readonly counters: Readonly<Record<string, number>>;
  /** The whole state as plain cloneable data; `openFeatures(settings, saved)` goes on exactly where it was. */
  save(): FeaturesState;
  /** The same, not copied. */
  lend(): FeaturesState;
}

export function openFeatures(settings: EngineSettings, saved?: FeaturesState): Features {
  const state = saved === undefined ? openState() : structuredCopy(saved);
  return {
    add(rows) {
      switch (rows.signal) {
        case 'traces': return addSpans(state, settings, rows);
        case 'metrics': return addPoints(state, settings, rows);
        case 'logs': return addLogs(state, settings, rows);
      }
    },
    closePane: (startMs) => closePane(state, settings, startMs),
    peek: () => peekStretches(state, settings),
    failures: () => peekFailures(state, settings),
    glance: () => glancePanes(state, settings),
    oldestOpenMs: () => (state.panes.size === 0 ? null : Math.min(...state.panes.keys())),
    values: (entity) => tellFeatures(state, settings, entity),
    graph: viewGraph(state.graph),
    counters: state.counters,
    save: () => structuredCopy(state),
    lend: () => state,
  };
}

function openState(): FeaturesState {
  return {
    closedMs: -Infinity, panesClosed: 0, panes: new Map(), carried: openCarried(), services: new Map(), instances: new Map(), places: new Map(),
    peers: new Map(), series: openSeries(), sessions: openSessions(), flags: new Map(), told: new Map(), lively: new Map(), graph: openGraphState(), windows: openWindows(), counters: {},
  };
}

/** A deep copy of plain data: Maps, Sets, arrays, typed arrays and records. */
function structuredCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // Most arrays are rows of numbers.
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value.slice() : value.map(copy);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, copy(each)]));
  if (value instanceof Set) return new Set(value);
  if (value instanceof Uint32Array || value instanceof Float64Array) return value.slice();
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));
}
