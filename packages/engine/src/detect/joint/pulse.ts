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

/** What an ordinary pane has: −ln p is 1 on average while nothing is wrong. */
const ordinary = 1;

/**
 * Members that see the same thing are averaged by weight, and what an ordinary pane has is taken off, so that a group with nothing
 * to say does not drown another one in its noise. The root mean square of what they see then lies between the mean, which wants
 * all to agree, and the largest, which listens to one alone. No group is louder than another. Null: nobody knows.
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
  for (const { sum, weight } of sums.values()) squares += Math.max(0, sum / weight - ordinary) ** 2;
  return ordinary + Math.sqrt(squares / sums.size);
}
