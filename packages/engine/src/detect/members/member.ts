/**
 * One way to look at one series. It says how unusual the next value is on what came before; the tail model (tail.ts) turns that
 * into a probability on the series' own past, so a member's score needs no unit. State is plain data of a bounded size.
 */
export interface Member<State> {
  /** Its row in the catalogue. */
  readonly id: string;
  /** The member, seated before it, whose scores it looks at in place of the values. */
  readonly follows?: string;
  /** both: the score has a sign, and far below zero is as unusual as far above; up: only large scores are unusual. */
  readonly sides: 'both' | 'up';
  make(seed: number): State;
  /**
   * The farther from zero the more unusual; positive is higher than expected. NaN while it cannot know. Learns nothing. Values
   * are on the series' transformed scale.
   */
  judge(state: State, atMs: number, y: number): number;
  /** What would be normal at this moment; null while it cannot know, or when it has no such idea. */
  expect(state: State, atMs: number): { readonly mid: number; readonly deviation: number } | null;
  learn(state: State, atMs: number, y: number): void;
}
