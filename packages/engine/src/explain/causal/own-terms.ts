import type { Attributed } from './interval.ts';
import { residuals } from './model.ts';
import type { Samples } from './model.ts';
import type { ServiceQuestion } from './service-model.ts';

/** What one variable did by itself in each row of both stretches, the normal one first: its value less what its parents explain. NaN where nothing was reported. */
export function ownTerms(question: ServiceQuestion, { mechanisms, before: centres }: Attributed, at: number): Float64Array {
  const variable = question.variables[at];
  const left = (samples: Samples): Float64Array => residuals(variable, mechanisms[at].slopes, samples, at, centres).map((value, row) => (Number.isNaN(samples.values[at][row]) ? NaN : value));
  return joined(left(question.before), left(question.after));
}

/** Values of one variable in each row of both stretches. */
export function valuesOf({ before, after }: ServiceQuestion, at: number): Float64Array {
  return joined(before.values[at], after.values[at]);
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
