import { hash } from 'node:crypto';
import { severityOf } from '@clew/engine/tables';
import type { AttributeValue, LogQuery, StoredLog } from '@clew/engine';
import { readRest, ValueKind } from '@clew/otlp';
import { fromAnyValue } from '../any-value.ts';
import { idText, lookUp, nothingWanted, spanText, toMs, traceWords, wantCodes } from '../decode.ts';
import type { Lookups } from '../decode.ts';
import { attributeCondition, overlapping, resolveFilters, serviceCondition } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import { AtFrom, observedAfterAt } from '../schema.ts';
import { Sql } from '../sql.ts';

export type LogRow = readonly [
  row: bigint, atNs: bigint, atFrom: number, observedNs: bigint, severity: number, severityText: number, bodyKind: number, body: string, eventName: number,
  hi: bigint, lo: bigint, spanId: bigint, flags: number, resource: number, scope: number, codes: List<number>, wide: string, rest: Blob,
];

/** `at_from` without its bit, and the observed time as it was sent. */
const times = `at_from & ${observedAfterAt - 1}, CASE WHEN at_from < ${observedAfterAt} THEN observed_ns ELSE ((at_ns::HUGEINT + observed_ns::HUGEINT) % ${2n ** 64n}::HUGEINT)::UBIGINT END`;

export async function logs(context: QueryContext, query: LogQuery): Promise<readonly StoredLog[]> {
  return (await findLogs(context, query)).map(({ id, row, lookups }) => toLog(id, row, lookups));
}

export interface FoundLog { readonly id: string; readonly row: LogRow; readonly partition: Partition; readonly lookups: Lookups }

/** Partition by partition, the one with the newest event first; stops where the next one cannot hold anything newer. */
export function findLogs(context: QueryContext, query: LogQuery): Promise<readonly FoundLog[]> {
  return readLogs(context, query, Math.min(query.limit, context.limits.answerRowsMax));
}

export async function readLogs(context: QueryContext, query: Omit<LogQuery, 'limit'>, limit: number): Promise<readonly FoundLog[]> {
  const words = query.traceId === undefined ? null : traceWords(query.traceId);
  if (limit < 1 || (query.traceId !== undefined && words === null)) return [];
  const partitions = overlapping(context.partitions, 'logs', query.fromMs, query.toMs).sort((a, b) => b.ranges.logs.maxMs - a.ranges.logs.maxMs);
  let found: FoundLog[] = [];
  for (const partition of partitions) {
    if (found.length >= limit && partition.ranges.logs.maxMs < toMs(found[limit - 1].row[1])) break;
    const sql = new Sql();
    const conditions = [`at_ns >= ${sql.ns(query.fromMs)}`, sql.before('at_ns', query.toMs)];
    if (query.service !== undefined) conditions.push(serviceCondition(sql, partition, query.service));
    if (query.minSeverity !== undefined) conditions.push(`severity >= ${sql.number(query.minSeverity)}`);
    if (words !== null) conditions.push(`trace_hi = ${sql.u64(words[0])} AND trace_lo = ${sql.u64(words[1])}`);
    for (const filter of await resolveFilters(context, partition, query.attributes ?? [])) conditions.push(attributeCondition(sql, filter));
    if (query.text !== undefined && query.text !== '') conditions.push(...textConditions(sql, query.text));
    const rows = await context.rows<LogRow>(`SELECT rowid, at_ns, ${times}, severity, severity_text, body_kind, body, event_name, trace_hi, trace_lo, span_id, flags, resource, scope, codes, wide, rest
      FROM ${partition.catalog}.logs WHERE ${conditions.join(' AND ')} ORDER BY at_ns DESC, rowid DESC LIMIT ${limit}`, sql);
    const lookups = await lookUpLogs(context, partition, rows);
    // Stable: on equal times the newer partition, which came first, stays first.
    const ids = openIds(partition);
    found = [...found, ...rows.map((row) => ({ id: ids(row), row, partition, lookups }))].sort((a, b) => (a.row[1] < b.row[1] ? 1 : a.row[1] > b.row[1] ? -1 : 0)).slice(0, limit);
  }
  return found;
}

/**
 * Case-insensitive substring. Comparing bytes is several times cheaper than folding case, so the longest stretch without
 * letters is asked for first; where the whole text has no letters, that is all.
 */
export function textConditions(sql: Sql, text: string): string[] {
  const isCased = (char: string): boolean => char.toLowerCase() !== char.toUpperCase();
  const stretches: string[] = [''];
  for (const char of text) {
    if (isCased(char)) stretches.push('');
    else stretches[stretches.length - 1] += char;
  }
  const longest = stretches.reduce((a, b) => (b.length > a.length ? b : a));
  const conditions = longest.trim() === '' ? [] : [`contains(body, ${sql.text(longest)})`];
  if (longest.length < text.length) conditions.push(`contains(lower(body), lower(${sql.text(text)}))`);
  return conditions;
}

/**
 * Ids of one answer. A record has no number of its own in the file, where it moves from memory and stands sorted, so its id is
 * its partition, its time and a digest of what it says; records that say the same at the same time are counted.
 */
function openIds({ number }: Partition): (row: LogRow) => string {
  const seen = new Map<string, number>();
  return ([, atNs, , , , , , body, , hi, lo, spanId, , resource, scope, codes, wide]) => {
    const digest = hash('sha1', [hi, lo, spanId, resource, scope, codes.items.join(), wide, body].join('\u0000')).slice(0, 12);
    const id = `${String(number).padStart(6, '0')}-${atNs}-${digest}`;
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return before === 0 ? id : `${id}-${before}`;
  };
}

function lookUpLogs(context: QueryContext, partition: Partition, rows: readonly LogRow[]): Promise<Lookups> {
  const wanted = nothingWanted();
  for (const row of rows) {
    wanted.names.add(row[5]).add(row[8]);
    wanted.resources.add(row[13]);
    wanted.scopes.add(row[14]);
    wantCodes(wanted, row[15]);
  }
  return lookUp(context, partition, wanted);
}

function toLog(id: string, log: LogRow, lookups: Lookups): StoredLog {
  const [, atNs, atFrom, observedNs, severity, severityText, bodyKind, body, eventName, hi, lo, spanId, flags, resource, scope, codes, wide, rest] = log;
  const more = readRest('logs', rest.bytes);
  return {
    id,
    timeMs: toMs(atNs), timeNs: atFrom === AtFrom.time ? String(atNs) : '0', observedNs: String(observedNs),
    service: lookups.resource(resource).service, severity: Number(more.severityNumber ?? severity), severityText: lookups.name(severityText),
    derivedSeverity: severity === 0 && more.severityNumber === undefined ? severityOf(lookups.name(severityText)) : 0,
    body: bodyOf(bodyKind, body, more.body), eventName: lookups.name(eventName),
    traceId: idText(hi, lo), spanId: spanText(spanId), flags, droppedAttributes: more.droppedAttributesCount ?? 0,
    attributes: lookups.attributes(codes, wide), resource: lookups.resource(resource).resource, scope: lookups.scope(scope),
  };
}

function bodyOf(kind: number, text: string, value: Parameters<typeof fromAnyValue>[0]): AttributeValue {
  return kind === ValueKind.string ? text : fromAnyValue(value);
}
