import { attributeChange, roughChange } from './attribute.ts';
import type { Change } from './attribute.ts';
import { causalLimits as limits } from './limits.ts';
import { learn, learnAgain, meansOf } from './model.ts';
import type { Mechanism, Samples, Variable } from './model.ts';

/** A change of one variable, told apart by player, with how sure that is. */
export interface Attributed extends Change {
  /** 5 % and 95 % of the bootstrap, by player. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Part of the rounds in which the player had a share of the same sign. */
  readonly sure: Float64Array;
  readonly mechanisms: readonly Mechanism[];
  readonly before: Float64Array;
}

export interface CausalQuestion {
  /** Parents before children. */
  readonly variables: readonly Variable[];
  /** By variable: whose it is. */
  readonly players: ArrayLike<number>;
  readonly target: number;
  readonly before: Samples;
  readonly after: Samples;
}

/** With fewer panes than this their own spread tells nothing: they are taken to be as restless as the normal period. */
const leastDrawn = 4;
const leastCarried = 0.002;

/**
 * Circular block bootstrap (Politis and Romano 1992): panes of both stretches are drawn again, blocks of neighbours together, mechanisms are
 * learnt again and the change is attributed again. The interval holds what chance in either stretch could have made of it; it
 * does not hold errors of the graph.
 */
export function attributeWithIntervals(question: CausalQuestion, dice: () => number, rounds: number = limits.rounds): Attributed {
  const { variables, players, target, before, after } = question;
  const mechanisms = learn(variables, before);
  const usual = meansOf(before);
  const now = meansOf(after);
  const { total, shares, rough } = attributeChange(variables, players, mechanisms, usual, now, target);
  // Slopes of parents that stayed as they were carry nothing: what they are does not matter.
  const matters = variables.map(({ parents }) => parents.reduce((sum, { of, expected, spread }) => sum + (expected + spread) * Math.abs(now[of] - usual[of] || 0), 0) > leastCarried * Math.abs(total));
  const drawn = Array.from({ length: rounds }, () => {
    const times = drawBlocks(before.rows, limits.blockPanes, before.rows, dice);
    const then = filled(meansOf(before, times), usual);
    const again = learnAgain(variables, before, mechanisms, times, then, matters);
    return roughChange(variables, players, again, then, drawnAfter(question, usual, now, dice), target).rough;
  });
  const wider = widening(after.rows);
  const at = (player: number, quantile: number): number => {
    if (rounds === 0) return shares[player];
    // Where mechanisms do not add up, rounds are to first order, and as far off it as the answer itself is.
    const scale = rough[player] === 0 ? 1 : shares[player] / rough[player];
    const sorted = drawn.map((each) => shares[player] + wider * (scale * each[player] - shares[player])).sort((a, b) => a - b);
    return sorted[Math.min(rounds - 1, Math.floor(quantile * rounds))];
  };
  const sure = shares.map((share, player) => (rounds === 0 ? 1 : drawn.filter((each) => each[player] * share > 0).length / rounds));
  return { total, shares, rough, sure, mechanisms, before: usual, low: shares.map((_, player) => at(player, 0.05)), high: shares.map((_, player) => at(player, 0.95)) };
}

/** Blocks of two out of few panes are alike more often than new panes would be, and few panes tell their own spread badly: Student's t in place of the normal. */
function widening(rows: number): number {
  return rows < leastDrawn ? 1 : Math.sqrt(rows / (rows - 2)) * (1 + 1.2 / rows);
}

function drawnAfter({ before, after }: CausalQuestion, usual: Float64Array, now: Float64Array, dice: () => number): Float64Array {
  if (after.rows >= leastDrawn) return filled(meansOf(after, drawBlocks(after.rows, 2, after.rows, dice)), now);
  const restless = meansOf(before, drawBlocks(before.rows, 1, Math.max(1, after.rows), dice));
  return now.map((value, at) => (Number.isNaN(restless[at]) ? value : value + restless[at] - usual[at]));
}

function filled(values: Float64Array, otherwise: Float64Array): Float64Array {
  return values.map((value, at) => (Number.isNaN(value) ? otherwise[at] : value));
}

/** How often each of the rows was drawn, `draws` in all. */
export function drawBlocks(rows: number, block: number, draws: number, dice: () => number): Float64Array {
  const times = new Float64Array(rows);
  const length = Math.min(block, rows);
  for (let drawn = 0; drawn < draws;) {
    const from = Math.floor(dice() * rows);
    for (let at = 0; at < length && drawn < draws; at++, drawn++) times[(from + at) % rows]++;
  }
  return times;
}
