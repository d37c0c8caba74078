import { halveSessions, warmSessions } from './member.ts';
import type { SessionMember } from './member.ts';
import type { Session } from './session.ts';

/**
 * Pairs of templates that come equally often, whatever the length of the session: opened and closed, sent and received (Lou et
 * al. 2010, "Mining invariants from console logs for system problem detection", of which these are the simplest invariants). A
 * pair is a rule once it held in nearly all sessions that had either; the score sums what each broken rule was worth.
 */
export interface Relations {
  sessions: number;
  /** `a b` with a < b → sessions with either of them, and those where both came equally often. */
  readonly pairs: Map<string, { either: number; equal: number }>;
  readonly templates: string[];
}

/** Templates between which rules are sought: the first ones seen. */
const templatesRelated = 24;
const ruleShare = 0.95;
const ruleSessions = 30;
const separator = '\u0000';

export const relations: SessionMember<Relations> = {
  id: 'relations',
  make: () => ({ sessions: 0, pairs: new Map(), templates: [] }),
  judge(state, session) {
    if (state.sessions < warmSessions) return NaN;
    let sum = 0;
    visit(state, session, (_, __, worth) => { sum += worth; });
    return sum;
  },
  explain(state, session, blame) {
    if (state.sessions < warmSessions) return;
    visit(state, session, (a, b, worth) => {
      for (const template of [a, b]) blame.set(template, (blame.get(template) ?? 0) + worth / 2);
    });
  },
  learn(state, session) {
    state.sessions++;
    for (const template of session.counts.keys()) if (state.templates.length < templatesRelated && !state.templates.includes(template)) state.templates.push(template);
    among(state, session, (a, b, equal) => {
      const key = keyOf(a, b);
      const pair = state.pairs.get(key) ?? { either: 0, equal: 0 };
      state.pairs.set(key, pair);
      pair.either++;
      if (equal) pair.equal++;
    });
    if (state.sessions < halveSessions) return;
    state.sessions = Math.floor(state.sessions / 2);
    for (const pair of state.pairs.values()) {
      pair.either /= 2;
      pair.equal /= 2;
    }
  },
};

function keyOf(a: string, b: string): string {
  return a < b ? a + separator + b : b + separator + a;
}

function among({ templates }: Relations, { counts }: Session, tell: (a: string, b: string, equal: boolean) => void): void {
  for (let i = 0; i < templates.length; i++) {
    const first = counts.get(templates[i]) ?? 0;
    for (let j = 0; j < i; j++) {
      const second = counts.get(templates[j]) ?? 0;
      if (first + second > 0) tell(templates[i], templates[j], first === second);
    }
  }
}

function visit(state: Relations, session: Session, tell: (a: string, b: string, worth: number) => void): void {
  among(state, session, (a, b, equal) => {
    if (equal) return;
    const pair = state.pairs.get(keyOf(a, b));
    if (pair === undefined || pair.either < ruleSessions || pair.equal < ruleShare * pair.either) return;
    tell(a, b, Math.log((pair.either + 1) / (pair.either - pair.equal + 0.5)));
  });
}
