import { halveSessions, otherTemplate, templatesMax, warmSessions } from './member.ts';
import type { SessionMember } from './member.ts';
import { bucketCount, bucketOf } from './session.ts';
import type { Session } from './session.ts';

/**
 * How often each template usually stands in a session, none at all included: what is missing is as telling as what is too much.
 * The score sums the surprise of every template's count, −ln of its smoothed share (a naive Bayes model of the event count
 * vectors of Xu et al. 2009, "Detecting large-scale system problems by mining console logs").
 */
export interface Amounts {
  sessions: number;
  /** Sessions by count, in buckets. */
  readonly shares: Map<string, Float64Array>;
}

/** Sessions that were never seen count as this many in each bucket. */
const doubt = 0.5;

export const amounts: SessionMember<Amounts> = {
  id: 'amounts',
  make: () => ({ sessions: 0, shares: new Map() }),
  judge(state, session) {
    if (state.sessions < warmSessions) return NaN;
    let sum = 0;
    visit(state, session, (_, surprise) => { sum += surprise; });
    return sum;
  },
  explain(state, session, blame) {
    if (state.sessions >= warmSessions) visit(state, session, (template, surprise) => blame.set(template, (blame.get(template) ?? 0) + surprise));
  },
  learn(state, session) {
    state.sessions++;
    for (const [template, count] of session.counts) {
      const known = knownOf(state, template);
      let share = state.shares.get(known);
      if (share === undefined) {
        share = new Float64Array(bucketCount);
        share[0] = state.sessions - 1;
        state.shares.set(known, share);
      }
      share[bucketOf(count)]++;
    }
    for (const [template, share] of state.shares) if (!session.counts.has(template) && template !== otherTemplate) share[0]++;
    if (state.sessions >= halveSessions) halve(state);
  },
};

function knownOf({ shares }: Amounts, template: string): string {
  return shares.has(template) || shares.size < templatesMax ? template : otherTemplate;
}

function visit(state: Amounts, { counts }: Session, tell: (template: string, surprise: number) => void): void {
  for (const [template, share] of state.shares) {
    if (template !== otherTemplate) tell(template, surpriseOf(state, share, counts.get(template) ?? 0));
  }
  for (const [template, count] of counts) if (!state.shares.has(template)) tell(template, surpriseOf(state, undefined, count));
}

function surpriseOf({ sessions }: Amounts, share: Float64Array | undefined, count: number): number {
  return Math.log((sessions + doubt * bucketCount) / ((share?.[bucketOf(count)] ?? 0) + doubt));
}

function halve(state: Amounts): void {
  state.sessions = Math.floor(state.sessions / 2);
  for (const [template, share] of state.shares) {
    let present = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      share[bucket] /= 2;
      if (bucket > 0) present += share[bucket];
    }
    if (present < 0.5) state.shares.delete(template);
  }
}
