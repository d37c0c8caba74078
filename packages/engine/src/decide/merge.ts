import type { Explanation } from '../model/index.ts';
import { absorb, beganMs, bestCause } from './case.ts';
import type { Case } from './case.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';
import { atOnce } from './relate.ts';

/** What is compared of two incidents, or of one and of symptoms that would open another. */
export interface Account {
  readonly beganMs: number;
  readonly explanation: Explanation;
  /** Nodes with symptoms. */
  readonly affected: readonly string[];
}

/**
 * Incidents that are open at once and have come to tell the same fault become one: the older takes over the younger, oldest first.
 * What is resolved stays as it was told.
 */
export function mergeSame(cases: readonly Case[], atMs: number, reach: Reach, paneMs: number): void {
  const open = cases.filter((one) => one.state !== 'resolved');
  for (const [index, older] of open.entries()) {
    if (older.state === 'resolved') continue;
    for (const younger of open.slice(index + 1)) {
      if (younger.state !== 'resolved' && isSameFault(accountOf(older), accountOf(younger), reach, paneMs)) absorb(older, younger, atMs);
    }
  }
}

export function accountOf(one: Case): Account {
  return { beganMs: beganMs(one), explanation: one.explanation, affected: one.affected };
}

/**
 * They began at once and name the same place, or one is sure and the other has only a guess on the sure one's way; or they began within a
 * minute, both are very sure of the same place, and neither began before the trouble there did. Two that are sure of different places are one
 * only where these are backends of the same users that got worse at once: a cache that is gone, and the database behind it that has to do its
 * work. Nor is what began before its cause: a fault that is drowned by the next one comes to name the other's cause.
 */
export function isSameFault(a: Account, b: Account, reach: Reach, paneMs: number): boolean {
  const [mine, other] = [bestCause(a.explanation), bestCause(b.explanation)];
  if (mine === null || other === null) return false;
  const together = atOnce(a.beganMs, b.beganMs, paneMs);
  const [sure, guess] = mine.confidence >= other.confidence ? [mine, other] : [other, mine];
  if (sure.confidence < limits.distinctConfidence) return false;
  if (guess.confidence < limits.distinctConfidence) {
    const guessed = guess === mine ? a : b;
    return together && (sure.entity === guess.entity || reach.linked(sure.entity, guess.entity)) && guessed.affected.every((node) => reach.explains(sure, node));
  }
  if (mine.entity !== other.entity) return Math.abs(a.beganMs - b.beganMs) <= limits.behindOnePanes * paneMs && (reach.usedBeside(mine.entity, other.entity) || reach.usedByOne(mine.entity, other.entity));
  if (together) return true;
  // A second fault within the same minute or two is often blamed on the first one's cause, and not surely.
  if (guess.confidence < limits.divideConfidence || Math.abs(a.beganMs - b.beganMs) > limits.togetherPanes * paneMs) return false;
  const sinces = [mine, other].flatMap(({ path }) => path.at(-1)?.onsetMs ?? []);
  if (sinces.length === 0) return false;
  return Math.min(a.beganMs, b.beganMs) >= Math.min(...sinces) - limits.atOncePanes * paneMs;
}
