import { writeRequest } from '@clew/otlp';
import type { KeyValue, Span } from '@clew/otlp';
import { textAttribute } from './json.ts';

interface ScopeGroup { readonly name: string; readonly version: string; readonly spans: Span[] }
interface Group { readonly resource: readonly KeyValue[]; readonly scopes: Map<string, ScopeGroup> }

/** Spans on their way into one OTLP request, each under its resource and its scope. */
export interface SpanGroups {
  /** `key` tells resources apart; `resource` is asked for the first time that a key is seen. */
  add(key: string, resource: () => readonly KeyValue[], scope: SpanScope, span: Span): void;
  count(): number;
  write(): Uint8Array;
}

export interface SpanScope { readonly name: string; readonly version: string }

export function makeSpanGroups(): SpanGroups {
  const groups = new Map<string, Group>();
  let count = 0;
  return {
    add(key, resource, { name, version }, span) {
      let group = groups.get(key);
      if (group === undefined) groups.set(key, group = { resource: resource(), scopes: new Map() });
      const scopeKey = `${name}\0${version}`;
      let scope = group.scopes.get(scopeKey);
      if (scope === undefined) group.scopes.set(scopeKey, scope = { name, version, spans: [] });
      scope.spans.push(span);
      count += 1;
    },
    count: () => count,
    write: () => writeRequest('traces', {
      resourceSpans: [...groups.values()].map(({ resource, scopes }) => ({
        resource: { attributes: resource },
        scopeSpans: [...scopes.values()].map(({ name, version, spans }) => ({ scope: { name, version }, spans })),
      })),
    }),
  };
}

/** A service without a name gets none here: the reader has one word for all of those. */
export const serviceResource = (name: string): KeyValue[] => (name === '' ? [] : [textAttribute('service.name', name)]);

/** What exporters of OpenTelemetry put into tags because the other protocol has no place for it (specification, trace/sdk_exporters/non-otlp). */
export interface Told {
  readonly scope: SpanScope;
  readonly traceState: string;
  readonly status: { readonly code: number; readonly message: string };
  readonly dropped: { readonly droppedAttributesCount: number; readonly droppedEventsCount: number; readonly droppedLinksCount: number };
  /** Tags that say nothing else. */
  readonly used: ReadonlySet<string>;
}

const statusCodes: ReadonlyMap<string, number> = new Map([['OK', 1], ['ERROR', 2]]);

/** `tag` gives a tag's text, or null. `error` counts as a failure unless it says false; what it says is the message. */
export function readTold(tag: (name: string) => string | null): Told {
  const used = new Set<string>();
  const take = (...names: readonly string[]): string => {
    const name = names.find((each) => tag(each) !== null);
    if (name === undefined) return '';
    used.add(name);
    return tag(name) ?? '';
  };
  const count = (name: string): number => {
    const text = take(name);
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  const error = tag('error');
  const isError = error !== null && error.toLowerCase() !== 'false';
  const spoken = isError && !/^(true|1)?$/i.test(error) ? error : '';
  const told = statusCodes.get(take('otel.status_code').toUpperCase());
  // Beside a status that was told it only says the same once more.
  if (told === 2 && error === 'true') used.add('error');
  const code = told ?? (isError ? 2 : 0);
  const description = take('otel.status_description');
  return {
    scope: { name: take('otel.scope.name', 'otel.library.name'), version: take('otel.scope.version', 'otel.library.version') },
    traceState: take('w3c.tracestate'),
    status: { code, message: code === 2 ? description || spoken : '' },
    dropped: { droppedAttributesCount: count('otel.dropped_attributes_count'), droppedEventsCount: count('otel.dropped_events_count'), droppedLinksCount: count('otel.dropped_links_count') },
    used,
  };
}
