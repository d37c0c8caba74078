/** Protobuf without its schema: enough structure to change a request where it hurts and still reach the code behind it. */
export interface WireField {
  number: number;
  wire: number;
  /** Wire type 0. */
  value: bigint;
  /** Wire types 1, 2 and 5. */
  bytes: Uint8Array;
  /** What `bytes` says when it can be read as a message; then it is written from here. */
  children: WireField[] | null;
  /** Written instead of the true length of a wire type 2, when not null: a lie. */
  claimedLength: bigint | null;
}

const depthMax = 24;
const nothing = new Uint8Array(0);

/** The fields of these bytes, or null when they are no message. */
export function readTree(bytes: Uint8Array): WireField[] | null {
  return readFields(bytes, 0, bytes.length, 0);
}

/** Where the varint at `at` ends, or −1. */
function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end && i < at + 10; i++) if (bytes[i] < 0x80) return i + 1;
  return -1;
}

/** Exact below 2^49, which is every tag and every length that can be true. */
function varint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = at, unit = 1; i < end; i++, unit *= 128) value += (bytes[i] & 0x7f) * unit;
  return value;
}

function bigVarint(bytes: Uint8Array, at: number, end: number): bigint {
  if (end - at <= 7) return BigInt(varint(bytes, at, end));
  return BigInt(varint(bytes, at, at + 7)) + (BigInt(varint(bytes, at + 7, end)) << 49n);
}

function readFields(bytes: Uint8Array, start: number, end: number, depth: number): WireField[] | null {
  const fields: WireField[] = [];
  for (let at = start; at < end;) {
    const tagEnd = varintEnd(bytes, at, end);
    const tag = tagEnd === -1 ? 0 : varint(bytes, at, tagEnd);
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (number === 0 || tag >= 2 ** 32) return null;
    at = tagEnd;
    const bodyAt = wire === 0 || wire === 2 ? varintEnd(bytes, at, end) : at;
    if (bodyAt === -1) return null;
    if (wire === 0) {
      fields.push(makeField(number, wire, bigVarint(bytes, at, bodyAt)));
      at = bodyAt;
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint(bytes, at, bodyAt) : Infinity;
    if (length > end - bodyAt) return null;
    at = bodyAt + length;
    const field = makeField(number, wire, 0n, bytes.subarray(bodyAt, at));
    if (wire === 2 && depth < depthMax && length > 1) field.children = readFields(bytes, bodyAt, at, depth + 1);
    fields.push(field);
  }
  return fields;
}

export function makeField(number: number, wire: number, value = 0n, bytes: Uint8Array = nothing): WireField {
  return { number, wire, value, bytes, children: null, claimedLength: null };
}

export function copyTree(fields: readonly WireField[]): WireField[] {
  return fields.map((field) => ({ ...field, children: field.children === null ? null : copyTree(field.children) }));
}

/** Written from the end to the beginning, so that a length is known before it is written. Room for what no test wants longer. */
const scratch = new Uint8Array(1 << 20);

/** The bytes of these fields; when there is no room for all, the last ones. */
export function writeTree(fields: readonly WireField[]): Uint8Array {
  return scratch.slice(writeBefore(scratch.length, fields));
}

function writeBefore(end: number, fields: readonly WireField[]): number {
  let at = end;
  for (let i = fields.length - 1; i >= 0; i--) {
    const { number, wire, value, bytes, children, claimedLength } = fields[i];
    const bodyEnd = at;
    if (wire === 0) at = putVarintBefore(at, value);
    else if (wire !== 3 && wire !== 4) {
      if (children !== null && wire === 2) at = writeBefore(at, children);
      else if (bytes.length <= at) scratch.set(bytes, at -= bytes.length);
      if (wire === 2) at = claimedLength === null ? putLengthBefore(at, bodyEnd - at) : putVarintBefore(at, claimedLength);
    }
    at = putLengthBefore(at, number * 8 + wire);
  }
  return at;
}

const varintBytesMax = 10;

function putLengthBefore(end: number, value: number): number {
  if (end < varintBytesMax) return end;
  let at = end - (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : value < 2 ** 35 ? 5 : 6);
  const start = at;
  for (let rest = value; at < end; rest = Math.floor(rest / 128)) scratch[at++] = (rest % 128) | 0x80;
  scratch[end - 1] &= 0x7f;
  return start;
}

function putVarintBefore(end: number, value: bigint): number {
  if (value < 0x10_0000_0000n) return putLengthBefore(end, Number(value));
  if (end < varintBytesMax) return end;
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(70, value); rest > 0n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes[bytes.length - 1] &= 0x7f;
  scratch.set(bytes, end - bytes.length);
  return end - bytes.length;
}
