/** Stored codes back into what was sent. */
import type { Attributes, AttributeValue, StoredResource, StoredScope } from '@clew/engine';
import { readResource, readScope, readValue, ValueKind } from '@clew/otlp';
import type { AnyValue, EntityRef, KeyValue, Resource, Scope } from '@clew/otlp';
import { fromAnyValue, fromDouble, fromInt, sentDouble, setAttribute } from './any-value.ts';
import type { Partition } from './partition.ts';
import type { Blob, List, QueryContext } from './readers.ts';
import { Sql } from './sql.ts';
import { readWide } from './wide.ts';

/** What the rows of one partition refer to by code. */
export interface Lookups {
  name(code: number): string;
  attributes(codes: List<number>, wide: string): Attributes;
  /** The same as they were sent, exact. */
  keyValues(codes: List<number>, wide: string): KeyValue[];
  resource(code: number): { readonly service: string; readonly resource: StoredResource };
  scope(code: number): StoredScope;
  rawResource(code: number): { readonly resource: Resource; readonly schemaUrl: string };
  rawScope(code: number): { readonly scope: Scope; readonly schemaUrl: string };
}

export interface Wanted {
  readonly names: Set<number>;
  readonly codes: Set<number>;
  readonly resources: Set<number>;
  readonly scopes: Set<number>;
}

export const nothingWanted = (): Wanted => ({ names: new Set(), codes: new Set(), resources: new Set(), scopes: new Set() });

export function wantCodes(wanted: Wanted, codes: List<number>): void {
  for (const code of codes.items) wanted.codes.add(code);
}

/** Reads all that is wanted of one partition: at most four statements. */
export async function lookUp(context: QueryContext, { catalog }: Partition, wanted: Wanted): Promise<Lookups> {
  const byCode = async <Columns extends readonly unknown[]>(columns: string, table: string, codes: Set<number>) => {
    if (codes.size === 0) return [];
    const sql = new Sql();
    return context.rows<readonly [number, ...Columns]>(`SELECT code, ${columns} FROM ${catalog}.${table} WHERE code IN (SELECT unnest(${sql.u32s(codes)}))`, sql);
  };
  const resourceRows = await byCode<[string, List<number>, string, string, Blob]>('service, codes, wide, schema_url, raw', 'resources', wanted.resources);
  const scopeRows = await byCode<[string, string, List<number>, string, string, Blob]>('name, version, codes, wide, schema_url, raw', 'scopes', wanted.scopes);
  for (const row of resourceRows) wantCodes(wanted, row[2]);
  for (const row of scopeRows) wantCodes(wanted, row[3]);
  const pairs = new Map<number, readonly [key: string, kind: ValueKind, text: string, value: Uint8Array]>();
  for (const [code, key, kind, text, value] of await byCode<[string, ValueKind, string, Blob]>('key, kind, text, value', 'kv', wanted.codes)) pairs.set(code, [key, kind, text, value.bytes]);
  const names = new Map<number, string>([[0, '']]);
  for (const [code, text] of await byCode<[string]>('text', 'names', wanted.names)) names.set(code, text);

  const entriesOf = (codes: List<number>, wide: string): (readonly [key: string, kind: ValueKind, text: string, raw: Uint8Array | null])[] => [
    ...codes.items.map((code) => {
      const pair = pairs.get(code);
      if (pair === undefined) throw new Error(`BUG: ${catalog} has no key-value pair ${code}`);
      return pair;
    }),
    ...readWide(wide).map(({ key, kind, text, raw }) => [key, kind, text, raw] as const),
  ];
  const attributes = (codes: List<number>, wide: string): Attributes => {
    const found: Record<string, AttributeValue> = {};
    for (const [key, kind, text, raw] of entriesOf(codes, wide)) setAttribute(found, key, valueOf(kind, text, raw));
    return found;
  };
  const keyValues = (codes: List<number>, wide: string): KeyValue[] => entriesOf(codes, wide).map(([key, kind, text, raw]) => ({ ...(key === '' ? {} : { key }), value: sentValue(kind, text, raw) }));
  const resources = new Map<number, ReturnType<Lookups['resource']>>();
  const rawResources = new Map<number, ReturnType<Lookups['rawResource']>>();
  for (const [code, service, codes, wide, schemaUrl, raw] of resourceRows) {
    const sent = readResource(raw.bytes, 0, raw.bytes.length);
    resources.set(code, { service, resource: { attributes: attributes(codes, wide), schemaUrl, droppedAttributes: sent.droppedAttributesCount ?? 0, entityRefs: entityRefsOf(sent) } });
    rawResources.set(code, { resource: sent, schemaUrl });
  }
  const scopes = new Map<number, StoredScope>();
  const rawScopes = new Map<number, ReturnType<Lookups['rawScope']>>();
  for (const [code, name, version, codes, wide, schemaUrl, raw] of scopeRows) {
    const sent = readScope(raw.bytes, 0, raw.bytes.length);
    scopes.set(code, { name, version, attributes: attributes(codes, wide), schemaUrl, droppedAttributes: sent.droppedAttributesCount ?? 0 });
    rawScopes.set(code, { scope: sent, schemaUrl });
  }
  return {
    name: (code) => found(names, code, 'name'),
    attributes, keyValues,
    rawResource: (code) => found(rawResources, code, 'resource'),
    rawScope: (code) => found(rawScopes, code, 'scope'),
    resource: (code) => found(resources, code, 'resource'),
    scope: (code) => found(scopes, code, 'scope'),
  };
}

