/**
 * One way to look at all features of an entity together. It says how unusual a vector is on the vectors before it; watch.ts turns
 * that into a probability on the entity's own past, so a score needs no unit. Vectors are standardised (standard.ts); NaN stands
 * for a feature that was not reported. State is plain data of a size that `features` alone decides.
 */
export interface JointMember<State> {
  /** Its row in the catalogue. */
  readonly id: string;
  readonly voice: Voice;
  make(features: number, seed: number): State;
  /** Zero or more, the larger the more unusual; NaN while it cannot know. Learns nothing. */
  judge(state: State, x: Float64Array): number;
  /** Share of each feature in that score into `shares`: zero or more, they sum to 1 (all 0 where nothing is unusual). */
  explain(state: State, x: Float64Array, shares: Float64Array): void;
  /** `weight`: 1 for an ordinary vector; 0 teaches nothing and still moves time on; more than 1 learns that much faster. */
  learn(state: State, x: Float64Array, weight: number): void;
}

/** How a member is heard. */
export interface Voice {
  /** Panes over which its score is averaged before it is judged: a spike, a bump, a plateau. The most surprising counts. */
  readonly spans: readonly number[];
  /** Where the entity is, where it goes, or how far it is from where it was going: members that look at the same thing share one vote … */
  readonly sees: 'state' | 'movement' | 'departure' | 'outside';
  /** … and this is how much each counts in it. */
  readonly weight: number;
  /** How much its word counts when features are named; 0: only where nobody else is asked. */
  readonly blame: number;
}

/** Makes shares of parts: negative parts count nothing. */
export function toShares(parts: Float64Array): void {
  let total = 0;
  for (let j = 0; j < parts.length; j++) {
    if (!(parts[j] > 0)) parts[j] = 0;
    total += parts[j];
  }
  if (total > 0) for (let j = 0; j < parts.length; j++) parts[j] /= total;
}
