import { interpolatedQuantile } from './interpolated-quantile.ts';
import type { Visit } from './visits.ts';

/**
 * Where the time goes that requests take longer: on the way between two nodes (client span minus server span: the network,
 * and waiting to be accepted or to be read), or in a node's own work. A longer way speaks against a node as far as all its
 * ways of that direction are longer: one of ten calls that takes longer is the callee's.
 */
export interface Delay {
  readonly node: string;
  /** Milliseconds added, over all its visits: on its ways, and in its own work. */
  readonly waysMs: number;
  readonly selfMs: number;
  /** Of both, per visit. */
  readonly perVisitMs: number;
  /** Of all that was added anywhere. */
  readonly share: number;
}

interface Side { ms: number; longer: number; all: number }
interface Added { readonly in: Side; readonly out: Side; selfMs: number }
interface Times { readonly before: number[]; readonly after: number[] }

/** A shift counts beyond this many spreads of the normal period, and this much. */
const leastSpreads = 3;
const leastMs = 5;

/** Largest share first; `usualMs` is how long a request from outside took in the normal period. */
export function delaysOf(before: readonly Visit[], after: readonly Visit[]): { readonly delays: Delay[]; readonly usualMs: number } {
  const ways = new Map<string, Times>();
  const selves = new Map<string, Times>();
  for (const [visits, side] of [[before, 'before'], [after, 'after']] as const) {
    for (const visit of visits) {
      if (visit.wayMs !== null && visit.caller !== null) timesOf(ways, `${visit.caller.node} ${visit.node}`)[side].push(visit.wayMs);
      timesOf(selves, `${visit.node} ${visit.operation}`)[side].push(visit.selfMs);
    }
  }
  const added = new Map<string, Added>();
  const of = (node: string): Added => {
    let sum = added.get(node);
    if (sum === undefined) added.set(node, sum = { in: { ms: 0, longer: 0, all: 0 }, out: { ms: 0, longer: 0, all: 0 }, selfMs: 0 });
    return sum;
  };
  for (const [way, times] of ways) {
    const shiftMs = shiftOf(times);
    if (shiftMs === null) continue;
    const [caller, callee] = way.split(' ');
    for (const side of [of(caller).out, of(callee).in]) {
      side.all++;
      if (shiftMs > 0) side.longer++;
      side.ms += shiftMs * times.after.length;
    }
  }
  for (const [key, times] of selves) {
    const shiftMs = shiftOf(times) ?? 0;
    const sum = of(key.split(' ')[0]);
    sum.selfMs += shiftMs * times.after.length;
  }
  const supported = ({ ms, longer, all }: Side): number => (all === 0 ? 0 : ms * (longer / all));
  const weighed = [...added].map(([node, sum]) => ({ node, waysMs: supported(sum.in) + supported(sum.out), selfMs: sum.selfMs }));
  const total = weighed.reduce((sum, each) => sum + each.waysMs + each.selfMs, 0);
  const usual = before.filter((visit) => visit.caller === null).map((visit) => visit.entry.durationMs);
  const visits = new Map<string, number>();
  for (const visit of after) visits.set(visit.node, (visits.get(visit.node) ?? 0) + 1);
  const delays = weighed.map((each) => ({ ...each, perVisitMs: (each.waysMs + each.selfMs) / (visits.get(each.node) ?? 1), share: total === 0 ? 0 : (each.waysMs + each.selfMs) / total })).filter(({ share }) => share > 0);
  delays.sort((a, b) => b.share - a.share || (a.node < b.node ? -1 : 1));
  return { delays, usualMs: interpolatedQuantile(usual, 0.5) || 0 };
}

function timesOf(map: Map<string, Times>, key: string): Times {
  let times = map.get(key);
  if (times === undefined) map.set(key, times = { before: [], after: [] });
  return times;
}

/** By how much the median visit takes longer; 0 when it is within the spread; null without both sides. */
function shiftOf({ before, after }: Times): number | null {
  if (before.length === 0 || after.length === 0) return null;
  const usual = interpolatedQuantile(before, 0.5);
  const spread = Math.max(1.4826 * interpolatedQuantile(before.map((ms) => Math.abs(ms - usual)), 0.5), 0.1 * usual, 0.5);
  // One visit before says little of what is usual.
  const doubt = 1 + 2 / before.length;
  const now = interpolatedQuantile(after, 0.5);
  return now - usual < Math.max(leastMs, leastSpreads * spread) * doubt ? 0 : now - usual;
}
