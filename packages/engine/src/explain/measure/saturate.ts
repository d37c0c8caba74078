/** 0 at 0, one half at `middle`, towards 1; small scores count for less than in proportion. */
export function saturate(score: number, middle: number): number {
  return (score * score) / (score * score + middle * middle);
}
