/** ExportProfilesServiceRequest → ProfileBatch. The dictionary is read first: profiles are judged by what they point at. */
import type { ProfileBatch, RefusalReason } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { append, endOf, fields, join, readLength, readTag, readVarint, signed64, skipUnknown } from './cursor.ts';
import { intern } from './intern.ts';
import type { ReadLimits } from './limits.ts';
import { f64, grow, u32, u64 } from './pack.ts';
import { readAttribute, startOwner } from './read-attributes.ts';
import type { Dictionary } from './read-dictionary.ts';
import { checkIndex, checkIndexes, faults, readTables } from './read-dictionary.ts';
import { readEnvelopes } from './read-envelope.ts';
import { readFixed64, readId } from './read-traces.ts';
import { checkString } from './read-value.ts';
import type { Reader } from './reader.ts';
import { finish, keep, nameless, refuse, startItem } from './reader.ts';
import { attributeAsKeyValue, expandStrings } from './resolve-strings.ts';
import { startRest } from './rest.ts';
import { valueType } from './schema-profiles.ts';

interface ProfileScratch {
  starts: Uint32Array;
  lengths: Uint32Array;
  timeNs: Uint32Array;
  durationNs: Uint32Array;
  type: Uint32Array;
  unit: Uint32Array;
  profileHi: Uint32Array;
  profileLo: Uint32Array;
  samples: Uint32Array;
  total: Float64Array;
  linkOffsets: Uint32Array;
  linkTraceHi: Uint32Array;
  linkTraceLo: Uint32Array;
  linkSpanId: Uint32Array;
  links: number;
}

/** What one request's profiles are read with. */
interface ProfileReader {
  readonly dictionary: Dictionary;
  readonly columns: ProfileScratch;
  /** Of the resource and scope at hand: a string that they point at is not there. */
  outside: { resource: boolean; scope: boolean };
  /** Profiles read so far: the mark of the one at hand. */
  mark: number;
  /** Mark of the profile that used the link last: each is noted once a profile. */
  readonly linkUsed: Uint32Array;
  /** Attribute entry as an encoded KeyValue, made when first used; length 0 = not yet. */
  readonly attributeAt: Uint32Array;
  readonly attributeLength: Uint32Array;
}

function openProfiles(): ProfileScratch {
  const codes = (n = 64): Uint32Array => new Uint32Array(n);
  return {
    starts: codes(), lengths: codes(), timeNs: codes(128), durationNs: codes(128), type: codes(), unit: codes(), profileHi: codes(128), profileLo: codes(128),
    samples: codes(), total: new Float64Array(64), linkOffsets: codes(65), linkTraceHi: codes(128), linkTraceLo: codes(128), linkSpanId: codes(128), links: 0,
  };
}

function growProfiles(s: ProfileScratch): void {
  const n = s.starts.length * 2;
  for (const key of ['timeNs', 'durationNs', 'profileHi', 'profileLo'] as const) s[key] = grow(s[key], n * 2);
  for (const key of ['starts', 'lengths', 'type', 'unit', 'samples'] as const) s[key] = grow(s[key], n);
  s.linkOffsets = grow(s.linkOffsets, n + 1);
  s.total = grow(s.total, n);
}

export function readProfiles(r: Reader, end: number, limits: ReadLimits): ProfileBatch {
  const at = findDictionary(r.c, end);
  const dictionary = readTables(r.c, at.start, at.length, limits, r.attributes);
  const { link, attribute } = dictionary.tables;
  const p: ProfileReader = {
    dictionary, columns: openProfiles(), outside: { resource: false, scope: false }, mark: 0,
    linkUsed: new Uint32Array(link.count), attributeAt: new Uint32Array(attribute.count), attributeLength: new Uint32Array(attribute.count),
  };
  r.expand = (reader, what, head) => { p.outside[what] = !expandStrings(reader.c, dictionary, what, head); };
  r.c.pos = 0;
  readEnvelopes(r, end, (reader, stop) => readProfile(reader, p, stop));
  const s = p.columns;
  const n = r.rows.count;
  const batch = finish(r, {
    starts: u32(s.starts, n), lengths: u32(s.lengths, n), timeNs: u64(s.timeNs, n), durationNs: u64(s.durationNs, n), type: u32(s.type, n), unit: u32(s.unit, n),
    profileHi: u64(s.profileHi, n), profileLo: u64(s.profileLo, n), samples: u32(s.samples, n), total: f64(s.total, n),
    linkOffsets: u32(s.linkOffsets, n + 1), linkTraceHi: u64(s.linkTraceHi, s.links), linkTraceLo: u64(s.linkTraceLo, s.links), linkSpanId: u64(s.linkSpanId, s.links),
  });
  return { signal: 'profiles', dictionaryStart: at.start, dictionaryLength: at.length, ...batch };
}

