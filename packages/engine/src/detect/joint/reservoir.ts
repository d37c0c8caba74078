import { draw } from './draw.ts';

/** A uniform sample of the vectors of the last `memoryPanes` or so, in a fixed place (Vitter 1985, algorithm R; the count stops growing, so that old ones fade). */
export interface Reservoir {
  readonly seed: number;
  readonly size: number;
  readonly features: number;
  /** size × features, NaN: not reported. */
  readonly rows: Float32Array;
  seen: number;
}

const memoryPanes = 8_640;

export function makeReservoir(size: number, features: number, seed: number): Reservoir {
  return { seed, size, features, rows: new Float32Array(size * features), seen: 0 };
}

/** How many rows are filled. */
export function filledOf({ seen, size }: Reservoir): number {
  return Math.min(seen, size);
}

/** `weight`: the chance that the vector is taken up at all. */
export function keep(reservoir: Reservoir, x: Float64Array, weight: number): void {
  const { seed, size, features, rows } = reservoir;
  const chance = draw(seed, reservoir.seen);
  const place = reservoir.seen < size ? reservoir.seen : Math.floor((chance / Math.max(weight, 1e-9)) * Math.min(reservoir.seen + 1, memoryPanes));
  reservoir.seen++;
  if (place >= size) return;
  rows.set(x, place * features);
}
