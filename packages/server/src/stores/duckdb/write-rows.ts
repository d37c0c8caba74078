/** Decoded batches → rows of the partition's tables. Columns that need no code are copied whole. */
import { ValueKind, readRest } from '@clew/otlp';
import type { Batch, LogBatch, PointBatch, Rest, SpanBatch } from '@clew/otlp';
import { fromAnyValue, textOf } from './any-value.ts';
import type { TextColumn } from './columns.ts';
import { columnsSayBuckets, putWithoutBuckets } from './bucket-fields.ts';
import { signalBits } from './dictionary.ts';
import type { RowSink, TimeRange } from './row-sink.ts';
import { widen, words } from './row-sink.ts';
import { AtFrom, observedAfterAt, unsetBits } from './schema.ts';
import { writeProfiles } from './write-profiles.ts';

/** Adds all rows of the batch; `range` is widened to hold their event times. */
export function writeBatch(sink: RowSink, batch: Batch, receivedMs: number, range: TimeRange): void {
  if (batch.signal === 'metrics') return writePoints(sink, batch, range);
  const bit = signalBits[batch.signal];
  sink.dictionary.begin(batch.strings, bit);
  const resources = sink.owners.resources(batch, bit);
  const scopes = sink.owners.scopes(batch, bit);
  if (batch.signal === 'traces') writeSpans(sink, batch, resources, scopes, range);
  else if (batch.signal === 'logs') writeLogs(sink, batch, resources, scopes, receivedMs, range);
  else writeProfiles(sink, batch, resources, scopes, receivedMs, range);
}

function writeSpans({ tables: { spans }, dictionary }: RowSink, batch: SpanBatch, resources: Uint32Array, scopes: Uint32Array, range: TimeRange): void {
  const { columns } = spans;
  const duration = words(columns.duration_ns);
  const start = words(batch.startNs);
  const end = words(batch.endNs);
  for (let from = 0, rows = 0; from < batch.count; from += rows) {
    rows = Math.min(batch.count - from, spans.room());
    const at = spans.at();
    const to = from + rows;
    columns.trace_hi.set(batch.traceHi.subarray(from, to), at);
    columns.trace_lo.set(batch.traceLo.subarray(from, to), at);
    columns.span_id.set(batch.spanId.subarray(from, to), at);
    columns.parent_id.set(batch.parentId.subarray(from, to), at);
    columns.start_ns.set(batch.startNs.subarray(from, to), at);
    columns.kind.set(batch.kind.subarray(from, to), at);
    columns.status.set(batch.status.subarray(from, to), at);
    columns.flags.set(batch.flags.subarray(from, to), at);
    for (let i = from; i < to; i++) {
      const row = at + i - from;
      // 64-bit difference modulo 2^64: end = start + duration holds for any two times.
      const low = end[2 * i] - start[2 * i];
      duration[2 * row] = low;
      duration[2 * row + 1] = end[2 * i + 1] - start[2 * i + 1] - (low < 0 ? 1 : 0);
      columns.name[row] = dictionary.name(batch.name[i]);
      columns.status_message[row] = dictionary.name(batch.statusMessage[i]);
      columns.resource[row] = resources[batch.resource[i]];
      columns.scope[row] = scopes[batch.scope[i]];
      dictionary.write(batch.attributes, i, columns.codes, columns.wide);
      putRest(columns.rest, batch.rest, i);
    }
    spans.took(rows);
  }
  widen(range, start, batch.count);
}

