import type { EntityId, Observation } from '../model/index.ts';
import { detectLimits as limits } from './limits.ts';
import type { Series } from './series.ts';

/**
 * A service as a whole looks slower when other requests come than usually do: a job that runs four times an hour and asks for
 * what nobody else asks for. While nobody knows how long such requests take, what they do to the service's latency says
 * nothing. Operations with a known normal need no such care: the gate weighs them one by one.
 */
export interface Mix {
  /** Requests of operations without a known normal, and all, both forgetting with the level. */
  strange: number;
  all: number;
}

export type Mixes = Map<EntityId, Mix>;

/** Requests of one stretch of time, by service. */
export type Composition = ReadonlyMap<EntityId, Readonly<Mix>>;

/** Share of strange requests, beyond the usual one, that moves the feature: the middle request hardly before a fifth of them are others, the slowest twentieth at once. */
const tolerated: Readonly<Record<string, number>> = { latency_p50: 0.2, self_time: 0.2, latency_p95: 0.02, latency_p99: 0.005 };
/** Standard deviations of the binomial: a few requests are seldom composed like many. */
const deviations = 2;
const leastUsual = 0.01;

/** `seriesOf`: by key, as known so far. */
export function composeOf(observations: readonly Observation[], seriesOf: (key: string) => Series | undefined): Composition {
  const made = new Map<EntityId, Mix>();
  for (const { series, entity, node, feature, weight } of observations) {
    if (feature !== 'latency_p50' || !entity.startsWith('operation:')) continue;
    let mix = made.get(node);
    if (mix === undefined) made.set(node, mix = { strange: 0, all: 0 });
    mix.all += weight;
    if ((seriesOf(series)?.level ?? null) === null) mix.strange += weight;
  }
  return made;
}

export function learnMixes(mixes: Mixes, now: Composition): void {
  const keep = 1 - 1 / limits.levelPanes;
  for (const [node, { strange, all }] of now) {
    const usual = mixes.get(node);
    if (usual === undefined) mixes.set(node, { strange, all });
    else Object.assign(usual, { strange: usual.strange * keep + strange, all: usual.all * keep + all });
  }
}

/** So many requests are of a new kind that they alone may have moved this series of a whole service. */
export function isOfOthers(mixes: Mixes, now: Composition, { entity, node, feature }: Pick<Series, 'entity' | 'node' | 'feature'>): boolean {
  const most = tolerated[feature];
  if (most === undefined || entity !== node) return false;
  const [usual, mix] = [mixes.get(node), now.get(node)];
  if (usual === undefined || mix === undefined || mix.strange === 0) return false;
  const share = Math.min(1 - leastUsual, Math.max(leastUsual, usual.strange / usual.all));
  const beyond = mix.strange / mix.all - share;
  return beyond >= most && beyond >= deviations * Math.sqrt((share * (1 - share)) / mix.all);
}
