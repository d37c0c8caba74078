/** Order and height within the layers of a layered layout. */
export interface Layered {
  /** Things to place are numbered 0 … count − 1; each layer lists its own, and ordering sorts them in place. */
  readonly count: number;
  readonly layers: number[][];
  /** Neighbours in adjacent layers, left first. */
  readonly links: [left: number, right: number][];
}

const orderSweeps = 10;
const alignSweeps = 12;

/** Barycentre sweeps, left to right and back; the order with the fewest crossings seen wins. */
export function orderLayers(layered: Layered): void {
  const { left, right } = neighbours(layered);
  const place = new Float64Array(layered.count);
  const weight = new Float64Array(layered.count);
  for (const layer of layered.layers) layer.forEach((id, at) => { place[id] = at; });
  let best = layered.layers.map((layer) => [...layer]);
  let fewest = crossings(layered, right, place);
  for (let sweep = 0; sweep < orderSweeps && fewest > 0; sweep++) {
    const rightwards = sweep % 2 === 0;
    const beside = rightwards ? left : right;
    for (let step = 0; step < layered.layers.length; step++) {
      const layer = layered.layers[rightwards ? step : layered.layers.length - 1 - step];
      for (const id of layer) weight[id] = mean(beside[id], place) ?? place[id];
      layer.sort((a, b) => weight[a] - weight[b] || place[a] - place[b]);
      layer.forEach((id, at) => { place[id] = at; });
    }
    const now = crossings(layered, right, place);
    if (now < fewest) {
      fewest = now;
      best = layered.layers.map((layer) => [...layer]);
    }
  }
  best.forEach((layer, index) => { layered.layers[index] = layer; });
}

/** Heights that keep the order and the room each needs, as near to the neighbours' heights as can be. */
export function alignLayers(layered: Layered, roomOf: (id: number) => number): Float64Array {
  const { left, right } = neighbours(layered);
  const y = new Float64Array(layered.count);
  for (const layer of layered.layers) {
    const whole = layer.reduce((sum, id) => sum + roomOf(id), 0);
    let top = -whole / 2;
    for (const id of layer) {
      y[id] = top + roomOf(id) / 2;
      top += roomOf(id);
    }
  }
  const beside = left.map((some, id) => [...some, ...right[id]]);
  for (let sweep = 0; sweep < alignSweeps; sweep++) {
    for (let step = 0; step < layered.layers.length; step++) {
      const layer = layered.layers[sweep % 2 === 0 ? step : layered.layers.length - 1 - step];
      const heights = spread(layer.map((id) => mean(beside[id], y) ?? y[id]), layer.map(roomOf));
      heights.forEach((height, at) => { y[layer[at]] = height; });
    }
  }
  return y;
}

/** Least squares under "each at least its room below the one before": pool adjacent violators. */
export function spread(wanted: readonly number[], room: readonly number[]): number[] {
  const offsets: number[] = [];
  for (let i = 0; i < wanted.length; i++) offsets.push(i === 0 ? 0 : offsets[i - 1] + (room[i - 1] + room[i]) / 2);
  const blocks: { sum: number; count: number }[] = [];
  for (let i = 0; i < wanted.length; i++) {
    blocks.push({ sum: wanted[i] - offsets[i], count: 1 });
    while (blocks.length > 1) {
      const [upper, lower] = [blocks[blocks.length - 2], blocks[blocks.length - 1]];
      if (upper.sum / upper.count <= lower.sum / lower.count) break;
      blocks.splice(-2, 2, { sum: upper.sum + lower.sum, count: upper.count + lower.count });
    }
  }
  return blocks.flatMap((block) => Array.from({ length: block.count }, () => block.sum / block.count)).map((base, i) => base + offsets[i]);
}

function neighbours({ count, links }: Layered): { left: number[][]; right: number[][] } {
  const left = Array.from({ length: count }, (): number[] => []);
  const right = Array.from({ length: count }, (): number[] => []);
  for (const [from, to] of links) {
    right[from].push(to);
    left[to].push(from);
  }
  return { left, right };
}

/** Counted by inversions with a Fenwick tree (Barth, Jünger, Mutzel 2002). */
function crossings({ layers }: Layered, right: readonly (readonly number[])[], place: Float64Array): number {
  let total = 0;
  for (let index = 0; index + 1 < layers.length; index++) {
    const size = layers[index + 1].length;
    const tree = new Int32Array(size + 1);
    let placed = 0;
    for (const id of layers[index]) {
      const ends = right[id];
      for (const end of ends) {
        let notAfter = 0;
        for (let at = place[end] + 1; at > 0; at -= at & -at) notAfter += tree[at];
        total += placed - notAfter;
      }
      for (const end of ends) for (let at = place[end] + 1; at <= size; at += at & -at) tree[at]++;
      placed += ends.length;
    }
  }
  return total;
}

function mean(ids: readonly number[], values: Float64Array): number | undefined {
  if (ids.length === 0) return undefined;
  let sum = 0;
  for (const id of ids) sum += values[id];
  return sum / ids.length;
}
