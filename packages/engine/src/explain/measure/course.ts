import { errorMark } from './visits.ts';
import type { Visit } from './visits.ts';

/**
 * Where requests began to take another course: which operations and log lines went missing from visits that always had them,
 * and which errors are written that were not. (Event patterns: Nezha, Yu et al. 2023. Departure: single items with a
 * likelihood-ratio test instead of mined pattern pairs.) A visit that is off course only together with one beneath it is
 * explained by that one.
 */
export interface OffCourse {
  readonly node: string;
  /** Signed roots of the likelihood ratio: of the clearest missing item, and of the clearest new error. */
  readonly missing: number;
  readonly failing: number;
  readonly missingItem: string;
  readonly failingItem: string;
  readonly visits: number;
}

/** Less than this is chance, in standard deviations. */
const leastScore = 2;
/** Change of the share of visits that matters. */
const leastShare = 0.2;
/** An item is usual when so many visits had it. */
const usualShare = 0.6;
/** A callee explains a caller that is at most twice as far off. */
const explains = 0.5;

interface Item { readonly name: string; readonly score: number }
interface Changed { readonly missing: readonly Item[]; readonly failing: readonly Item[] }

export function offCourse(before: readonly Visit[], after: readonly Visit[]): OffCourse[] {
  const changes = changesOf(profilesOf(before), profilesOf(after));
  const scores = new Map<Visit, number>();
  const scoreOf = (visit: Visit): number => {
    const known = scores.get(visit);
    if (known !== undefined) return known;
    const { missing, failing } = itemsOf(visit, changes);
    const score = Math.max(missing?.score ?? 0, failing?.score ?? 0);
    scores.set(visit, score);
    return score;
  };
  const deepest = new Map<Visit, number>();
  const beneath = (visit: Visit): number => {
    let worst = deepest.get(visit);
    if (worst !== undefined) return worst;
    worst = 0;
    for (const callee of visit.callees) worst = Math.max(worst, scoreOf(callee), beneath(callee));
    deepest.set(visit, worst);
    return worst;
  };
  const found = new Map<string, OffCourse>();
  const off = new Map<string, number>();
  for (const visit of after) {
    const score = scoreOf(visit);
    if (score === 0) continue;
    off.set(visit.node, (off.get(visit.node) ?? 0) + 1);
    if (beneath(visit) >= explains * score) continue;
    const { missing, failing } = itemsOf(visit, changes);
    const known = found.get(visit.node) ?? { node: visit.node, missing: 0, failing: 0, missingItem: '', failingItem: '', visits: 0 };
    found.set(visit.node, {
      node: visit.node, visits: known.visits + 1,
      ...(missing !== null && missing.score > known.missing ? { missing: missing.score, missingItem: missing.name } : { missing: known.missing, missingItem: known.missingItem }),
      ...(failing !== null && failing.score > known.failing ? { failing: failing.score, failingItem: failing.name } : { failing: known.failing, failingItem: known.failingItem }),
    });
  }
  return [...found.values()].map((each) => {
    const own = each.visits / (off.get(each.node) ?? each.visits);
    return { ...each, missing: each.missing * own, failing: each.failing * own };
  });
}

interface Profile { visits: number; readonly items: Map<string, number> }

const kindOf = (visit: Visit): string => `${visit.node} ${visit.operation}`;

function profilesOf(visits: readonly Visit[]): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const visit of visits) {
    let profile = profiles.get(kindOf(visit));
    if (profile === undefined) profiles.set(kindOf(visit), profile = { visits: 0, items: new Map() });
    profile.visits++;
    for (const item of visit.items) profile.items.set(item, (profile.items.get(item) ?? 0) + 1);
  }
  return profiles;
}

/** Kinds of visits that were not seen before say nothing. */
function changesOf(before: ReadonlyMap<string, Profile>, after: ReadonlyMap<string, Profile>): Map<string, Changed> {
  const changes = new Map<string, Changed>();
  for (const [kind, now] of after) {
    const then = before.get(kind);
    if (then === undefined) continue;
    const missing: Item[] = [];
    const failing: Item[] = [];
    for (const name of new Set([...then.items.keys(), ...now.items.keys()])) {
      const countThen = then.items.get(name) ?? 0;
      const countNow = now.items.get(name) ?? 0;
      const change = countNow / now.visits - countThen / then.visits;
      if (Math.abs(change) < leastShare) continue;
      const score = likelihoodRoot(countThen, then.visits, countNow, now.visits);
      if (score < leastScore) continue;
      const isError = name.startsWith(errorMark) || /error|exception/i.test(name);
      if (change > 0 && isError) failing.push({ name, score });
      if (change < 0 && !isError && countThen / then.visits >= usualShare) missing.push({ name, score });
    }
    changes.set(kind, { missing, failing });
  }
  return changes;
}

function itemsOf(visit: Visit, changes: ReadonlyMap<string, Changed>): { missing: Item | null; failing: Item | null } {
  const changed = changes.get(kindOf(visit));
  const clearest = (items: readonly Item[]): Item | null => items.reduce<Item | null>((best, each) => (best === null || each.score > best.score ? each : best), null);
  if (changed === undefined) return { missing: null, failing: null };
  return { missing: clearest(changed.missing.filter(({ name }) => !visit.items.has(name))), failing: clearest(changed.failing.filter(({ name }) => visit.items.has(name))) };
}

/** Root of the likelihood ratio that two shares differ, half a count added to each cell. */
function likelihoodRoot(hits1: number, tries1: number, hits2: number, tries2: number): number {
  const cells = [hits1 + 0.5, tries1 - hits1 + 0.5, hits2 + 0.5, tries2 - hits2 + 0.5];
  const share = (cells[0] + cells[2]) / (cells[0] + cells[1] + cells[2] + cells[3]);
  const part = (hit: number, miss: number): number => hit * Math.log(hit / ((hit + miss) * share)) + miss * Math.log(miss / ((hit + miss) * (1 - share)));
  return Math.sqrt(Math.max(0, 2 * (part(cells[0], cells[1]) + part(cells[2], cells[3]))));
}
