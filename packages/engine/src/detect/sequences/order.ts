import { halveSessions, otherTemplate, warmSessions } from './member.ts';
import type { SessionMember } from './member.ts';
import type { Session } from './session.ts';

/**
 * Which template usually follows which, begin and end included: a Markov chain of order 1 over templates, smoothed (after Ye
 * 2000, "A Markov chain model of temporal behavior for anomaly detection"). The score is the mean surprise of the few rarest
 * steps, so that a long session is not unusual for its length and a single strange step is not lost in it.
 */
export interface Order {
  sessions: number;
  /** From template → how often it was left, and to which. */
  readonly steps: Map<string, { total: number; readonly to: Map<string, number> }>;
}

const begin = '^';
const end = '$';
const rarestSteps = 3;
const doubt = 0.5;
/** Templates that steps leave from, and different steps from one; others count as `otherTemplate`. */
const fromMax = 128;
const toMax = 64;

export const order: SessionMember<Order> = {
  id: 'order',
  make: () => ({ sessions: 0, steps: new Map() }),
  judge(state, session) {
    if (state.sessions < warmSessions) return NaN;
    const worst = new Float64Array(rarestSteps);
    visit(state, session, (_, surprise) => {
      if (surprise <= worst[rarestSteps - 1]) return;
      let place = rarestSteps - 1;
      for (; place > 0 && worst[place - 1] < surprise; place--) worst[place] = worst[place - 1];
      worst[place] = surprise;
    });
    return worst.reduce((sum, surprise) => sum + surprise, 0) / rarestSteps;
  },
  explain(state, session, blame) {
    if (state.sessions < warmSessions) return;
    const worst = new Map<string, number>();
    visit(state, session, (template, surprise) => worst.set(template, Math.max(worst.get(template) ?? 0, surprise)));
    // A session without lines ends where it begins: no line is to blame for that.
    worst.delete(begin);
    for (const [template, surprise] of worst) blame.set(template, (blame.get(template) ?? 0) + surprise / rarestSteps);
  },
  learn(state, session) {
    state.sessions++;
    walk(session, (from, to) => {
      const key = state.steps.has(from) || state.steps.size < fromMax ? from : otherTemplate;
      const step = state.steps.get(key) ?? { total: 0, to: new Map<string, number>() };
      state.steps.set(key, step);
      const next = step.to.has(to) || step.to.size < toMax ? to : otherTemplate;
      step.total++;
      step.to.set(next, (step.to.get(next) ?? 0) + 1);
    });
    if (state.sessions >= halveSessions) halve(state);
  },
};

function walk({ events }: Session, step: (from: string, to: string) => void): void {
  let from = begin;
  for (const event of events) {
    step(from, event);
    from = event;
  }
  step(from, end);
}

/** The step is blamed on the template that it leads to; an early end on the one that it came after. */
function visit({ steps }: Order, session: Session, tell: (template: string, surprise: number) => void): void {
  walk(session, (from, to) => {
    const step = steps.get(from);
    const kinds = (step?.to.size ?? 0) + 1;
    const surprise = Math.log(((step?.total ?? 0) + doubt * kinds) / ((step?.to.get(to) ?? 0) + doubt));
    // From where nobody ever left, nothing can be said of the step; the template itself is what is new.
    tell(to === end ? from : to, step === undefined ? 0 : surprise);
  });
}

function halve(state: Order): void {
  state.sessions = Math.floor(state.sessions / 2);
  for (const [from, step] of state.steps) {
    step.total = 0;
    for (const [to, count] of step.to) {
      if (count / 2 < 0.5) step.to.delete(to);
      else step.to.set(to, count / 2);
      step.total += count / 2 < 0.5 ? 0 : count / 2;
    }
    if (step.to.size === 0) state.steps.delete(from);
  }
}
