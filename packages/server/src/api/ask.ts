/** What handlers have in common: the range asked for, the id meant, the store's readiness. */
import type { RowQueries, World } from '@clew/engine';
import { CodedError } from '../errors.ts';
import type { ApiContext } from './context.ts';
import { limits } from './schemas/queries.ts';

const defaultRangeMs = 3_600_000;
/** Clocks of senders run ahead: "now" takes in what is this much in the future. */
const aheadMs = 60_000;

export interface Range { readonly fromMs: number; readonly toMs: number }

/** [from, to): the last hour when neither is given. */
export function readRange(context: ApiContext, query: { readonly from?: number | undefined; readonly to?: number | undefined }): Range {
  const toMs = query.to ?? Math.max(context.nowMs() + aheadMs, (query.from ?? 0) + 1);
  const fromMs = query.from ?? Math.max(0, toMs - defaultRangeMs);
  if (fromMs >= toMs) throw new CodedError('bad_query', `from=${fromMs}&to=${toMs}`, { detail: 'Parameter from must be before to.' });
  return { fromMs, toMs };
}

export function checkSteps({ fromMs, toMs }: Range, stepMs: number): void {
  const steps = Math.ceil((toMs - fromMs) / stepMs);
  if (steps > limits.stepsMax) throw new CodedError('query_too_large', `${steps} steps of ${stepMs} ms; at most ${limits.stepsMax}`);
}

/** `key=value` → filter; the key cannot contain `=`, the value can. */
export function readFilters(texts: readonly string[]): { readonly key: string; readonly value: string }[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });
}

export function readFlag(text: 'true' | 'false' | '1' | '0'): boolean {
  return text === 'true' || text === '1';
}

/** A node id as given, or the id of the node that goes by this name: people say `checkout`. */
export function readNodeId(world: World, text: string): string {
  if (/^(service|database|queue|external|host):|^user$/.test(text)) return text;
  const named = world.nodes.filter(({ node }) => node.name === text || node.id === `service:${text}`);
  return named.find(({ node }) => node.kind === 'service')?.node.id ?? named[0]?.node.id ?? `service:${text}`;
}

/** A query of the store, or the error that says it has none of this kind. */
export function ask<Name extends keyof RowQueries>(context: ApiContext, name: Name): RowQueries[Name] {
  const { capabilities, query } = context.rows;
  if (!capabilities.has(name)) throw new CodedError('not_supported', name);
  return query[name];
}
