/** Profiles → rows: what lists and filters need as columns, the message and its request's dictionary as they were sent. */
import type { ProfileBatch } from '@clew/otlp';
import type { RowSink, TimeRange } from './row-sink.ts';
import { widen, words } from './row-sink.ts';
import { AtFrom } from './schema.ts';

export function writeProfiles(sink: RowSink, batch: ProfileBatch, resources: Uint32Array, scopes: Uint32Array, receivedMs: number, range: TimeRange): void {
  const { tables: { profiles }, dictionary, next } = sink;
  const { columns } = profiles;
  const dictionaryCode = writeDictionary(sink, batch);
  const receivedNs = BigInt(Math.trunc(receivedMs)) * 1_000_000n;
  for (let i = 0; i < batch.count; i++) {
    const at = profiles.at();
    const code = next.profiles++;
    columns.code[at] = code;
    columns.at_ns[at] = batch.timeNs[i] === 0n ? receivedNs : batch.timeNs[i];
    columns.at_from[at] = batch.timeNs[i] === 0n ? AtFrom.arrival : AtFrom.time;
    columns.duration_ns[at] = batch.durationNs[i];
    columns.type[at] = dictionary.name(batch.type[i]);
    columns.unit[at] = dictionary.name(batch.unit[i]);
    columns.profile_hi[at] = batch.profileHi[i];
    columns.profile_lo[at] = batch.profileLo[i];
    columns.samples[at] = batch.samples[i];
    columns.total[at] = batch.total[i];
    columns.resource[at] = resources[batch.resource[i]];
    columns.scope[at] = scopes[batch.scope[i]];
    dictionary.write(batch.attributes, i, columns.codes, columns.wide);
    columns.dictionary[at] = dictionaryCode;
    columns.message.put(batch.strings.bytes, batch.starts[i], batch.starts[i] + batch.lengths[i]);
    columns.message.end();
    widen(range, words(columns.at_ns.subarray(at, at + 1)), 1);
    writeLinks(sink, batch, i, code);
    profiles.took(1);
  }
}

function writeDictionary({ tables: { dictionaries }, next }: RowSink, { strings: { bytes }, dictionaryStart, dictionaryLength }: ProfileBatch): number {
  const code = next.dictionaries++;
  dictionaries.columns.code[dictionaries.at()] = code;
  dictionaries.columns.message.put(bytes, dictionaryStart, dictionaryStart + dictionaryLength);
  dictionaries.columns.message.end();
  dictionaries.took(1);
  return code;
}

function writeLinks({ tables: { profile_links: links } }: RowSink, batch: ProfileBatch, row: number, code: number): void {
  for (let i = batch.linkOffsets[row]; i < batch.linkOffsets[row + 1]; i++) {
    const at = links.at();
    links.columns.profile[at] = code;
    links.columns.trace_hi[at] = batch.linkTraceHi[i];
    links.columns.trace_lo[at] = batch.linkTraceLo[i];
    links.columns.span_id[at] = batch.linkSpanId[i];
    links.took(1);
  }
}
