/**
 * Reads what is around the items: Resource{Spans,Logs,Metrics} and Scope{Spans,Logs,Metrics} have the same numbers in
 * all signals. Fields may come in any order and a singular message may come twice, so each envelope is read twice: once
 * for what it says about its items (the items are jumped over), once for the items.
 */
import type { Cursor } from './cursor.ts';
import { endOf, fields, join, readLength, readTag, readVarint, skipBytes, skipUnknown } from './cursor.ts';
import { intern } from './intern.ts';
import { grow } from './pack.ts';
import { endOwner, readAttribute, startOwner } from './read-attributes.ts';
import { checkString } from './read-value.ts';
import type { EncodedHead, GroupScratch, Reader } from './reader.ts';

/** Reads the item message `[c.pos .. end)`: a span, a log record, a metric, a profile. */
export type ReadItem = (r: Reader, end: number) => void;

/** 2: the dictionary of profiles, which is read before. */
const knownOfRequest = fields(1);
const knownOfEnvelope = fields(1, 2, 3);

export function readEnvelopes(r: Reader, end: number, readItem: ReadItem): void {
  const { c } = r;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) readResourceGroup(r, readLength(c, end) + c.pos, readItem);
    else skipUnknown(c, tag, end, knownOfRequest);
  }
  endOf(c, end);
}

interface Head extends EncodedHead {
  schemaUrl: number;
}

/** Everything of an envelope but its items. */
function readHead(r: Reader, end: number): Head {
  const { c } = r;
  const head = { start: end, length: 0, schemaUrl: 0 };
  let seen = false;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 18) skipBytes(c, end);
    else if (tag === 10) {
      const length = readLength(c, end);
      if (seen) head.start = join(c, head.start, head.length, c.pos, length);
      else head.start = c.pos;
      head.length += length;
      seen = true;
      c.pos += length;
    } else if (tag === 26) {
      const length = readLength(c, end);
      head.schemaUrl = intern(r.strings, c, c.pos, length);
      c.pos += length;
    } else skipUnknown(c, tag, end, knownOfEnvelope);
  }
  endOf(c, end);
  return head;
}

function readResourceGroup(r: Reader, end: number, readItem: ReadItem): void {
  const { c, resources } = r;
  const start = c.pos;
  const head = readHead(r, end);
  const rowsBefore = r.rows.count;
  const entriesBefore = resources.attributes.count;
  r.expand?.(r, 'resource', head);
  pushGroup(resources, head);
  r.attributes.deep = false;
  c.pos = head.start;
  readResource(r, head.start + head.length);
  endOwner(resources.attributes, resources.count - 1);
  r.resourceDeep = r.attributes.deep;

  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 18) readScopeGroup(r, readLength(c, end) + c.pos, readItem);
    else skipUnknown(c, tag, end, 0);
  }
  if (r.rows.count === rowsBefore) popGroup(resources, entriesBefore);
}

function readScopeGroup(r: Reader, end: number, readItem: ReadItem): void {
  const { c, scopes } = r;
  const start = c.pos;
  const head = readHead(r, end);
  const rowsBefore = r.rows.count;
  const entriesBefore = scopes.attributes.count;
  r.expand?.(r, 'scope', head);
  pushGroup(scopes, head);
  r.attributes.deep = false;
  c.pos = head.start;
  readScope(r, head.start + head.length);
  endOwner(scopes.attributes, scopes.count - 1);
  r.scopeDeep = r.attributes.deep;

  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 18) readItem(r, readLength(c, end) + c.pos);
    else skipUnknown(c, tag, end, 0);
  }
  if (r.rows.count === rowsBefore) popGroup(scopes, entriesBefore);
}

function pushGroup(g: GroupScratch, head: Head): void {
  const i = g.count++;
  if (i === g.starts.length) {
    g.name = grow(g.name, i * 2);
    g.version = grow(g.version, i * 2);
    g.schemaUrl = grow(g.schemaUrl, i * 2);
    g.starts = grow(g.starts, i * 2);
    g.lengths = grow(g.lengths, i * 2);
  }
  g.name[i] = 0;
  g.version[i] = 0;
  g.schemaUrl[i] = head.schemaUrl;
  g.starts[i] = head.start;
  g.lengths[i] = head.length;
}

/** No row points at the group that was pushed last: an empty envelope leaves no trace. */
function popGroup(g: GroupScratch, entriesBefore: number): void {
  g.count--;
  g.attributes.count = entriesBefore;
}

const knownOfResource = fields(1, 2, 3);

function readResource(r: Reader, end: number): void {
  const { c, resources } = r;
  startOwner(r.attributes, resources.attributes, resources.count - 1);
  const refs: number[] = [];
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) readAttribute(c, readLength(c, end) + c.pos, resources.attributes, r.attributes);
    else if (tag === 16) readVarint(c);
    else if (tag === 26) {
      const stop = readLength(c, end) + c.pos;
      refs.push(c.pos, stop);
      checkEntityRef(c, stop);
    } else skipUnknown(c, tag, end, knownOfResource);
  }
  endOf(c, end);
  for (let i = 0; i < refs.length; i += 2) if (!meansEntity(r, refs[i], refs[i + 1])) r.badEntityRefs++;
}

/** An EntityRef must have a type and an id, and all of its keys must be among the attributes of the resource, which was read last. */
function meansEntity(r: Reader, start: number, end: number): boolean {
  const { c, strings } = r;
  const after = c.pos;
  let [hasType, ids, missing] = [false, 0, 0];
  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    const length = (tag & 7) === 2 ? readLength(c, end) : -1;
    if (length < 0) {
      skipUnknown(c, tag, end, 0);
      continue;
    }
    if (tag === 18) hasType = length > 0;
    if (tag === 26) ids++;
    if ((tag === 26 || tag === 34) && strings.owner[intern(strings, c, c.pos, length)] !== r.attributes.owner) missing++;
    c.pos += length;
  }
  c.pos = after;
  return hasType && ids > 0 && missing === 0;
}

/** EntityRef: schema URL, type, keys of the id and of the description, all of them strings. */
function checkEntityRef(c: Cursor, end: number): void {
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10 || tag === 18 || tag === 26 || tag === 34) checkString(c, end);
    else skipUnknown(c, tag, end, fields(1, 2, 3, 4));
  }
  endOf(c, end);
}

const knownOfScope = fields(1, 2, 3, 4);

function readScope(r: Reader, end: number): void {
  const { c, scopes } = r;
  const i = scopes.count - 1;
  startOwner(r.attributes, scopes.attributes, i);
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10 || tag === 18) {
      const length = readLength(c, end);
      (tag === 10 ? scopes.name : scopes.version)[i] = intern(r.strings, c, c.pos, length);
      c.pos += length;
    } else if (tag === 26) readAttribute(c, readLength(c, end) + c.pos, scopes.attributes, r.attributes);
    else if (tag === 32) readVarint(c);
    else skipUnknown(c, tag, end, knownOfScope);
  }
  endOf(c, end);
}
