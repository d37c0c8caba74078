/** Where protobuf is written: a growing buffer. A message's length is put in front of it when its end is known. */
export interface Sink {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  pos: number;
}

const bytesAtFirst = 1 << 12;

export function openSink(): Sink {
  const bytes = new Uint8Array(bytesAtFirst);
  return { bytes, view: new DataView(bytes.buffer), pos: 0 };
}

/** What was written, as bytes of their own. */
export function written(s: Sink): Uint8Array {
  return s.bytes.slice(0, s.pos);
}

function room(s: Sink, bytes: number): void {
  if (s.pos + bytes <= s.bytes.length) return;
  const grown = new Uint8Array(Math.max(s.pos + bytes, s.bytes.length * 2));
  grown.set(s.bytes.subarray(0, s.pos));
  s.bytes = grown;
  s.view = new DataView(grown.buffer);
}

/** An unsigned number below 2^32. */
export function writeVarint(s: Sink, value: number): void {
  room(s, 5);
  let rest = value >>> 0;
  while (rest >= 0x80) {
    s.bytes[s.pos++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  s.bytes[s.pos++] = rest;
}

/** Two's complement of 64 bits. */
export function writeVarint64(s: Sink, value: bigint): void {
  room(s, 10);
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    s.bytes[s.pos++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  s.bytes[s.pos++] = Number(rest);
}

export function writeFixed32(s: Sink, value: number): void {
  room(s, 4);
  s.view.setUint32(s.pos, value, true);
  s.pos += 4;
}

export function writeFixed64(s: Sink, value: bigint): void {
  room(s, 8);
  s.view.setBigUint64(s.pos, BigInt.asUintN(64, value), true);
  s.pos += 8;
}

export function writeDouble(s: Sink, value: number): void {
  room(s, 8);
  s.view.setFloat64(s.pos, value, true);
  s.pos += 8;
}

/** Length and bytes. */
export function writeBytes(s: Sink, value: Uint8Array): void {
  writeVarint(s, value.length);
  room(s, value.length);
  s.bytes.set(value, s.pos);
  s.pos += value.length;
}

/** Bytes as they are. */
export function writeRaw(s: Sink, value: Uint8Array): void {
  room(s, value.length);
  s.bytes.set(value, s.pos);
  s.pos += value.length;
}

const encoder = new TextEncoder();

/** Length and UTF-8; half a surrogate pair becomes U+FFFD. */
export function writeString(s: Sink, text: string): void {
  const at = startLength(s);
  room(s, text.length * 3);
  let i = 0;
  if (text.length < 64) {
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) break;
      s.bytes[s.pos++] = unit;
    }
  }
  if (i < text.length) s.pos += encoder.encodeInto(i === 0 ? text : text.slice(i), s.bytes.subarray(s.pos)).written;
  endLength(s, at);
}

/** Leaves room for a length; give the answer to `endLength`. */
export function startLength(s: Sink): number {
  room(s, 1);
  return s.pos++;
}

/** Writes the length of all that came since `startLength`, moving it where the length takes more than one byte. */
export function endLength(s: Sink, at: number): void {
  const length = s.pos - at - 1;
  if (length < 0x80) {
    s.bytes[at] = length;
    return;
  }
  const more = length < 0x4000 ? 1 : length < 0x200000 ? 2 : length < 0x10000000 ? 3 : 4;
  room(s, more);
  s.bytes.copyWithin(at + 1 + more, at + 1, s.pos);
  s.pos = at;
  writeVarint(s, length);
  s.pos = at + 1 + more + length;
}