function found<T>(map: ReadonlyMap<number, T>, code: number, what: string): T {
  const value = map.get(code);
  if (value === undefined) throw new Error(`BUG: a row names ${what} ${code}, which is not there`);
  return value;
}

export function valueOf(kind: ValueKind, text: string, raw: Uint8Array | null): AttributeValue {
  switch (kind) {
    case ValueKind.string: return text;
    case ValueKind.bool: return text === 'true';
    case ValueKind.int: return fromInt(BigInt(text));
    case ValueKind.double: return fromDouble(Number(text));
    case ValueKind.empty: return null;
    default: return raw === null ? null : fromAnyValue(readValue(raw, 0, raw.length));
  }
}

/** References that mean something: with a type and an id, and with keys that are all among the attributes. `exact` gives the others, too. */
export function entityRefsOf({ entityRefs, attributes }: Resource): StoredResource['entityRefs'] {
  const keys = new Set((attributes ?? []).map(({ key }) => key ?? ''));
  const means = ({ type, idKeys, descriptionKeys }: EntityRef): boolean => (type ?? '') !== '' && (idKeys ?? []).length > 0 && [...idKeys ?? [], ...descriptionKeys ?? []].every((key) => keys.has(key));
  return (entityRefs ?? []).filter(means).map((each) => ({ schemaUrl: each.schemaUrl ?? '', type: each.type ?? '', idKeys: each.idKeys ?? [], descriptionKeys: each.descriptionKeys ?? [] }));
}

/** The AnyValue that was sent. */
function sentValue(kind: ValueKind, text: string, raw: Uint8Array | null): AnyValue {
  switch (kind) {
    case ValueKind.string: return { stringValue: text };
    case ValueKind.bool: return { boolValue: text === 'true' };
    case ValueKind.int: return { intValue: text };
    case ValueKind.double: return { doubleValue: sentDouble(Number(text)) };
    case ValueKind.empty: return {};
    default: return raw === null ? {} : readValue(raw, 0, raw.length);
  }
}

export function idText(hi: bigint, lo: bigint): string {
  return hi === 0n && lo === 0n ? '' : spanText(hi).padStart(16, '0') + lo.toString(16).padStart(16, '0');
}

export function spanText(id: bigint): string {
  return id === 0n ? '' : id.toString(16).padStart(16, '0');
}

/** Two words of a trace id, null when it is none. */
export function traceWords(traceId: string): readonly [bigint, bigint] | null {
  return /^[0-9a-f]{32}$/i.test(traceId) ? [BigInt(`0x${traceId.slice(0, 16)}`), BigInt(`0x${traceId.slice(16)}`)] : null;
}

/** Epoch milliseconds with microseconds as the fraction. */
export function toMs(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}