/** Field 2 of the request; sent in pieces it is put together. */
function findDictionary(c: Cursor, end: number): { start: number; length: number } {
  const found = { start: 0, length: 0 };
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag !== 18) {
      skipUnknown(c, tag, end, fields(2));
      continue;
    }
    const length = readLength(c, end);
    found.start = found.length === 0 ? c.pos : join(c, found.start, found.length, c.pos, length);
    found.length += length;
    c.pos += length;
  }
  endOf(c, end);
  return found;
}

const knownOfProfile = fields(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

interface Found {
  reason: RefusalReason | null;
  formatLength: number;
  payloadLength: number;
  idAt: number;
  idLength: number;
  attributes: number[];
}

function readProfile(r: Reader, p: ProfileReader, end: number): void {
  startItem(r);
  const { c, rows } = r;
  const s = p.columns;
  const row = rows.count;
  if (row === s.starts.length) growProfiles(s);
  s.starts[row] = c.pos;
  s.lengths[row] = end - c.pos;
  for (const words of [s.timeNs, s.durationNs, s.profileHi, s.profileLo]) words[2 * row] = words[2 * row + 1] = 0;
  s.type[row] = s.unit[row] = s.samples[row] = s.total[row] = 0;
  const linksBefore = s.links;
  p.mark++;
  const found: Found = { reason: null, formatLength: 0, payloadLength: 0, idAt: 0, idLength: 0, attributes: [] };
  while (c.pos < end) readField(r, p, row, end, found);
  endOf(c, end);
  startOwner(r.attributes, rows.attributes, row);
  startRest(rows.rest);
  r.attributes.deep = false;
  const reason = p.dictionary.usable ? refusalOf(r, p, row, found) : 'profile_dictionary';
  if (reason === null) readAttributes(r, p, found.attributes);
  if (reason !== null || r.attributes.deep) {
    s.links = linksBefore;
    refuse(r, reason ?? 'value_depth', nameless);
    return;
  }
  s.linkOffsets[row + 1] = s.links;
  keep(r);
}

function readField(r: Reader, p: ProfileReader, row: number, end: number, found: Found): void {
  const { c } = r;
  const s = p.columns;
  const tag = readTag(c);
  switch (tag) {
    case 18: note(found, readSample(r, p, row, readLength(c, end) + c.pos)); break;
    case 10: readSampleType(r, p, row, readLength(c, end) + c.pos, found); break;
    case 42: note(found, faults[checkIndexes(c, valueType, readLength(c, end) + c.pos, p.dictionary)]); break;
    case 25: readFixed64(c, s.timeNs, row); break;
    case 32:
      s.durationNs[2 * row] = readVarint(c);
      s.durationNs[2 * row + 1] = c.hi;
      break;
    case 48:
    case 64: readVarint(c); break;
    case 58:
      found.idLength = readLength(c, end);
      found.idAt = c.pos;
      c.pos += found.idLength;
      break;
    case 74: found.formatLength = checkString(c, end); break;
    case 82:
      found.payloadLength = readLength(c, end);
      c.pos += found.payloadLength;
      break;
    case 88: found.attributes.push(readVarint(c) | 0); break;
    case 90: {
      const stop = readLength(c, end) + c.pos;
      while (c.pos < stop) found.attributes.push(readVarint(c) | 0);
      endOf(c, stop);
      break;
    }
    default: skipUnknown(c, tag, end, knownOfProfile);
  }
}

function note(found: Found, reason: RefusalReason | null): void {
  found.reason ??= reason;
}

function readSampleType(r: Reader, p: ProfileReader, row: number, end: number, found: Found): void {
  const { c } = r;
  const { string } = p.dictionary.tables;
  const start = c.pos;
  const fault = checkIndexes(c, valueType, end, p.dictionary);
  note(found, faults[fault]);
  if (fault !== 0) return;
  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag !== 8 && tag !== 16) {
      skipUnknown(c, tag, end, 0);
      continue;
    }
    const index = readVarint(c);
    (tag === 8 ? p.columns.type : p.columns.unit)[row] = intern(r.strings, c, string.starts[index], string.lengths[index]);
  }
}

const knownOfSample = fields(1, 2, 3, 4, 5);

