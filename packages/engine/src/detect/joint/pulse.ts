import { learnOdds, makeOdds, surpriseOf } from './odds.ts';
import type { Odds } from './odds.ts';
import type { Voice } from './member.ts';

/** One member's evidence: its score averaged over the spans of its voice, each average against its own past. Plain data. */
export interface Pulse { readonly means: Float64Array; readonly odds: Odds[] }

export function makePulse({ spans }: Voice): Pulse {
  return { means: new Float64Array(spans.length), odds: spans.map(() => makeOdds()) };
}

/** −ln p of the most surprising span, null while nothing is known; moves the averages on. */
export function beat({ means, odds }: Pulse, { spans }: Voice, score: number): number | null {
  if (!Number.isFinite(score)) return null;
  let most: number | null = null;
  spans.forEach((span, i) => {
    means[i] += (2 / (span + 1)) * (score - means[i]);
    const surprise = surpriseOf(odds[i], means[i]);
    if (surprise !== null) most = Math.max(most ?? 0, surprise);
  });
  return most;
}

export function learnPulse({ means, odds }: Pulse, score: number, weight: number): void {
  if (Number.isFinite(score)) odds.forEach((each, i) => learnOdds(each, means[i], weight));
}

/** How loud each group is. What moves unlike before is often harmless where metrics are noisy. */
const loudness: Readonly<Record<Voice['sees'], number>> = { state: 1, movement: 0.8, outside: 1 };

/**
 * Members that see the same thing are averaged by weight; the root mean square of what they see then lies between the mean,
 * which wants all to agree, and the largest, which listens to one alone. Null: nobody knows.
 */
export function combine(voices: readonly Voice[], surprises: readonly (number | null)[]): number | null {
  const sums = new Map<Voice['sees'], { sum: number; weight: number }>();
  surprises.forEach((surprise, i) => {
    if (surprise === null) return;
    const { sees, weight } = voices[i];
    const group = sums.get(sees) ?? { sum: 0, weight: 0 };
    sums.set(sees, group);
    group.sum += weight * surprise;
    group.weight += weight;
  });
  if (sums.size === 0) return null;
  let squares = 0;
  let most = 0;
  for (const [sees, { sum, weight }] of sums) {
    squares += ((loudness[sees] * sum) / weight) ** 2;
    most += loudness[sees] ** 2;
  }
  return Math.sqrt(squares / most);
}
