import { draw } from './draw.ts';
import { toShares } from './member.ts';
import type { JointMember } from './member.ts';
import { filledOf, keep, makeReservoir } from './reservoir.ts';
import type { Reservoir } from './reservoir.ts';

/**
 * Isolation Forest (Liu, Ting & Zhou 2008) with slanted cuts (Hariri, Kind & Brunner 2019, "Extended Isolation Forest"): what a
 * few random cuts set apart is unusual. It is grown anew from a reservoir every `regrowPanes`. Departures: cuts also fall beyond what
 * was seen, by `margin` ranges to either side (as in half-space trees, Tan, Ting & Liu 2011), since the reservoir holds what is
 * ordinary and what is not lies outside of it; a cut takes its slope from a small table of directions that all trees share, so
 * that a vector is projected once and a node costs seven bytes; a feature that was not reported counts as its usual value.
 * 24 kB at 12 features.
 */
export interface Forest {
  readonly reservoir: Reservoir;
  readonly seed: number;
  grown: number;
  /** directionCount × features. */
  readonly directions: Float32Array;
  /** Nodes of a tree in the order of a walk that goes left first: the left child is the next node. */
  readonly direction: Uint8Array;
  readonly cut: Float32Array;
  /** Place of the right child in the tree; 0 for a leaf. */
  readonly right: Uint8Array;
  readonly size: Uint8Array;
}

const trees = 16;
const sampleSize = 64;
const nodesMax = 127;
const depthMax = 8;
const margin = 2;
/** A range is at least this, in standardised units: what never moved has one too. */
const rangeLeast = 1;
const reservoirRows = 128;
const directionCount = 64;
/** Features in one slanted cut. */
const slant = 8;
const warmPanes = 64;
const regrowPanes = 256;

export const forest: JointMember<Forest> = {
  id: 'forest',
  voice: { spans: [1, 5, 15], sees: 'state', weight: 0.5, blame: 0 },
  make(features, seed) {
    return {
      reservoir: makeReservoir(reservoirRows, features, seed), seed, grown: 0, directions: new Float32Array(directionCount * features),
      direction: new Uint8Array(trees * nodesMax), cut: new Float32Array(trees * nodesMax), right: new Uint8Array(trees * nodesMax), size: new Uint8Array(trees * nodesMax),
    };
  },
  judge(state, x) {
    if (state.grown === 0) return NaN;
    const projected = project(state, x);
    let depth = 0;
    for (let tree = 0; tree < trees; tree++) depth += walk(state, tree, projected, () => undefined);
    return 2 ** (-depth / trees / usualDepth(sampleSize));
  },
  explain(state, x, shares) {
    shares.fill(0);
    if (state.grown === 0) return;
    const { directions } = state;
    const projected = project(state, x);
    for (let tree = 0; tree < trees; tree++) {
      walk(state, tree, projected, (direction, gain) => {
        if (gain <= 0) return;
        const from = direction * x.length;
        let total = 0;
        for (let j = 0; j < x.length; j++) if (!Number.isNaN(x[j])) total += Math.abs(directions[from + j] * x[j]);
        if (total > 0) for (let j = 0; j < x.length; j++) if (!Number.isNaN(x[j])) shares[j] += (gain * Math.abs(directions[from + j] * x[j])) / total;
      });
    }
    toShares(shares);
  },
  learn(state, x, weight) {
    keep(state.reservoir, x, weight);
    const { seen } = state.reservoir;
    if (seen === warmPanes || seen % regrowPanes === 0) grow(state, x.length);
  },
};

/** Depth at which a tree of `count` points usually isolates one (Liu et al. 2008, equation 1). */
function usualDepth(count: number): number {
  return count <= 1 ? 0 : 2 * (Math.log(count - 1) + 0.5772156649) - (2 * (count - 1)) / count;
}

function project({ directions }: Forest, x: Float64Array): Float64Array {
  const projected = new Float64Array(directionCount);
  for (let d = 0; d < directionCount; d++) {
    for (let j = 0; j < x.length; j++) {
      const slope = directions[d * x.length + j];
      if (slope !== 0 && !Number.isNaN(x[j])) projected[d] += slope * x[j];
    }
  }
  return projected;
}

/** Depth of the leaf, with what its points would still have taken. `visit` hears by how much each cut shortened the way. */
function walk({ direction, cut, right, size }: Forest, tree: number, projected: Float64Array, visit: (direction: number, gain: number) => void): number {
  const root = tree * nodesMax;
  let node = 0;
  let depth = 0;
  while (right[root + node] > 0) {
    const at = root + node;
    const next = projected[direction[at]] < cut[at] ? node + 1 : right[at];
    visit(direction[at], usualDepth(size[at]) - usualDepth(size[root + next]) - 1);
    node = next;
    depth++;
  }
  return depth + usualDepth(size[root + node]);
}

function grow(state: Forest, features: number): void {
  const seed = (state.seed + state.reservoir.seen) | 0;
  state.grown++;
  slope(state.directions, features, seed);
  const filled = filledOf(state.reservoir);
  const points = Array.from({ length: filled }, (_, row) => project(state, Float64Array.from(state.reservoir.rows.subarray(row * features, (row + 1) * features))));
  let drawn = 0;
  const next = (): number => draw(seed ^ 0x5bd1e995, drawn++);
  for (let tree = 0; tree < trees; tree++) {
    const sample = Array.from({ length: Math.min(sampleSize, filled) }, () => points[Math.floor(next() * filled)]);
    plant(state, tree * nodesMax, 0, nodesMax, sample, 0, next);
  }
}

/** Directions of a few features each, with normal slopes. */
function slope(directions: Float32Array, features: number, seed: number): void {
  directions.fill(0);
  let drawn = 0;
  const next = (): number => draw(seed, drawn++);
  for (let d = 0; d < directionCount; d++) {
    for (let k = 0; k < Math.min(slant, features); k++) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      directions[d * features + Math.floor(next() * features)] = normal;
    }
  }
}

/** Writes the subtree of `sample` from node `at` on, in at most `room` nodes; returns the place after it. */
function plant(state: Forest, root: number, at: number, room: number, sample: readonly Float64Array[], depth: number, next: () => number): number {
  state.size[root + at] = sample.length;
  state.right[root + at] = 0;
  if (sample.length <= 1 || depth >= depthMax || room < 3) return at + 1;
  const direction = Math.floor(next() * directionCount);
  let low = Infinity;
  let high = -Infinity;
  for (const point of sample) {
    low = Math.min(low, point[direction]);
    high = Math.max(high, point[direction]);
  }
  const beyond = margin * Math.max(high - low, rangeLeast);
  const cut = Math.fround(low - beyond + next() * (high - low + 2 * beyond));
  const left = sample.filter((point) => point[direction] < cut);
  const others = sample.filter((point) => point[direction] >= cut);
  state.direction[root + at] = direction;
  state.cut[root + at] = cut;
  const leftRoom = Math.min(room - 2, Math.max(1, Math.round(((room - 1) * (left.length + 1)) / (sample.length + 2))));
  const right = plant(state, root, at + 1, leftRoom, left, depth + 1, next);
  state.right[root + at] = right;
  return plant(state, root, right, at + room - right, others, depth + 1, next);
}
