/**
 * Which spans a trace request holds, without decoding them: what makes a span the same span when it is sent again, in
 * whatever batch and encoding. Reads what readRequest has accepted; both see the same spans in the same order.
 */
import type { SpanBatch } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { openCursor, readLength, readTag, readVarint, skipUnknown } from './cursor.ts';
import { readFixed64, readId } from './read-traces.ts';
import type { Sink } from './sink.ts';
import { endLength, openSink, startLength, writeRaw, writeVarint, written } from './sink.ts';

/**
 * Identity of one span in words of 32 bits, each 64-bit value low word first: trace id (high half, low half), span id,
 * start, end, kind. Kind tells apart the two sides of a call that share a span id; the times tell a span that was sent
 * unfinished from the finished one.
 */
export const spanIdentityWords = 11;

/** Writes the identity of row `row` into `words`. `columns` are those of `openIdentities`. */
export function identityOfRow(columns: IdentityColumns, row: number, words: Uint32Array): void {
  const low = 2 * row;
  const high = low + 1;
  words[0] = columns.traceHi[low];
  words[1] = columns.traceHi[high];
  words[2] = columns.traceLo[low];
  words[3] = columns.traceLo[high];
  words[4] = columns.spanId[low];
  words[5] = columns.spanId[high];
  words[6] = columns.startNs[low];
  words[7] = columns.startNs[high];
  words[8] = columns.endNs[low];
  words[9] = columns.endNs[high];
  words[10] = columns.kind[row];
}

/** The columns of a batch that make up identities, 64-bit values as pairs of words. */
export interface IdentityColumns {
  readonly traceHi: Uint32Array;
  readonly traceLo: Uint32Array;
  readonly spanId: Uint32Array;
  readonly startNs: Uint32Array;
  readonly endNs: Uint32Array;
  readonly kind: Uint8Array;
}

export function openIdentities({ traceHi, traceLo, spanId, startNs, endNs, kind }: SpanBatch): IdentityColumns {
  const words = ({ buffer, byteOffset, length }: BigUint64Array): Uint32Array => new Uint32Array(buffer, byteOffset, length * 2);
  return { traceHi: words(traceHi), traceLo: words(traceLo), spanId: words(spanId), startNs: words(startNs), endNs: words(endNs), kind };
}

/** Calls `visit` with the identity of each span that has valid ids; the array is used again for the next. */
export function eachSpanIdentity(request: Uint8Array, visit: (identity: Uint32Array) => void): void {
  const c = openCursor(request);
  const words = new Uint32Array(spanIdentityWords);
  const walk = (depth: number, end: number): void => {
    while (c.pos < end) {
      const tag = readTag(c);
      if (tag !== itemTags[depth]) {
        skipUnknown(c, tag, end, 0);
        continue;
      }
      const until = readLength(c, end) + c.pos;
      if (depth < spanDepth) walk(depth + 1, until);
      else if (readIdentity(c, until, words)) visit(words);
      c.pos = until;
    }
  };
  walk(0, request.length);
}

/** The request without the spans that `isDropped` says; everything else stands as it was sent, unknown fields too. */
export function withoutSpans(request: Uint8Array, isDropped: (identity: Uint32Array) => boolean): Uint8Array {
  const c = openCursor(request);
  const sink = openSink();
  copyLevel({ c, sink, words: new Uint32Array(spanIdentityWords), isDropped }, 0, request.length);
  return written(sink);
}

/** Tags that lead to a span: resource_spans of the request, scope_spans of that, spans of that. */
const itemTags = [10, 18, 18] as const;
const spanDepth = itemTags.length - 1;

interface Copying { readonly c: Cursor; readonly sink: Sink; readonly words: Uint32Array; isDropped(identity: Uint32Array): boolean }

function copyLevel(copying: Copying, depth: number, end: number): void {
  const { c, sink, words, isDropped } = copying;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    if (tag !== itemTags[depth]) {
      skipUnknown(c, tag, end, 0);
      writeRaw(sink, c.bytes.subarray(start, c.pos));
      continue;
    }
    const until = readLength(c, end) + c.pos;
    if (depth < spanDepth) {
      writeVarint(sink, tag);
      const at = startLength(sink);
      copyLevel(copying, depth + 1, until);
      endLength(sink, at);
    } else if (!readIdentity(c, until, words) || !isDropped(words)) writeRaw(sink, c.bytes.subarray(start, until));
    c.pos = until;
  }
}

/** The kinds that a column holds; see read-traces.ts. */
const kindMax = 5;

/** False where the ids are not those of a span: readRequest refuses it. */
function readIdentity(c: Cursor, end: number, words: Uint32Array): boolean {
  words.fill(0);
  let traceLength = 0;
  let spanLength = 0;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) {
      traceLength = readLength(c, end);
      if (traceLength === 16) {
        readId(c, c.pos, words, 0);
        readId(c, c.pos + 8, words, 1);
      }
      c.pos += traceLength;
    } else if (tag === 18) {
      spanLength = readLength(c, end);
      if (spanLength === 8) readId(c, c.pos, words, 2);
      c.pos += spanLength;
    } else if (tag === 57) readFixed64(c, words, 3);
    else if (tag === 65) readFixed64(c, words, 4);
    else if (tag === 48) {
      const kind = readVarint(c);
      words[10] = kind <= kindMax ? kind : 0;
    } else skipUnknown(c, tag, end, 0);
  }
  return traceLength === 16 && spanLength === 8;
}
