import { endOf, fields, readLength, readTag, readVarint, skipUnknown } from '@clew/otlp';
import { orMalformed } from '../or-malformed.ts';
import { readHistogram, readSample } from './read-points.ts';
import { countItem, countPart, openReader, readDouble, readInt64, readString } from './reader.ts';
import type { Reader } from './reader.ts';
import { metricTypes } from './series.ts';
import type { FamilyMetadata, NativeHistogram, Sample, Series, WriteRequest, WrittenExemplar } from './series.ts';

/** `prometheus.WriteRequest` (remote write 1.0). Throws `malformed`. */
export function readVersion1(body: Uint8Array, itemsMax: number): WriteRequest {
  return orMalformed(() => {
    const r = openReader(body, itemsMax);
    const { c } = r;
    const series: Series[] = [];
    const metadata: FamilyMetadata[] = [];
    while (c.pos < body.length) {
      const tag = readTag(c);
      if (tag === 10) series.push(readSeries(r, readLength(c, body.length) + c.pos));
      else if (tag === 26) readMetadata(r, readLength(c, body.length) + c.pos, metadata);
      else skipUnknown(c, tag, body.length, fields(1, 3));
    }
    endOf(c, body.length);
    return { series, metadata };
  });
}

interface Labels { list: string[] | null }

function readSeries(r: Reader, end: number): Series {
  countItem(r);
  const { c } = r;
  const labels: Labels = { list: [] };
  const samples: Sample[] = [];
  const histograms: NativeHistogram[] = [];
  const exemplars: WrittenExemplar[] = [];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag !== 10 && tag !== 18 && tag !== 26 && tag !== 34) {
      skipUnknown(c, tag, end, fields(1, 2, 3, 4));
      continue;
    }
    const stop = readLength(c, end) + c.pos;
    if (tag === 10) readLabel(r, stop, labels);
    else countItem(r);
    if (tag === 18) samples.push(readSample(r, stop));
    else if (tag === 26) exemplars.push(readExemplar(r, stop));
    else if (tag === 34) histograms.push(readHistogram(r, stop));
  }
  endOf(c, end);
  return { labels: labels.list, samples, histograms, exemplars, metadata: null, createdMs: 0 };
}

function readLabel(r: Reader, end: number, labels: Labels): void {
  countPart(r);
  const { c } = r;
  let [name, value]: (string | null)[] = ['', ''];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) name = readString(r, end);
    else if (tag === 18) value = readString(r, end);
    else skipUnknown(c, tag, end, fields(1, 2));
  }
  endOf(c, end);
  if (name === null || value === null) labels.list = null;
  else labels.list?.push(name, value);
}

function readExemplar(r: Reader, end: number): WrittenExemplar {
  const { c } = r;
  const labels: Labels = { list: [] };
  let [value, timeMs] = [0, 0];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) readLabel(r, readLength(c, end) + c.pos, labels);
    else if (tag === 17) value = readDouble(r);
    else if (tag === 24) timeMs = readInt64(r);
    else skipUnknown(c, tag, end, fields(1, 2, 3));
  }
  endOf(c, end);
  return { labels: labels.list, value, timeMs };
}

function readMetadata(r: Reader, end: number, into: FamilyMetadata[]): void {
  countItem(r);
  const { c } = r;
  let type = 0;
  let [family, help, unit]: (string | null)[] = ['', '', ''];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8) type = readVarint(c);
    else if (tag === 18) family = readString(r, end);
    else if (tag === 34) help = readString(r, end);
    else if (tag === 42) unit = readString(r, end);
    else skipUnknown(c, tag, end, fields(1, 2, 4, 5));
  }
  endOf(c, end);
  if (family !== null && family !== '') into.push({ family, type: metricTypes[type] ?? 'unknown', help: help ?? '', unit: unit ?? '' });
}
