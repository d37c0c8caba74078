import { severityOf } from '@clew/engine/tables';
import type { Attributes, AttributeValue, StoredLog, StoredResource, StoredScope } from '@clew/engine';
import { type LogBatch, readResource, readRest, readScope as readSentScope, readText, readValue, ValueKind } from '@clew/otlp';
import { fromAnyValue, setAttribute, textOf } from '../stores/duckdb/any-value.ts';
import { entityRefsOf } from '../stores/duckdb/decode.ts';
import { serviceOf } from '../stores/duckdb/service.ts';

export interface LogsWanted {
  /** Node id, or null for all. */
  readonly service: string | null;
  readonly minSeverity: number;
  /** In lower case; empty for all. */
  readonly text: string;
}

interface Place { readonly resource: StoredResource; readonly service: string }

/**
 * Log records of a batch that just arrived, in the shape in which the store gives them out later. Ids are `live-…`: the
 * store has not numbered them yet. Rows beyond `room` are counted, not read.
 */
export function readLogs(batch: LogBatch, record: { readonly position: number; readonly receivedMs: number }, wanted: LogsWanted, room: number): { readonly logs: readonly StoredLog[]; readonly skipped: number } {
  const places = Array.from({ length: batch.resources.count }, (_, owner) => readPlace(batch, owner));
  const scopes: (StoredScope | undefined)[] = [];
  const logs: StoredLog[] = [];
  let skipped = 0;
  for (let row = 0; row < batch.count; row++) {
    const { resource, service } = places[batch.resource[row]];
    if (batch.severity[row] < wanted.minSeverity || (wanted.service !== null && service !== wanted.service)) continue;
    const body = readBody(batch, row);
    if (wanted.text !== '' && !textOf(body).toLowerCase().includes(wanted.text)) continue;
    if (logs.length >= room) {
      skipped++;
      continue;
    }
    const scope = (scopes[batch.scope[row]] ??= readScope(batch, batch.scope[row]));
    logs.push({ ...readRow(batch, row, record), service, body, resource, scope });
  }
  return { logs, skipped };
}

function readRow(batch: LogBatch, row: number, { position, receivedMs }: { readonly position: number; readonly receivedMs: number }): Omit<StoredLog, 'service' | 'body' | 'resource' | 'scope'> {
  const observedNs = batch.observedNs[row];
  const sentNs = batch.timeNs[row] === 0n ? observedNs : batch.timeNs[row];
  const timeNs = sentNs === 0n ? BigInt(Math.round(receivedMs)) * 1_000_000n : sentNs;
  return {
    id: `live-${position}-${row}`,
    timeMs: Number(timeNs / 1_000n) / 1_000, timeNs: timeNs.toString(), observedNs: observedNs.toString(),
    severity: batch.severity[row], severityText: readText(batch.strings, batch.severityText[row]),
    derivedSeverity: batch.severity[row] === 0 ? severityOf(readText(batch.strings, batch.severityText[row])) : 0,
    eventName: readText(batch.strings, batch.eventName[row]),
    traceId: batch.traceHi[row] === 0n && batch.traceLo[row] === 0n ? '' : hex(batch.traceHi[row]) + hex(batch.traceLo[row]),
    spanId: batch.spanId[row] === 0n ? '' : hex(batch.spanId[row]),
    flags: batch.flags[row],
    droppedAttributes: restOf(batch, row).droppedAttributesCount ?? 0,
    attributes: readAttributes(batch, batch.attributes, row),
  };
}

function readBody(batch: LogBatch, row: number): AttributeValue {
  if (batch.bodyKind[row] === ValueKind.string) return readText(batch.strings, batch.body[row]);
  return batch.bodyKind[row] === ValueKind.empty ? null : fromAnyValue(restOf(batch, row).body);
}

function restOf({ rest }: LogBatch, row: number) {
  return readRest('logs', rest.bytes.subarray(rest.offsets[row], rest.offsets[row + 1]));
}

function readPlace(batch: LogBatch, owner: number): Place {
  const attributes = readAttributes(batch, batch.resources.attributes, owner);
  const sent = readResource(batch.strings.bytes, batch.resources.starts[owner], batch.resources.lengths[owner]);
  const resource = { attributes, schemaUrl: readText(batch.strings, batch.resources.schemaUrl[owner]), droppedAttributes: sent.droppedAttributesCount ?? 0, entityRefs: entityRefsOf(sent) };
  return { resource, service: serviceOf(attributes) };
}

function readScope(batch: LogBatch, index: number): StoredScope {
  const { name, version, schemaUrl, attributes } = batch.scopes;
  return {
    name: readText(batch.strings, name[index]), version: readText(batch.strings, version[index]),
    schemaUrl: readText(batch.strings, schemaUrl[index]), attributes: readAttributes(batch, attributes, index),
    droppedAttributes: readSentScope(batch.strings.bytes, batch.scopes.starts[index], batch.scopes.lengths[index]).droppedAttributesCount ?? 0,
  };
}

function readAttributes({ strings }: LogBatch, columns: LogBatch['attributes'], owner: number): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (let entry = columns.offsets[owner]; entry < columns.offsets[owner + 1]; entry++) {
    setAttribute(attributes, readText(strings, columns.keys[entry]), fromAnyValue(readValue(strings.bytes, columns.starts[entry], columns.lengths[entry])));
  }
  return attributes;
}

function hex(word: bigint): string {
  return word.toString(16).padStart(16, '0');
}
