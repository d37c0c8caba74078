import type { EntityId } from './entity.ts';

/** What an explanation is refined with: sums over stored spans of one stretch of time. Times are event times of span starts, [fromMs, toMs). */

/** One kind of call as it is stored: who made the span, under which name. */
export interface StoredPlace { readonly service: EntityId; readonly operation: string; readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer' }

export interface CallsQuery { readonly fromMs: number; readonly toMs: number }
export interface CallsAt extends StoredPlace { readonly calls: number; readonly failed: number; readonly totalMs: number }
/** Every span of the stretch, counted; the places with the most time first. */
export interface StoredCallsAnswer { readonly spans: number; readonly places: readonly CallsAt[] }

export interface WalkQuery {
  readonly fromMs: number; readonly toMs: number;
  /** Only traces that one of these took part in; all traces when empty. */
  readonly services: readonly EntityId[];
  /** About so many spans are looked at: whole traces, chosen by their ids alone. */
  readonly spansMax: number;
}
export interface WalkedAt extends StoredPlace {
  readonly calls: number;
  /** Duration less the time in which a child span ran. */
  readonly selfMs: number;
  /** Failed, with no failed child: where errors begin. */
  readonly origins: number;
}
export interface StoredWalk {
  /** Spans that were looked at, those of other traces among them, and the share (0..1) of all that they were meant to be. */
  readonly spans: number; readonly share: number;
  /** Traces of the services asked for. */
  readonly traces: number;
  /** Most self time first. */
  readonly places: readonly WalkedAt[];
}

export interface ValuesQuery extends StoredPlace {
  readonly fromMs: number; readonly toMs: number;
  /** Share (0..1) of the traces that is looked at, chosen by their ids alone. */
  readonly share: number;
  /** Calls that took longer, or failed, count as bad; null: only those that failed. */
  readonly slowMs: number | null;
}
export interface ValueAt { readonly key: string; readonly value: string; readonly calls: number; readonly bad: number; readonly totalMs: number }
/** Attributes of the calls at one place, those of their resources among them. */
export interface StoredValues {
  readonly calls: number; readonly bad: number; readonly totalMs: number; readonly p95Ms: number | null;
  /** Values that at least `leastCalls` calls had, most bad calls first. */
  readonly values: readonly ValueAt[];
  /** Calls with attributes that are not looked at: too long, or with too many different values. */
  readonly wide: number;
}
