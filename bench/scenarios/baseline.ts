import type { Telemetry } from '@clew/shop';
import { serviceId } from '@clew/shop';

/**
 * What a person with two charts would do: blame whatever shows the greatest rise of errors or of latency since the fault
 * began. Databases, queues and third parties are candidates too, as their callers see them. No graph, no traces, no logs.
 */
export interface Baseline {
  telemetry(telemetry: Telemetry): void;
  /** Entity with the greatest rise in [beginMs, endMs) against everything before; null when nothing was seen in both. */
  blame(beginMs: number, endMs: number): string | null;
}

const BUCKET_MS = 10_000;

interface Sums { count: number; errors: number; logMs: number }

export function openBaseline(): Baseline {
  const buckets = new Map<string, Map<number, Sums>>();
  return {
    telemetry({ spans }) {
      for (const span of spans) {
        const entity = entityOf(span.kind, span.attributes, String(span.resource.attributes['service.name']));
        if (entity === null) continue;
        let series = buckets.get(entity);
        if (series === undefined) buckets.set(entity, series = new Map());
        const bucket = Math.floor(span.endMs / BUCKET_MS);
        let sums = series.get(bucket);
        if (sums === undefined) series.set(bucket, sums = { count: 0, errors: 0, logMs: 0 });
        sums.count++;
        if (span.status === 2) sums.errors++;
        sums.logMs += Math.log(Math.max(0.01, span.endMs - span.startMs));
      }
    },
    blame(beginMs, endMs) {
      let worst: { readonly entity: string; readonly rise: number } | null = null;
      for (const [entity, series] of buckets) {
        const before = sum(series, 0, beginMs);
        const during = sum(series, beginMs, endMs);
        if (before.count === 0 || during.count === 0) continue;
        // A rise of the error share by 10 points weighs as much as a latency that doubles.
        const rise = (during.logMs / during.count - before.logMs / before.count) / Math.LN2 + 10 * (during.errors / during.count - before.errors / before.count);
        if (worst === null || rise > worst.rise) worst = { entity, rise };
      }
      return worst?.entity ?? null;
    },
  };
}

function entityOf(kind: number, attributes: Readonly<Record<string, unknown>>, service: string): string | null {
  if (kind === 2 || kind === 5) return serviceId(service);
  if (kind === 4) return `queue:kafka/${String(attributes['messaging.destination.name'])}`;
  if (kind !== 3) return null;
  if (attributes['db.system.name'] !== undefined) return `database:${String(attributes['db.system.name'])}/${String(attributes['db.namespace'])}`;
  return attributes['server.port'] === 443 ? `external:${String(attributes['server.address'])}` : null;
}

function sum(series: ReadonlyMap<number, Sums>, fromMs: number, toMs: number): Sums {
  const total = { count: 0, errors: 0, logMs: 0 };
  for (const [bucket, { count, errors, logMs }] of series) {
    if (bucket * BUCKET_MS < fromMs || bucket * BUCKET_MS >= toMs) continue;
    total.count += count;
    total.errors += errors;
    total.logMs += logMs;
  }
  return total;
}
