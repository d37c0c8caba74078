import { constants } from 'node:http2';
import type { Readable } from 'node:stream';
import { CodedError } from '../errors.ts';
import type { Lease } from '../memory/lease.ts';
import type { Ticket } from './budget.ts';

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

export interface ReadBodyOptions {
  readonly bytesMax: number;
  readonly ticket: Ticket;
  /** What the body is put together in. */
  readonly lease: Lease;
  /** Each chunk is memory of its own, and nobody else looks at it. */
  readonly ownsChunks: boolean;
  /** Looks at the beginning once so much of it is there; what it throws ends the reading. */
  readonly head?: { readonly bytes: number; check(head: Buffer): void };
}

/** Reads a request body with its limit and the budget checked at every chunk, whether or not a length was declared. */
export async function readBody(stream: Readable, options: ReadBodyOptions): Promise<Buffer> {
  const chunks = await collect(stream, options);
  const body = options.lease.gather(chunks, chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  if (options.ownsChunks) for (const chunk of chunks) free(chunk);
  return body;
}

/** Bytes that nobody else looks at, moved into memory of the lease: they are read there, and their own memory is given back at once. */
export function moveInto(lease: Lease, bytes: Uint8Array): Buffer {
  const held = lease.gather([bytes], bytes.length);
  free(bytes);
  return held;
}

/** V8 would start to mark its whole heap after each 64 MB of such chunks, to find that nobody needs them any more: a tenth of all that taking in spans cost. */
function free({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function collect(stream: Readable, { bytesMax, ticket, head }: ReadBodyOptions): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isHeadSeen = head === undefined;
    const done = (act: () => void): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onGone).off('aborted', onGone).off('close', onGone);
      // Later failures of a request that has been settled concern nobody.
      stream.on('error', () => undefined);
      act();
    };
    const onGone = (): void => done(() => reject(new ClientGone()));
    // A stream of HTTP/2 that its client resets ends too, with whatever had come.
    const onEnd = (): void => done(() => (isReset(stream) ? reject(new ClientGone()) : resolve(chunks)));
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > bytesMax) throw new CodedError('too_large', `more than ${bytesMax} bytes`);
        ticket.take(chunk.length);
        chunks.push(chunk);
        if (!isHeadSeen && head !== undefined && bytes >= head.bytes) {
          isHeadSeen = true;
          head.check(chunks.length === 1 ? chunk : Buffer.concat(chunks));
        }
      } catch (error) {
        done(() => reject(error as Error));
      }
    };
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('aborted', onGone).on('close', onGone);
  });
}

const isReset = (stream: Readable): boolean => 'rstCode' in stream && typeof stream.rstCode === 'number' && stream.rstCode !== constants.NGHTTP2_NO_ERROR;
