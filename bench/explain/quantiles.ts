import { rankQuantile } from '../../packages/engine/src/detect/scan/smooth.ts';

export interface Quantiles { readonly median: number; readonly p95: number; readonly worst: number }

export function quantiles(numbers: readonly number[]): Quantiles {
  return { median: rankQuantile(numbers, 0.5), p95: rankQuantile(numbers, 0.95), worst: rankQuantile(numbers, 1) };
}
