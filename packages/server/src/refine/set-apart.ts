import type { StoredValues } from '@clew/engine';
import type { RefinedValue } from '../api/types.ts';

/** Values of an answer. */
const toldMax = 5;
/** How much more often bad calls have the value than good ones. */
const leastDifference = 0.3;
/** How likely it may be that any of the values that were tried is so uneven by chance alone. */
const chanceMax = 0.001;

/**
 * Attribute values that set one group of calls apart from another, strongest first. Of two groups the difference of their shares,
 * held against chance by the G-test (Woolf 1957): its tail is at most exp(-G/2) for one degree of freedom, and is multiplied by
 * the number of values tried (Bonferroni).
 */
export function setApart(values: readonly { readonly key: string; readonly value: string; readonly inGroup: number; readonly inRest: number }[], group: number, rest: number): RefinedValue[] {
  if (group === 0 || rest === 0) return [];
  return values.flatMap(({ key, value, inGroup, inRest }) => {
    const [groupShare, restShare] = [inGroup / group, inRest / rest];
    const g = gOf([inGroup, inRest, group - inGroup, rest - inRest]);
    if (groupShare - restShare < leastDifference || values.length * Math.exp(-g / 2) > chanceMax) return [];
    return [{ key, value, groupShare, restShare }];
  }).sort((a, b) => (b.groupShare - b.restShare) - (a.groupShare - a.restShare) || (a.key < b.key ? -1 : 1)).slice(0, toldMax);
}

/** Of a table of two by two, by rows. */
function gOf([a, b, c, d]: readonly [number, number, number, number]): number {
  const all = a + b + c + d;
  const term = (seen: number, row: number, column: number): number => (seen === 0 ? 0 : seen * Math.log((seen * all) / (row * column)));
  return 2 * (term(a, a + b, a + c) + term(b, a + b, b + d) + term(c, c + d, a + c) + term(d, c + d, b + d));
}

/** Slow or failing calls against the good ones of the same time. */
export function badAgainstGood({ values, calls, bad }: StoredValues): RefinedValue[] {
  return setApart(values.map(({ key, value, calls: all, bad: inGroup }) => ({ key, value, inGroup, inRest: all - inGroup })), bad, calls - bad);
}

/** Calls since onset against those before it. */
export function nowAgainstThen(before: StoredValues, after: StoredValues): RefinedValue[] {
  const was = new Map(before.values.map(({ key, value, calls }) => [`${key}\u0001${value}`, calls]));
  return setApart(after.values.map(({ key, value, calls }) => ({ key, value, inGroup: calls, inRest: was.get(`${key}\u0001${value}`) ?? 0 })), after.calls, before.calls);
}
