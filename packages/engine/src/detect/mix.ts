import type { EntityId, Observation } from '../model/index.ts';
import { deviationOf } from './level.ts';
import { detectLimits as limits } from './limits.ts';
import { noises, transform } from './noise.ts';
import type { Noise } from './noise.ts';
import type { Series } from './series.ts';

/**
 * A service as a whole looks slower when other requests come than usually do: a job that runs four times an hour and asks for
 * what nobody else asks for. While nobody knows how long such requests take, what they do to the service's latency says
 * nothing; and later, when it is known, nothing while they take as long as ever. What is asked all the time needs no such care.
 */
export interface Mix {
  /** Requests of operations without a known normal, or that seldom come and take as long as ever; and all, both forgetting with the level. */
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
  for (const { series, entity, node, feature, value, weight } of observations) {
    if (feature !== 'latency_p50' || !entity.startsWith('operation:')) continue;
    let mix = made.get(node);
    if (mix === undefined) made.set(node, mix = { strange: 0, all: 0 });
    mix.all += weight;
    if (isStrange(seriesOf(series), value, weight)) mix.strange += weight;
  }
  return made;
}

/** Mean panes from one pane with such requests to the next, from which on they come seldom. */
const seldomPanes = 3;

function isStrange(series: Series | undefined, value: number, weight: number): boolean {
  if (series === undefined || series.level === null) return true;
  const noise: Noise = noises[series.noise];
  return series.gapPanes >= seldomPanes && transform(noise, value, 1) - series.level.mid < limits.outDistance * deviationOf(series.level, noise, weight, 0, 0);
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
