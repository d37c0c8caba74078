/**
 * Numbers for byte strings and for tuples of numbers, in bounded memory. Open addressing; the hash is seeded and the
 * search gives up after `probesMax` steps, so a sender who makes strings that collide only makes its own rows larger:
 * what gets no number is written into the row instead.
 */
const probesMax = 64;

const grown = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
};

/** Ids 1, 2, 3 … of distinct byte strings; 0 = not known and no room. */
export class ByteTable {
  count = 0;
  private bytes = new Uint8Array(65_536);
  private size = 0;
  private slots = new Uint32Array(4096);
  private hashes = new Uint32Array(2048);
  private ends = new Uint32Array(2048);
  private readonly seed: number;
  private readonly countMax: number;
  private readonly bytesMax: number;

  constructor(limits: { readonly countMax: number; readonly bytesMax: number; readonly seed: number }) {
    this.countMax = limits.countMax;
    this.bytesMax = limits.bytesMax;
    this.seed = limits.seed | 0;
  }

  find(source: Uint8Array, start: number, length: number, insert: boolean): number {
    const hash = this.hash(source, start, length);
    const mask = this.slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < probesMax; probe++, slot = (slot + 1) & mask) {
      const id = this.slots[slot];
      if (id === 0) return insert ? this.add(source, start, length, hash, slot) : 0;
      if (this.hashes[id] === hash && this.same(id, source, start, length)) return id;
    }
    return 0;
  }

  private hash(source: Uint8Array, start: number, length: number): number {
    let hash = this.seed ^ length;
    const end = start + length;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      hash = Math.imul(hash ^ (source[i] | (source[i + 1] << 8) | (source[i + 2] << 16) | (source[i + 3] << 24)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; i < end; i++) hash = Math.imul(hash ^ source[i], 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  private same(id: number, source: Uint8Array, start: number, length: number): boolean {
    const at = this.ends[id - 1];
    if (this.ends[id] - at !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[at + i] !== source[start + i]) return false;
    return true;
  }

  private add(source: Uint8Array, start: number, length: number, hash: number, slot: number): number {
    if (this.count >= this.countMax || this.size + length > this.bytesMax) return 0;
    while (this.size + length > this.bytes.length) {
      const bytes = new Uint8Array(this.bytes.length * 2);
      bytes.set(this.bytes);
      this.bytes = bytes;
    }
    const id = ++this.count;
    if (id === this.hashes.length) {
      this.hashes = grown(this.hashes);
      this.ends = grown(this.ends);
    }
    this.bytes.set(source.subarray(start, start + length), this.size);
    this.size += length;
    this.hashes[id] = hash;
    this.ends[id] = this.size;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.slots = spread(this.slots.length * 2, this.count, this.hashes);
    return id;
  }
}

/** Ids 1, 2, 3 … of distinct tuples of four unsigned 32-bit numbers; 0 = not known and no room. */
export class TupleTable {
  count = 0;
  private words = new Uint32Array(4 * 2048);
  private hashes = new Uint32Array(2048);
  private slots = new Uint32Array(4096);
  private readonly seed: number;
  private readonly countMax: number;

  constructor(limits: { readonly countMax: number; readonly seed: number }) {
    this.countMax = limits.countMax;
    this.seed = limits.seed | 0;
  }

  find(a: number, b: number, c: number, d: number, insert: boolean): number {
    let hash = Math.imul(this.seed ^ a, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x27d4eb2f);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    const mask = this.slots.length - 1;
    const words = this.words;
    for (let probe = 0, slot = hash & mask; probe < probesMax; probe++, slot = (slot + 1) & mask) {
      const id = this.slots[slot];
      if (id === 0) return insert ? this.add(a, b, c, d, hash, slot) : 0;
      const at = 4 * id;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return id;
    }
    return 0;
  }

  private add(a: number, b: number, c: number, d: number, hash: number, slot: number): number {
    if (this.count >= this.countMax) return 0;
    const id = ++this.count;
    if (id === this.hashes.length) {
      this.hashes = grown(this.hashes);
      this.words = grown(this.words);
    }
    this.words[4 * id] = a;
    this.words[4 * id + 1] = b;
    this.words[4 * id + 2] = c;
    this.words[4 * id + 3] = d;
    this.hashes[id] = hash;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.slots = spread(this.slots.length * 2, this.count, this.hashes);
    return id;
  }
}

/** Slots of a larger table. An id that finds no place within `probesMax` steps is forgotten: it will get another number. */
function spread(length: number, count: number, hashes: Uint32Array): Uint32Array<ArrayBuffer> {
  const slots = new Uint32Array(length);
  for (let id = 1; id <= count; id++) {
    for (let probe = 0, slot = hashes[id] & (length - 1); probe < probesMax; probe++, slot = (slot + 1) & (length - 1)) {
      if (slots[slot] !== 0) continue;
      slots[slot] = id;
      break;
    }
  }
  return slots;
}

/** 64-bit hash of byte strings, one after another: `[low, high]`. Stable over files and processes, so not seeded: for counting, not for finding. */
export function hashOf(parts: readonly Uint8Array[]): readonly [number, number] {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      low = Math.imul(low ^ part[i], 0x01000193);
      high = Math.imul(high ^ part[i], 0x5bd1e995) ^ (high >>> 13);
    }
    // Where one part ends matters.
    low = Math.imul(low ^ part.length, 0x85ebca6b);
    high = Math.imul(high ^ part.length, 0xc2b2ae35);
  }
  return [low >>> 0, (high ^ (low >>> 15)) >>> 0];
}
