import type { Report, Row } from './report.ts';

/** Rankings of one case by several methods, and the place of the truth in each: 1 is first, null when it is not there. */
export interface Ranked { readonly name: string; readonly group: string; readonly places: Readonly<Record<string, number | null>> }

/** AC@k: share of cases whose truth is among the first k. An empty answer is wrong. */
export function accuracyAt(cases: readonly Ranked[], method: string, k: number): number {
  return cases.filter((each) => (each.places[method] ?? Infinity) <= k).length / cases.length;
}

/** Mean of AC@1 … AC@5. */
export function averageAt5(cases: readonly Ranked[], method: string): number {
  return [1, 2, 3, 4, 5].reduce((sum, k) => sum + accuracyAt(cases, method, k), 0) / 5;
}

export function placesByCase(cases: readonly Ranked[]): Report['cases'] {
  return Object.fromEntries(cases.map((each) => [each.name, Object.fromEntries(Object.entries(each.places).map(([method, place]) => [method, place ?? 0]))]));
}

/** Two-sided sign test over cases where exactly one of the two methods has the truth first (McNemar's exact test). */
export function pairedAt1(cases: readonly Ranked[], ours: string, theirs: string): string {
  const better = cases.filter((each) => each.places[ours] === 1 && each.places[theirs] !== 1).length;
  const worse = cases.filter((each) => each.places[ours] !== 1 && each.places[theirs] === 1).length;
  const tries = better + worse;
  let tail = 0;
  for (let hits = 0, ways = 1; hits <= Math.min(better, worse); ways = (ways * (tries - hits)) / (hits + 1), hits++) tail += ways;
  const p = tries === 0 ? 1 : Math.min(1, (2 * tail) / 2 ** tries);
  return `first place, ours against ${theirs}: better in ${better}, worse in ${worse} of ${cases.length} cases, two-sided p ${p.toPrecision(2)}`;
}

export function rankRow(method: string, kind: Row['kind'], groups: ReadonlyMap<string, readonly Ranked[]>, ks: readonly number[]): Row {
  const scores: Record<string, number> = {};
  for (const [group, cases] of groups) for (const k of ks) scores[`${group} top-${k}`] = accuracyAt(cases, method, k);
  return { method, kind, scores };
}

/** Place of the truth in a ranking by score; ties stand before it, null when it is not there. */
export function placeWithTies(ranked: readonly { readonly node: string; readonly score: number }[], truth: string): number | null {
  const own = ranked.find(({ node }) => node === truth);
  return own === undefined ? null : ranked.filter(({ node, score }) => node !== truth && score >= own.score).length + 1;
}
