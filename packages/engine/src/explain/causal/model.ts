/**
 * A structural causal model: variables, each made by its parents and by a term of its own that nothing in the model explains
 * (additive noise). What each mechanism takes from its parents is learnt from the normal period; where that is too quiet to
 * tell, what the structure says holds: a request waits once for each call that it makes (`expected`), give or take (`spread`).
 * That is ridge regression towards a prior (Hoerl and Kennard 1970; Lindley and Smith 1972), weighted by requests and robust
 * against single wild rows (Huber 1964).
 */
export interface Parent {
  /** Place of the parent among the variables: before the child's own. */
  readonly of: number;
  readonly expected: number;
  /** Standard deviation of what is expected; the smaller, the more rows it takes to say otherwise. */
  readonly spread: number;
}

/**
 * `sum`: own + Σ slope · parent, any unit. `either`: a share of requests that fail, by themselves or because a parent failed:
 * 1 − (1 − own) · Π (1 − slope · parent).
 */
export interface Variable { readonly kind: 'sum' | 'either'; readonly parents: readonly Parent[] }

/** Rows of all variables, by variable. NaN where nothing was reported; weights are what values rest on (requests), at least 0. */
export interface Samples {
  readonly rows: number;
  readonly values: readonly Float64Array[];
  readonly weights: readonly Float64Array[];
}

/** What one variable takes from its parents. */
export interface Mechanism {
  readonly slopes: Float64Array;
  /** Variance of what is left, and how much each row counts (weight, and less where it is wild): for drawing rows again. */
  readonly variance: number;
  readonly counts: Float64Array;
}

/**
 * However many rows there are, they tell against what is expected no more than so many would: what is measured of a parent is
 * noisy itself, which makes slopes too small (Fuller 1987), and that error does not average out.
 */
const rowsWorth = 10;
const robustRounds = 2;
const huber = 1.345;

export function learn(variables: readonly Variable[], samples: Samples): Mechanism[] {
  const centres = meansOf(samples);
  return variables.map((variable, at) => {
    if (variable.kind === 'either') return learnShare(variable, samples, at, centres);
    const weights = evened(samples.weights[at], samples.values[at]);
    const expected = Float64Array.from(variable.parents, (parent) => parent.expected);
    let mechanism: Mechanism = { slopes: expected, variance: 0, counts: weights };
    if (variable.parents.length === 0) return mechanism;
    let left = residuals(variable, expected, samples, at, centres);
    for (let round = 0; round < robustRounds; round++) {
      const scale = Math.max(1.4826 * weightedMedian(left.map(Math.abs), weights), Number.MIN_VALUE);
      const counts = weights.map((weight, row) => (weight === 0 ? 0 : weight * Math.min(1, (huber * scale) / Math.max(Math.abs(left[row]), Number.MIN_VALUE))));
      const variance = varianceOf(left, counts);
      mechanism = { slopes: slopesOf(variable, samples, at, centres, counts, variance, null), variance, counts };
      left = residuals(variable, mechanism.slopes, samples, at, centres);
    }
    return mechanism;
  });
}

/**
 * Of shares of requests: chance alone spreads a share of n requests by q · (1 − q) ÷ n, and q is the larger the more the parents
 * fail. Without that, one failed call that its caller outlived would outweigh all that is expected.
 */
function learnShare(variable: Variable, samples: Samples, at: number, centres: Float64Array): Mechanism {
  const { values, rows, weights } = samples;
  const expected = Float64Array.from(variable.parents, (parent) => parent.expected);
  const counts = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const requests = weights[at][row];
    if (!(requests > 0) || Number.isNaN(values[at][row])) continue;
    const given = variable.parents.reduce((sum, parent) => sum + parent.expected * (values[parent.of][row] || 0), centres[at] || 0);
    const q = Math.min(0.5, Math.max(given, 1 / (requests + 1)));
    counts[row] = requests / (q * (1 - q));
  }
  return { slopes: variable.parents.length === 0 ? expected : slopesOf(variable, samples, at, centres, counts, 1, null), variance: 1, counts };
}

/** The same for some of the variables with each row as often as `times` says; robust weights and variance stay. */
export function learnAgain(variables: readonly Variable[], samples: Samples, mechanisms: readonly Mechanism[], times: Float64Array, centres: Float64Array, isAsked: readonly boolean[]): Mechanism[] {
  return variables.map((variable, at) => {
    const { variance, counts } = mechanisms[at];
    if (!isAsked[at]) return mechanisms[at];
    return { slopes: slopesOf(variable, samples, at, centres, counts, variance, times), variance, counts };
  });
}

