/** pprof's profile.proto (github.com/google/pprof, proto/profile.proto) as objects. Ids and addresses are 64-bit, strings are indexes into `strings`. */
import { MalformedOtlp, readLength, readTag, readVarint, skipUnknown } from '@clew/otlp';
import { countItem, countPart, openReader } from '../remote-write/reader.ts';
import type { Reader } from '../remote-write/reader.ts';

export interface PprofValueType { readonly type: number; readonly unit: number }
export interface PprofLabel { readonly key: number; readonly text: number; readonly number: bigint; readonly unit: number }
export interface PprofSample { readonly locations: readonly bigint[]; readonly values: readonly bigint[]; readonly labels: readonly PprofLabel[] }
export interface PprofMapping { readonly id: bigint; readonly start: bigint; readonly limit: bigint; readonly offset: bigint; readonly file: number; readonly buildId: number }
export interface PprofLine { readonly function: bigint; readonly line: bigint; readonly column: bigint }
export interface PprofLocation { readonly id: bigint; readonly mapping: bigint; readonly address: bigint; readonly lines: readonly PprofLine[]; readonly isFolded: boolean }
export interface PprofFunction { readonly id: bigint; readonly name: number; readonly systemName: number; readonly file: number; readonly startLine: bigint }

export interface Pprof {
  readonly strings: readonly string[];
  readonly sampleTypes: readonly PprofValueType[];
  readonly samples: readonly PprofSample[];
  readonly mappings: readonly PprofMapping[];
  readonly locations: readonly PprofLocation[];
  readonly functions: readonly PprofFunction[];
  readonly timeNs: bigint;
  readonly durationNs: bigint;
  readonly periodType: PprofValueType | null;
  readonly period: bigint;
  readonly dropFrames: number;
  readonly keepFrames: number;
  readonly comments: readonly number[];
  readonly defaultType: number;
  readonly docUrl: number;
}

/** Numbers of a message by their field, and its messages and strings in order. */
interface Fields { readonly one: Map<number, bigint>; readonly many: Map<number, bigint[]> }
type OnMessage = (field: number, end: number) => void;

/** Throws `malformed` where the bytes are no such message, or hold more than a request may. */
export function readPprof(body: Uint8Array, itemsMax: number): Pprof {
  const r = openReader(body, itemsMax);
  const strings: string[] = [];
  const [sampleTypes, samples, mappings, locations, functions]: [PprofValueType[], PprofSample[], PprofMapping[], PprofLocation[], PprofFunction[]] = [[], [], [], [], []];
  let periodType: PprofValueType | null = null;
  const { one, many } = readFields(r, body.length, (field, end) => {
    if (field === 2) countItem(r);
    else if (field >= 1 && field <= 6) countPart(r);
    if (field === 1) sampleTypes.push(readValueType(r, end));
    else if (field === 2) samples.push(readSample(r, end));
    else if (field === 3) mappings.push(readMapping(r, end));
    else if (field === 4) locations.push(readLocation(r, end));
    else if (field === 5) functions.push(readFunction(r, end));
    else if (field === 6) strings.push(decoder.decode(r.c.bytes.slice(r.c.pos, end)));
    else if (field === 11) periodType = readValueType(r, end);
  }, new Set([13]));
  return {
    strings, sampleTypes, samples, mappings, locations, functions, periodType,
    timeNs: signed(one, 9), durationNs: signed(one, 10), period: signed(one, 12), dropFrames: index(one, 7), keepFrames: index(one, 8),
    comments: (many.get(13) ?? []).map(toIndex), defaultType: index(one, 14), docUrl: index(one, 15),
  };
}

const decoder = new TextDecoder();
const none: OnMessage = () => undefined;

function readValueType(r: Reader, end: number): PprofValueType {
  const { one } = readFields(r, end, none);
  return { type: index(one, 1), unit: index(one, 2) };
}

function readSample(r: Reader, end: number): PprofSample {
  const labels: PprofLabel[] = [];
  const { many } = readFields(r, end, (field, stop) => {
    if (field !== 3) return;
    countPart(r);
    const { one } = readFields(r, stop, none);
    labels.push({ key: index(one, 1), text: index(one, 2), number: signed(one, 3), unit: index(one, 4) });
  }, new Set([1, 2]));
  return { locations: many.get(1) ?? [], values: (many.get(2) ?? []).map((value) => BigInt.asIntN(64, value)), labels };
}

function readMapping(r: Reader, end: number): PprofMapping {
  const { one } = readFields(r, end, none);
  return { id: plain(one, 1), start: plain(one, 2), limit: plain(one, 3), offset: plain(one, 4), file: index(one, 5), buildId: index(one, 6) };
}

function readLocation(r: Reader, end: number): PprofLocation {
  const lines: PprofLine[] = [];
  const { one } = readFields(r, end, (field, stop) => {
    if (field !== 4) return;
    countPart(r);
    const line = readFields(r, stop, none).one;
    lines.push({ function: plain(line, 1), line: signed(line, 2), column: signed(line, 3) });
  });
  return { id: plain(one, 1), mapping: plain(one, 2), address: plain(one, 3), lines, isFolded: plain(one, 5) !== 0n };
}

function readFunction(r: Reader, end: number): PprofFunction {
  const { one } = readFields(r, end, none);
  return { id: plain(one, 1), name: index(one, 2), systemName: index(one, 3), file: index(one, 4), startLine: signed(one, 5) };
}

const plain = (one: Fields['one'], field: number): bigint => one.get(field) ?? 0n;
const signed = (one: Fields['one'], field: number): bigint => BigInt.asIntN(64, plain(one, field));
const index = (one: Fields['one'], field: number): number => toIndex(plain(one, field));
/** One that points nowhere stays one that does: it is looked up later. */
const toIndex = (value: bigint): number => Number(value);

/** Reads the message `[c.pos .. end)`. `repeated`: numbers that come any number of times, packed or not. */
function readFields(r: Reader, end: number, onMessage: OnMessage, repeated: ReadonlySet<number> = new Set()): Fields {
  const { c } = r;
  const fields: Fields = { one: new Map(), many: new Map() };
  const add = (field: number): void => {
    countPart(r);
    const list = fields.many.get(field) ?? [];
    if (list.length === 0) fields.many.set(field, list);
    list.push(readU64(r));
  };
  while (c.pos < end) {
    const tag = readTag(c);
    const field = tag >>> 3;
    const wire = tag & 7;
    if (wire === 0 && repeated.has(field)) add(field);
    else if (wire === 0) fields.one.set(field, readU64(r));
    else if (wire === 2) {
      const stop = readLength(c, end) + c.pos;
      if (repeated.has(field)) while (c.pos < stop) add(field);
      else {
        onMessage(field, stop);
        c.pos = Math.max(c.pos, stop);
      }
      if (c.pos !== stop) throw beyond(c.pos);
    } else skipUnknown(c, tag, end, 0);
  }
  if (c.pos !== end) throw beyond(c.pos);
  return fields;
}

const beyond = (pos: number): MalformedOtlp => new MalformedOtlp(`byte ${pos}`, 'a field goes beyond the end of its message');

function readU64({ c }: Reader): bigint {
  const low = readVarint(c);
  return c.hi === 0 ? BigInt(low) : (BigInt(c.hi) << 32n) | BigInt(low);
}
