/**
 * Codes for texts and key-value pairs of one partition. A pair that is in the dictionary costs a row about two bytes;
 * one that is not (too long, too many values of its key, dictionary full) goes into the row's `wide` text instead.
 * A code may be written again after a restart, so readers ask for all codes of a pair.
 */
import { ValueKind, readValue } from '@clew/otlp';
import type { AttributeColumns, Signal, Strings } from '@clew/otlp';
import type { TableWriter } from './chunk.ts';
import { fromAnyValue, textOf } from './any-value.ts';
import type { ListColumn, TextColumn } from './columns.ts';
import { ByteTable, TupleTable } from './intern.ts';
import type { StoreLimits } from './limits.ts';
import { keyOnly, schema, unlistedKeys } from './schema.ts';
import { head, middle, putEscaped, putTail } from './wide.ts';

export type SignalBit = 1 | 2 | 4 | 8;
export const signalBits = { traces: 1, logs: 2, metrics: 4, profiles: 8 } as const satisfies { readonly [S in Signal]: SignalBit };
export type Counters = { [name: string]: number };

export interface DictionaryTables {
  readonly names: TableWriter<typeof schema.names>;
  readonly kv: TableWriter<typeof schema.kv>;
  readonly uses: TableWriter<typeof schema.uses>;
}

const absent = 0xffffffff;
const recentSlots = 4096;
const encoder = new TextEncoder();
const cell = new Float64Array(1);
const cellWords = new Uint32Array(cell.buffer);

export class Dictionary {
  /** Text id of each string of the batch at hand: 0 = not asked yet, `absent` = not in the table. */
  private memo = new Uint32Array(4096);
  private strings: Strings | null = null;
  private signal: SignalBit = 1;
  /** Pairs of the batch at hand by a hash, the last one of each slot: key code and kind, value, code in `kv` (0 = wide). */
  private readonly recentKeys = new Uint32Array(recentSlots);
  private readonly recentNumbers = new Float64Array(recentSlots);
  private readonly recentCodes = new Uint32Array(recentSlots);
  private readonly texts: ByteTable;
  private readonly pairs: TupleTable;
  /** By text id: the code in table `names`, the code of the key-only row, values of this key so far. */
  private nameCodes = new Uint32Array(4096);
  private keyCodes = new Uint32Array(4096);
  private keyValues = new Uint32Array(4096);
  private keys = 0;
  private unlisted = false;
  /** Signals that a code of `kv` was written to `uses` for, by code − base. */
  private used = new Uint8Array(4096);
  private nextName: number;
  private nextKv: number;
  private readonly baseKv: number;
  /** Code in `kv` by pair id. */
  private pairCodes = new Uint32Array(4096);
  private readonly tables: DictionaryTables;
  private readonly limits: StoreLimits;
  private readonly counters: Counters;

  constructor(tables: DictionaryTables, next: { readonly names: number; readonly kv: number }, limits: StoreLimits, seed: number, counters: Counters) {
    this.tables = tables;
    this.limits = limits;
    this.counters = counters;
    this.texts = new ByteTable({ countMax: limits.textsMax, bytesMax: limits.textBytesMax, seed });
    this.pairs = new TupleTable({ countMax: limits.pairsMax, seed });
    this.nextName = next.names;
    this.nextKv = next.kv;
    this.baseKv = next.kv;
  }

  begin(strings: Strings, signal: SignalBit): void {
    if (this.memo.length < strings.count) this.memo = new Uint32Array(strings.count * 2);
    else this.memo.fill(0, 0, strings.count);
    this.strings = strings;
    this.signal = signal;
    this.recentKeys.fill(0);
  }

  /** Id of a byte slice of the batch, 0 when it is too long or there is no room. */
  sliceId(start: number, length: number, bytes: Uint8Array = this.batch().bytes): number {
    return length > this.limits.ownerBytesMax ? 0 : this.texts.find(bytes, start, length, true);
  }

  stringId(code: number, insert: boolean): number {
    const known = this.memo[code];
    if (known !== 0 && (known !== absent || !insert)) return known === absent ? 0 : known;
    const { bytes, starts, lengths } = this.batch();
    const id = this.texts.find(bytes, starts[code], lengths[code], insert);
    this.memo[code] = id === 0 ? absent : id;
    return id;
  }

