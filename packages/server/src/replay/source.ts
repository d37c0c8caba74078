import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fromJson, MalformedOtlp, readRequest } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import { CodedError, reasonOf } from '../errors.ts';
import { toViewRecord } from '../intake/decode.ts';
import type { DecodeLimits } from '../intake/decode.ts';
import { readLogFolder } from '../log/segment-log.ts';
import type { ViewRecord } from '../views/view.ts';
import { readLines, requestsOf } from './json-lines.ts';
import { newestEventMs } from './event-time.ts';

/** What a replay is fed with. Positions begin anywhere and go up by one. */
export type ReplayRecord = ViewRecord;

export interface ReplaySource {
  /** Tells inputs apart, so that a checkpoint is not gone on with on another one. */
  readonly identity: string;
  /**
   * Records behind `after`; `receivedMs` of a file goes on from `afterMs`. Of what is not wanted, asked record by record, only
   * notices are given out: the rest of it is not even decoded.
   */
  read(after: number, afterMs: number, isWanted?: (receivedMs: number) => boolean): AsyncIterable<ReplayRecord>;
  /** 0..1, how much has been read. */
  progress(): number;
}

const identityBytes = 64 * 1024;

/** A data folder, its log folder, or a file of OTLP JSON lines (`.gz` too). */
export async function openSource(path: string, limits: DecodeLimits): Promise<ReplaySource> {
  const stat = statOf(path);
  if (!stat.isDirectory()) return openFile(path, stat.size);
  return openFolder(existsSync(join(path, 'log')) ? join(path, 'log') : path, limits);
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw new CodedError('not_a_log', path, { detail: `${reasonOf(error)}.`, cause: error });
  }
}

async function openFolder(folder: string, limits: DecodeLimits): Promise<ReplaySource> {
  const log = await readLogFolder(folder);
  let reached = log.first;
  return {
    identity: `log ${log.mark}`,
    progress: () => (log.last < log.first ? 1 : (reached - log.first + 1) / (log.last - log.first + 1)),
    async* read(after, _afterMs, isWanted = () => true) {
      for await (const record of log.read(Math.max(after + 1, log.first))) {
        reached = record.position;
        if (record.kind !== 'notice' && !isWanted(record.receivedMs)) continue;
        yield toViewRecord(record, limits);
      }
    },
  };
}

/** The position of a record of a file is the count of requests before it, plus one. Arrival is the newest event time so far. */
async function openFile(path: string, size: number): Promise<ReplaySource> {
  let bytesRead = 0;
  return {
    identity: `file ${await digestOfStart(path)}`,
    progress: () => (size === 0 ? 1 : bytesRead / size),
    async* read(after, afterMs, isWanted = () => true) {
      let position = 0;
      let receivedMs = afterMs;
      for await (const line of readLines(path)) {
        bytesRead = line.bytesRead;
        for (const request of requestsOf(line)) {
          position += 1;
          if (position <= after) continue;
          const batch = decodeLine(line.number, request);
          receivedMs = Math.max(receivedMs, newestEventMs(batch));
          if (isWanted(receivedMs)) yield { position, receivedMs, batch };
        }
      }
    },
  };
}

function decodeLine(line: number, { signal, text }: ReturnType<typeof requestsOf>[number]): Batch {
  try {
    return readRequest(signal, fromJson(signal, text));
  } catch (error) {
    if (error instanceof MalformedOtlp) throw new CodedError('bad_line', `line ${line}, ${error.at}`, { detail: error.message, cause: error });
    throw error;
  }
}

/** A file that has grown since is still the same input. */
async function digestOfStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(identityBytes), 0, identityBytes, 0);
    const firstLine = buffer.subarray(0, bytesRead);
    const end = firstLine.indexOf(10);
    return createHash('sha256').update(end === -1 ? firstLine : firstLine.subarray(0, end)).digest('hex');
  } finally {
    await file.close();
  }
}
