/** Buffers of one chunk of rows, filled by the writers of spans, logs and points, and handed to DuckDB by chunk.ts. */

/** DuckDB's vector size: no chunk has more rows. */
export const rowsPerChunk = 2048;

const encoder = new TextEncoder();

/** Text or bytes, row after row in one buffer: `put…` as often as needed, then `end` once a row. Text must be UTF-8. */
export class TextColumn {
  bytes = new Uint8Array(16_384);
  size = 0;
  rows = 0;
  /** Row `i` has `bytes[offsets[i] .. offsets[i + 1])`. */
  readonly offsets = new Uint32Array(rowsPerChunk + 1);

  put(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.size + length > this.bytes.length) this.grow(length);
    if (length > 24) this.bytes.set(source.subarray(start, end), this.size);
    else for (let i = 0; i < length; i++) this.bytes[this.size + i] = source[start + i];
    this.size += length;
  }

  putByte(byte: number): void {
    if (this.size === this.bytes.length) this.grow(1);
    this.bytes[this.size++] = byte;
  }

  putText(text: string): void {
    if (this.size + text.length * 3 > this.bytes.length) this.grow(text.length * 3);
    this.size += encoder.encodeInto(text, this.bytes.subarray(this.size)).written;
  }

  /** Of numbers and the like: several times cheaper than the encoder for short texts. */
  putAscii(text: string): void {
    if (this.size + text.length > this.bytes.length) this.grow(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.size++] = text.charCodeAt(i);
  }

  end(): void {
    this.offsets[++this.rows] = this.size;
  }

  reset(): void {
    this.size = 0;
    this.rows = 0;
    // One huge row must not stay in memory for good.
    if (this.bytes.length > keptBytesMax) this.bytes = new Uint8Array(16_384);
  }

  private grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.size + more));
    bytes.set(this.bytes.subarray(0, this.size));
    this.bytes = bytes;
  }
}

const keptBytesMax = 4 * 1024 * 1024;

/** A list of numbers a row: `push` as often as needed, then `end` once a row. */
export class ListColumn<Values extends Uint32Array | Float64Array> {
  values: Values;
  size = 0;
  rows = 0;
  readonly offsets = new Uint32Array(rowsPerChunk + 1);
  private readonly make: (length: number) => Values;

  constructor(make: (length: number) => Values) {
    this.make = make;
    this.values = make(4096);
  }

  push(value: number): void {
    if (this.size === this.values.length) {
      const values = this.make(this.size * 2);
      values.set(this.values);
      this.values = values;
    }
    this.values[this.size++] = value;
  }

  end(): void {
    this.offsets[++this.rows] = this.size;
  }

  reset(): void {
    this.size = 0;
    this.rows = 0;
    if (this.values.byteLength > keptBytesMax) this.values = this.make(4096);
  }
}

export interface ColumnBuffers {
  u8: Uint8Array;
  u32: Uint32Array;
  u64: BigUint64Array;
  i64: BigInt64Array;
  f64: Float64Array;
  text: TextColumn;
  blob: TextColumn;
  'u32[]': ListColumn<Uint32Array>;
  'f64[]': ListColumn<Float64Array>;
}
export type ColumnType = keyof ColumnBuffers;

const makers: { readonly [T in ColumnType]: () => ColumnBuffers[T] } = {
  u8: () => new Uint8Array(rowsPerChunk),
  u32: () => new Uint32Array(rowsPerChunk),
  u64: () => new BigUint64Array(rowsPerChunk),
  i64: () => new BigInt64Array(rowsPerChunk),
  f64: () => new Float64Array(rowsPerChunk),
  text: () => new TextColumn(),
  blob: () => new TextColumn(),
  'u32[]': () => new ListColumn((length) => new Uint32Array(length)),
  'f64[]': () => new ListColumn((length) => new Float64Array(length)),
};

/** Columns of a table in order: name → type. */
export type Shape = Readonly<Record<string, ColumnType>>;
export type Columns<S extends Shape> = { readonly [Name in keyof S]: ColumnBuffers[S[Name]] };

export function makeColumns<S extends Shape>(shape: S): Columns<S> {
  return Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, makers[type]()])) as Columns<S>;
}
