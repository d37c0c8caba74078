import type { Graph, Observation, Pane } from '@clew/engine';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';

/** Panes as the features stage makes them, for any number of series: services of fifty series, six of their own, the rest of their operations and metrics. */
export interface Supply {
  readonly graph: Graph;
  /** The pane of that number; the same for the same number, whatever was asked before. */
  pane(number: number): Pane;
}

export const startMs = Date.UTC(2026, 4, 12, 8);
export const paneMs = 10_000;
const perService = 50;
const kinds = [
  { feature: 'request_rate', scale: 'rate', unit: '1/s', symptom: true }, { feature: 'error_share', scale: 'share', unit: '1', symptom: true },
  { feature: 'latency_p50', scale: 'latency', unit: 'ms', symptom: true }, { feature: 'latency_p95', scale: 'latency', unit: 'ms', symptom: true },
  { feature: 'metric', scale: 'gauge', unit: 'By', symptom: false },
] as const;

/** What every service says of itself: what the detectors of many features at once look at. */
const own = [
  ...kinds.slice(0, 4), { feature: 'cpu_utilization', scale: 'gauge', unit: '1', symptom: false }, { feature: 'memory_utilization', scale: 'gauge', unit: '1', symptom: false },
] as const;

type Filled = { -readonly [Key in keyof Observation]: Observation[Key] };

export function makeSupply(series: number): Supply {
  const observations: Filled[] = Array.from({ length: series }, (_, at) => {
    const { feature, scale, unit, symptom } = own[at % perService] ?? kinds[at % kinds.length];
    const service = `service-${Math.floor(at / perService)}`;
    const node = `service:${service}`;
    const isGauge = feature === 'metric';
    const entity = isGauge || at % perService < own.length ? node : `operation:${service}|server|GET /route-${Math.floor(at / kinds.length)}`;
    const subject = isGauge ? `metric_${at}` : '';
    return { series: `${entity} ${feature} ${subject}`, entity, node, feature, subject, scale, unit, value: 0, weight: 1, symptom, exemplars: [] };
  });
  return {
    graph: { nodes: new Map(), edges: new Map(), callers: () => [], callees: () => [], onHost: () => [] },
    pane(number) {
      const next = dice(number + 1);
      const tide = 1 + 0.3 * Math.sin((2 * Math.PI * number * paneMs) / 86_400_000);
      for (let at = 0; at < observations.length; at++) fill(observations[at], at, tide, next);
      const from = startMs + number * paneMs;
      return { startMs: from, endMs: from + paneMs, observations, red: new Map(), attributions: [], templates: [], changes: [] };
    },
  };
}

/** Quiet values of an operation with some 200 requests a pane; nothing is wrong anywhere. */
function fill(into: Filled, at: number, tide: number, next: () => number): void {
  const noise = (next() + next() + next() + next() - 2) * 1.7;
  const requests = Math.round((150 + (at % 100)) * tide + 14 * noise);
  into.weight = into.scale === 'gauge' ? 1 : requests;
  switch (into.scale) {
    case 'rate': into.value = requests / 10; break;
    case 'share': into.value = next() < 0.9 ? 0 : 1 / requests; break;
    case 'latency': into.value = (into.feature === 'latency_p95' ? 2.2 : 1) * (20 + (at % 80)) * Math.exp(0.08 * noise); break;
    default: into.value = into.unit === '1' ? 0.4 * (1 + 0.05 * noise) : 1e8 * (1 + (at % 7)) * (1 + 0.02 * noise);
  }
}

/** Dice of series: seeds that follow one another are spread first, so that neighbours do not look alike. */
export function dice(seed: number): () => number {
  return makeDice(Math.imul(seed, 0x9e3779b1));
}
