import { ValueKind } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import { SpanKind } from '../model/index.ts';
import type { SpanRows, SpanShape } from '../model/index.ts';
import { cut, openTexts } from './attributes.ts';
import type { Texts } from './attributes.ts';
import { httpFailed, rpcFailed, rpcStatusName } from './failure.ts';
import { databaseOperation, operationName, statementOf } from './operation.ts';
import type { FieldText } from './operation.ts';
import { peerOf } from './peer.ts';
import { readSources } from './source.ts';
import { isRequest, mayTell, openValues, readRowValue } from './row-values.ts';
import type { ValueReader } from './row-values.ts';
import { userHash } from './users.ts';
import { calledFields, Field, fieldCount, fieldOfName, servedFields } from './span-fields.ts';
import { findShape, openShapes, putShape } from './span-shapes.ts';
import type { ShapeTable } from './span-shapes.ts';

/** The sorted attributes of the span at hand: `entry[field]` is good where `seen[field]` is the span's own mark. */
interface Reader {
  readonly batch: SpanBatch;
  readonly texts: Texts;
  /** Per key code: 0 not looked up yet, 1 of no interest, 2 may tell groups of requests apart, else field · 16 + rank + 3. */
  readonly fieldOfKey: Uint16Array;
  readonly entry: Int32Array;
  readonly rank: Uint8Array;
  readonly seen: Int32Array;
  mark: number;
  readonly errorTypes: string[];
  readonly errorTypeIndex: Map<string, number>;
  readonly statusOfText: Map<number, number>;
  readonly values: ValueReader;
}

/** Decoded spans → rows. */
export function readSpans(batch: SpanBatch, receivedMs: number): SpanRows {
  const texts = openTexts(batch.strings);
  const reader = openReader(batch, texts);
  const sources = readSources(batch, texts);
  const table = openShapes();
  const shapes: SpanShape[] = [];
  const { count } = batch;
  const shape = new Uint32Array(count);
  const failed = new Uint8Array(count);
  const errorType = new Uint32Array(count);
  const user = new Uint32Array(count);
  const endNs = words(batch.endNs);
  const startNs = words(batch.startNs);
  const endMs = new Float64Array(count);
  const firstMs = new Float64Array(batch.resources.count).fill(Infinity);
  let newestMs = -Infinity;
  for (let row = 0; row < count; row++) {
    sortAttributes(reader, row);
    shape[row] = shapeOf(reader, table, shapes, row);
    if (reader.seen[Field.user] === reader.mark) user[row] = userHash(batch.strings, batch.attributes.kinds[reader.entry[Field.user]], batch.attributes.numbers[reader.entry[Field.user]]);
    if (isFailed(reader, row)) {
      failed[row] = 1;
      errorType[row] = errorTypeOf(reader, row);
    }
    // A span that never ended is taken at its start.
    const at = endNs[2 * row + 1] === 0 && endNs[2 * row] === 0 ? startNs : endNs;
    endMs[row] = (at[2 * row + 1] * 4_294_967_296 + at[2 * row]) / 1e6;
    if (endMs[row] > newestMs) newestMs = endMs[row];
    if (endMs[row] < firstMs[batch.resource[row]]) firstMs[batch.resource[row]] = endMs[row];
  }
  return {
    signal: 'traces', count, receivedMs, newestMs, sources, firstMs, shapes, shape, failed, errorType, errorTypes: reader.errorTypes, endNs, endMs,
    durationNs: batch.durationNs, user,
    traceHi: words(batch.traceHi), traceLo: words(batch.traceLo), spanId: words(batch.spanId), parentId: words(batch.parentId),
    values: reader.values.values.row.length === 0 ? undefined : reader.values.values, linkOffsets: batch.linkOffsets, linkTraceLo: words(batch.linkTraceLo), linkSpanId: words(batch.linkSpanId),
  };
}

/** The same memory as 32-bit words, low first (little-endian hosts, as otlp's batch.ts states). */
export function words(ids: BigUint64Array): Uint32Array {
  return new Uint32Array(ids.buffer, ids.byteOffset, ids.length * 2);
}

