import type { RowQueries, StoredPlace, StoredWalk } from '@clew/engine';
import type { Refined, RefinedCounts } from '../api/types.ts';
import { gainsOf, keyOf } from './gains.ts';
import { lookForMoves } from './moved.ts';
import { badAgainstGood, nowAgainstThen } from './set-apart.ts';
import { statementOf } from './statement.ts';

/** What is looked at: the services that suffer, from when on, until when. */
export interface RefineAsked {
  readonly services: readonly string[];
  readonly of: 'time' | 'errors';
  readonly onsetMs: number;
  readonly untilMs: number;
}

export const refineLimits = {
  /** Stored spans this long before onset say what normal is, those right before it excepted: onset is an estimate. */
  beforeMs: 50 * 60_000,
  guardMs: 10_000,
  /** Of what lasts longer, the beginning. */
  afterMs: 10 * 60_000,
  /** Where these last minutes hold many times the spans that are walked, they say what normal is: what is farther away would cost more and say no more. */
  nearMs: 10 * 60_000,
  nearShareMax: 0.1,
  /** Spans that are walked on either side, whole traces. */
  walkSpansMax: 60_000,
  /** Calls of one place whose attributes are looked at, on either side. */
  valueCallsMax: 10_000,
  /** Spans are counted in stretches of this length, those since onset first; what is not reached within the budget is left out, and said. */
  countMs: 60_000,
  budgetMs: 1_800,
} as const;

type Queries = Pick<RowQueries, 'walk' | 'values' | 'calls' | 'courses'>;

/**
 * The same contrast as the engine's, over stored spans: which place gained time (or errors), what its calls have in common, and
 * how many there were; and which metrics moved as it began. In every step the rows decide alone; only how far the counting comes depends on the clock.
 */
export async function refine(query: Queries, asked: RefineAsked, nowMs: () => number, tell: (progress: number) => void = () => undefined): Promise<Refined> {
  const beganMs = nowMs();
  const limits = refineLimits;
  const after = { fromMs: asked.onsetMs, toMs: Math.min(asked.untilMs, asked.onsetMs + limits.afterMs) };
  const endMs = asked.onsetMs - limits.guardMs;
  const [near, far] = [{ fromMs: endMs - limits.nearMs, toMs: endMs }, { fromMs: endMs - limits.beforeMs, toMs: endMs }];
  const walk = (stretch: Stretch): Promise<StoredWalk> => query.walk({ ...stretch, services: asked.services, spansMax: limits.walkSpansMax });
  const nearest = await walk(near);
  const isNear = nearest.share <= limits.nearShareMax;
  const before = isNear ? near : far;
  const walked = { before: isNear ? nearest : await walk(far), after: await walk(after) };
  tell(0.3);
  const gains = gainsOf(walked.before, walked.after, asked.of);
  const place = gains.at(0) ?? null;
  const detail = place === null ? null : await lookAt(query, place, before, after, walked);
  const moved = await lookForMoves(query, asked.services, asked.onsetMs, after.toMs);
  tell(0.5);
  const counted = await countAll(query, place, far, after, () => nowMs() - beganMs < limits.budgetMs, (share) => tell(0.5 + share / 2));
  return {
    of: asked.of, before, after,
    walked: { before: { spans: walked.before.spans, share: walked.before.share, traces: walked.before.traces }, after: { spans: walked.after.spans, share: walked.after.share, traces: walked.after.traces } },
    gains, statement: detail?.statement ?? null, values: detail?.values ?? null, moved, counted,
  };
}

interface Stretch { readonly fromMs: number; readonly toMs: number }
type Walked = Readonly<Record<'before' | 'after', { readonly share: number; readonly places: readonly (StoredPlace & { readonly calls: number })[] }>>;

async function lookAt(query: Queries, { service, operation, kind }: StoredPlace, before: Stretch, after: Stretch, walked: Walked): Promise<Pick<Refined, 'statement' | 'values'>> {
  const place = { service, operation, kind };
  /** A trace outside the services asked for may make such calls, too: the share holds for all of them. */
  const share = (side: Walked['before']): number => {
    const calls = side.places.find((each) => keyOf(each) === keyOf(place))?.calls ?? 0;
    return Math.min(1, (side.share * refineLimits.valueCallsMax) / Math.max(1, calls));
  };
  const then = await query.values({ ...place, ...before, share: share(walked.before), slowMs: null });
  const now = await query.values({ ...place, ...after, share: share(walked.after), slowMs: then.p95Ms });
  const bad = badAgainstGood(now);
  return {
    statement: statementOf(then, now),
    values: {
      calls: now.calls, bad: now.bad, slowMs: then.p95Ms, tried: now.values.length, wide: now.wide,
      ...(bad.length > 0 ? { told: bad, against: 'good' } : { told: nowAgainstThen(then, now), against: 'before' }),
    },
  };
}

async function countAll(query: Queries, place: StoredPlace | null, before: Stretch, after: Stretch, isInTime: () => boolean, tell: (share: number) => void): Promise<RefinedCounts> {
  const stretches = [...cut(after, 'after'), ...cut(before, 'before').toReversed()];
  const sums = { spans: 0, askedMs: 0, ms: { before: 0, after: 0 }, calls: { before: 0, after: 0 } };
  let reached = 0;
  for (const { fromMs, toMs, side } of stretches) {
    if (!isInTime()) break;
    const { spans, places } = await query.calls({ fromMs, toMs });
    sums.spans += spans;
    sums.askedMs += toMs - fromMs;
    // Time from which nothing is stored says nothing about how often it was called.
    if (spans > 0) sums.ms[side] += toMs - fromMs;
    sums.calls[side] += place === null ? 0 : places.find((each) => keyOf(each) === keyOf(place))?.calls ?? 0;
    reached++;
    tell(reached / stretches.length);
  }
  const perSecond = (side: 'before' | 'after'): number | null => (place === null || sums.ms[side] === 0 ? null : sums.calls[side] / (sums.ms[side] / 1_000));
  return { spans: sums.spans, countedMs: sums.askedMs, askedMs: before.toMs - before.fromMs + after.toMs - after.fromMs, callsPerSecondBefore: perSecond('before'), callsPerSecondAfter: perSecond('after') };
}

function cut<Side extends 'before' | 'after'>({ fromMs, toMs }: Stretch, side: Side): (Stretch & { readonly side: Side })[] {
  const parts = Math.max(1, Math.ceil((toMs - fromMs) / refineLimits.countMs));
  return Array.from({ length: parts }, (_, i) => ({ side, fromMs: fromMs + i * refineLimits.countMs, toMs: Math.min(toMs, fromMs + (i + 1) * refineLimits.countMs) }));
}
