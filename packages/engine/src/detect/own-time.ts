import { detectLimits as limits } from './limits.ts';
import type { Series } from './series.ts';

/**
 * Is a rise of a service's own time felt by people? Only one far out of range that lasts, and only when it is a good part of what a
 * request takes. Own time is steadier than latency, where slow callees and mixes of operations hide it: a release that works eight
 * times as long may stay within two deviations of the latency.
 */
export function isFeltOwnTime({ active, feature, entity, node }: Series, usualLatencyMs: number | null): boolean {
  if (active === null || active.symptom || active.direction !== 'up' || active.calmPanes > 0 || feature !== 'self_time') return false;
  if (entity !== node || usualLatencyMs === null || active.panes < limits.ownTimePanes) return false;
  const { mid } = active.expected;
  if (active.score < (active.observed >= limits.ownTimeFarRatio * mid ? limits.ownTimeFarScore : limits.ownTimeScore)) return false;
  return active.observed >= limits.ownTimeRatio * mid && active.observed - mid >= limits.ownTimePart * usualLatencyMs;
}
