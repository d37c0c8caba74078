import { CodedError } from '../../errors.ts';

/** At best a copy of 3 bytes makes 64. */
const expansionMax = 22;

/**
 * Snappy's block format (google/snappy, format_description.txt), as remote write carries it: the length as a varint, then
 * literals and copies of what is already there. The declared length is checked before anything is allocated, against the limit
 * and against what the input could hold at all. Throws `too_large` or `bad_compression`.
 */
export function inflateSnappy(input: Uint8Array, bytesMax: number): Uint8Array {
  const { length, start } = readLength(input);
  if (length > bytesMax) throw new CodedError('too_large', `${length} of ${bytesMax} bytes after decompression`);
  if (length > (input.length - start) * expansionMax) throw broken(`${input.length} bytes cannot hold the ${length} that they declare`);
  const output = new Uint8Array(length);
  let from = start;
  let to = 0;
  while (from < input.length) {
    const tag = input[from++];
    if ((tag & 3) === 0) {
      const { bytes, after } = literal(input, from, tag >>> 2);
      if (bytes > input.length - after || bytes > length - to) throw broken('a literal goes beyond the end');
      output.set(input.subarray(after, after + bytes), to);
      from = after + bytes;
      to += bytes;
      continue;
    }
    const wide = tag & 3;
    const more = wide === 1 ? 1 : wide === 2 ? 2 : 4;
    if (from + more > input.length) throw broken('a copy is cut off');
    const bytes = wide === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const back = wide === 1 ? ((tag >>> 5) << 8) | input[from] : readFixed(input, from, more);
    from += more;
    if (back === 0 || back > to || bytes > length - to) throw broken('a copy points outside of what is there');
    copy(output, to, back, bytes);
    to += bytes;
  }
  if (to !== length) throw broken(`${to} bytes came out, ${length} were declared`);
  return output;
}

/** The part that is copied may be one that the copy itself is writing: then it repeats. */
function copy(output: Uint8Array, to: number, back: number, bytes: number): void {
  if (back >= bytes) {
    output.copyWithin(to, to - back, to - back + bytes);
    return;
  }
  for (let i = to; i < to + bytes; i++) output[i] = output[i - back];
}

/** Lengths of 61 bytes and more stand in 1 to 4 bytes of their own. */
function literal(input: Uint8Array, at: number, code: number): { readonly bytes: number; readonly after: number } {
  if (code < 60) return { bytes: code + 1, after: at };
  const more = code - 59;
  if (at + more > input.length) throw broken('a literal is cut off');
  return { bytes: readFixed(input, at, more) + 1, after: at + more };
}

function readFixed(input: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value += input[at + i] * 2 ** (8 * i);
  return value;
}

function readLength(input: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let i = 0; i < Math.min(input.length, 5); i++) {
    length += (input[i] & 0x7f) * 2 ** (7 * i);
    if (input[i] < 0x80) return { length, start: i + 1 };
  }
  throw broken('it begins with no length');
}

function broken(what: string): CodedError {
  return new CodedError('bad_compression', `snappy: ${what}`);
}
