/** Rows of a stretch of event time as the OTLP request that they could have come in: what a replay is fed with behind the log. */
import type { SliceQuery, StoredSlice } from '@clew/engine';
import { writeRequest } from '@clew/otlp';
import { toMs } from '../decode.ts';
import type { QueryContext } from '../readers.ts';
import { overlapping } from '../filter.ts';
import { Sql } from '../sql.ts';
import { logsOf, pointsOf, tracesOf } from './exact.ts';
import { readLogs } from './logs.ts';
import { readPoints } from './points.ts';
import { readSpans } from './trace.ts';
import type { FoundSpan } from './trace.ts';

/** A span that took longer than this is not looked for at its end: the files are kept by start. */
const longestMs = 3_600_000;

export async function slice(context: QueryContext, query: SliceQuery): Promise<StoredSlice> {
  const limit = Math.min(query.limit, context.limits.sliceRowsMax);
  switch (query.signal) {
    case 'traces': return inSteps(await spansEnded(context, query, limit), endNsOf, query, limit, (found) => writeRequest('traces', tracesOf(found)));
    // Oldest first, as they came.
    case 'metrics': return inSteps((await readPoints(context, query, limit)).toReversed(), ({ row }) => row[1], query, limit, (found) => writeRequest('metrics', pointsOf(found)));
    case 'logs': return inSteps((await readLogs(context, query, limit)).toReversed(), ({ row }) => row[1], query, limit, (found) => writeRequest('logs', logsOf(found)));
  }
}

function inSteps<Found>(found: readonly Found[], nsOf: (each: Found) => bigint, { fromMs, stepMs }: SliceQuery, limit: number, write: (found: readonly Found[]) => Uint8Array): StoredSlice {
  const steps = Map.groupBy(found, (each) => Math.floor((toMs(nsOf(each)) - fromMs) / stepMs));
  return { rows: found.length, isWhole: found.length < limit, requests: [...steps].toSorted(([a], [b]) => a - b).map(([step, own]) => ({ fromMs: fromMs + step * stepMs, request: write(own) })) };
}

function endNsOf({ row }: FoundSpan): bigint {
  const [, , , , , startNs, durationNs] = row;
  return durationNs > 0n ? startNs + durationNs : startNs;
}

/** A span whose end lies before its start ended at its start. */
function spansEnded(context: QueryContext, { fromMs, toMs: untilMs }: SliceQuery, limit: number): ReturnType<typeof readSpans> {
  const partitions = overlapping(context.partitions, 'spans', fromMs - longestMs, untilMs);
  if (partitions.length === 0) return Promise.resolve([]);
  const sql = new Sql();
  const ended = 'start_ns + greatest(duration_ns, 0)::UBIGINT';
  return readSpans(context, partitions, `start_ns >= ${sql.ns(fromMs - longestMs)} AND ${sql.before('start_ns', untilMs)} AND duration_ns <= ${sql.number(longestMs * 1e6)} AND ${ended} >= ${sql.ns(fromMs)} AND ${sql.before(ended, untilMs)}`, limit, sql);
}