function writeLogs({ tables: { logs }, dictionary }: RowSink, batch: LogBatch, resources: Uint32Array, scopes: Uint32Array, receivedMs: number, range: TimeRange): void {
  const { columns } = logs;
  const [atWords, observedWords] = [words(columns.at_ns), words(columns.observed_ns)];
  const { strings: { bytes, starts, lengths } } = batch;
  const receivedNs = BigInt(Math.trunc(receivedMs)) * 1_000_000n;
  for (let from = 0, rows = 0; from < batch.count; from += rows) {
    rows = Math.min(batch.count - from, logs.room());
    const at = logs.at();
    const to = from + rows;
    columns.at_ns.set(batch.timeNs.subarray(from, to), at);
    columns.observed_ns.set(batch.observedNs.subarray(from, to), at);
    columns.severity.set(batch.severity.subarray(from, to), at);
    columns.body_kind.set(batch.bodyKind.subarray(from, to), at);
    columns.trace_hi.set(batch.traceHi.subarray(from, to), at);
    columns.trace_lo.set(batch.traceLo.subarray(from, to), at);
    columns.span_id.set(batch.spanId.subarray(from, to), at);
    columns.flags.set(batch.flags.subarray(from, to), at);
    for (let i = from; i < to; i++) {
      const row = at + i - from;
      columns.at_from[row] = AtFrom.time;
      if (batch.timeNs[i] === 0n) {
        const observed = batch.observedNs[i];
        columns.at_from[row] = observed === 0n ? AtFrom.arrival : AtFrom.observed;
        columns.at_ns[row] = observed === 0n ? receivedNs : observed;
      }
      if (observedWords[2 * row] !== 0 || observedWords[2 * row + 1] !== 0) {
        subtractAt(observedWords, atWords, row);
        columns.at_from[row] |= observedAfterAt;
      }
      columns.severity_text[row] = dictionary.name(batch.severityText[i]);
      columns.event_name[row] = dictionary.name(batch.eventName[i]);
      const body = batch.body[i];
      if (batch.bodyKind[i] === ValueKind.string) columns.body.put(bytes, starts[body], starts[body] + lengths[body]);
      else if (batch.bodyKind[i] !== ValueKind.empty) columns.body.putText(bodyText(batch, i));
      columns.body.end();
      columns.resource[row] = resources[batch.resource[i]];
      columns.scope[row] = scopes[batch.scope[i]];
      dictionary.write(batch.attributes, i, columns.codes, columns.wide);
      putRest(columns.rest, batch.rest, i);
    }
    widen(range, words(columns.at_ns.subarray(at, at + rows)), rows);
    logs.took(rows);
  }
}

function markUnset(extremes: Float64Array, marks: Uint8Array, row: number, bit: number): void {
  extremes[row] = 0;
  marks[row] |= bit;
}

/** 64-bit difference modulo 2^64, in place: what was observed soon after is a small number, whatever the time. */
function subtractAt(observed: Uint32Array, at: Uint32Array, row: number): void {
  const low = observed[2 * row] - at[2 * row];
  observed[2 * row] = low;
  observed[2 * row + 1] = observed[2 * row + 1] - at[2 * row + 1] - (low < 0 ? 1 : 0);
}

function writePoints({ tables: { points }, owners }: RowSink, batch: PointBatch, range: TimeRange): void {
  const { columns } = points;
  const codes = owners.points(batch);
  // Read once: batches that were read and those of a known shape are objects of two kinds.
  const { min, max, bucketOffsets, bucketCounts, rest } = batch;
  for (let from = 0, rows = 0; from < batch.count; from += rows) {
    rows = Math.min(batch.count - from, points.room());
    const at = points.at();
    const to = from + rows;
    columns.start_ns.set(batch.startNs.subarray(from, to), at);
    columns.time_ns.set(batch.timeNs.subarray(from, to), at);
    columns.value.set(batch.value.subarray(from, to), at);
    columns.is_int.set(batch.isInt.subarray(from, to), at);
    columns.count.set(batch.countOf.subarray(from, to), at);
    columns.min.set(batch.min.subarray(from, to), at);
    columns.max.set(batch.max.subarray(from, to), at);
    columns.flags.set(batch.flags.subarray(from, to), at);
    columns.series.set(codes.series.subarray(from, to), at);
    columns.bounds.set(codes.bounds.subarray(from, to), at);
    for (let i = from; i < to; i++) {
      const row = at + i - from;
      if (Number.isNaN(min[i])) markUnset(columns.min, columns.is_int, row, unsetBits.min);
      if (Number.isNaN(max[i])) markUnset(columns.max, columns.is_int, row, unsetBits.max);
      const hasBuckets = bucketOffsets[i + 1] > bucketOffsets[i];
      for (let k = bucketOffsets[i]; k < bucketOffsets[i + 1]; k++) columns.buckets.push(bucketCounts[k]);
      columns.buckets.end();
      if (hasBuckets && columnsSayBuckets(batch, i)) putWithoutBuckets(columns.rest, rest, i);
      else putRest(columns.rest, rest, i);
    }
    points.took(rows);
  }
  widen(range, words(batch.timeNs), batch.count);
}

/** A body with parts, as text that can be searched. */
function bodyText({ rest }: LogBatch, row: number): string {
  const { body } = readRest('logs', rest.bytes.subarray(rest.offsets[row], rest.offsets[row + 1])) as { body?: Parameters<typeof fromAnyValue>[0] };
  return textOf(fromAnyValue(body));
}

function putRest(column: TextColumn, { bytes, offsets }: Rest, row: number): void {
  if (offsets[row + 1] > offsets[row]) column.put(bytes, offsets[row], offsets[row + 1]);
  column.end();
}
