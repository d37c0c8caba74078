import { padBytes } from '@clew/otlp';
import type { Batch, Memory } from '@clew/otlp';

/**
 * Shared memory of requests and their columns, used again. Without it every request would take half a megabyte from the system
 * and touch each page of it anew, and it would stay until the garbage collectors of three threads had all seen that it is gone.
 */
export interface Lease extends Memory {
  /** The pieces of a body, one behind the other, in memory of the lease: it is read there without another copy. */
  gather(chunks: readonly Uint8Array[], bytes: number): Buffer;
  /** Bytes of its memory. */
  bytes(): number;
  /** Another lease of the pool, held for as long as somebody holds this one, and longer by its own holders. */
  beside(): Lease;
  /** One more who looks at it. */
  hold(): void;
  /** One fewer; after the last one its memory is given to somebody else. */
  release(): void;
}

export interface Pool {
  /** A lease that its opener holds. */
  open(): Lease;
  /** Bytes that wait to be used again. */
  freeBytes(): number;
  /** Bytes that are lent. What its holders dropped without a word (a thread that died) stays counted: the collectors have it. */
  lentBytes(): number;
}

/** Sizes are powers of two between these; larger pieces are not kept. */
const pieceBytesMin = 4 * 1024;
const pieceBytesMax = 16 * 1024 * 1024;
/** More than this does not wait: it is left to the garbage collectors. */
const freeBytesMaxDefault = 48 * 1024 * 1024;

export function makePool(freeBytesMax: number = freeBytesMaxDefault): Pool {
  /** By size, the one used last at the end: it is most likely still in the cache. */
  const free = new Map<number, SharedArrayBuffer[]>();
  let freeBytes = 0;
  let lentBytes = 0;

  function take(bytes: number): SharedArrayBuffer {
    const size = sizeOf(bytes);
    lentBytes += size;
    const piece = free.get(size)?.pop();
    if (piece === undefined) return new SharedArrayBuffer(size);
    freeBytes -= size;
    return piece;
  }

  function giveBack(piece: SharedArrayBuffer): void {
    const size = piece.byteLength;
    lentBytes -= size;
    if (size > pieceBytesMax || freeBytes + size > freeBytesMax) return;
    freeBytes += size;
    const pieces = free.get(size);
    if (pieces === undefined) free.set(size, [piece]);
    else pieces.push(piece);
  }

  function open(): Lease {
    const pieces: SharedArrayBuffer[] = [];
    const besides: Lease[] = [];
    let holders = 1;
    let body: Buffer | null = null;
    const taken = (bytes: number): SharedArrayBuffer => {
      if (holders === 0) throw new Error('BUG: memory was asked for after it was given back');
      const piece = take(bytes);
      pieces.push(piece);
      return piece;
    };
    return {
      take: taken,
      holds: (request) => request === body,
      gather(chunks, bytes) {
        body = Buffer.from(taken(bytes + padBytes) as unknown as ArrayBuffer, 0, bytes);
        let at = 0;
        for (const chunk of chunks) {
          // Copies in one go; `set` goes byte by byte where memory is shared and places are not aligned: twelve times slower.
          if (chunk.length > 0) body.fill(chunk, at, at + chunk.length);
          at += chunk.length;
        }
        return body;
      },
      bytes: () => pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
      beside() {
        const lease = open();
        besides.push(lease);
        return lease;
      },
      hold() {
        if (holders === 0) throw new Error('BUG: memory was held after it was given back');
        holders += 1;
      },
      release() {
        if (holders === 0) throw new Error('BUG: memory was given back twice');
        holders -= 1;
        if (holders > 0) return;
        for (const piece of pieces.splice(0)) giveBack(piece);
        for (const each of besides) each.release();
      },
    };
  }

  return { freeBytes: () => freeBytes, lentBytes: () => lentBytes, open };
}

function sizeOf(bytes: number): number {
  if (bytes > pieceBytesMax) return bytes;
  let size = pieceBytesMin;
  while (size < bytes) size *= 2;
  return size;
}

/** Which lease a batch lies in; those of one that has none are nobody's business. */
const leases = new WeakMap<Batch, Lease>();

export function layIn(batch: Batch, lease: Lease): void {
  leases.set(batch, lease);
}

/** Bytes of the memory that a batch lies in; null for one that has none to itself. */
export function bytesOf(batch: Batch): number | null {
  return leases.get(batch)?.bytes() ?? null;
}

type WithBatch = { readonly batch: Batch | null };

export function hold(records: readonly WithBatch[]): void {
  for (const { batch } of records) if (batch !== null) leases.get(batch)?.hold();
}

export function release(records: readonly WithBatch[]): void {
  for (const { batch } of records) if (batch !== null) leases.get(batch)?.release();
}
