import type { SignalIntake } from '../model.ts';

/** What became of an item, in the order of the bars. Late and dropped items are stored: they are told apart from what is simply accepted. */
export const outcomes = ['stored', 'late', 'dropped', 'deduplicated', 'refused'] as const;
export type Outcome = (typeof outcomes)[number];
export type Outcomes = Readonly<Record<Outcome, number>>;

type Counted = Pick<SignalIntake, 'accepted' | 'late' | 'dropped' | 'deduplicated' | 'refusedItems'>;

/** Items by what became of them. They add up to what was sent. */
export function outcomesOf({ accepted, late, dropped, deduplicated, refusedItems }: Counted): Outcomes {
  const lateOnly = Math.min(late, accepted);
  const droppedOnly = Math.min(dropped, accepted - lateOnly);
  return { stored: accepted - lateOnly - droppedOnly, late: lateOnly, dropped: droppedOnly, deduplicated, refused: refusedItems };
}

export function sumOutcomes(all: readonly Outcomes[]): Outcomes {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, all.reduce((sum, each) => sum + each[outcome], 0)])) as unknown as Outcomes;
}

export const sentOf = (given: Outcomes): number => outcomes.reduce((sum, outcome) => sum + given[outcome], 0);

export interface Part { readonly outcome: Outcome; readonly items: number; /** Of 100. */ readonly of100: number; readonly from: number; readonly width: number }

/** The parts of a bar `whole` wide. What is there is seen: no part is narrower than `least`, and the wide ones give way for it. */
export function partsOf(given: Outcomes, whole: number, least: number): Part[] {
  const sent = sentOf(given);
  const there = outcomes.filter((outcome) => given[outcome] > 0);
  const wide = there.filter((outcome) => (given[outcome] / sent) * whole > least);
  const wideItems = wide.reduce((sum, outcome) => sum + given[outcome], 0);
  const left = whole - (there.length - wide.length) * least;
  let from = 0;
  return there.map((outcome) => {
    const width = wide.includes(outcome) ? (given[outcome] / wideItems) * left : least;
    const part = { outcome, items: given[outcome], of100: (100 * given[outcome]) / sent, from, width };
    from += width;
    return part;
  });
}
