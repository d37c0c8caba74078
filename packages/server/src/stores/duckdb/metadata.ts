/**
 * Metric.metadata (field 12, repeated KeyValue) out of an encoded Metric, tags and all: the one part of a metric that the
 * columns leave in the message. The message has been validated by the reader; anything odd here ends the search.
 */
const metadataTag = (12 << 3) | 2;
const none = new Uint8Array(0);

export function metadataOf(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const end = start + length;
  const found: Uint8Array[] = [];
  let at = start;
  while (at < end) {
    const from = at;
    const tag = readVarint(bytes, at, end);
    const body = tag.next;
    const wire = tag.value & 7;
    if (wire === 0) at = readVarint(bytes, body, end).next;
    else if (wire === 1) at = body + 8;
    else if (wire === 5) at = body + 4;
    else if (wire === 2) {
      const size = readVarint(bytes, body, end);
      at = size.next + size.value;
    } else break;
    if (at > end) break;
    if (tag.value === metadataTag) found.push(bytes.subarray(from, at));
  }
  return found.length === 0 ? none : new Uint8Array(Buffer.concat(found));
}

function readVarint(bytes: Uint8Array, at: number, end: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  while (at < end) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  return { value, next: at };
}
