import { causalLimits as limits } from './limits.ts';
import { solve, zeros } from './model.ts';
import { drawBlocks } from './interval.ts';

/**
 * The effect of a treatment on an outcome by the back-door criterion (Pearl 1995): a regression on the treatment and on what
 * closes every way around it, over panes of the normal period and of the incident. Which columns those are, the graph says
 * (by-mechanism.ts); a treatment is not tried against what it works through.
 *
 * An estimate stands only if it outlives attempts to refute it (Sharma and Kiciman 2020, "DoWhy"): the same treatment in
 * shuffled panes must do clearly less, another cause made of dice must not change it, and part of the panes must tell the same.
 */
export interface EffectQuestion {
  readonly treatment: ArrayLike<number>;
  readonly outcome: ArrayLike<number>;
  readonly adjust: readonly ArrayLike<number>[];
}

export type Refutation = 'placebo' | 'common_cause' | 'subset';

export interface Effect {
  /** Of one unit more of the treatment, in units of the outcome, with its 90 % interval. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Share of placebos that did as much. */
  readonly placebo: number;
  /** The first that it did not outlive; null for an estimate that stands. */
  readonly refutedBy: Refutation | null;
}

const placeboMost = 0.05;
const commonCauseMost = 0.15;
const subsetShare = 0.7;
const subsetMost = 0.5;
const leastRows = 12;

/** Null with too few rows, or where the treatment never changes. */
export function estimateEffect({ treatment, outcome, adjust }: EffectQuestion, dice: () => number): Effect | null {
  const used = Array.from({ length: outcome.length }, (_, row) => row).filter((row) => Number.isFinite(outcome[row]) && Number.isFinite(treatment[row]));
  if (used.length < leastRows + adjust.length) return null;
  const height = spreadOf(pick(outcome, used));
  // The outcome around its mean: squares are then those of what is to be explained.
  const y = standard(pick(outcome, used));
  const others = adjust.map((column) => standard(pick(column, used)));
  const spread = spreadOf(pick(treatment, used));
  if (spread === 0 || height === 0) return null;
  const x = standard(pick(treatment, used));
  const once = new Float64Array(used.length).fill(1);
  const found = regress(x, others, y, once);
  const drawn = Array.from({ length: limits.rounds }, () => regress(x, others, y, drawBlocks(used.length, limits.blockPanes, used.length, dice)).slope).sort((a, b) => a - b);
  let asMuch = 0;
  for (let round = 0; round < limits.placebos; round++) {
    if (Math.abs(regress(shuffled(x, dice), others, y, once).score) >= Math.abs(found.score)) asMuch++;
  }
  const placebo = asMuch / limits.placebos;
  const refutedBy = placebo > placeboMost ? 'placebo' : !isDeafToDice(x, others, y, found.slope, dice) ? 'common_cause' : !holdsInParts(x, others, y, found.slope, dice) ? 'subset' : null;
  const at = (quantile: number): number => drawn[Math.min(drawn.length - 1, Math.floor(quantile * drawn.length))] * (height / spread);
  return { slope: found.slope * (height / spread), low: at(0.05), high: at(0.95), placebo, refutedBy };
}

function isDeafToDice(x: Float64Array, others: readonly Float64Array[], y: Float64Array, slope: number, dice: () => number): boolean {
  const once = new Float64Array(x.length).fill(1);
  let change = 0;
  for (let round = 0; round < limits.commonCauses; round++) {
    // A walk, as slow causes are, centred.
    let value = 0;
    const walk = standard(Float64Array.from(x, () => (value += dice() - 0.5)));
    change += Math.abs(regress(x, [...others, walk], y, once).slope - slope) / limits.commonCauses;
  }
  return change <= commonCauseMost * Math.abs(slope);
}

/** Parts are drawn without putting back, each pane by itself: an effect of one pane alone does not hold. */
function holdsInParts(x: Float64Array, others: readonly Float64Array[], y: Float64Array, slope: number, dice: () => number): boolean {
  for (let round = 0; round < limits.subsets; round++) {
    const part = x.map(() => (dice() < subsetShare ? 1 : 0));
    const found = regress(x, others, y, part).slope;
    if (Math.abs(found - slope) > subsetMost * Math.abs(slope)) return false;
  }
  return true;
}

/** Blocks of panes in another order. */
function shuffled(x: Float64Array, dice: () => number): Float64Array {
  const blocks: Float64Array[] = [];
  for (let from = 0; from < x.length; from += limits.blockPanes) blocks.push(x.subarray(from, from + limits.blockPanes));
  for (let at = blocks.length - 1; at > 0; at--) {
    const other = Math.floor(dice() * (at + 1));
    [blocks[at], blocks[other]] = [blocks[other], blocks[at]];
  }
  const turned = new Float64Array(x.length);
  let to = 0;
  for (const block of blocks) {
    turned.set(block, to);
    to += block.length;
  }
  return turned;
}

/** Least squares of y on x, the others and a constant, each row as often as `times` says; `score` is the slope in standard errors. A touch of ridge where columns say the same. */
function regress(x: Float64Array, others: readonly Float64Array[], y: Float64Array, times: Float64Array): { readonly slope: number; readonly score: number } {
  const size = others.length + 2;
  const gram = zeros(size * size);
  const right = zeros(size);
  const line = zeros(size);
  line[size - 1] = 1;
  let rows = 0;
  let squares = 0;
  for (let row = 0; row < y.length; row++) {
    const count = times[row];
    if (count === 0) continue;
    rows += count;
    squares += count * y[row] * y[row];
    line[0] = x[row];
    for (let i = 1; i < size - 1; i++) line[i] = others[i - 1][row];
    for (let i = 0; i < size; i++) {
      const weighed = count * line[i];
      right[i] += weighed * y[row];
      for (let j = 0; j <= i; j++) gram[i * size + j] += weighed * line[j];
    }
  }
  for (let i = 0; i < size; i++) gram[i * size + i] = gram[i * size + i] * (1 + 1e-6) + 1e-9;
  const first = right.map((_, at) => (at === 0 ? 1 : 0));
  const inverse = solve(gram.slice(), first);
  const slopes = solve(gram, right);
  const left = squares - slopes.reduce((sum, slope, at) => sum + slope * right[at], 0);
  const error = Math.sqrt((Math.max(left, 1e-9 * squares, Number.MIN_VALUE) / Math.max(1, rows - size)) * Math.max(inverse[0], Number.MIN_VALUE));
  return { slope: slopes[0], score: slopes[0] / error };
}

function pick(values: ArrayLike<number>, rows: readonly number[]): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) picked[at] = values[rows[at]];
  return picked;
}

function spreadOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Mean 0, spread 1; what was not reported is taken as usual. */
function standard(values: Float64Array): Float64Array {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const spread = spreadOf(known);
  return values.map((value) => (Number.isFinite(value) && spread > 0 ? (value - mean) / spread : 0));
}
