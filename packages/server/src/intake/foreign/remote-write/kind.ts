import type { Metadata, PrometheusType } from './series.ts';

/** What a float series becomes in OTLP. */
export type SeriesKind = 'gauge' | 'counter' | 'info';

export interface FamilyOf {
  readonly kind: SeriesKind;
  readonly metadata: Metadata | null;
}

/** Endings of series that belong to a family without them; the family of an OpenMetrics counter has no `_total`. */
const endings = ['_total', '_bucket', '_sum', '_count', '_gsum', '_gcount', '_info', '_created'] as const;

/**
 * Kind of a series, by the type of its family where that is known. Where it is not, only names that say it by themselves
 * are believed (`_total`; `_bucket` with `le`; `_sum` and `_count` beside such buckets or quantiles): a gauge taken for
 * a counter would show rates of nothing, while a counter taken for a gauge still shows its value.
 *
 * Series of classic histograms and summaries stay series: remote write does not promise that they arrive together, and a
 * histogram now whole and now in pieces would be two half metrics. Those that are to be histograms are sent as native
 * histograms, with custom buckets if need be.
 */
export function kindOf(name: string, labels: readonly string[], own: Metadata | null, lookup: (family: string) => Metadata | null, hasParts: (family: string) => boolean): FamilyOf {
  const exact = own ?? lookup(name);
  const ending = endings.find((each) => name.endsWith(each)) ?? '';
  const family = name.slice(0, name.length - ending.length);
  const metadata = exact ?? (ending === '' ? null : lookup(family));
  if (ending === '_created') return { kind: 'gauge', metadata };
  if (metadata !== null && metadata.type !== 'unknown') return { kind: kindOfType(metadata.type, ending), metadata };
  const isCounter = ending === '_total' || (ending === '_bucket' && hasLabel(labels, 'le')) || ((ending === '_sum' || ending === '_count') && hasParts(family));
  return { kind: isCounter ? 'counter' : 'gauge', metadata };
}

function kindOfType(type: PrometheusType, ending: string): SeriesKind {
  switch (type) {
    case 'counter': return 'counter';
    case 'info':
    case 'stateset': return 'info';
    case 'histogram':
    case 'summary': return ending === '_bucket' || ending === '_sum' || ending === '_count' ? 'counter' : 'gauge';
    default: return 'gauge';
  }
}

export function hasLabel(labels: readonly string[], name: string): boolean {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return true;
  return false;
}

/** UCUM for the units that OpenMetrics names; others as they are. */
const units: Readonly<Record<string, string>> = {
  seconds: 's', milliseconds: 'ms', microseconds: 'us', nanoseconds: 'ns', minutes: 'min', hours: 'h', days: 'd',
  bytes: 'By', kibibytes: 'KiBy', mebibytes: 'MiBy', gibibytes: 'GiBy', bits: 'bit', kilobytes: 'kBy', megabytes: 'MBy', gigabytes: 'GBy',
  meters: 'm', volts: 'V', amperes: 'A', joules: 'J', watts: 'W', grams: 'g', celsius: 'Cel', hertz: 'Hz', ratio: '1', percent: '%',
};

export const toUnit = (unit: string): string => (Object.hasOwn(units, unit) ? units[unit] : unit);