/** Mean of each variable, weighted; NaN without a value. */
export function meansOf({ values, weights, rows }: Samples, times?: Float64Array): Float64Array {
  const means = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const own = values[at];
    const counts = weights[at];
    let sum = 0;
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const weight = counts[row] * (times === undefined ? 1 : times[row]);
      const value = own[row];
      if (!(weight > 0) || value !== value) continue;
      sum += weight * value;
      total += weight;
    }
    means[at] = sum / total;
  }
  return means;
}

/** What its parents do not explain, row by row, around its mean; 0 where nothing was reported. */
export function residuals({ parents }: Variable, slopes: Float64Array, { values, rows }: Samples, at: number, centres: Float64Array): Float64Array {
  const left = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = values[at][row] - centres[at];
    if (Number.isNaN(own)) continue;
    left[row] = own;
    for (const [place, { of }] of parents.entries()) left[row] -= slopes[place] * (off(values[of][row], centres[of]));
  }
  return left;
}

/** What was not reported is taken as usual. */
function off(value: number, centre: number): number {
  const by = value - centre;
  return Number.isNaN(by) ? 0 : by;
}

/** Weights with mean 1 over the rows that have a value. A pane with ten times the requests is not ten times as sure: panes differ by more than by chance. */
function evened(weights: Float64Array, values: Float64Array): Float64Array {
  const even = weights.map((weight, row) => (weight > 0 && !Number.isNaN(values[row]) ? Math.sqrt(weight) : 0));
  const used = even.filter((weight) => weight > 0);
  const mean = used.reduce((sum, weight) => sum + weight, 0) / Math.max(1, used.length);
  return mean === 0 ? even : even.map((weight) => weight / mean);
}

function varianceOf(left: Float64Array, counts: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < left.length; row++) {
    sum += counts[row] * left[row] ** 2;
    total += counts[row];
  }
  return total === 0 ? 0 : sum / total;
}

function weightedMedian(values: Float64Array, weights: Float64Array): number {
  const used = [...values.keys()].filter((row) => weights[row] > 0).sort((a, b) => values[a] - values[b]);
  return used.length === 0 ? 0 : values[used[used.length >> 1]];
}

/**
 * Minimises Σ counts · (own − Σ slope · parent)² + variance · Σ ((slope − expected) ÷ spread)². Nothing is passed on with the sign
 * turned. Called once a variable and round: plain loops over small arrays.
 */
function slopesOf({ parents }: Variable, { values, rows }: Samples, at: number, centres: Float64Array, counts: Float64Array, variance: number, times: Float64Array | null): Float64Array {
  const size = parents.length;
  const gram = zeros(size * size);
  const right = zeros(size);
  const line = zeros(size);
  const own = values[at];
  let used = 0;
  for (let row = 0; row < rows; row++) {
    const count = times === null ? counts[row] : counts[row] * times[row];
    if (!(count > 0)) continue;
    used++;
    let left = off(own[row], centres[at]);
    for (let i = 0; i < size; i++) {
      const { of, expected } = parents[i];
      line[i] = off(values[of][row], centres[of]);
      left -= expected * line[i];
    }
    for (let i = 0; i < size; i++) {
      const weighed = count * line[i];
      right[i] += weighed * left;
      for (let j = 0; j <= i; j++) gram[i * size + j] += weighed * line[j];
    }
  }
  const worth = Math.max(1, used / rowsWorth);
  // A mechanism without any noise is still not surer than one part in a million.
  for (let i = 0; i < size; i++) gram[i * size + i] += worth * Math.max(variance, 1e-6 * gram[i * size + i], Number.MIN_VALUE) / Math.max(parents[i].spread ** 2, Number.MIN_VALUE);
  const added = solve(gram, right);
  const slopes = new Float64Array(size);
  for (let i = 0; i < size; i++) slopes[i] = Math.max(0, parents[i].expected + added[i]);
  return slopes;
}

/** Small arrays of plain numbers are made faster than typed ones. */
export function zeros(size: number): number[] {
  const made: number[] = [];
  for (let at = 0; at < size; at++) made.push(0);
  return made;
}

/** Cholesky; `gram` holds the lower half of a positive definite matrix and is overwritten. */
export function solve(gram: number[], right: readonly number[]): number[] {
  const size = right.length;
  const found = right.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * size + j];
      for (let k = 0; k < j; k++) sum -= gram[i * size + k] * gram[j * size + k];
      gram[i * size + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / gram[j * size + j];
    }
    for (let k = 0; k < i; k++) found[i] -= gram[i * size + k] * found[k];
    found[i] /= gram[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) found[i] -= gram[k * size + i] * found[k];
    found[i] /= gram[i * size + i];
  }
  return found;
}
