/**
 * State of the column reader: one a thread, its scratch arrays reused from request to request. Nothing in a finished
 * batch points in here.
 */
import type { RefusalReason, Refusals, Warning } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { malformed, openCursor } from './cursor.ts';
import { openInterner, resetInterner } from './intern.ts';
import type { Interner } from './intern.ts';
import type { ReadLimits } from './limits.ts';
import { valueDepthMax } from './limits.ts';
import { freshMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { toHex } from './hex.ts';
import { grow, pack, u32 } from './pack.ts';
import type { AttributeReader, AttributeScratch } from './read-attributes.ts';
import { endOwner, openAttributes, packAttributes } from './read-attributes.ts';
import { endRest, openRest, packRest } from './rest.ts';
import type { RestScratch } from './rest.ts';

/** Resources or scopes: few a request. */
export interface GroupScratch {
  count: number;
  readonly attributes: AttributeScratch;
  name: Uint32Array;
  version: Uint32Array;
  schemaUrl: Uint32Array;
  starts: Uint32Array;
  lengths: Uint32Array;
}

/** Columns that every signal has. */
export interface RowScratch {
  count: number;
  resource: Uint32Array;
  scope: Uint32Array;
  attributes: AttributeScratch;
  rest: RestScratch;
}

export interface Reader {
  c: Cursor;
  readonly strings: Interner;
  readonly attributes: AttributeReader;
  resources: GroupScratch;
  scopes: GroupScratch;
  rows: RowScratch;
  /** A value of the current resource or scope is nested too deeply: its items are refused. */
  resourceDeep: boolean;
  scopeDeep: boolean;
  refused: Map<RefusalReason, number>;
  examples: Map<RefusalReason, string[]>;
  /** Where refused items stand among all of the request. */
  refusedPlaces: number[];
  /** Items that the request may still have. */
  itemsLeft: number;
  /** For warnings: histograms with +Inf as a bound, entity references that mean nothing. */
  infiniteBounds: number;
  badEntityRefs: number;
  /** Metrics: name of the metric whose points are read. */
  itemName: number;
  /** Profiles: puts strings in the place of indexes into the dictionary, before a resource or scope is read. Others: null. */
  expand: ((r: Reader, what: 'resource' | 'scope', head: EncodedHead) => void) | null;
}

/** Where an encoded Resource or InstrumentationScope stands. */
export interface EncodedHead {
  start: number;
  length: number;
}

/** Rows for which scratch is kept from one request to the next. */
const rowsAtFirst = 1024;
const entriesAtFirst = 16_384;
const entriesKeptMax = 1 << 18;

function openGroup(): GroupScratch {
  const column = (): Uint32Array => new Uint32Array(64);
  return { count: 0, attributes: openAttributes(1024), name: column(), version: column(), schemaUrl: column(), starts: column(), lengths: column() };
}

function openRows(): RowScratch {
  return { count: 0, resource: new Uint32Array(rowsAtFirst), scope: new Uint32Array(rowsAtFirst), attributes: openAttributes(entriesAtFirst), rest: openRest() };
}

let kept: Reader | null = null;

/** The thread's reader, empty, set to the start of `request`. */
export function openReader(request: Uint8Array, limits: ReadLimits, memory: Memory): Reader {
  kept ??= makeReader();
  const r = kept;
  r.c = openCursor(request, memory);
  resetInterner(r.strings);
  if (isLarge(r.rows.attributes) || r.rows.rest.bytes.length > entriesKeptMax * 16) r.rows = openRows();
  if (isLarge(r.resources.attributes)) r.resources = openGroup();
  if (isLarge(r.scopes.attributes)) r.scopes = openGroup();
  for (const part of [r.rows, r.resources, r.scopes]) {
    part.count = 0;
    part.attributes.count = 0;
  }
  r.rows.rest.used = 0;
  r.attributes.deep = false;
  r.attributes.valueDepth = Math.min(limits.valueDepth, valueDepthMax);
  r.attributes.left = limits.attributesPerRequest;
  r.attributes.duplicates = 0;
  r.infiniteBounds = 0;
  r.badEntityRefs = 0;
  r.itemsLeft = limits.itemsPerRequest;
  r.refused = new Map();
  r.examples = new Map();
  r.refusedPlaces = [];
  r.expand = null;
  return r;
}

function isLarge(a: AttributeScratch): boolean {
  return a.keys.length > entriesKeptMax || a.offsets.length > entriesKeptMax;
}

function makeReader(): Reader {
  const strings = openInterner();
  return {
    c: openCursor(new Uint8Array(0), freshMemory),
    strings,
    attributes: { strings, owner: 0, guess: 0, duplicates: 0, left: 0, valueDepth: 0, deep: false, found: { kind: 0, number: NaN, plainString: false } },
    resources: openGroup(),
    scopes: openGroup(),
    rows: openRows(),
    resourceDeep: false,
    scopeDeep: false,
    refused: new Map(),
    examples: new Map(),
    refusedPlaces: [],
    itemsLeft: 0,
    infiniteBounds: 0,
    badEntityRefs: 0,
    itemName: 0,
    expand: null,
  };
}

export function startItem(r: Reader): void {
  if (--r.itemsLeft < 0) throw malformed(r.c.pos, 'the request has too many items');
}

/** What a refused item is told by: its name, a string code, and an id, a slice of the request. 0 where it has none. */
export interface RefusedAs { readonly name: number; readonly idAt: number; readonly idLength: number }
export const nameless: RefusedAs = { name: 0, idAt: 0, idLength: 0 };

const examplesMax = 3;
const nameBytesMax = 100;
const idBytesMax = 16;
const decoder = new TextDecoder();

/** Takes back what the refused item has put into the shared columns, and counts it. */
export function refuse(r: Reader, reason: RefusalReason, as: RefusedAs): void {
  const { rows } = r;
  rows.attributes.count = rows.attributes.offsets[rows.count];
  rows.rest.used = rows.rest.offsets[rows.count];
  r.refused.set(reason, (r.refused.get(reason) ?? 0) + 1);
  r.refusedPlaces.push(rows.count + r.refusedPlaces.length);
  const examples = r.examples.get(reason) ?? [];
  if (examples.length >= examplesMax) return;
  const text = tell(r, as);
  if (text !== '') r.examples.set(reason, [...examples, text]);
}

function tell({ c, strings }: Reader, { name, idAt, idLength }: RefusedAs): string {
  const at = strings.starts[name];
  const words = name === 0 ? '' : decoder.decode(c.bytes.slice(at, at + Math.min(strings.lengths[name], nameBytesMax)));
  const id = toHex(c.bytes.subarray(idAt, idAt + Math.min(idLength, idBytesMax)));
  return [words, id === '' ? '' : `span ${id}`].filter((part) => part !== '').join(', ');
}

/** The item becomes row `rows.count`. */
export function keep(r: Reader): void {
  const { rows } = r;
  const row = rows.count;
  if (row === rows.resource.length) {
    rows.resource = grow(rows.resource, row * 2);
    rows.scope = grow(rows.scope, row * 2);
  }
  rows.resource[row] = r.resources.count - 1;
  rows.scope[row] = r.scopes.count - 1;
  endOwner(rows.attributes, row);
  endRest(rows.rest, row);
  rows.count = row + 1;
}

function refusals(r: Reader): Refusals {
  return { count: r.refusedPlaces.length, reasons: r.refused, examples: r.examples, places: r.refusedPlaces };
}

function warnings(r: Reader): ReadonlyMap<Warning, number> {
  const found: readonly (readonly [Warning, number])[] = [['duplicate_key', r.attributes.duplicates], ['infinite_bound', r.infiniteBounds], ['entity_ref', r.badEntityRefs]];
  return new Map(found.filter(([, count]) => count > 0));
}

/** A finished batch: what all signals have, and `columns`. */
export function finish<C extends object>(r: Reader, columns: C) {
  const { rows, resources, scopes, strings, c } = r;
  const packed = pack({
    starts: u32(strings.starts, strings.count),
    lengths: u32(strings.lengths, strings.count),
    resources: {
      count: resources.count,
      attributes: packAttributes(resources.attributes, resources.count),
      schemaUrl: u32(resources.schemaUrl, resources.count),
      starts: u32(resources.starts, resources.count),
      lengths: u32(resources.lengths, resources.count),
    },
    scopes: {
      count: scopes.count,
      name: u32(scopes.name, scopes.count),
      version: u32(scopes.version, scopes.count),
      attributes: packAttributes(scopes.attributes, scopes.count),
      schemaUrl: u32(scopes.schemaUrl, scopes.count),
      starts: u32(scopes.starts, scopes.count),
      lengths: u32(scopes.lengths, scopes.count),
    },
    shared: {
      resource: u32(rows.resource, rows.count),
      scope: u32(rows.scope, rows.count),
      attributes: packAttributes(rows.attributes, rows.count),
      rest: packRest(rows.rest, rows.count),
    },
    columns,
  }, c.memory);
  const { starts, lengths } = packed;
  const shared = {
    strings: { bytes: requestBytes(c), starts, lengths, count: strings.count },
    resources: packed.resources,
    scopes: packed.scopes,
    refusals: refusals(r),
    warnings: warnings(r),
    count: rows.count,
    ...packed.shared,
  };
  return Object.assign(shared, packed.columns);
}

/** The cursor's own copy of the request (a few bytes of padding stay behind it in the buffer). */
function requestBytes(c: Cursor): Uint8Array {
  const spare = c.bytes.length - c.used;
  if (spare <= 64) return c.bytes.subarray(0, c.used);
  const bytes = new Uint8Array(c.memory.take(c.used), 0, c.used);
  bytes.set(c.bytes.subarray(0, c.used));
  return bytes;
}
