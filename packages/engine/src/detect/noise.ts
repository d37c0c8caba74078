import type { FeatureId, FeatureScale, Observation } from '../model/index.ts';

/**
 * How a kind of series varies and how much of a change matters. One table, one setting for every system: rows are
 * chosen by feature and scale, never by the name of a service.
 */
export interface Noise {
  /**
   * log: ln(value) · logCount: ln(events of the pane) · rootCount: sqrt(events of the pane), Anscombe · root: sqrt(value) ·
   * identity · proportion: failures of trials, no transform.
   */
  readonly transform: 'log' | 'logCount' | 'root' | 'rootCount' | 'identity' | 'proportion';
  /** Least standard deviation on the transformed scale: what nobody would call a change even in a very still series. */
  readonly floor: number;
  /** The same, as a share of the level (identity only). */
  readonly floorShare: number;
  /** A change smaller than this is not worth a person's attention: new ÷ old … */
  readonly minRatio: number;
  /** … and new − old in the series' own unit. Both must be reached. */
  readonly minDelta: number;
  /** Events that a judgement must rest on; panes are pooled to get there. 0: weight says nothing, a pane is a pane. */
  readonly minWeight: number;
  /** Failures that a judgement must rest on (proportion only). */
  readonly minFailures: number;
  /** Panes that a finding must rest on: none of them may bring more than its part of the evidence, however bad it is. */
  readonly openPanes: number;
  /** Directions that make a finding; the other direction is taken over quietly. */
  readonly sides: 'up' | 'both';
  /** Looked at by the slow-trend test. */
  readonly trend: boolean;
}

const latency: Noise = {
  transform: 'log', floor: 0.1, floorShare: 0, minRatio: 1.3, minDelta: 5, minWeight: 8, minFailures: 0,
  openPanes: 2, sides: 'up', trend: false,
};
const gauge: Noise = {
  transform: 'identity', floor: 0, floorShare: 0.05, minRatio: 1.3, minDelta: 0, minWeight: 0, minFailures: 0,
  openPanes: 2, sides: 'both', trend: false,
};
const rare: Noise = {
  transform: 'rootCount', floor: 0.5, floorShare: 0, minRatio: 2, minDelta: 0.3, minWeight: 0, minFailures: 0,
  openPanes: 2, sides: 'up', trend: false,
};
const flow: Noise = { ...gauge, transform: 'log', floor: 0.2, floorShare: 0, minRatio: 2 };

export const noises = {
  latency,
  /**
   * A tail quantile rests on few requests, so it wants more of them and moves more by itself. Three panes at least: a
   * collector's pause of a second may lie across two.
   */
  latencyTail: { ...latency, floor: 0.15, minRatio: 1.5, minDelta: 10, minWeight: 30, openPanes: 3 },
  /** A delay that was measured inside a process and comes as one number. */
  delay: { ...latency, floor: 0.3, minRatio: 2, minDelta: 10, minWeight: 0 },
  share: {
    transform: 'proportion', floor: 0, floorShare: 0, minRatio: 1.5, minDelta: 0.02, minWeight: 10, minFailures: 5,
    openPanes: 2, sides: 'up', trend: false,
  },
  /** Requests: Poisson and more. */
  rate: {
    transform: 'logCount', floor: 0.15, floorShare: 0, minRatio: 1.8, minDelta: 0.5, minWeight: 20, minFailures: 0,
    openPanes: 2, sides: 'both', trend: false,
  },
  /** Things a second that usually do not happen. */
  rare,
  /** Bytes a second and the like. */
  flow,
  gauge,
  /** 0..1: fifteen points of a hundred, whatever the level. */
  utilization: { ...gauge, floor: 0.025, floorShare: 0, minRatio: 1, minDelta: 0.15, trend: true },
  /** A pool of a few connections: one or two more in use say nothing, whatever share of it they are. */
  pool: { ...gauge, floor: 0.05, floorShare: 0, minRatio: 1, minDelta: 0.3, trend: true },
  poolUsed: { ...gauge, floor: 1, minRatio: 1.5, minDelta: 3 },
  /** Bytes in use and lags: they matter when they grow and go on growing. */
  growing: { ...gauge, trend: true },
  /** Messages and requests that wait: small numbers come and go. */
  waiting: { ...gauge, transform: 'root', floor: 1, floorShare: 0, minRatio: 2, minDelta: 5, sides: 'up', trend: true },
  /** A metric whose meaning we do not know: only the unmistakable counts. */
  unnamed: { ...gauge, floorShare: 0.1, minRatio: 2, openPanes: 3 },
  unnamedRate: { ...flow, floor: 0.3, minRatio: 3, openPanes: 3 },
  count: { ...rare, transform: 'root', minRatio: 1.5, minDelta: 3, sides: 'both' },
  /** Things that should not happen at all: one is news. */
  event: { ...rare, transform: 'root', floor: 0.1, minRatio: 1.5, minDelta: 1, openPanes: 1 },
} as const satisfies Record<string, Noise>;

