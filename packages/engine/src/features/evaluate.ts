import type { CalendarPart, Expression, OverMinutes } from '../model/index.ts';
import { featureOf } from './catalogue.ts';
import { countAbove, quantileOf } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/** The partials of one entity in one window, and how to come by those of whole minutes before. */
export interface Scope {
  readonly seconds: number;
  sum(name: string): number;
  sketch(name: string): Histogram | null;
  /** Null when no pane of the window said anything. */
  level(how: 'mean' | 'max', name: string): number | null;
  calendar(part: CalendarPart): number;
  /** How many different ones: texts, or users; null when nobody was named. */
  distinct(name: string): number | null;
  /** The whole minute so many before the last whole one; null when it was not followed for all of it. */
  minute(back: number): Scope | null;
}

/** The value of an expression; null when it has none. */
export function evaluate(expression: Expression, scope: Scope): number | null {
  const value = valueOf(expression, scope);
  return value === null || !Number.isFinite(value) ? null : value;
}

function valueOf(expression: Expression, scope: Scope): number | null {
  if ('constant' in expression) return expression.constant;
  if ('sum' in expression) return scope.sum(expression.sum);
  if ('seconds' in expression) return scope.seconds;
  if ('quantile' in expression) return ofSketch(scope, expression.quantile[1], (sketch) => quantileOf(sketch, expression.quantile[0]));
  if ('largest' in expression) return ofSketch(scope, expression.largest, (sketch) => sketch.max);
  if ('above' in expression) return ofSketch(scope, expression.above[1], (sketch) => countAbove(sketch, expression.above[0]));
  if ('level' in expression) return scope.level(expression.level[0], expression.level[1]);
  if ('add' in expression) return both(expression.add, scope, (left, right) => left + right);
  if ('subtract' in expression) return both(expression.subtract, scope, (left, right) => left - right);
  if ('multiply' in expression) return both(expression.multiply, scope, (left, right) => left * right);
  if ('divide' in expression) return both(expression.divide, scope, (left, right) => left / right);
  if ('sine' in expression) return one(expression.sine, scope, Math.sin);
  if ('cosine' in expression) return one(expression.cosine, scope, Math.cos);
  if ('over' in expression) return overMinutes(...expression.over, scope);
  if ('lag' in expression) return minuteValue(expression.lag[0], expression.lag[1], scope);
  if ('calendar' in expression) return scope.calendar(expression.calendar);
  if ('countDistinct' in expression) return scope.distinct(expression.countDistinct);
  return null;
}

function ofSketch(scope: Scope, name: string, take: (sketch: Histogram) => number): number | null {
  const sketch = scope.sketch(name);
  return sketch === null || sketch.count === 0 ? null : take(sketch);
}

function one(expression: Expression, scope: Scope, take: (value: number) => number): number | null {
  const value = evaluate(expression, scope);
  return value === null ? null : take(value);
}

function both([left, right]: readonly [Expression, Expression], scope: Scope, take: (left: number, right: number) => number): number | null {
  const first = evaluate(left, scope);
  const second = first === null ? null : evaluate(right, scope);
  return first === null || second === null ? null : take(first, second);
}

function minuteValue(feature: string, back: number, scope: Scope): number | null {
  const minute = scope.minute(back);
  return minute === null ? null : evaluate(featureOf(feature).expression, minute);
}

function overMinutes(how: OverMinutes, feature: string, minutes: number, scope: Scope): number | null {
  const times: number[] = [];
  const values: number[] = [];
  for (let back = minutes - 1; back >= 0; back--) {
    const value = minuteValue(feature, back, scope);
    if (value === null) continue;
    times.push(-back);
    values.push(value);
  }
  if (values.length === 0) return null;
  const mean = meanOf(values);
  switch (how) {
    case 'mean': return mean;
    case 'min': return Math.min(...values);
    case 'max': return Math.max(...values);
    case 'stddev': return values.length < 2 ? null : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    case 'median': return medianOf(values);
    case 'slope': return values.length < 2 ? null : slopeOf(times, values, mean);
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Least squares; times are minutes, not all alike. */
function slopeOf(times: readonly number[], values: readonly number[], mean: number): number {
  const middle = meanOf(times);
  let across = 0;
  let along = 0;
  for (let at = 0; at < times.length; at++) {
    across += (times[at] - middle) * (values[at] - mean);
    along += (times[at] - middle) ** 2;
  }
  return across / along;
}
