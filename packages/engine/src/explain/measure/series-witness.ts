import { rankShifts } from './metric-shift.ts';
import type { Metric } from './metric-shift.ts';
import { interpolatedQuantile } from './interpolated-quantile.ts';
import { saturate } from './saturate.ts';

/**
 * Root cause from series alone, where calls are measured at both their ends: what `contrastStretches` does from rows, when
 * only the metrics of a service mesh and of the pods are left. Three sources: the time that a call takes longer for its
 * caller than for its callee (the way between them), the resources of a node, and the calls that a node makes per request
 * of its own (its course).
 */
export interface Stretches {
  /** Values that are not finite are left out. */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

export interface CallSeries {
  readonly caller: string;
  readonly callee: string;
  /** How long the call takes as its caller sees it and as its callee does; windows stand at the same places in both. */
  readonly callerMs: Stretches;
  readonly calleeMs: Stretches;
}

export interface SeriesWitness {
  readonly metrics: readonly Metric[];
  readonly calls: readonly CallSeries[];
  /** Requests a second that each node answers. */
  readonly rates: ReadonlyMap<string, Stretches>;
}

export type SeriesSource = 'way' | 'resource' | 'course';

export interface SeriesSuspect {
  readonly node: string;
  /** 0..1, all sources together (noisy or). */
  readonly score: number;
  readonly detail: string;
}

/** Resource shift, in robust deviations, that is half sure. */
const halfResource = 20;
/** Milliseconds on the ways of a node that are half sure. */
const halfWayMs = 10;
/** A way counts from so many spreads on, and from so much. */
const leastSpreads = 5;
const leastWayMs = 3;
/** Latencies read from buckets are that coarse, and so is the difference of two. */
const coarseShare = 0.1;
/** The rate of one callee is noise; a course that is off by rates says less than resources do. */
const courseWeight = 0.3;
/** Share of the calls that must be gone. */
const leastGone = 0.5;

/** Best first; nodes that nothing speaks against are not in it. */
export function contrastSeries(witness: SeriesWitness, sources: readonly SeriesSource[] = ['way', 'resource', 'course']): SeriesSuspect[] {
  const found = new Map<string, { doubt: number; strongest: number; detail: string }>();
  const put = (node: string, strength: number, detail: string): void => {
    if (!(strength > 0)) return;
    const own = found.get(node) ?? { doubt: 1, strongest: 0, detail: '' };
    found.set(node, { doubt: own.doubt * (1 - strength), ...(strength > own.strongest ? { strongest: strength, detail } : { strongest: own.strongest, detail: own.detail }) });
  };
  if (sources.includes('way')) for (const [node, strength] of ways(witness.calls)) put(node, strength, 'the way');
  if (sources.includes('resource')) {
    const told = new Set<string>();
    for (const { node, name, before, after, distance } of rankShifts(witness.metrics)) {
      if (after <= before || told.has(node)) continue;
      told.add(node);
      put(node, saturate(distance, halfResource), name);
    }
  }
  if (sources.includes('course')) for (const [node, strength] of courses(witness)) put(node, courseWeight * strength, 'calls that are no longer made');
  return [...found].map(([node, { doubt, detail }]) => ({ node, score: 1 - doubt, detail })).sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1));
}

/**
 * A longer way belongs to the node that all longer ways have in common: what is added on a node's ways counts by the share
 * of its ways that are longer, squared into a share of all that was added anywhere.
 */
function ways(calls: readonly CallSeries[]): Map<string, number> {
  const sides = new Map<string, { addedMs: number; longer: number; all: number }>();
  for (const { caller, callee, callerMs, calleeMs } of calls) {
    const addedMs = addedTo(callerMs, calleeMs);
    if (addedMs === null) continue;
    for (const node of new Set([caller, callee])) {
      const side = sides.get(node) ?? { addedMs: 0, longer: 0, all: 0 };
      sides.set(node, { addedMs: side.addedMs + addedMs, longer: side.longer + (addedMs > 0 ? 1 : 0), all: side.all + 1 });
    }
  }
  const weights = new Map([...sides].map(([node, { addedMs, longer, all }]) => [node, (addedMs * longer) / all]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return new Map([...weights].map(([node, weight]) => [node, total === 0 ? 0 : saturate(sides.get(node)?.addedMs ?? 0, halfWayMs) * (weight / total)]));
}

/** Milliseconds; 0 when it is within the spread, null without both stretches. */
function addedTo(callerMs: Stretches, calleeMs: Stretches): number | null {
  const before = Float64Array.from(callerMs.before, (ms, at) => ms - calleeMs.before[at]);
  const usual = interpolatedQuantile(before, 0.5);
  const now = interpolatedQuantile(Float64Array.from(callerMs.after, (ms, at) => ms - calleeMs.after[at]), 0.5);
  if (Number.isNaN(usual) || Number.isNaN(now)) return null;
  const spread = 1.4826 * interpolatedQuantile(before.map((value) => Math.abs(value - usual)), 0.5) + coarseShare * interpolatedQuantile(callerMs.before, 0.5) + leastWayMs / leastSpreads;
  return now - usual >= leastSpreads * spread ? now - usual : 0;
}

/** The share of its callees that a node has stopped calling, although it is asked as before; a callee counts for as much as it is this caller's. */
function courses({ calls, rates }: SeriesWitness): Map<string, number> {
  const kept = new Map([...rates].map(([node, { before, after }]) => [node, interpolatedQuantile(after, 0.5) / interpolatedQuantile(before, 0.5)]));
  const callers = new Map([...Map.groupBy(calls, (call) => call.callee)].map(([callee, own]) => [callee, own.length]));
  const strengths = new Map<string, number>();
  for (const [caller, own] of Map.groupBy(calls, (call) => call.caller)) {
    const asked = kept.get(caller);
    if (asked === undefined || !(asked > 0)) continue;
    let [gone, all] = [0, 0];
    for (const { callee } of own) {
      const weight = 1 / (callers.get(callee) ?? 1);
      all += weight;
      if ((kept.get(callee) ?? asked) / asked <= 1 - leastGone) gone += weight;
    }
    strengths.set(caller, gone / all);
  }
  return strengths;
}