function openReader(batch: SpanBatch, texts: Texts): Reader {
  return {
    batch, texts, fieldOfKey: new Uint16Array(batch.strings.count), entry: new Int32Array(fieldCount), rank: new Uint8Array(fieldCount),
    seen: new Int32Array(fieldCount), mark: 0, errorTypes: [''], errorTypeIndex: new Map([['', 0]]), statusOfText: new Map(), values: openValues(),
  };
}

function sortAttributes(reader: Reader, row: number): void {
  const { offsets, keys } = reader.batch.attributes;
  const { fieldOfKey, entry, rank, seen } = reader;
  const mark = ++reader.mark;
  const request = isRequest(reader.batch.kind[row]);
  for (let at = offsets[row], end = offsets[row + 1]; at < end; at++) {
    const known = fieldOfKey[keys[at]];
    if (known === 1) continue;
    const found = known === 0 ? lookUp(reader, keys[at]) : known;
    if (found <= ofOwn) {
      if (found === ofOwn && request) readRowValue(reader.values, reader.batch, reader.texts, row, at);
      continue;
    }
    const field = (found - 3) >>> 4;
    const spelling = (found - 3) & 15;
    if (seen[field] === mark && rank[field] <= spelling) continue;
    seen[field] = mark;
    rank[field] = spelling;
    entry[field] = at;
  }
}

function lookUp(reader: Reader, key: number): number {
  const name = reader.texts(key);
  const field = fieldOfName.get(name);
  return reader.fieldOfKey[key] = field !== undefined ? field + 3 : mayTell(name) ? ofOwn : 1;
}

/** An attribute that no convention of ours reads. */
const ofOwn = 2;

function shapeOf(reader: Reader, table: ShapeTable, shapes: SpanShape[], row: number): number {
  const { batch, seen, entry, mark } = reader;
  const { numbers, kinds } = batch.attributes;
  const kind = batch.kind[row];
  const calling = kind === SpanKind.client || kind === SpanKind.producer;
  const fields = calling ? calledFields : servedFields;
  // Kind and resource are spread over the whole word first: codes are small numbers, and a plain XOR would let them cancel out.
  let low = Math.imul(batch.resource[row] * 8 + kind + 1, 0x9e3779b1);
  let high = Math.imul(batch.resource[row] * 8 + kind + 1, 0x85ebca6b);
  let operationSent = false;
  let peerSent = false;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at];
    if (seen[field] !== mark) continue;
    operationSent ||= namesOperation[field] === 1;
    peerSent ||= field >= Field.dbSystem;
    const value = Math.imul((numbers[entry[field]] | 0) * 32 + field, 0x2545f491) + kinds[entry[field]];
    low = Math.imul(low ^ (low >>> 15) ^ value, 0xcc9e2d51);
    high = Math.imul(high ^ (high >>> 13), 0x1b873593) + value | 0;
  }
  // High-cardinality text tells spans apart only where nothing better was sent.
  for (const field of extraFields(reader, calling, peerSent)) {
    const value = Math.imul((numbers[entry[field]] | 0) * 32 + field, 0x2545f491);
    low = Math.imul(low ^ (low >>> 15) ^ value, 0xcc9e2d51);
    high = Math.imul(high ^ (high >>> 13), 0x1b873593) + value | 0;
  }
  if (!operationSent) {
    const value = Math.imul(batch.name[row] * 32 + 31, 0x2545f491);
    low = Math.imul(low ^ (low >>> 15) ^ value, 0xcc9e2d51);
    high = Math.imul(high ^ (high >>> 13), 0x1b873593) + value | 0;
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b);
  low = (low ^ (low >>> 13)) >>> 0;
  const found = findShape(table, low, high >>> 0);
  if (found >= 0) return found;
  shapes.push(makeShape(reader, row));
  return putShape(table, -1 - found, low, high >>> 0);
}

