import { constants, gunzip, gunzipSync, inflate as inflateZlib, inflateRaw, inflateRawSync, inflateSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { ZlibOptions, ZstdOptions } from 'node:zlib';
import type { Compression } from '@clew/engine';
import { CodedError, reasonOf } from '../errors.ts';

const chunkBytes = 128 * 1024;
/** A body of more bytes inflates on another thread: longer than a millisecond or so nobody else should wait, and for less the way there costs more than it saves. */
export const asideFromBytes = 512 * 1024;
/** Bodies that inflate on other threads at once; their memory is bounded by this times the limit of a request. */
export const asideMax = 2;
/** RFC 9659: a window of 8 MiB is the most that a zstd content coding may ask for. */
const zstdWindowLogMax = 23;
/** Members or frames of one body; more is an attempt to keep us busy with nothing. */
const partsMax = 10_000;

type Coding = Exclude<Compression, 'identity'>;
type Options = ZlibOptions & ZstdOptions;
interface Inflated { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }

/** gRPC's and HTTP's names for what is understood. HTTP's deflate is the zlib format; some clients send it bare. */
export const compressionNames: Readonly<Record<string, Compression>> = { '': 'identity', identity: 'identity', gzip: 'gzip', 'x-gzip': 'gzip', zstd: 'zstd', deflate: 'deflate' };

/** The body without its compression. The limit is checked while it inflates, so a bomb costs no more than the limit. */
export function inflate(body: Uint8Array, compression: Compression, bytesMax: number): Uint8Array {
  if (compression === 'identity') return body;
  const whole = makeParts(compression, bytesMax);
  for (let rest = body; whole.goesOn(rest);) {
    try {
      rest = whole.add(rest, inflateOne(compression, rest, whole.options()));
    } catch (error) {
      throw toCoded(error, bytesMax);
    }
  }
  return whole.bytes();
}

let asideCount = 0;
const waiting: (() => void)[] = [];

/** The same, with large bodies inflated on another thread, `asideMax` at a time. */
export async function inflateAside(body: Uint8Array, compression: Compression, bytesMax: number): Promise<Uint8Array> {
  if (compression === 'identity' || body.length < asideFromBytes) return inflate(body, compression, bytesMax);
  if (asideCount === asideMax) await new Promise<void>((resolve) => { waiting.push(resolve); });
  else asideCount += 1;
  try {
    const whole = makeParts(compression, bytesMax);
    for (let rest = body; whole.goesOn(rest);) rest = whole.add(rest, await inflateOneAside(compression, rest, whole.options()));
    return whole.bytes();
  } catch (error) {
    throw toCoded(error, bytesMax);
  } finally {
    const next = waiting.shift();
    if (next === undefined) asideCount -= 1;
    else next();
  }
}

/**
 * Node inflates all members of a gzip stream, but stops after the first zstd frame and says nothing of what follows. So
 * what was consumed is counted: further frames are read on, and bytes after the end are an error, not passed over.
 */
function makeParts(compression: Coding, bytesMax: number): { goesOn(rest: Uint8Array): boolean; options(): Options; add(rest: Uint8Array, one: Inflated): Uint8Array; bytes(): Uint8Array } {
  const parts: Buffer[] = [];
  let isBegun = false;
  let bytes = 0;
  let count = 0;
  return {
    // An empty body is no valid stream: it is handed to the decoder, which says so.
    goesOn: (rest) => rest.length > 0 || !isBegun,
    options: () => ({
      maxOutputLength: Math.max(1, bytesMax - bytes), chunkSize: chunkBytes, info: true,
      ...(compression === 'zstd' ? { params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } } : {}),
    }),
    add(rest, { buffer, engine }) {
      isBegun = true;
      count += 1;
      bytes += buffer.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      if (buffer.length > 0) parts.push(buffer);
      const left = rest.subarray(engine.bytesWritten);
      if (left.length > 0 && (compression !== 'zstd' || engine.bytesWritten === 0)) throw new CodedError('bad_compression', `${left.length} bytes after the end`);
      if (count > partsMax) throw new CodedError('bad_compression', `more than ${partsMax} frames`);
      return left;
    },
    bytes: () => (parts.length === 1 ? parts[0] : Buffer.concat(parts)),
  };
}

function inflateOne(coding: Coding, body: Uint8Array, options: Options): Inflated {
  // `info` makes Node return the engine beside the buffer; its types do not say so.
  const run = { gzip: gunzipSync, zstd: zstdDecompressSync, deflate: isZlib(body) ? inflateSync : inflateRawSync }[coding] as (body: Uint8Array, options: Options) => unknown;
  return run(body, options) as Inflated;
}

function inflateOneAside(coding: Coding, body: Uint8Array, options: Options): Promise<Inflated> {
  const run = { gzip: gunzip, zstd: zstdDecompress, deflate: isZlib(body) ? inflateZlib : inflateRaw }[coding] as (body: Uint8Array, options: Options, done: (error: Error | null, result: unknown) => void) => void;
  return new Promise((resolve, reject) => {
    run(body, options, (error, result) => { if (error === null) resolve(result as Inflated); else reject(error); });
  });
}

/** RFC 1950: compression method 8, and the first two bytes are a multiple of 31. */
const isZlib = (body: Uint8Array): boolean => body.length < 2 || ((body[0] & 0x0f) === 8 && (body[0] * 256 + body[1]) % 31 === 0);

const tooLarge = (bytesMax: number, cause?: unknown): CodedError => new CodedError('too_large', `more than ${bytesMax} bytes after decompression`, { cause });

function toCoded(error: unknown, bytesMax: number): CodedError {
  if (error instanceof CodedError) return error;
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(bytesMax, error);
  return new CodedError('bad_compression', reasonOf(error), { cause: error });
}