  /** Code in table `names` of a string of the batch. */
  name(code: number): number {
    if (code === 0) return 0;
    const { bytes, starts, lengths } = this.batch();
    const id = lengths[code] > this.limits.ownerBytesMax ? 0 : this.stringId(code, true);
    if (id !== 0) {
      this.nameCodes = atLeast(this.nameCodes, id);
      if (this.nameCodes[id] !== 0) return this.nameCodes[id];
    } else count(this.counters, 'names_again');
    const { names } = this.tables;
    names.columns.code[names.at()] = this.nextName;
    names.columns.text.put(bytes, starts[code], starts[code] + lengths[code]);
    names.columns.text.end();
    names.took(1);
    if (id !== 0) this.nameCodes[id] = this.nextName;
    return this.nextName++;
  }

  /** One row's attributes, as codes and, where they have none, as wide text. Closes the row of both columns. */
  write(attributes: AttributeColumns, owner: number, codes: ListColumn<Uint32Array>, wide: TextColumn): void {
    const { recentKeys, recentNumbers, recentCodes } = this;
    const { keys, kinds, numbers, offsets } = attributes;
    for (let entry = offsets[owner], end = offsets[owner + 1]; entry < end; entry++) {
      const kind = kinds[entry];
      const number = numbers[entry];
      // Where the number says all, a pair that the batch had already needs no look at the tables.
      const isPlain = kind === ValueKind.string || kind === ValueKind.bool || (kind === ValueKind.int && Number.isSafeInteger(number));
      const key = isPlain ? keys[entry] * 8 + kind : 0;
      const slot = ((Math.imul(key, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b)) >>> 16) & (recentSlots - 1);
      let code = 0;
      if (key !== 0 && recentKeys[slot] === key && recentNumbers[slot] === number) code = recentCodes[slot];
      else {
        code = this.pair(attributes, entry);
        if (code !== 0) this.use(code);
        recentKeys[slot] = key;
        recentNumbers[slot] = number;
        recentCodes[slot] = code;
      }
      if (code === 0) this.writeWide(attributes, entry, wide);
      else codes.push(code);
    }
    codes.end();
    wide.end();
  }

  /** A code that is used by another signal now: its key and value show up in that signal's completion, too. */
  use(code: number): void {
    const at = code - this.baseKv;
    if (at >= this.used.length) {
      const used = new Uint8Array(at * 2);
      used.set(this.used);
      this.used = used;
    }
    if ((this.used[at] & this.signal) !== 0) return;
    this.used[at] |= this.signal;
    const { uses } = this.tables;
    uses.columns.signal[uses.at()] = this.signal;
    uses.columns.code[uses.at()] = code;
    uses.took(1);
  }

  private batch(): Strings {
    if (this.strings === null) throw new Error('BUG: the dictionary has no batch');
    return this.strings;
  }

  private pair(attributes: AttributeColumns, entry: number): number {
    const { lengths } = this.batch();
    const keyCode = attributes.keys[entry];
    if (lengths[keyCode] > this.limits.keyBytesMax) return 0;
    const key = this.stringId(keyCode, true);
    if (key === 0) return 0;
    this.keyValues = atLeast(this.keyValues, key);
    const open = this.keyValues[key] < this.limits.valuesPerKeyMax && (this.keyValues[key] > 0 || this.keys < this.limits.keysMax);
    const kind = attributes.kinds[entry];
    const number = attributes.numbers[entry];
    let [a, b] = [0, 0];
    let slot = kind;
    if (kind === ValueKind.string) {
      if (lengths[number] > this.limits.valueBytesMax) return 0;
      a = this.stringId(number, open);
      if (a === 0) return 0;
    } else if (kind === ValueKind.bool || kind === ValueKind.double || (kind === ValueKind.int && Number.isSafeInteger(number))) {
      cell[0] = number;
      a = cellWords[0];
      b = cellWords[1];
    } else {
      const length = attributes.lengths[entry];
      if (length > this.limits.valueBytesMax) return 0;
      a = this.texts.find(this.batch().bytes, attributes.starts[entry], length, open);
      if (a === 0) return 0;
      slot = kind + 16;
    }
    const id = this.pairs.find(key, slot, a, b, open);
    if (id === 0) return 0;
    this.pairCodes = atLeast(this.pairCodes, id);
    if (this.pairCodes[id] !== 0) return this.pairCodes[id];
    if (this.keyValues[key]++ === 0) this.keys++;
    this.pairCodes[id] = this.writePair(attributes, entry);
    return this.pairCodes[id];
  }