const namesOperation = new Uint8Array(fieldCount);
for (const field of [
  Field.route, Field.urlTemplate, Field.rpcMethod, Field.dbSummary, Field.dbOperation, Field.dbCollection, Field.destination, Field.destinationTemplate,
]) namesOperation[field] = 1;

const none: readonly Field[] = [];
const textOnly: readonly Field[] = [Field.dbText];
const urlOnly: readonly Field[] = [Field.url];
const addressOnly: readonly Field[] = [Field.networkAddress, Field.networkPort];

function extraFields(reader: Reader, calling: boolean, peerSent: boolean): readonly Field[] {
  if (!calling) return none;
  const { seen, mark } = reader;
  if (seen[Field.dbSystem] === mark) return seen[Field.dbText] === mark && seen[Field.dbSummary] !== mark ? textOnly : none;
  if (peerSent) return none;
  if (seen[Field.url] === mark) return urlOnly;
  return seen[Field.networkAddress] === mark ? (seen[Field.networkPort] === mark ? addressOnly : addressOnly.slice(0, 1)) : none;
}

function makeShape(reader: Reader, row: number): SpanShape {
  const { batch, texts } = reader;
  const kind = batch.kind[row] <= 5 ? batch.kind[row] as SpanKind : SpanKind.unspecified;
  const text: FieldText = (field) => (reader.seen[field] === reader.mark ? valueText(reader, reader.entry[field]) : '');
  const peer = peerOf(kind, text);
  const query = peer?.kind === 'database' ? text(Field.dbText) : '';
  const summary = peer?.kind === 'database' ? text(Field.dbSummary) : '';
  return {
    source: batch.resource[row],
    kind,
    operation: operationName(kind, texts(batch.name[row]), text),
    peer,
    statement: summary !== '' ? summary : query !== '' ? statementOf(query) : peer?.kind === 'database' ? databaseOperation(text) : '',
  };
}

/** Not cut: query texts and URLs are read whole here. */
function valueText(reader: Reader, entry: number): string {
  const { kinds, numbers } = reader.batch.attributes;
  if (kinds[entry] === ValueKind.string) return reader.texts(numbers[entry]);
  if (kinds[entry] === ValueKind.bool) return numbers[entry] === 0 ? 'false' : 'true';
  return Number.isNaN(numbers[entry]) ? '' : String(numbers[entry]);
}

/** Status ERROR, or what the protocol's own status means on this side; an explicit OK says otherwise. */
function isFailed(reader: Reader, row: number): boolean {
  const { batch, seen, mark } = reader;
  const status = batch.status[row];
  if (status !== 0) return status === 2;
  const kind = batch.kind[row] as SpanKind;
  if (seen[Field.status] === mark) return httpFailed(kind, statusNumber(reader, reader.entry[Field.status]));
  if (seen[Field.rpcStatus] === mark) return rpcFailed(kind, rpcStatusName(valueText(reader, reader.entry[Field.rpcStatus])));
  return false;
}

function statusNumber(reader: Reader, entry: number): number {
  const { kinds, numbers } = reader.batch.attributes;
  const value = numbers[entry];
  if (kinds[entry] !== ValueKind.string) return value;
  let status = reader.statusOfText.get(value);
  if (status === undefined) {
    status = Number(reader.texts(value));
    reader.statusOfText.set(value, status);
  }
  return status;
}

/** error.type, else the protocol's status, else that an exception was recorded; as an index into the texts of the request. */
function errorTypeOf(reader: Reader, row: number): number {
  const { seen, mark, entry, batch, errorTypes, errorTypeIndex } = reader;
  const sent = (field: Field): string => (seen[field] === mark ? valueText(reader, entry[field]) : '');
  const rpc = sent(Field.rpcStatus);
  const text = cut(sent(Field.errorType) || sent(Field.status) || (rpc === '' ? '' : rpcStatusName(rpc)) || (batch.hasException[row] === 1 ? 'exception' : ''));
  const known = errorTypeIndex.get(text);
  if (known !== undefined) return known;
  errorTypes.push(text);
  errorTypeIndex.set(text, errorTypes.length - 1);
  return errorTypes.length - 1;
}
