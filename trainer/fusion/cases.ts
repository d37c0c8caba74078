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
}

/** What the incident of a fault says in the end weighs as much as a quarter of all that was asked about it. */
const lastShare = 0.2;

/**
 * Of what is asked while two faults last, both are right: which of them an incident is about is for deciding to tell, and by the time it
 * said something sure it holds to it. Only the last words are judged strictly, by the one fault that they are judged for.
 */
export function casesOf(of: readonly Ranked[], speeches: readonly Speech[], sharesOf: Shares): { readonly learnt: Case[]; readonly last: Case[] } {
  const last: Case[] = [];
  for (const episode of new Set(of.map((each) => each.episode))) {
    for (const [at, speech] of judgedFor(episode, speeches, sharesOf).entries()) {
      const ranked = speech === null ? null : lastWord(speech.words, sharesOf);
      if (ranked !== null) last.push({ ranked, truth: episode.faults[at], right: rowsOf(ranked, episode.faults[at].entities), weight: 1 });
    }
  }
  const isLast = new Set(last.map(({ ranked }) => ranked));
  const learnt = [...Map.groupBy(of, ({ episode, asked }) => episode.faults[asked.fault])].flatMap(([truth, own]) => own.map((ranked): Case => ({
    ranked, truth, right: rowsOf(ranked, ranked.asked.lasting.flatMap((at) => ranked.episode.faults[at].entities)), weight: 1 / own.length + (isLast.has(ranked) ? lastShare : 0),
  })));
  return { learnt, last };
}

function rowsOf({ considered: { entities } }: Ranked, right: readonly string[]): number[] {
  return [...entities.keys()].filter((at) => right.includes(entities[at]));
}

/** A cause that the telemetry does not hold is *outside*, whoever stands nearest to it; one that nobody named is *unknown*. */
export function goalOf({ ranked, truth, right }: Case): readonly number[] {
  const named = ranked.considered.entities.length;
  return !truth.inside ? [named + 1] : right.length > 0 ? right : [named];
}
