import { serviceIds } from '@clew/engine';
import type { SpanBatch } from '@clew/otlp';
import type { Alarm } from './watch.ts';

/**
 * What a person writes on the first day: for every service, the error share and the p95 of each pane of ten seconds
 * against the mean and the deviation of the 30 panes before, alarm beyond three sigma. Each service alarms for itself, and
 * again only after a minute without being flagged. It knows no graph and no cause.
 */
const paneMs = 10_000;
const latenessMs = 6_000;
const historyPanes = 30;
const leastPanes = 12;
const sigmas = 3;
const quietPanes = 6;
/** Smallest deviations: a share of a tenth of a percent, and a millisecond. */
const leastShare = 0.001;
const leastMs = 1;

interface Pane { count: number; errors: number; readonly ms: number[] }
interface Past { readonly shares: number[]; readonly p95s: number[] }

export interface Baseline {
  take(batch: SpanBatch, receivedMs: number): void;
  alarms(): Alarm[];
}

export function openBaseline(): Baseline {
  const panes = new Map<number, Map<string, Pane>>();
  const pasts = new Map<string, Past>();
  const alarms: { readonly saidMs: number; readonly service: string }[] = [];
  const flaggedMs = new Map<string, number>();
  let closedMs = -Infinity;

  const close = (startMs: number, receivedMs: number): void => {
    for (const [service, pane] of panes.get(startMs) ?? []) {
      const past = pasts.get(service) ?? { shares: [], p95s: [] };
      pasts.set(service, past);
      const share = pane.errors / pane.count;
      const p95 = pane.ms.sort((a, b) => a - b)[Math.floor(0.95 * (pane.ms.length - 1))];
      if (beyond(share, past.shares, leastShare) || beyond(p95, past.p95s, leastMs)) {
        if (startMs - (flaggedMs.get(service) ?? -Infinity) > quietPanes * paneMs) alarms.push({ saidMs: receivedMs, service });
        flaggedMs.set(service, startMs);
      }
      for (const [list, value] of [[past.shares, share], [past.p95s, p95]] as const) if (list.push(value) > historyPanes) list.shift();
    }
    panes.delete(startMs);
  };

  return {
    take(batch, receivedMs) {
      const ids = serviceIds(batch);
      for (let row = 0; row < batch.count; row++) {
        // Servers and consumers.
        if (batch.kind[row] !== 2 && batch.kind[row] !== 5) continue;
        const startMs = Math.floor(Number(batch.endNs[row] / 1_000_000n) / paneMs) * paneMs;
        if (startMs <= closedMs) continue;
        const services = panes.get(startMs) ?? new Map<string, Pane>();
        panes.set(startMs, services);
        const id = ids[batch.resource[row]];
        const pane = services.get(id) ?? { count: 0, errors: 0, ms: [] };
        services.set(id, pane);
        pane.count++;
        if (batch.status[row] === 2) pane.errors++;
        pane.ms.push(batch.durationNs[row] / 1e6);
      }
      for (const startMs of [...panes.keys()].sort((a, b) => a - b)) {
        if (startMs + paneMs + latenessMs > receivedMs) break;
        closedMs = Math.max(closedMs, startMs);
        close(startMs, receivedMs);
      }
    },
    alarms: () => alarms.map(({ saidMs, service }, index) => ({ id: `baseline-${index}`, saidMs, reopened: false, mergedInto: null, entities: [service], causes: [], answer: null, headline: service })),
  };
}

function beyond(value: number, past: readonly number[], least: number): boolean {
  if (past.length < leastPanes) return false;
  const mean = past.reduce((sum, each) => sum + each, 0) / past.length;
  const deviation = Math.sqrt(past.reduce((sum, each) => sum + (each - mean) ** 2, 0) / past.length);
  return value > mean + sigmas * Math.max(least, deviation);
}
