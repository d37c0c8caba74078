/** A stored series as the look back wants it: evenly spaced, without what was not there yet. */
export interface Even {
  readonly times: readonly number[];
  /** NaN where nothing is known. */
  readonly values: Float64Array;
  readonly stepMs: number;
}

/**
 * From the first known value to the last. A series that reports less often than every step gets the step that it reports in: otherwise
 * most of it would be gaps. Null when no value is known.
 */
export function makeEven(times: readonly number[], values: readonly (number | null)[], stepMs: number): Even | null {
  const known = [...values.keys()].filter((i) => values[i] !== null && Number.isFinite(values[i]));
  if (known.length === 0) return null;
  const gaps = known.slice(1).map((at, i) => at - known[i]).sort((a, b) => a - b);
  const every = Math.max(1, gaps[(gaps.length - 1) >> 1] ?? 1);
  const first = known[0];
  const count = Math.floor((known[known.length - 1] - first) / every) + 1;
  const even = new Float64Array(count).fill(NaN);
  // The last value of a step stands for it, as in the store.
  for (const at of known) even[Math.floor((at - first) / every)] = values[at] ?? NaN;
  return { times: Array.from(even, (_, i) => times[first] + i * every * stepMs), values: even, stepMs: every * stepMs };
}
