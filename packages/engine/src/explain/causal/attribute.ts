import { causalLimits as limits } from './limits.ts';
import type { Mechanism, Variable } from './model.ts';
import { shapley } from './shapley.ts';

/**
 * Of the change of one variable, how much came from each player: a player is a group of variables (the own time and the way of
 * one service), and what it brings is the change of their own terms. Counterfactual: what would the target be, had only these
 * own terms changed and all others stayed as they were (Budhathoki et al. 2021, "Why did the distribution change?", and 2022,
 * "Causal structure-based root cause analysis of outliers").
 *
 * Who passes on less than its parents gained (calls side by side or not waited for, a failure that is dealt with) is taken to
 * have passed on just that share of all it got: else its own term would fall by what never came through, and the parent would
 * be blamed for it.
 */
export interface Change {
  /** Of the target. */
  readonly total: number;
  /** By player; sums to the total, but for what was not reported. */
  readonly shares: Float64Array;
  /** The same to first order: cheap, and equal where everything adds up. */
  readonly rough: Float64Array;
}

interface Step { readonly passed: number; readonly own: number }

const highest = 0.999;
/** Players with less of the total are told together. */
const leastTold = 0.01;

export function attributeChange(variables: readonly Variable[], players: ArrayLike<number>, mechanisms: readonly Mechanism[], before: Float64Array, after: Float64Array, target: number): Change {
  const { steps, rough: along, total, count } = roughChange(variables, players, mechanisms, before, after, target);
  if (variables.every(({ kind }) => kind === 'sum')) return { total, shares: along, rough: along };
  const active = [...along.keys()].filter((player) => Math.abs(along[player]) > leastTold * Math.abs(total)).sort((a, b) => Math.abs(along[b]) - Math.abs(along[a])).slice(0, limits.players);
  const seat = new Int32Array(count).fill(active.length);
  for (const [place, player] of active.entries()) seat[player] = place;
  const value = (joined: readonly boolean[]): number => valueWith(variables, mechanisms, steps, before, target, (at) => joined[seat[players[at]]]) - before[target];
  const exact = shapley(active.length + 1, value, { exactMax: limits.players + 1, dice: () => 0 });
  // What is left for all others is shared out by what each brings by itself.
  const others = along.reduce((sum, share, player) => (seat[player] === active.length ? sum + Math.abs(share) : sum), 0);
  return { total, rough: along, shares: along.map((share, player) => (seat[player] < active.length ? exact[seat[player]] : others === 0 ? 0 : (exact[active.length] * Math.abs(share)) / others)) };
}

/** To first order, without Shapley values: for the many rounds of a bootstrap. */
export function roughChange(variables: readonly Variable[], players: ArrayLike<number>, mechanisms: readonly Mechanism[], before: Float64Array, after: Float64Array, target: number): { readonly rough: Float64Array; readonly total: number; readonly steps: readonly Step[]; readonly count: number } {
  const steps = variables.map((variable, at) => stepOf(variable, mechanisms[at], before, after, at));
  let count = 0;
  for (let at = 0; at < players.length; at++) count = Math.max(count, players[at] + 1);
  const rough = alongThePaths(variables, players, mechanisms, steps, before, after, target, count);
  return { rough, total: after[target] - before[target], steps, count };
}

/** On the scale on which parents add up. */
function scaled(kind: Variable['kind'], value: number): number {
  return kind === 'sum' ? value : (value === 0 ? 0 : -Math.log(1 - Math.min(Math.max(value, 0), highest)));
}

function carried({ kind }: Variable, slope: number, value: number): number {
  return kind === 'sum' ? slope * value : scaled('either', slope * value);
}

/** What of the change of its parents came through, and the change of its own term; 0 where nothing was reported. */
function stepOf(variable: Variable, { slopes }: Mechanism, before: Float64Array, after: Float64Array, at: number): Step {
  const moved = scaled(variable.kind, after[at]) - scaled(variable.kind, before[at]);
  if (Number.isNaN(moved)) return { passed: 1, own: 0 };
  let given = 0;
  for (let place = 0; place < variable.parents.length; place++) {
    const { of } = variable.parents[place];
    const by = carried(variable, slopes[place], after[of]) - carried(variable, slopes[place], before[of]);
    if (!Number.isNaN(by)) given += by;
  }
  if (given > 0 && moved < given) return { passed: Math.max(0, moved) / given, own: Math.min(0, moved) };
  return { passed: 1, own: moved - given };
}

/** Exact where everything adds up; else each player's share to first order. */
function alongThePaths(variables: readonly Variable[], players: ArrayLike<number>, mechanisms: readonly Mechanism[], steps: readonly Step[], before: Float64Array, after: Float64Array, target: number, count: number): Float64Array {
  const effect = new Float64Array(target + 1);
  const shares = new Float64Array(count);
  effect[target] = 1;
  for (let at = target; at >= 0; at--) {
    if (effect[at] === 0) continue;
    const { kind, parents } = variables[at];
    const room = kind === 'sum' ? 1 : 1 - Math.min(before[at], highest);
    shares[players[at]] += effect[at] * room * steps[at].own;
    for (let place = 0; place < parents.length; place++) {
      const { of } = parents[place];
      const by = after[of] - before[of];
      const slope = mechanisms[at].slopes[place];
      const rate = kind === 'sum' || !(Math.abs(by) > 0) ? slope : (carried(variables[at], slope, after[of]) - carried(variables[at], slope, before[of])) / by;
      effect[of] += effect[at] * room * steps[at].passed * rate;
    }
  }
  return shares;
}

/** The target, had only the own terms of those that joined changed. */
function valueWith(variables: readonly Variable[], mechanisms: readonly Mechanism[], steps: readonly Step[], before: Float64Array, target: number, isIn: (at: number) => boolean): number {
  const values = before.slice(0, target + 1);
  for (let at = 0; at <= target; at++) {
    const variable = variables[at];
    let given = 0;
    for (let place = 0; place < variable.parents.length; place++) {
      const { of } = variable.parents[place];
      if (values[of] === before[of] || Number.isNaN(values[of])) continue;
      given += carried(variable, mechanisms[at].slopes[place], values[of]) - carried(variable, mechanisms[at].slopes[place], before[of]);
    }
    const by = steps[at].passed * given + (isIn(at) ? steps[at].own : 0);
    if (by === 0) continue;
    values[at] = variable.kind === 'sum' ? before[at] + by : 1 - Math.exp(-(scaled('either', before[at]) + by));
  }
  return values[target];
}
