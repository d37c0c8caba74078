import type { Ranked } from './replay.ts';

export interface Case extends Ranked { readonly weight: number }
type Shares = (each: Case) => Float64Array;

/** An incident is explained again while it is young; what is asked later is about what comes after it. */
const lastWordMs = 240_000;

/** What an answer says: the likeliest candidate, or that none is likelier than all that is not named. As bench/field/causes.ts judges it. */
function answerOf(p: Float64Array): { readonly order: readonly number[]; readonly saysUnknown: boolean; readonly share: number } {
  const named = p.length - 2;
  const order = [...p.keys()].filter((at) => at < named).sort((a, b) => p[b] - p[a]);
  const told = order.slice(0, 6).filter((at) => p[at] >= 0.02);
  const unknown = 1 - told.reduce((sum, at) => sum + p[at], 0);
  const first = told.length === 0 ? 0 : p[told[0]];
  return { order: told, saysUnknown: first < unknown, share: Math.max(first, unknown) };
}

/** The last word on each fault. */
function lastWords(of: readonly Case[]): Case[] {
  return [...Map.groupBy(of, ({ fault }) => fault)].map(([, own]) => {
    const young = own.filter(({ atMs }) => atMs <= own[0].atMs + lastWordMs);
    return young[young.length - 1];
  });
}

const isRight = (each: Case, p: Float64Array): boolean => {
  const { order, saysUnknown } = answerOf(p);
  return saysUnknown ? !each.truth.inside : each.right.includes(order[0]);
};

export function judge(of: readonly Case[], sharesOf: Shares): string {
  const last = lastWords(of);
  const inside = last.filter(({ truth }) => truth.inside);
  const outside = last.filter(({ truth }) => !truth.inside);
  const top = (k: number): string => percent(inside, (each) => answerOf(sharesOf(each)).order.slice(0, k).some((at) => each.right.includes(at)));
  const told = percent(inside, (each) => { const { order, saysUnknown } = answerOf(sharesOf(each)); return !saysUnknown && each.right.includes(order[0]); });
  const saysUnknown = (each: Case): boolean => answerOf(sharesOf(each)).saysUnknown;
  const { error, brier } = calibration(of, sharesOf);
  const own = calibration(last.map((each) => ({ ...each, weight: 1 })), (each) => sharesOf(last.find(({ fault }) => fault === each.fault) ?? each));
  return `last word: top-1 ${told} (${top(1)} with unknown aside), top-3 ${top(3)} of ${inside.length}; unknown or outside said in ${percent(outside, saysUnknown)} of ${outside.length} outside, in ${percent(inside, saysUnknown)} of the others; path ${percent(inside, isPathRight)}; calibration error ${error.toFixed(3)} (last words ${own.error.toFixed(3)}), Brier ${brier.toFixed(3)}`;
}

/** Exact path of the right cause, where it is named at all (bench/field/causes.ts). */
function isPathRight({ explanation, truth }: Case): boolean {
  const cause = explanation.causes.find(({ entity }) => truth.entities.includes(entity));
  if (cause === undefined) return false;
  const beyond = (path: readonly string[]): readonly string[] => path.filter((entity) => entity !== 'user' && !truth.entities.includes(entity));
  return beyond(cause.path.map(({ entity }) => entity).toReversed()).join() === beyond(truth.path).join();
}

const bins = 10;

function binned(of: readonly Case[], sharesOf: Shares): { weight: number; hit: number; said: number }[] {
  const table = Array.from({ length: bins }, () => ({ weight: 0, hit: 0, said: 0 }));
  for (const each of of) {
    const p = sharesOf(each);
    const { share } = answerOf(p);
    const bin = table[Math.min(bins - 1, Math.floor(share * bins))];
    bin.weight += each.weight;
    bin.hit += isRight(each, p) ? each.weight : 0;
    bin.said += each.weight * share;
  }
  return table;
}

function calibration(of: readonly Case[], sharesOf: Shares): { readonly error: number; readonly brier: number } {
  const total = of.reduce((sum, { weight }) => sum + weight, 0);
  const error = binned(of, sharesOf).reduce((sum, { hit, said }) => sum + Math.abs(hit - said), 0) / total;
  const brier = of.reduce((sum, each) => sum + each.weight * (answerOf(sharesOf(each)).share - (isRight(each, sharesOf(each)) ? 1 : 0)) ** 2, 0) / total;
  return { error, brier };
}

export function reliability(of: readonly Case[], sharesOf: Shares): string {
  return binned(of, sharesOf).map(({ weight, hit, said }, at) => (weight === 0 ? '' : `  ${(at / bins).toFixed(1)} to ${((at + 1) / bins).toFixed(1)}: ${weight.toFixed(1)} faults, said ${(said / weight).toFixed(2)}, right ${(hit / weight).toFixed(2)}\n`)).join('');
}

export function percent<T>(of: readonly T[], is: (each: T) => boolean): string {
  return of.length === 0 ? '–' : `${((100 * of.filter(is).length) / of.length).toFixed(1)} %`;
}
