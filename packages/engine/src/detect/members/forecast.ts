import type { Member } from './member.ts';

/**
 * Decomposable forecaster: trend, daily and weekly Fourier terms and working days, as Prophet has them (Taylor & Letham 2018,
 * "Forecasting at scale"), fitted online by recursive least squares with forgetting instead of once by MAP. A trend change point
 * is not sampled but admitted: when residuals stay on one side, the level is made uncertain again and learns quickly. The score
 * is the residual, less the share of the residual before it that usually carries over: how far the next step went wrong.
 */
export interface ForecastState {
  points: number;
  startMs: number;
  /** Coefficients in the order of `terms`. */
  readonly coefficients: Float64Array;
  /** Upper triangle of their covariance, row by row. */
  readonly covariance: Float32Array;
  deviation: number;
  /** Running mean of the residual's sign: near ±1 the trend has changed. */
  bias: number;
  /** Last residual, running mean of its square, and of its product with the one before. */
  last: number;
  square: number;
  product: number;
}

const dayMs = 86_400_000;
const dailyTerms = 3;
const weeklyTerms = 1;
const size = 2 + 2 * dailyTerms + 2 * weeklyTerms + 1;
const forgetting = 0.9995;
const warmPoints = 10;
const deviationPoints = 300;
const biasPoints = 30;
const carryPoints = 500;
const biasLimit = 0.9;
const varianceMax = 100;
/** How uncertain each term is before the first point, in deviations of the series: slow terms are trusted least. */
const priors = priorVariances();

/** `isWorkingDay`: what the calendar says; weekends alone where nobody filled one in. */
export function openForecast(isWorkingDay: (atMs: number) => boolean = isWeekday): Member<ForecastState> {
  return {
    id: 'forecast',
    sides: 'both',
    make: () => ({ points: 0, startMs: 0, coefficients: new Float64Array(size), covariance: new Float32Array((size * (size + 1)) / 2), deviation: 0, bias: 0, last: 0, square: 0, product: 0 }),
    judge(state, atMs, y) {
      if (state.points < warmPoints) return NaN;
      return y - dot(state.coefficients, terms(state, atMs, isWorkingDay(atMs))) - carried(state);
    },
    expect(state, atMs) {
      if (state.points < warmPoints) return null;
      return { mid: dot(state.coefficients, terms(state, atMs, isWorkingDay(atMs))), deviation: state.deviation };
    },
    learn(state, atMs, y) {
      learn(state, atMs, y, isWorkingDay(atMs));
    },
  };
}

export const forecast = openForecast();

/** Monday to Friday in UTC; 1 January 1970 was a Thursday. */
function isWeekday(atMs: number): boolean {
  return (Math.floor(atMs / dayMs) + 3) % 7 < 5;
}

function priorVariances(): Float64Array {
  const priors = new Float64Array(size).fill(0.3);
  priors[0] = 10;
  priors[1] = 0.01;
  return priors;
}

const scratch = new Float64Array(size);

function terms(state: ForecastState, atMs: number, working: boolean): Float64Array {
  const day = (2 * Math.PI * (atMs % dayMs)) / dayMs;
  const week = (2 * Math.PI * (atMs % (7 * dayMs))) / (7 * dayMs);
  scratch[0] = 1;
  scratch[1] = (atMs - state.startMs) / dayMs;
  let at = 2;
  for (let order = 1; order <= dailyTerms; order++) {
    scratch[at++] = Math.sin(order * day);
    scratch[at++] = Math.cos(order * day);
  }
  for (let order = 1; order <= weeklyTerms; order++) {
    scratch[at++] = Math.sin(order * week);
    scratch[at++] = Math.cos(order * week);
  }
  scratch[at] = working ? 1 : 0;
  return scratch;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += left[i] * right[i];
  return sum;
}

function indexOf(row: number, column: number): number {
  return row <= column ? row * size - (row * (row - 1)) / 2 + column - row : indexOf(column, row);
}

const gainScratch = new Float64Array(size);

function carried({ last, square, product }: ForecastState): number {
  return square > 0 ? Math.max(0, Math.min(1, product / square)) * last : 0;
}

function learn(state: ForecastState, atMs: number, y: number, working: boolean): void {
  const { coefficients, covariance } = state;
  if (state.points === 0) {
    state.startMs = atMs;
    coefficients[0] = y;
    for (let i = 0; i < size; i++) covariance[indexOf(i, i)] = priors[i];
  }
  const x = terms(state, atMs, working);
  const residual = y - dot(coefficients, x);
  state.points++;
  const bound = state.points < warmPoints ? Math.abs(residual) : 4 * state.deviation + 1e-9;
  const clean = Math.max(-bound, Math.min(bound, residual));
  state.deviation += Math.max(1 / state.points, 1 / deviationPoints) * (Math.abs(clean) * 1.2533 - state.deviation);
  const gain = Math.max(1 / state.points, 1 / carryPoints);
  state.square += gain * (state.last * state.last - state.square);
  state.product += gain * (state.last * clean - state.product);
  state.last = clean;
  state.bias += (Math.sign(residual) - state.bias) / biasPoints;
  if (Math.abs(state.bias) > biasLimit) {
    covariance[indexOf(0, 0)] = Math.min(covariance[indexOf(0, 0)] + 0.05, varianceMax);
    state.bias *= 0.5;
  }
  let noise = forgetting;
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = 0; column < size; column++) sum += covariance[indexOf(row, column)] * x[column];
    gainScratch[row] = sum;
    noise += sum * x[row];
  }
  for (let row = 0, at = 0; row < size; row++) {
    coefficients[row] += (gainScratch[row] / noise) * clean;
    for (let column = row; column < size; column++, at++) {
      // Forgetting would let what is not excited grow without end: it stops at the bound.
      const next = (covariance[at] - (gainScratch[row] * gainScratch[column]) / noise) / (row === column && covariance[at] > varianceMax ? 1 : forgetting);
      covariance[at] = next;
    }
  }
}
