/**
 * Running quantiles by stochastic approximation (Robbins & Monro 1951): each rung moves along the local spacing of the ladder,
 * which is 1 ÷ density. A ladder without spacing (a still series) takes its scale from the value. `gain` is the share of the
 * past that one value replaces.
 */
export function climb(ladder: Float32Array, first: number, rungs: readonly number[], value: number, gain: number): void {
  const top = rungs.length - 1;
  const still = Math.max(1e-3 * Math.abs(value), 1e-9);
  let below = ladder[first];
  for (let rung = 0; rung <= top; rung++) {
    const here = ladder[first + rung];
    const upper = Math.min(rung + 1, top);
    const slope = Math.max((ladder[first + upper] - below) / (rungs[upper] - rungs[Math.max(rung - 1, 0)]), still);
    ladder[first + rung] = here + 2 * gain * slope * ((value > here ? 1 : 0) - (1 - rungs[rung]));
    below = here;
  }
  for (let rung = 1; rung <= top; rung++) ladder[first + rung] = Math.max(ladder[first + rung], ladder[first + rung - 1]);
}
