/**
 * The ProfilesDictionary of a request: where each entry of its tables stands, and whether what an entry points at is
 * there. A bad entry harms the profiles that use it, directly or through others, and no other profile.
 */
import type { RefusalReason } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { endOf, malformed, readLength, readTag, readVarint, skipBytes, skipUnknown } from './cursor.ts';
import type { ReadLimits } from './limits.ts';
import { grow } from './pack.ts';
import { checkString, checkValue } from './read-value.ts';
import type { DepthGuard } from './read-value.ts';
import { decode } from './read-message.ts';
import type { Field, Message } from './schema-field.ts';
import { functionMessage, keyValueAndUnit, link, location, mapping, stack } from './schema-profiles.ts';

export interface Table {
  starts: Uint32Array;
  lengths: Uint32Array;
  count: number;
  /** 0 good, else index into `faults`: what whoever uses the entry is refused for. */
  faults: Uint8Array;
}
type TableName = 'mapping' | 'location' | 'function' | 'link' | 'string' | 'attribute' | 'stack';

export interface Dictionary {
  readonly start: number;
  readonly length: number;
  readonly tables: Readonly<Record<TableName, Table>>;
  /** Every table is there and begins with its zero value. */
  readonly usable: boolean;
  /** What may still be written out in place of indexes. */
  resolvedBytesLeft: number;
}

export const faults: readonly (RefusalReason | null)[] = [null, 'profile_index', 'value_depth', 'profile_function'];
const Fault = { none: 0, index: 1, depth: 2, nameless: 3 } as const;

/** By field number of ProfilesDictionary. */
const tableNames: readonly TableName[] = ['mapping', 'location', 'function', 'link', 'string', 'attribute', 'stack'];
/** Entries point only into tables that stand before their own here. */
const inOrder: readonly (readonly [Exclude<TableName, 'string'>, Message])[] = [
  ['attribute', keyValueAndUnit], ['mapping', mapping], ['function', functionMessage], ['link', link], ['location', location], ['stack', stack],
];

/** Reads the dictionary `[start .. start + length)`; throws where its bytes are malformed or its entries are more than the limit. */
export function readTables(c: Cursor, start: number, length: number, limits: ReadLimits, guard: DepthGuard): Dictionary {
  const tables = Object.fromEntries(tableNames.map((name) => [name, openTable()])) as Record<TableName, Table>;
  findEntries(c, start, start + length, tables, limits.dictionaryEntriesPerRequest);
  const dictionary = { start, length, tables, usable: false, resolvedBytesLeft: limits.resolvedBytesPerRequest };
  for (const [name, message] of inOrder) {
    const table = tables[name];
    for (let i = 0; i < table.count; i++) {
      c.pos = table.starts[i];
      const end = c.pos + table.lengths[i];
      table.faults[i] = name === 'attribute' ? attributeFault(c, end, dictionary, guard) : checkIndexes(c, message, end, dictionary);
      if (name === 'function' && i > 0 && table.faults[i] === Fault.none && !isNamed(c, table.starts[i], end)) table.faults[i] = Fault.nameless;
    }
  }
  const startsZero = inOrder.every(([name, message]) => tables[name].count > 0 && isZero(decode(message, c.bytes.subarray(tables[name].starts[0], tables[name].starts[0] + tables[name].lengths[0]))));
  return { ...dictionary, usable: startsZero && tables.string.count > 0 && tables.string.lengths[0] === 0 };
}

function openTable(): Table {
  return { starts: new Uint32Array(16), lengths: new Uint32Array(16), faults: new Uint8Array(16), count: 0 };
}