  private writePair(attributes: AttributeColumns, entry: number): number {
    const { bytes, starts, lengths } = this.batch();
    const { kv } = this.tables;
    const { columns } = kv;
    const at = kv.at();
    const keyCode = attributes.keys[entry];
    const kind = attributes.kinds[entry] as ValueKind;
    const number = attributes.numbers[entry];
    columns.code[at] = this.nextKv;
    columns.kind[at] = kind;
    columns.number[at] = kind === ValueKind.int || kind === ValueKind.double ? number : NaN;
    columns.key.put(bytes, starts[keyCode], starts[keyCode] + lengths[keyCode]);
    columns.key.end();
    if (kind === ValueKind.string) columns.text.put(bytes, starts[number], starts[number] + lengths[number]);
    else columns.text.putText(this.textAt(attributes, entry));
    columns.text.end();
    if (hasParts(kind)) columns.value.put(bytes, attributes.starts[entry], attributes.starts[entry] + attributes.lengths[entry]);
    columns.value.end();
    kv.took(1);
    return this.nextKv++;
  }

  /** Text of a value that is not a string. */
  private textAt(attributes: AttributeColumns, entry: number): string {
    const kind = attributes.kinds[entry];
    const number = attributes.numbers[entry];
    if (kind === ValueKind.bool) return number === 0 ? 'false' : 'true';
    if (kind === ValueKind.double || (kind === ValueKind.int && Number.isSafeInteger(number))) return textOf(number);
    return textOf(fromAnyValue(readValue(this.batch().bytes, attributes.starts[entry], attributes.lengths[entry])));
  }

  private writeWide(attributes: AttributeColumns, entry: number, wide: TextColumn): void {
    const { bytes, starts, lengths } = this.batch();
    const keyCode = attributes.keys[entry];
    const kind = attributes.kinds[entry] as ValueKind;
    wide.putByte(head);
    putEscaped(wide, bytes, starts[keyCode], starts[keyCode] + lengths[keyCode]);
    wide.putByte(middle);
    if (kind === ValueKind.string) {
      const value = attributes.numbers[entry];
      putEscaped(wide, bytes, starts[value], starts[value] + lengths[value]);
    } else if (hasParts(kind)) {
      const text = encoder.encode(this.textAt(attributes, entry));
      putEscaped(wide, text, 0, text.length);
    } else wide.putAscii(this.textAt(attributes, entry));
    const from = attributes.starts[entry];
    putTail(wide, kind, hasParts(kind) ? bytes.subarray(from, from + attributes.lengths[entry]) : null);
    count(this.counters, 'attributes_wide');
    this.noteKey(keyCode);
  }

  /** Makes sure that the key of a wide attribute is known by name. */
  private noteKey(keyCode: number): void {
    const { bytes, starts, lengths } = this.batch();
    const id = lengths[keyCode] > this.limits.keyBytesMax ? 0 : this.stringId(keyCode, true);
    if (id === 0) return this.noteUnlisted();
    this.keyCodes = atLeast(this.keyCodes, id);
    if (this.keyCodes[id] === 0) {
      this.keyValues = atLeast(this.keyValues, id);
      if (this.keyValues[id] === 0 && this.keys >= this.limits.keysMax) return this.noteUnlisted();
      this.keyCodes[id] = this.writeKey(keyOnly, bytes, starts[keyCode], starts[keyCode] + lengths[keyCode]);
      if (this.keyValues[id]++ === 0) this.keys++;
    }
    this.use(this.keyCodes[id]);
  }

  /** Says once in the file that some wide text has keys that the dictionary does not know. */
  private noteUnlisted(): void {
    count(this.counters, 'keys_unlisted');
    if (!this.unlisted) this.writeKey(unlistedKeys, this.batch().bytes, 0, 0);
    this.unlisted = true;
  }

  private writeKey(kind: number, bytes: Uint8Array, start: number, end: number): number {
    const { kv } = this.tables;
    const at = kv.at();
    kv.columns.code[at] = this.nextKv;
    kv.columns.kind[at] = kind;
    kv.columns.number[at] = NaN;
    kv.columns.key.put(bytes, start, end);
    for (const column of [kv.columns.key, kv.columns.text, kv.columns.value]) column.end();
    kv.took(1);
    return this.nextKv++;
  }
}

/** Kinds whose text does not say all: the encoded AnyValue is kept beside it. */
function hasParts(kind: ValueKind): boolean {
  return kind === ValueKind.array || kind === ValueKind.map || kind === ValueKind.bytes;
}

export function count(counters: Counters, name: string, by = 1): void {
  counters[name] = (counters[name] ?? 0) + by;
}

/** The array, or a longer copy that has an element at `index`. */
export function atLeast(array: Uint32Array<ArrayBuffer>, index: number): Uint32Array<ArrayBuffer> {
  if (index < array.length) return array;
  const longer = new Uint32Array(Math.max(index + 1, array.length * 2));
  longer.set(array);
  return longer;
}
