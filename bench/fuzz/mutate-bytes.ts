import type { Random } from '../../packages/simulator/src/random.ts';

const interesting = [0, 1, 2, 0x0a, 0x12, 0x1f, 0x7f, 0x80, 0xfe, 0xff];

/** One to four changes that know nothing of what the bytes mean. */
export function changeBytes(random: Random, input: Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(input);
  for (let count = random.pick([1, 1, 2, 4]); count > 0; count--) bytes = changeOnce(random, bytes);
  return bytes;
}

function changeOnce(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return Uint8Array.from({ length: random.integer(1, 8) }, () => random.below(256));
  const at = random.below(bytes.length);
  switch (random.below(7)) {
    case 0: bytes[at] ^= 1 << random.below(8); return bytes;
    case 1: bytes[at] = random.pick(interesting); return bytes;
    case 2: return bytes.slice(0, at);
    case 3: return splice(bytes, at, random.integer(1, 8), []);
    case 4: return splice(bytes, at, 0, Array.from({ length: random.integer(1, 10) }, () => random.pick(interesting)));
    case 5: return splice(bytes, at, 0, bytes.subarray(random.below(bytes.length), random.below(bytes.length)));
    default: {
      const number = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, bytes.length, bytes.length + 1][random.below(7)];
      const word = new DataView(new ArrayBuffer(4));
      word.setUint32(0, number, random.chance(0.5));
      return splice(bytes, at, 4, new Uint8Array(word.buffer));
    }
  }
}

function splice(bytes: Uint8Array, at: number, removed: number, added: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const tail = bytes.subarray(Math.min(bytes.length, at + removed));
  const out = new Uint8Array(at + added.length + tail.length);
  out.set(bytes.subarray(0, at));
  out.set(added, at);
  out.set(tail, at + added.length);
  return out;
}
