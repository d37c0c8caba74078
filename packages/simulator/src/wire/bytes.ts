/** A growing piece of memory with the few protobuf writes that the simulator needs. */
export class Bytes {
  bytes: Uint8Array;
  length = 0;
  #view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  clear(): void {
    this.length = 0;
  }

  room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  varint(value: number): void {
    this.room(10);
    let left = value;
    while (left > 127) {
      this.bytes[this.length++] = (left & 127) | 128;
      left = Math.floor(left / 128);
    }
    this.bytes[this.length++] = left;
  }

  word(value: number): void {
    this.room(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.room(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Nanoseconds as fixed64, of milliseconds with microseconds behind the point. */
  nanos(ms: number): void {
    this.room(8);
    putNanos(this.#view, this.length, ms);
    this.length += 8;
  }

  raw(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.room(to - from);
    this.bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.length);
    this.length += to - from;
  }

  append(other: Bytes): void {
    this.raw(other.bytes, 0, other.length);
  }

  /** A length-delimited field. */
  field(number: number, bytes: Uint8Array): void {
    this.varint(number * 8 + 2);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  text(number: number, text: string): void {
    this.field(number, utf8(text));
  }

  /** A copy of what was written. */
  taken(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

export function putNanos(view: DataView, at: number, ms: number): void {
  const micros = Math.round(ms * 1000);
  const low = (micros % 4_294_967_296) * 1000;
  view.setUint32(at, low % 4_294_967_296, true);
  view.setUint32(at + 4, Math.floor(micros / 4_294_967_296) * 1000 + Math.floor(low / 4_294_967_296), true);
}

/** Bytes that a varint takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let left = value; left > 127; left = Math.floor(left / 128)) length++;
  return length;
}

const encoder = new TextEncoder();
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