/** Adds the sample to the totals of its profile; says why the profile cannot be kept, or null. */
function readSample(r: Reader, p: ProfileReader, row: number, end: number): RefusalReason | null {
  const { c } = r;
  const s = p.columns;
  const { stack, attribute, link } = p.dictionary.tables;
  let fault = 0;
  let linkIndex = 0;
  let values = 0;
  let times = 0;
  let total = 0;
  while (c.pos < end) {
    const tag = readTag(c);
    const stop = (tag & 7) === 2 ? readLength(c, end) + c.pos : 0;
    switch (tag) {
      case 8: fault = checkIndex(readVarint(c) | 0, stack) || fault; break;
      case 24: linkIndex = readVarint(c) | 0; break;
      case 16: fault = checkIndex(readVarint(c) | 0, attribute) || fault; break;
      case 18: while (c.pos < stop) fault = checkIndex(readVarint(c) | 0, attribute) || fault; break;
      case 32:
        values++;
        total += signed64(readVarint(c), c.hi);
        break;
      case 34:
        for (; c.pos < stop; values++) total += signed64(readVarint(c), c.hi);
        break;
      case 41:
        times++;
        c.pos += 8;
        break;
      case 42:
        for (; c.pos < stop; times++) c.pos += 8;
        break;
      default:
        if (stop > 0) c.pos = stop;
        if (stop === 0 || tag >>> 3 <= 5) skipUnknown(c, tag, end, knownOfSample);
    }
    if (stop > 0) endOf(c, stop);
  }
  endOf(c, end);
  fault = checkIndex(linkIndex, link) || fault;
  if (fault !== 0) return faults[fault];
  if (values + times === 0 || (values > 0 && times > 0 && values !== times)) return 'profile_sample';
  s.samples[row]++;
  s.total[row] += values === 0 ? times : total;
  if (linkIndex > 0 && p.linkUsed[linkIndex] !== p.mark) {
    p.linkUsed[linkIndex] = p.mark;
    addLink(c, p, linkIndex);
  }
  return null;
}

/** A link with ids that can be followed gets a row in the link columns. */
function addLink(c: Cursor, p: ProfileReader, index: number): void {
  const s = p.columns;
  const { starts, lengths } = p.dictionary.tables.link;
  const after = c.pos;
  const end = starts[index] + lengths[index];
  let traceAt = -1;
  let spanAt = -1;
  c.pos = starts[index];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10 || tag === 18) {
      const length = readLength(c, end);
      if (tag === 10) traceAt = length === 16 ? c.pos : -1;
      else spanAt = length === 8 ? c.pos : -1;
      c.pos += length;
    } else skipUnknown(c, tag, end, 0);
  }
  c.pos = after;
  if (traceAt < 0 || spanAt < 0) return;
  const i = s.links;
  if (2 * i === s.linkSpanId.length) for (const key of ['linkTraceHi', 'linkTraceLo', 'linkSpanId'] as const) s[key] = grow(s[key], 4 * i);
  readId(c, traceAt, s.linkTraceHi, i);
  readId(c, traceAt + 8, s.linkTraceLo, i);
  readId(c, spanAt, s.linkSpanId, i);
  const noTrace = (s.linkTraceHi[2 * i] | s.linkTraceHi[2 * i + 1] | s.linkTraceLo[2 * i] | s.linkTraceLo[2 * i + 1]) === 0;
  if (!noTrace && (s.linkSpanId[2 * i] | s.linkSpanId[2 * i + 1]) !== 0) s.links = i + 1;
}

function refusalOf(r: Reader, p: ProfileReader, row: number, { reason, formatLength, payloadLength, idAt, idLength, attributes }: Found): RefusalReason | null {
  const s = p.columns;
  const { attribute } = p.dictionary.tables;
  if (idLength !== 0 && idLength !== 16) return 'profile_id';
  if (idLength === 16) {
    readId(r.c, idAt, s.profileHi, row);
    readId(r.c, idAt + 8, s.profileLo, row);
    if ((s.profileHi[2 * row] | s.profileHi[2 * row + 1] | s.profileLo[2 * row] | s.profileLo[2 * row + 1]) === 0) return 'profile_id';
  }
  if (reason !== null) return reason;
  for (const index of attributes) {
    const fault = checkIndex(index, attribute);
    if (fault !== 0) return faults[fault];
  }
  if (p.outside.resource || p.outside.scope) return 'profile_index';
  if ((formatLength > 0) !== (payloadLength > 0)) return 'profile_payload';
  return r.resourceDeep || r.scopeDeep ? 'value_depth' : null;
}

/** Index 0 is no attribute. Of a key that stands there twice the last value counts, as everywhere. */
function readAttributes(r: Reader, p: ProfileReader, indexes: readonly number[]): void {
  const { c } = r;
  const after = c.pos;
  for (const index of indexes) {
    if (index === 0) continue;
    if (p.attributeLength[index] === 0) {
      const bytes = attributeAsKeyValue(c, p.dictionary, index);
      p.attributeAt[index] = append(c, bytes);
      p.attributeLength[index] = bytes.length;
    }
    c.pos = p.attributeAt[index];
    readAttribute(c, p.attributeAt[index] + p.attributeLength[index], r.rows.attributes, r.attributes);
  }
  c.pos = after;
}
