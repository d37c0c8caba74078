/**
 * How many different things: the smallest hashes of what was seen (k minimum values, Bar-Yossef et al. 2002). Sorted, each
 * once, at most `hashesMax`. Exact below that; beyond it the k-th smallest says how dense they lie, with a standard error of
 * 1 / √(k − 2) = 9 %. Seeing again changes nothing, and merging is the union: exact in any order and grouping.
 */
export const hashesMax = 128;

export function addDistinct(hashes: number[], hash: number): void {
  if (hashes.length === hashesMax && hash >= hashes[hashesMax - 1]) return;
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hashes[middle] < hash) low = middle + 1; else high = middle;
  }
  if (hashes[low] === hash) return;
  hashes.splice(low, 0, hash);
  if (hashes.length > hashesMax) hashes.pop();
}

export function mergeDistinct(into: number[], other: readonly number[]): void {
  for (const hash of other) addDistinct(into, hash);
}

export function countDistinct(hashes: readonly number[]): number {
  return hashes.length < hashesMax ? hashes.length : (hashesMax - 1) * 4_294_967_296 / hashes[hashesMax - 1];
}
