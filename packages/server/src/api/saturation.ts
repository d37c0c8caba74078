import type { SeriesView } from '@clew/engine';

/** A value older than this says nothing about how full something is now. */
const staleMs = 5 * 60_000;

/** Names of what is in use, and of what bounds it, beside each other in semantic conventions. */
const pairs: readonly (readonly [used: RegExp, bound: string])[] = [
  [/^(.+)\.usage$/, '$1.limit'],
  [/^(.+)\.used$/, '$1.limit'],
  [/^(.+)\.used$/, '$1.max'],
  [/^(.+)\.count$/, '$1.max'],
  [/^(.+)\.count$/, '$1.limit'],
];

interface Latest { readonly metric: string; readonly unit: string; readonly value: number }

/** The fullest bounded resource at `atMs`: utilization metrics as they are, used ÷ limit where both are reported for one entity. */
export function readSaturation(resources: readonly SeriesView[], atMs: number): { readonly metric: string; readonly share: number } | null {
  const byEntity = Map.groupBy(resources, (series) => series.entity);
  let fullest: { metric: string; share: number } | null = null;
  for (const list of byEntity.values()) {
    for (const each of shares(list.map((series) => latest(series, atMs)).filter((value) => value !== null))) {
      if (fullest === null || each.share > fullest.share) fullest = each;
    }
  }
  return fullest;
}

function shares(values: readonly Latest[]): { metric: string; share: number }[] {
  const byName = new Map(values.map((each) => [each.metric, each]));
  return values.flatMap(({ metric, unit, value }) => {
    const direct = utilization(metric, unit, value);
    if (direct !== null) return [{ metric, share: direct }];
    for (const [used, bound] of pairs) {
      const limit = used.test(metric) ? byName.get(metric.replace(used, bound))?.value : undefined;
      if (limit !== undefined && limit > 0) return [{ metric, share: clamp(value / limit) }];
    }
    return [];
  });
}

function utilization(metric: string, unit: string, value: number): number | null {
  if (!/utili[sz]ation|saturation|used_share|usage_share|_ratio$/.test(metric)) return null;
  if (unit === '%') return clamp(value / 100);
  return unit === '1' || unit === '' ? clamp(value) : null;
}

function latest(series: SeriesView, atMs: number): Latest | null {
  const sample = series.samples.findLast((each) => each.paneMs <= atMs);
  if (sample === undefined || atMs - sample.paneMs > staleMs || !Number.isFinite(sample.value)) return null;
  return { metric: series.metric, unit: series.unit, value: sample.value };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, Number(share.toPrecision(4))));
}
