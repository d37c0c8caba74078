/** Messages out of a TCP stream (RFC 6587): each is counted (`17 <13>…`) or ends with a newline, and both may come on one connection. */
export interface Frames {
  /** Takes the next bytes. What begins with digits and is no count is a line. */
  push(chunk: Uint8Array): void;
  /** The sender has ended: what it left without a newline is a message, a counted one that is not whole is none. */
  end(): void;
  /** True while a message has begun and is not whole. */
  isInside(): boolean;
}

export interface FrameEvents {
  /** `isCut`: it was longer than the limit, of which these are the first bytes. */
  onMessage(bytes: Uint8Array, isCut: boolean): void;
}

const newline = 10;
const space = 32;
const zero = 48;
const one = 49;
const nine = 57;
/** A message has at most 999,999,999 bytes by its count; what is over `messageBytesMax` is read and dropped. */
const countDigitsMax = 9;

export function makeFrames(messageBytesMax: number, { onMessage }: FrameEvents): Frames {
  let state: 'begin' | 'count' | 'counted' | 'line' = 'begin';
  let count = 0;
  let digits = 0;
  let parts: Uint8Array[] = [];
  let held = 0;
  let isCut = false;

  function hold(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, messageBytesMax - held);
    if (kept.length < bytes.length) isCut = true;
    if (kept.length === 0) return;
    // A copy: the chunk that it stands in would be held as long as the message.
    parts.push(kept.slice());
    held += kept.length;
  }
  function finish(): void {
    if (held > 0) onMessage(parts.length === 1 ? parts[0] : Buffer.concat(parts), isCut);
    [parts, held, isCut, state, count, digits] = [[], 0, false, 'begin', 0, 0];
  }
  function readCount(chunk: Uint8Array, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === space) {
        state = 'counted';
        return at + 1;
      }
      if (byte < zero || byte > nine || ++digits > countDigitsMax) {
        state = 'line';
        hold(Buffer.from(String(count)));
        return at;
      }
      count = count * 10 + byte - zero;
    }
    return at;
  }
  function begin(chunk: Uint8Array, at: number): number {
    // Newlines and NULs between messages are nobody's.
    if (chunk[at] === newline || chunk[at] === 0 || chunk[at] === 13) return at + 1;
    state = chunk[at] >= one && chunk[at] <= nine ? 'count' : 'line';
    return at;
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (state === 'begin') at = begin(chunk, at);
        else if (state === 'count') at = readCount(chunk, at);
        else if (state === 'counted') {
          const end = Math.min(at + count, chunk.length);
          hold(chunk.subarray(at, end));
          count -= end - at;
          at = end;
          if (count === 0) finish();
        } else {
          const found = chunk.indexOf(newline, at);
          const end = found < 0 ? chunk.length : found;
          hold(chunk.subarray(at, end));
          at = found < 0 ? end : found + 1;
          if (found >= 0) finish();
        }
      }
    },
    end() {
      if (state === 'line') finish();
    },
    isInside: () => state !== 'begin',
  };
}
