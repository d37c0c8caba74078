import type { Session } from './session.ts';

/**
 * One way to look at what a session wrote. It says how unusual the session is among the sessions before it; watch.ts turns that
 * into a probability. State is plain data of bounded size; the oldest knowledge fades when it is full.
 */
export interface SessionMember<State> {
  /** Its row in the catalogue. */
  readonly id: string;
  make(): State;
  /** Zero or more, the larger the more unusual; NaN while it cannot know. Learns nothing. */
  judge(state: State, session: Session): number;
  /** Adds to `blame` how much each template makes of that score. */
  explain(state: State, session: Session, blame: Map<string, number>): void;
  learn(state: State, session: Session): void;
}

/** Templates of one kind of session that are told apart; rarer ones that come later count as one, `otherTemplate`. */
export const templatesMax = 128;
export const otherTemplate = '';
/** Sessions before anything is judged. */
export const warmSessions = 50;
/** Sessions after which all counts are halved: what was learnt longer ago counts less. */
export const halveSessions = 20_000;
