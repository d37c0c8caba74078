/** What conditional logits (McFadden 1974) need to be asked and to be learnt, whichever evidence they weigh. */

/** Shares of alternatives by their utilities; the warmer, the more alike. They sum to 1. */
export function softmax(utilities: Float64Array, temperature: number = 1): Float64Array {
  const highest = utilities.reduce((max, utility) => Math.max(max, utility), -Infinity);
  const powers = utilities.map((utility) => Math.exp((utility - highest) / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const [keepMean, keepSquare] = [0.9, 0.99];

/** Adam (Kingma & Ba 2015) over all cases at once, so that the result is the same each time. `slopesOf` fills in the slope of the loss at the weights as they are; where it leaves 0 the weight stays. Changes `weights`. */
export function descend(weights: Float64Array, slopesOf: (slopes: Float64Array) => void, { steps, rate }: { readonly steps: number; readonly rate: number }): void {
  const [slopes, mean, square] = [new Float64Array(weights.length), new Float64Array(weights.length), new Float64Array(weights.length)];
  for (let step = 1; step <= steps; step++) {
    slopes.fill(0);
    slopesOf(slopes);
    for (let i = 0; i < weights.length; i++) {
      mean[i] = keepMean * mean[i] + (1 - keepMean) * slopes[i];
      square[i] = keepSquare * square[i] + (1 - keepSquare) * slopes[i] * slopes[i];
      weights[i] -= (rate * (mean[i] / (1 - keepMean ** step))) / (Math.sqrt(square[i] / (1 - keepSquare ** step)) + 1e-8);
    }
  }
}
