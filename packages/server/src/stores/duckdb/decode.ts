/** Stored codes back into what was sent. */
import type { Attributes, AttributeValue, StoredResource, StoredScope } from '@clew/engine';
import { readValue, ValueKind } from '@clew/otlp';
import { fromAnyValue, fromInt, setAttribute } from './any-value.ts';
import type { Partition } from './partition.ts';
import type { Blob, List, QueryContext } from './readers.ts';
import { Sql } from './sql.ts';
import { readWide } from './wide.ts';

/** What the rows of one partition refer to by code. */
export interface Lookups {
  name(code: number): string;
  attributes(codes: List<number>, wide: string): Attributes;
  resource(code: number): { readonly service: string; readonly resource: StoredResource };
  scope(code: number): StoredScope;
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
  const resourceRows = await byCode<[string, List<number>, string, string]>('service, codes, wide, schema_url', 'resources', wanted.resources);
  const scopeRows = await byCode<[string, string, List<number>, string, string]>('name, version, codes, wide, schema_url', 'scopes', wanted.scopes);
  for (const row of resourceRows) wantCodes(wanted, row[2]);
  for (const row of scopeRows) wantCodes(wanted, row[3]);
  const pairs = new Map<number, readonly [string, AttributeValue]>();
  for (const [code, key, kind, text, value] of await byCode<[string, ValueKind, string, Blob]>('key, kind, text, value', 'kv', wanted.codes)) pairs.set(code, [key, valueOf(kind, text, value.bytes)]);
  const names = new Map<number, string>([[0, '']]);
  for (const [code, text] of await byCode<[string]>('text', 'names', wanted.names)) names.set(code, text);

  const attributes = (codes: List<number>, wide: string): Attributes => {
    const found: Record<string, AttributeValue> = {};
    for (const code of codes.items) {
      const pair = pairs.get(code);
      if (pair === undefined) throw new Error(`BUG: ${catalog} has no key-value pair ${code}`);
      setAttribute(found, pair[0], pair[1]);
    }
    for (const { key, text, kind, raw } of readWide(wide)) setAttribute(found, key, valueOf(kind, text, raw));
    return found;
  };
  const resources = new Map<number, ReturnType<Lookups['resource']>>();
  for (const [code, service, codes, wide, schemaUrl] of resourceRows) resources.set(code, { service, resource: { attributes: attributes(codes, wide), schemaUrl } });
  const scopes = new Map<number, StoredScope>();
  for (const [code, name, version, codes, wide, schemaUrl] of scopeRows) scopes.set(code, { name, version, attributes: attributes(codes, wide), schemaUrl });
  return {
    name: (code) => found(names, code, 'name'),
    attributes,
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
    case ValueKind.double: return Number(text);
    case ValueKind.empty: return null;
    default: return raw === null ? null : fromAnyValue(readValue(raw, 0, raw.length));
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
