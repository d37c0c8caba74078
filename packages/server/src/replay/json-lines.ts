import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { Signal } from '@clew/otlp';
import { CodedError } from '../errors.ts';

/** A longer line is refused: no request of any receiver is as long. */
const lineBytesMax = 256 * 1024 * 1024;
const signalOf: Readonly<Record<string, Signal>> = { resourceSpans: 'traces', resourceMetrics: 'metrics', resourceLogs: 'logs', resourceProfiles: 'profiles' };

export interface JsonLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Bytes of the file up to the end of this line (before decompression, as far as has been read). */
  readonly bytesRead: number;
}

/** The lines of a file that are not blank, with constant memory; a `.gz` file is inflated. */
export async function* readLines(path: string): AsyncGenerator<JsonLine> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const source: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => source.destroy(error));
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  let number = 0;
  const take = (last: Buffer): JsonLine | null => {
    number += 1;
    const text = Buffer.concat([...pieces, last]).toString('utf8').trim();
    pieces = [];
    pieceBytes = 0;
    return text === '' ? null : { number, text, bytesRead: file.bytesRead };
  };
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = take(chunk.subarray(start, end));
      start = end + 1;
      if (line !== null) yield line;
    }
    pieces.push(chunk.subarray(start));
    pieceBytes += chunk.length - start;
    if (pieceBytes > lineBytesMax) throw new CodedError('bad_line', `line ${number + 1}`, { detail: `It is longer than ${lineBytesMax} bytes.` });
  }
  const line = take(Buffer.alloc(0));
  if (line !== null) yield line;
}

/** The requests of one line: the Collector's file exporter writes one, but nothing keeps a line from holding spans and logs. */
export function requestsOf({ number, text }: JsonLine): { readonly signal: Signal; readonly text: string }[] {
  const named = Object.keys(signalOf).filter((key) => text.includes(`"${key}"`));
  if (named.length === 1) return [{ signal: signalOf[named[0]], text }];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CodedError('bad_line', `line ${number}`, { detail: 'It is not JSON.', cause: error });
  }
  const keys = typeof value === 'object' && value !== null ? Object.keys(value).filter((key) => key in signalOf) : [];
  if (keys.length === 0) throw new CodedError('bad_line', `line ${number}`, { detail: 'It has none of resourceSpans, resourceMetrics, resourceLogs, resourceProfiles.' });
  // The text goes on as it was sent whenever that is possible: numbers beyond 2^53 do not survive JSON.parse.
  if (keys.length === 1) return [{ signal: signalOf[keys[0]], text }];
  return keys.map((key) => ({ signal: signalOf[key], text: JSON.stringify({ [key]: (value as Record<string, unknown>)[key], ...(key === 'resourceProfiles' ? { dictionary: (value as Record<string, unknown>).dictionary } : {}) }) }));
}
