import { endOf, fields, MalformedOtlp, readLength, readTag, readVarint, skipUnknown } from '@clew/otlp';
import { orMalformed } from '../or-malformed.ts';
import { readHistogram, readSample } from './read-points.ts';
import { countItem, countPart, openReader, readDouble, readInt64, readString } from './reader.ts';
import type { Reader } from './reader.ts';
import { metricTypes } from './series.ts';
import type { Metadata, NativeHistogram, Sample, Series, WriteRequest, WrittenExemplar } from './series.ts';

type Symbols = readonly (string | null)[];

/**
 * `io.prometheus.write.v2.Request` (remote write 2.0-rc.4, and rc.3 where the created time stands at the series). Texts
 * are references into a table of symbols, which may come after the series: so it is read first. Throws `malformed`.
 */
export function readVersion2(body: Uint8Array, itemsMax: number): WriteRequest {
  return orMalformed(() => {
    const r = openReader(body, itemsMax);
    const symbols = readSymbols(r, body.length);
    if (symbols.length > 0 && symbols[0] !== '') throw new MalformedOtlp('symbols[0]', 'the first symbol must be empty');
    r.c.pos = 0;
    const { c } = r;
    const series: Series[] = [];
    while (c.pos < body.length) {
      const tag = readTag(c);
      if (tag === 42) series.push(readSeries(r, readLength(c, body.length) + c.pos, symbols));
      else skipUnknown(c, tag, body.length, 0);
    }
    endOf(c, body.length);
    return { series, metadata: [] };
  });
}

function readSymbols(r: Reader, end: number): Symbols {
  const { c } = r;
  const symbols: (string | null)[] = [];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 34) {
      countPart(r);
      symbols.push(readString(r, end));
    } else skipUnknown(c, tag, end, fields(4));
  }
  endOf(c, end);
  return symbols;
}

function readSeries(r: Reader, end: number, symbols: Symbols): Series {
  countItem(r);
  const { c } = r;
  const references: number[] = [];
  const samples: Sample[] = [];
  const histograms: NativeHistogram[] = [];
  const exemplars: WrittenExemplar[] = [];
  let metadata: Metadata | null = null;
  let createdMs = 0;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8 || tag === 10) readReferences(r, references, tag, end);
    else if (tag === 48) createdMs = readInt64(r);
    else if (tag === 18 || tag === 26 || tag === 34 || tag === 42) {
      const stop = readLength(c, end) + c.pos;
      if (tag === 42) {
        metadata = readMetadata(r, stop, symbols);
        continue;
      }
      countItem(r);
      if (tag === 18) samples.push(readSample(r, stop));
      else if (tag === 26) histograms.push(readHistogram(r, stop));
      else exemplars.push(readExemplar(r, stop, symbols));
    } else skipUnknown(c, tag, end, fields(1, 2, 3, 4, 5, 6));
  }
  endOf(c, end);
  return { labels: resolve(references, symbols), samples, histograms, exemplars, metadata, createdMs };
}

function readReferences(r: Reader, into: number[], tag: number, end: number): void {
  const { c } = r;
  const stop = (tag & 7) === 2 ? readLength(c, end) + c.pos : c.pos + 1;
  while (c.pos < stop) {
    countPart(r);
    into.push(readVarint(c));
  }
  if ((tag & 7) === 2) endOf(c, stop);
}

/** Null where a reference is missing, points outside of the table or at a symbol that is no text. */
function resolve(references: readonly number[], symbols: Symbols): readonly string[] | null {
  if (references.length % 2 !== 0) return null;
  const labels: string[] = [];
  for (const reference of references) {
    const text = symbols[reference];
    if (typeof text !== 'string') return null;
    labels.push(text);
  }
  return labels;
}

function readExemplar(r: Reader, end: number, symbols: Symbols): WrittenExemplar {
  const { c } = r;
  const references: number[] = [];
  let [value, timeMs] = [0, 0];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8 || tag === 10) readReferences(r, references, tag, end);
    else if (tag === 17) value = readDouble(r);
    else if (tag === 24) timeMs = readInt64(r);
    else skipUnknown(c, tag, end, fields(1, 2, 3));
  }
  endOf(c, end);
  return { labels: resolve(references, symbols), value, timeMs };
}

function readMetadata(r: Reader, end: number, symbols: Symbols): Metadata {
  const { c } = r;
  let [type, help, unit] = [0, 0, 0];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8) type = readVarint(c);
    else if (tag === 24) help = readVarint(c);
    else if (tag === 32) unit = readVarint(c);
    else skipUnknown(c, tag, end, fields(1, 3, 4));
  }
  endOf(c, end);
  return { type: metricTypes[type] ?? 'unknown', help: symbols[help] ?? '', unit: symbols[unit] ?? '' };
}
