/** The `index`-th number of a seeded sequence, 0 ≤ x < 1 (the mixer of splitmix32). No state: what is saved is the counter. */
export function draw(seed: number, index: number): number {
  let mixed = (Math.imul(index + 1, 0x9e3779b9) + Math.imul(seed, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}
