import type { EntityId } from './entity.ts';

/** Ids of the feature catalogue (features/catalogue.ts is the table; docs/features.md the same rows). */
export type FeatureId = string;

/**
 * up, down: out of the expected range · new: a log line never written before · absent: reported, and nothing is there any more ·
 * trend: steady growth · shape: the values are possible, their course is not · joint: each feature is possible, all together are
 * not · sequence: each log line is possible, what traces write is not · missing: no longer reported, so nothing is known.
 */
export type Direction = 'up' | 'down' | 'new' | 'absent' | 'trend' | 'shape' | 'joint' | 'sequence' | 'missing';

/** What one detector made of it. */
export interface Vote {
  /** Catalogue id of the detector. */
  readonly detector: string;
  /** Probability of something at least as unusual while nothing is wrong, on the series' own past; 1 is ordinary. Null: unknown (warming up, or it failed). */
  readonly p: number | null;
  /** It wants the finding. */
  readonly agrees: boolean;
}

/** What the calendar said of the moment at which a finding opened. Local time. */
export interface CalendarContext {
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  /** Since local midnight. */
  readonly minute: number;
  /** The kind of hour, where people set which hours are which; else null. */
  readonly hours: HourKind | null;
  /** How many times wider the expected range was than the series' own past says, because it has seen few such hours. 1: not. */
  readonly wider: number;
  /** The announced window that it lies in. */
  readonly deployWindow: { readonly day: number; readonly fromHour: number; readonly toHour: number } | null;
  /** The change after which its entity was unsettled, as it was sent (untrusted); null when none was seen. */
  readonly change: { readonly what: string; readonly atMs: number } | null;
  /** Panes out of range that were asked on top of the usual ones; 0: none. */
  readonly heldPanes: number;
}

/** peak, business: of workdays · off: the other hours of workdays · offDay: days that are no workdays. */
export type HourKind = 'peak' | 'business' | 'off' | 'offDay';

/** A trace that shows the finding: hex ids. */
export interface TraceRef { readonly traceId: string; readonly spanId: string }

/**
 * One series left its expected range. A finding is about one entity and one feature; it stays the same finding
 * (same id) from its onset until the series is back in range for `clearPanes` panes.
 */
export interface Finding {
  readonly id: string;
  /** Identity of the series: what `Engine.series` takes. */
  readonly series: string;
  readonly entity: EntityId;
  /** The node (service, database, host …) that the entity belongs to. For edges: the caller. */
  readonly node: EntityId;
  readonly feature: FeatureId;
  /** Metric name, log template id or operation when the feature alone does not say which; else empty. */
  readonly subject: string;
  /** What the subject means to people where it is an id: the words of a log template. Untrusted text; else empty. */
  readonly text: string;
  readonly direction: Direction;
  readonly unit: string;
  readonly observed: number;
  /** What would have been normal at that moment; for `new` findings all three are 0. */
  readonly expected: { readonly low: number; readonly mid: number; readonly high: number };
  /** Standardised distance from normal at its worst, sign removed. */
  readonly score: number;
  /** The votes combined, at its worst; null where no probability is known (a log line that is new). */
  readonly p: number | null;
  /** Every detector that was asked, at the finding's worst. */
  readonly votes: readonly Vote[];
  /** Names of the observations that make a joint finding, largest share first; else empty. */
  readonly contributors: readonly { readonly feature: FeatureId; readonly subject: string; readonly share: number }[];
  /** Feature catalogue, detector catalogue and models that it rests on: `features 2, detectors 2, autoencoder 1a2b3c4d`. */
  readonly version: string;
  /** What a person said of it; null while nobody has. */
  readonly verdict: 'real' | 'noise' | null;
  /** Announced work that covers it, by id: it opens no incident. Null: none, or it went on after the work was over. */
  readonly maintenance: string | null;
  /** What the calendar had to do with it when it opened; null: nothing, and always while none is set. */
  readonly calendar: CalendarContext | null;
  /** Estimated begin of the change (from the change detector), not the moment it was noticed. */
  readonly onsetMs: number;
  /** End of the pane in which it was first noticed. */
  readonly detectedMs: number;
  /** End of the last pane in which it was out of range. */
  readonly lastMs: number;
  readonly active: boolean;
  /** Catalogue ids of the detectors that agreed. */
  readonly detectors: readonly string[];
  readonly exemplars: readonly TraceRef[];
  /** True for what people feel (latency, errors, lost traffic of a service); false for what merely may explain it (CPU, logs, pools). */
  readonly symptom: boolean;
}
