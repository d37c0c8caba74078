import type { FaultTruth } from '@clew/simulator';
import type { Ranked } from './replay.ts';
import { judgedFor, lastWord, type Shares, type Speech } from './words.ts';

/** One ranking to learn from: what would have been right, and how much it weighs. */
export interface Case {
  readonly ranked: Ranked;
  readonly truth: FaultTruth;
  /** Rows of the candidates that are right. */
  readonly right: readonly number[];
  readonly weight: number;
  /** It is what is judged for this fault. */
  readonly isLast: boolean;
}

/** What the judged incident of a fault says counts once, its last word as much as all before; all else that was asked meanwhile counts half. */
const [lastShare, asideShare] = [0.5, 0.5];

/**
 * Of what an incident says, only the fault that it is judged for is right, as the field judges: where it took in two, each of
 * them makes a case, in which the other is wrong. Of what is only asked aside, everything that lasts then is right.
 */
export function casesOf(of: readonly Ranked[], speeches: readonly Speech[], sharesOf: Shares): Case[] {
  const cases: Case[] = [];
  const judged = new Set<Ranked>();
  for (const episode of new Set(of.map((each) => each.episode))) {
    for (const [at, speech] of judgedFor(episode, speeches, sharesOf).entries()) {
      if (speech === null) continue;
      const truth = episode.faults[at];
      const words = speech.words.filter(({ asked }) => asked.lasting.includes(at));
      const last = lastWord(speech.words, sharesOf);
      for (const ranked of new Set(last === null ? words : [...words, last])) {
        judged.add(ranked);
        const isLast = ranked === last;
        cases.push({ ranked, truth, right: rowsOf(ranked, truth.entities), isLast, weight: (isLast ? lastShare : 0) + (1 - lastShare) / Math.max(1, words.length) });
      }
    }
  }
  for (const aside of Map.groupBy(of.filter((each) => !judged.has(each)), ({ episode, asked }) => episode.faults[asked.fault])) {
    const [truth, own] = aside;
    for (const ranked of own) cases.push({ ranked, truth, right: rowsOf(ranked, ranked.asked.lasting.flatMap((at) => ranked.episode.faults[at].entities)), isLast: false, weight: asideShare / own.length });
  }
  return cases;
}

function rowsOf({ considered: { entities } }: Ranked, right: readonly string[]): number[] {
  return [...entities.keys()].filter((at) => right.includes(entities[at]));
}

/** A cause that the telemetry does not hold is *outside*, whoever stands nearest to it; one that nobody named is *unknown*. */
export function goalOf({ ranked, truth, right }: Case): readonly number[] {
  const named = ranked.considered.entities.length;
  return !truth.inside ? [named + 1] : right.length > 0 ? right : [named];
}
