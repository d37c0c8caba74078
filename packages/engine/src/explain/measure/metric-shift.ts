import { interpolatedQuantile } from './interpolated-quantile.ts';

/**
 * Root cause from metrics alone, when not even the calls are known: which measurement left its normal level furthest, robustly
 * (median of the incident against median and MAD of the normal period; a share of the level is added to the spread, so that
 * still series do not shout). Where one node's memory and CPU both rose, memory is the cause when it grew by an amount that
 * matters: allocating, collecting and paging cost CPU, while CPU allocates nothing.
 */
export interface Metric {
  readonly node: string;
  readonly name: string;
  readonly of: 'cpu' | 'memory' | 'other';
  /** Any unit; memory in bytes. Values that are not finite are left out. */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

export interface Shift {
  readonly metric: Metric;
  readonly node: string;
  readonly name: string;
  /** Robust standard deviations between the two medians. */
  readonly distance: number;
  readonly before: number;
  readonly after: number;
}

/** Share of the level that counts as spread however still a series is. */
const stillShare = 0.05;
/** Growth of memory that a runaway process causes and a busy one does not. */
const memoryGrowthBytes = 64 * 1024 ** 2;
const memoryGrowthShare = 0.3;
const leastDistance = 5;

/** Furthest first. Metrics without values on either side are left out. */
export function rankShifts(metrics: readonly Metric[]): Shift[] {
  const shifts: Shift[] = [];
  for (const metric of metrics) {
    const shift = shiftOf(metric);
    if (shift !== null) shifts.push(shift);
  }
  shifts.sort((a, b) => b.distance - a.distance || (a.name < b.name ? -1 : 1));
  for (let at = 0; at < shifts.length; at++) {
    const memory = shifts[at];
    if (memory.metric.of !== 'memory' || !isRunaway(memory)) continue;
    const cpu = shifts.findIndex((each) => each.node === memory.node && each.metric.of === 'cpu');
    if (cpu < 0 || cpu > at) continue;
    shifts.splice(at, 1);
    shifts.splice(cpu, 0, memory);
  }
  return shifts;
}

function shiftOf(metric: Metric): Shift | null {
  const { node, name, before, after } = metric;
  const usual = interpolatedQuantile(before, 0.5);
  const now = interpolatedQuantile(after, 0.5);
  if (!Number.isFinite(usual) || !Number.isFinite(now)) return null;
  const spread = 1.4826 * interpolatedQuantile(Float64Array.from(before, (value) => Math.abs(value - usual)), 0.5);
  const distance = Math.abs(now - usual) / (spread + stillShare * Math.abs(usual) + Number.EPSILON);
  return { metric, node, name, distance, before: usual, after: now };
}

function isRunaway({ before, after, distance }: Shift): boolean {
  return after - before >= Math.max(memoryGrowthBytes, memoryGrowthShare * before) && distance >= leastDistance;
}
