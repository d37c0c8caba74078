import { kindOf } from '@clew/words';
import type { EntityId, StoredSpan } from '../model.ts';
import type { SpanRow } from './trace-tree.ts';

/** What a piece of evidence speaks of. */
export interface Spoken { readonly operation: string; readonly entity: EntityId; readonly isError: boolean }

/** Attributes that hold what an operation of a database or queue is called by. */
const operationKeys = ['db.query.summary', 'db.query.text', 'db.statement', 'db.operation.name', 'messaging.operation.name', 'rpc.method', 'http.route'] as const;

/**
 * The span that the sentence speaks of. An exemplar may be the entry of its service, far above it: then the span of that operation
 * on that node is looked for beneath, the one with the most time of its own, or for errors the deepest that failed.
 */
export function spokenSpan(rows: readonly SpanRow[], exemplarId: string, spoken: Spoken): string {
  const beneath = subtree(rows, exemplarId);
  const names = (row: SpanRow): boolean => isOperation(row.span, spoken.operation);
  const stands = (row: SpanRow): boolean => isOn(row.span, spoken.entity);
  const wanted = [(row: SpanRow) => names(row) && stands(row), names, stands].map((is) => beneath.filter(is)).find((some) => some.length > 0) ?? [];
  const failed = spoken.isError ? wanted.filter(({ span }) => span.status === 'error') : [];
  if (failed.length > 0) return failed.reduce((deepest, row) => (row.depth > deepest.depth ? row : deepest)).span.spanId;
  return wanted.length === 0 ? exemplarId : wanted.reduce((most, row) => (row.selfMs > most.selfMs ? row : most)).span.spanId;
}

/** The exemplar and what is beneath it; everything when it is not in the trace. */
function subtree(rows: readonly SpanRow[], id: string): readonly SpanRow[] {
  const from = rows.findIndex(({ span }) => span.spanId === id);
  if (from < 0) return rows;
  const end = rows.findIndex(({ depth }, at) => at > from && depth <= rows[from].depth);
  return rows.slice(from, end < 0 ? undefined : end);
}

function isOperation(span: StoredSpan, operation: string): boolean {
  return operation !== '' && (span.name === operation || operationKeys.some((key) => span.attributes[key] === operation));
}

/** Whether the span tells of the node: runs on the service, or calls the database, queue or third party. */
function isOn({ service, attributes }: StoredSpan, entity: EntityId): boolean {
  const name = entity.slice(entity.indexOf(':') + 1);
  const has = (value: string, ...keys: readonly string[]): boolean => keys.some((key) => attributes[key] === value);
  const [system, rest] = [name.split('/')[0], name.split('/').slice(1).join('/')];
  switch (kindOf(entity)) {
    case 'service': return service === entity;
    case 'database': return has(system, 'db.system.name', 'db.system') && (rest === '' || has(rest, 'db.namespace', 'db.name', 'server.address'));
    case 'queue': return has(rest, 'messaging.destination.name');
    case 'external': return has(name, 'server.address', 'peer.service', 'net.peer.name');
    default: return false;
  }
}