function findEntries(c: Cursor, start: number, end: number, tables: Readonly<Record<TableName, Table>>, entriesMax: number): void {
  let left = entriesMax;
  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    const field = tag >>> 3;
    if (field > tableNames.length || (tag & 7) !== 2) {
      skipUnknown(c, tag, end, 0xff);
      continue;
    }
    if (--left < 0) throw malformed(c.pos, 'the dictionary has too many entries');
    const table = tables[tableNames[field - 1]];
    const i = table.count++;
    if (i === table.starts.length) {
      table.starts = grow(table.starts, i * 2);
      table.lengths = grow(table.lengths, i * 2);
      table.faults = grow(table.faults, i * 2);
    }
    if (field === 5) {
      table.lengths[i] = checkString(c, end);
      table.starts[i] = c.pos - table.lengths[i];
      continue;
    }
    table.lengths[i] = readLength(c, end);
    table.starts[i] = c.pos;
    c.pos += table.lengths[i];
  }
  endOf(c, end);
}

/** Nesting first, which the walk over indexes then cannot exceed. */
function attributeFault(c: Cursor, end: number, dictionary: Dictionary, guard: DepthGuard): number {
  const start = c.pos;
  guard.deep = false;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 18) checkValue(c, readLength(c, end) + c.pos, guard, 0);
    else skipUnknown(c, tag, end, 0);
  }
  endOf(c, end);
  if (guard.deep) return Fault.depth;
  c.pos = start;
  return checkIndexes(c, keyValueAndUnit, end, dictionary);
}

const tableOfField = new Map<Field, TableName | null>();

/** `mappingIndex`, `attributeIndices`, `nameStrindex` … say by their names which table they point into. */
function tableOf(field: Field): TableName | null {
  let known = tableOfField.get(field);
  if (known === undefined) {
    const match = /^(?:(.+)(?:Index|Indices)|.*Strindex)$/.exec(field.name);
    known = match === null ? null : (match[1] ?? 'string') as TableName;
    tableOfField.set(field, known);
  }
  return known;
}

const plainWire: Readonly<Record<string, number>> = { int32: 0, int64: 0, uint64: 0, uint32: 0, bool: 0, time: 1, double: 1 };

/** The fault of the message `[c.pos .. end)`: that of the first entry it points at which has one. Its bytes are checked to the end. */
export function checkIndexes(c: Cursor, message: Message, end: number, dictionary: Dictionary): number {
  let fault: number = Fault.none;
  while (c.pos < end) {
    const tag = readTag(c);
    const field = message.byNumber.get(tag >>> 3);
    if (field === undefined) {
      skipUnknown(c, tag, end, 0);
      continue;
    }
    const wire = plainWire[field.type] ?? 2;
    const packed = field.repeated && wire !== 2 && (tag & 7) === 2;
    if (!packed && (tag & 7) !== wire) throw malformed(c.pos, `${message.name}.${field.name} has the wrong wire type ${tag & 7}`);
    const table = tableOf(field);
    let found: number = Fault.none;
    if (field.message !== null) found = checkIndexes(c, field.message(), readLength(c, end) + c.pos, dictionary);
    else if (field.type === 'string') checkString(c, end);
    else if (packed) found = checkPacked(c, readLength(c, end) + c.pos, wire, table === null ? null : dictionary.tables[table]);
    else if (wire === 2) skipBytes(c, end);
    else if (wire === 1) c.pos += 8;
    else found = checkIndex(readVarint(c) | 0, table === null ? null : dictionary.tables[table]);
    fault = fault || found;
  }
  endOf(c, end);
  return fault;
}

function checkPacked(c: Cursor, end: number, wire: number, table: Table | null): number {
  let fault: number = Fault.none;
  while (c.pos < end) {
    if (wire === 1) c.pos += 8;
    else fault = checkIndex(readVarint(c) | 0, table) || fault;
  }
  endOf(c, end);
  return fault;
}

export function checkIndex(index: number, table: Table | null): number {
  if (table === null) return Fault.none;
  return index < 0 || index >= table.count ? Fault.index : table.faults[index];
}

/** Has the Function one of its three names? */
function isNamed(c: Cursor, start: number, end: number): boolean {
  let named = false;
  c.pos = start;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8 || tag === 16 || tag === 24) named = readVarint(c) !== 0 || named;
    else skipUnknown(c, tag, end, 0);
  }
  return named;
}

/** Is every member of a decoded message its default? Ids of zeros are no ids. */
function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isZero);
  return value === 0 || value === false || (typeof value === 'string' && /^0*$/.test(value));
}
