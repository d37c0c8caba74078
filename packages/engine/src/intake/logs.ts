import { readRest, ValueKind } from '@clew/otlp';
import type { AnyValue, LogBatch } from '@clew/otlp';
import type { ChangeEvent, LogRows } from '../model/index.ts';
import { openTexts, readAttributes } from './attributes.ts';
import { openStandIns } from './bodies.ts';
import type { Texts } from './attributes.ts';
import { changeKeyPattern, changeOf } from './changes.ts';
import { mayTellOfRecords, openValues, readRowValue } from './row-values.ts';
import type { ValueReader } from './row-values.ts';
import { severityOf } from './severity.ts';
import { readSources } from './source.ts';
import { words } from './spans.ts';

/** Of longer bodies only the beginning is read for templates; the row keeps it whole. */
export const bodyCharsMax = 2_000;

const standIn = openStandIns();

/** Decoded log records → rows, and the changes that some of them tell of. */
export function readLogs(batch: LogBatch, receivedMs: number): LogRows {
  const texts = openTexts(batch.strings);
  const sources = readSources(batch, texts);
  const { count } = batch;
  const timeMs = new Float64Array(count);
  const text = new Uint32Array(count);
  const bodies: string[] = [''];
  const indexOfCode = new Uint32Array(batch.strings.count);
  const indexOfText = new Map<string, number>();
  const changes: ChangeEvent[] = [];
  const tells = tellingKeys(batch, texts);
  const reader = openValues();
  const timeNs = words(batch.timeNs);
  const observedNs = words(batch.observedNs);
  const firstMs = new Float64Array(batch.resources.count).fill(Infinity);
  let newestMs = -Infinity;
  for (let row = 0; row < count; row++) {
    timeMs[row] = toMs(timeNs, row) || toMs(observedNs, row) || receivedMs;
    if (timeMs[row] > newestMs) newestMs = timeMs[row];
    if (timeMs[row] < firstMs[batch.resource[row]]) firstMs[batch.resource[row]] = timeMs[row];
    text[row] = bodyIndex(batch, row, texts, bodies, indexOfCode, indexOfText);
    if (!readEntries(batch, row, tells, reader, texts)) continue;
    const attributes = readAttributes(batch.attributes, row, texts);
    const change = changeOf(texts(batch.eventName[row]) || attributes.get('event.name') || '', attributes, batch.bodyKind[row] === ValueKind.string ? texts(batch.body[row]).slice(0, bodyCharsMax) : bodies[text[row]]);
    if (change !== null) changes.push({ ...change, source: batch.resource[row], atMs: timeMs[row] });
  }
  return {
    signal: 'logs', count, receivedMs, newestMs, sources, firstMs, source: batch.resource, timeMs, severity: severities(batch, texts), text, texts: bodies,
    traceHi: words(batch.traceHi), traceLo: words(batch.traceLo), spanId: words(batch.spanId), changes,
    values: reader.values.row.length === 0 ? undefined : reader.values,
  };
}

/** Of records without a number that which their text says; the batch's own column where all have one, or no text. */
function severities({ severity, severityText, count }: LogBatch, texts: Texts): Uint8Array {
  let derived: Uint8Array | null = null;
  const known: (number | undefined)[] = [];
  for (let row = 0; row < count; row++) {
    if (severity[row] !== 0 || severityText[row] === 0) continue;
    derived ??= severity.slice();
    derived[row] = (known[severityText[row]] ??= severityOf(texts(severityText[row])));
  }
  return derived ?? severity;
}

function toMs(ns: Uint32Array, row: number): number {
  return (ns[2 * row + 1] * 4_294_967_296 + ns[2 * row]) / 1e6;
}

/** What an attribute of that name may tell of. */
const [lookedAt, ofChange, ofGroup] = [1, 2, 4];

/** Per key code. */
function tellingKeys(batch: LogBatch, texts: Texts): Uint8Array {
  const tells = new Uint8Array(batch.strings.count);
  const { keys, offsets } = batch.attributes;
  for (let entry = offsets[0]; entry < offsets[batch.count]; entry++) {
    if (tells[keys[entry]] !== 0) continue;
    const name = texts(keys[entry]);
    tells[keys[entry]] = lookedAt | (changeKeyPattern.test(name) ? ofChange : 0) | (mayTellOfRecords(name) ? ofGroup : 0);
  }
  return tells;
}

/** Takes down what groups of records can be told apart by. Gives whether the record may tell of a change. */
function readEntries(batch: LogBatch, row: number, tells: Uint8Array, reader: ValueReader, texts: Texts): boolean {
  const { keys, offsets } = batch.attributes;
  let all = 0;
  for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
    const tell = tells[keys[entry]];
    all |= tell;
    if ((tell & ofGroup) !== 0) readRowValue(reader, batch, texts, row, entry);
  }
  return batch.eventName[row] !== 0 || (all & ofChange) !== 0;
}

function bodyIndex(batch: LogBatch, row: number, texts: Texts, bodies: string[], indexOfCode: Uint32Array, indexOfText: Map<string, number>): number {
  if (batch.bodyKind[row] !== ValueKind.string) {
    const made = batch.bodyKind[row] === ValueKind.empty ? exceptionText(batch, row, texts) : restBody(batch, row);
    if (made === '') return 0;
    bodies.push(made);
    return bodies.length - 1;
  }
  const code = batch.body[row];
  if (indexOfCode[code] !== 0) return indexOfCode[code];
  const { bytes, starts, lengths } = batch.strings;
  const decode = (): string => texts(code).slice(0, bodyCharsMax);
  const text = standIn(bytes, starts[code], lengths[code], decode) ?? decode();
  let index = indexOfText.get(text);
  if (index === undefined) {
    index = text === '' ? 0 : bodies.push(text) - 1;
    indexOfText.set(text, index);
  }
  return indexOfCode[code] = index;
}

/** A record without body may still tell of an exception. */
function exceptionText(batch: LogBatch, row: number, texts: Texts): string {
  const attributes = readAttributes(batch.attributes, row, texts);
  const event = texts(batch.eventName[row]);
  const type = attributes.get('exception.type') ?? '';
  const message = attributes.get('exception.message') ?? '';
  return [event, [type, message].filter((each) => each !== '').join(': ')].filter((each) => each !== '').join(' ').slice(0, bodyCharsMax);
}

function restBody(batch: LogBatch, row: number): string {
  const { bytes, offsets } = batch.rest;
  const record = readRest('logs', bytes.subarray(offsets[row], offsets[row + 1]));
  const body = 'body' in record ? record.body : null;
  return body === null || body === undefined ? '' : bodyText(body).slice(0, bodyCharsMax);
}

/** A structured body as one line: `key=value key=value`, in the order sent. */
function bodyText(value: AnyValue): string {
  if (value.kvlistValue !== null && value.kvlistValue !== undefined) {
    return (value.kvlistValue.values ?? []).map(({ key, value: inner }) => `${key ?? ''}=${inner === null || inner === undefined ? '' : bodyText(inner)}`).join(' ');
  }
  if (value.arrayValue !== null && value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(bodyText).join(' ');
  return String(value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue ?? '');
}