export type NoiseName = keyof typeof noises;

/** Features that are judged by another row than their scale's. */
const byFeature: Readonly<Record<FeatureId, NoiseName>> = {
  latency_p95: 'latencyTail', latency_p99: 'latencyTail', eventloop_delay: 'delay', pool_wait: 'delay',
  pool_utilization: 'pool', pool_used: 'poolUsed',
  disk_io: 'flow', network_io: 'flow',
  network_errors: 'rare', pool_timeouts: 'rare', error_log_rate: 'rare', new_template_rate: 'rare',
  memory_usage: 'growing', heap_usage: 'growing',
  queue_lag: 'waiting', pool_pending: 'waiting', active_requests: 'waiting',
  metric: 'unnamed', metric_mean: 'unnamed', metric_p95: 'unnamed', metric_rate: 'unnamedRate', log_rate: 'unnamedRate',
  restarts: 'event',
};

const byScale: Readonly<Record<FeatureScale, NoiseName>> = {
  latency: 'latency', share: 'share', rate: 'rate', gauge: 'gauge', count: 'count',
};

export function noiseOf(observation: Pick<Observation, 'feature' | 'scale' | 'unit'>): NoiseName {
  const named = byFeature[observation.feature];
  if (named !== undefined) return named;
  return observation.scale === 'gauge' && observation.unit === '1' ? 'utilization' : byScale[observation.scale];
}

/** Keeps ln finite at 0, and stops changes far below a hundredth of a millisecond or byte from counting. */
const smallest = 0.01;
const half = 0.5;
const anscombe = 0.375;

/** `seconds`: length of a pane, to make events of rates. */
export function transform(noise: Noise, value: number, seconds: number): number {
  const positive = Math.max(value, 0);
  switch (noise.transform) {
    case 'log': return Math.log(positive + smallest);
    case 'logCount': return Math.log(positive * seconds + half);
    case 'root': return Math.sqrt(positive + anscombe);
    case 'rootCount': return Math.sqrt(positive * seconds + anscombe);
    default: return value;
  }
}

export function untransform(noise: Noise, y: number, seconds: number): number {
  switch (noise.transform) {
    case 'log': return Math.max(0, Math.exp(y) - smallest);
    case 'logCount': return Math.max(0, Math.exp(y) - half) / seconds;
    case 'root': return Math.max(0, Math.max(0, y) ** 2 - anscombe);
    case 'rootCount': return Math.max(0, Math.max(0, y) ** 2 - anscombe) / seconds;
    default: return y;
  }
}

/** How large a change is, in multiples of the least that matters: 1 or more is enough. */
export function effectSize(noise: Noise, observed: number, expected: number): number {
  const share = observed >= expected ? noise.minRatio - 1 : 1 - 1 / noise.minRatio;
  // A fall to nothing is as large as a fall can be; asking for more than the level itself would never be met.
  const delta = observed >= expected ? noise.minDelta : Math.min(noise.minDelta, 0.9 * Math.abs(expected));
  const least = Math.max(delta, share * Math.abs(expected), 1e-9);
  return Math.abs(observed - expected) / least;
}
