import type { EntityKind } from './entity.ts';
import type { FeatureId } from './finding.ts';
import type { FeatureScale } from './pane.ts';

/** Raised by hand whenever an id, an expression or what models read changes; a test knows the table's hash by heart. */
export const featureCatalogueVersion = 3;

/**
 * Time that a value rests on, ending with the last closed pane. `pane`: that pane · `since the point before`: from the metric
 * point before to the last one in the pane · 1m, 5m: their panes · 15m, 1h: whole minutes, and what there is of the present
 * one · `point`: the moment itself.
 */
export type FeatureWindow = 'pane' | 'since the point before' | '1m' | '5m' | '15m' | '1h' | 'point';

/** What is known of the end of a window by the calendar of the settings. Hours and days are local. */
export type CalendarPart = 'hour' | 'weekday' | 'day' | 'month' | 'weekend' | 'holiday' | 'businessHour' | 'peakHour' | 'deployWindow';

/** How the values of whole minutes become one. `slope`: least squares, a minute. */
export type OverMinutes = 'mean' | 'stddev' | 'min' | 'max' | 'median' | 'slope';

/**
 * What a feature is, as data: closed over the partials of `features/partials.ts`, so that another engine can compute it from
 * the same partials. Anything that has no answer (an empty sketch, a division by 0, a minute before the first) is null, and
 * whatever is made of null is null.
 */
export type Expression =
  | { readonly constant: number }
  /** A partial that adds up. 0 where nothing was said. */
  | { readonly sum: string }
  /** Seconds of the window that the entity has been followed for. */
  | { readonly seconds: 'window' }
  /** Of a sketch: the value below which the share lies · the largest value · how many lie above a value. */
  | { readonly quantile: readonly [share: number, sketch: string] }
  | { readonly largest: string }
  | { readonly above: readonly [value: number, sketch: string] }
  /** Of a level (gauges and rates of metrics): over the panes of the window. */
  | { readonly level: readonly [how: 'mean' | 'max', level: string] }
  | { readonly add: readonly [Expression, Expression] }
  | { readonly subtract: readonly [Expression, Expression] }
  | { readonly multiply: readonly [Expression, Expression] }
  | { readonly divide: readonly [Expression, Expression] }
  | { readonly sine: Expression }
  | { readonly cosine: Expression }
  /** A feature of window 1m over the last whole minutes; minutes without a value are left out. */
  | { readonly over: readonly [how: OverMinutes, feature: FeatureId, minutes: number] }
  /** A feature of window 1m in the whole minute that is so many before the last whole one. */
  | { readonly lag: readonly [feature: FeatureId, minutes: number] }
  | { readonly calendar: CalendarPart }
  /** How many different users or texts, and the texts themselves (no number). */
  | { readonly countDistinct: string }
  | { readonly texts: string };

/** One row of the catalogue (features/catalogue.ts). docs/features.md and the console's help show the same rows. */
export interface Feature {
  readonly id: FeatureId;
  /** In words, for people. */
  readonly definition: string;
  readonly expression: Expression;
  readonly signal: 'traces' | 'metrics' | 'logs' | 'resources' | 'graph' | 'calendar';
  readonly entities: readonly EntityKind[];
  /** Entity kinds for which people feel it. For all others it merely may explain what people feel. */
  readonly symptomOf: readonly EntityKind[];
  readonly scale: FeatureScale;
  /** UCUM. `as sent` where the telemetry names its own. */
  readonly unit: string;
  /** What `subject` says (pool, consumer group, metric name); empty when nothing. */
  readonly subject: string;
  readonly window: FeatureWindow;
  /** Row of `lateRules`. */
  readonly late: 'drop' | 'fold';
  /** judged: an Observation in every pane, which detectors read · told: on demand, for people and models. */
  readonly role: 'judged' | 'told';
}

/** A feature of one entity as it stands at the last closed pane. */
export interface FeatureValue {
  readonly id: FeatureId;
  /** Pool, consumer group; else empty. */
  readonly subject: string;
  readonly window: FeatureWindow;
  /** Null when it is not known: nothing was sent, or nothing yet. Of text features always null. */
  readonly value: number | null;
  readonly unit: string;
  /** Of text features (upstream_services, region …) the texts, sorted; else empty. Untrusted. */
  readonly texts: readonly string[];
}
