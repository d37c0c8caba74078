/**
 * Moves columns from reused, oversized scratch arrays into one shared buffer: nothing points
 * at scratch memory, and posting a batch to several threads copies nothing. Nobody writes to it afterwards.
 */
import type { Memory } from './memory.ts';

export interface Leaf<A> {
  readonly source: Uint8Array | Uint32Array | Float64Array;
  /** Elements of the result. */
  readonly length: number;
  readonly width: 1 | 4 | 8;
  readonly view: (buffer: SharedArrayBuffer, at: number, length: number) => A;
}

export type Packed<T> = T extends Leaf<infer A> ? A : T extends object ? { [K in keyof T]: Packed<T[K]> } : T;

export const u8 = (source: Uint8Array, length: number): Leaf<Uint8Array> => ({ source, length, width: 1, view: viewU8 });
export const u32 = (source: Uint32Array, length: number): Leaf<Uint32Array> => ({ source, length, width: 4, view: viewU32 });
export const f64 = (source: Float64Array, length: number): Leaf<Float64Array> => ({ source, length, width: 8, view: viewF64 });
/** `words` holds two words a value, low word first (little-endian hosts). */
export const u64 = (words: Uint32Array, length: number): Leaf<BigUint64Array> => ({ source: words, length, width: 8, view: viewU64 });

const viewU8 = (b: SharedArrayBuffer, at: number, n: number): Uint8Array => new Uint8Array(b, at, n);
const viewU32 = (b: SharedArrayBuffer, at: number, n: number): Uint32Array => new Uint32Array(b, at, n);
const viewF64 = (b: SharedArrayBuffer, at: number, n: number): Float64Array => new Float64Array(b, at, n);
const viewU64 = (b: SharedArrayBuffer, at: number, n: number): BigUint64Array => new BigUint64Array(b, at, n);

/** Same tree with views in place of leaves; what is neither leaf nor object stays. */
export function pack<T extends object>(tree: T, memory: Memory): Packed<T> {
  const buffer = memory.take(sizeOf(tree));
  return place(tree, buffer, { at: 0 }) as Packed<T>;
}

function isLeaf(value: object): value is Leaf<unknown> {
  return 'source' in value;
}

function sizeOf(tree: object): number {
  let size = 0;
  for (const value of Object.values(tree)) {
    if (typeof value !== 'object' || value === null) continue;
    size += isLeaf(value) ? align(value.length * value.width) : sizeOf(value);
  }
  return size;
}

function place(tree: object, buffer: SharedArrayBuffer, next: { at: number }): object {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value !== 'object' || value === null) out[key] = value;
    else if (!isLeaf(value)) out[key] = place(value, buffer, next);
    else {
      const { source, length, width } = value;
      const bytes = length * width;
      new Uint8Array(buffer, next.at, bytes).set(new Uint8Array(source.buffer, source.byteOffset, bytes));
      out[key] = value.view(buffer, next.at, length);
      next.at += align(bytes);
    }
  }
  return out;
}

/** Every column starts at a multiple of 8, whatever it holds. */
function align(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Copies of `arrays` with room for `capacity` elements (of `each` array elements) or more, doubling. */
export function grow<T extends Uint8Array | Uint32Array | Float64Array>(from: T, length: number): T {
  const to = new (from.constructor as new (length: number) => T)(Math.max(length, from.length * 2));
  to.set(from);
  return to;
}
