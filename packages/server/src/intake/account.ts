import { refusalReasons } from '@clew/otlp';
import type { RefusalReason } from '@clew/otlp';
import type { Rates, RefusedFor, SignalIntake, SignalName, SourceAccount } from '../api/ingest.ts';
import { errorTable } from '../errors.ts';
import { addToFlow, historyOf, makeFlow, ratesOf } from './flow.ts';
import type { Flow, FlowKind } from './flow.ts';
import { foreignReasons } from './foreign/reasons.ts';
import type { ForeignReason } from './foreign/reasons.ts';
import { quotaReasons } from './quota-reasons.ts';
import type { QuotaReason } from './quota-reasons.ts';
import { lateWords, wordsOfLimit } from './limit-words.ts';

/** What one source sent of one signal, and what became of it. Plain data: it is written to disk as it is. */
export interface Account {
  readonly signal: SignalName | null;
  readonly firstMs: number;
  acceptedRequests: number;
  partialRequests: number;
  duplicateRequests: number;
  refusedRequests: number;
  bytes: number;
  accepted: number;
  refusedItems: number;
  deduplicated: number;
  late: number;
  lateRequestId: string;
  dropped: number;
  lastAcceptedMs: number | null;
  /** The request that was counted as partial last: its refusals may be told in two parts. */
  lastPartialId: string;
  readonly refused: Map<string, { items: number; requests: number; requestId: string; lastMs: number }>;
  readonly droppedBy: Map<string, { items: number; requestId: string }>;
  readonly flow: Flow;
}

export type ItemReason = RefusalReason | ForeignReason | QuotaReason;
const wordsOfReason: Readonly<Record<RefusalReason | ForeignReason, string>> = { ...refusalReasons, ...foreignReasons };
const isQuota = (reason: string): reason is QuotaReason => Object.hasOwn(quotaReasons, reason);

export function makeAccount(signal: SignalName | null, firstMs: number): Account {
  return {
    signal, firstMs, acceptedRequests: 0, partialRequests: 0, duplicateRequests: 0, refusedRequests: 0, bytes: 0, accepted: 0, refusedItems: 0, deduplicated: 0,
    late: 0, lateRequestId: '', dropped: 0, lastAcceptedMs: null, lastPartialId: '', refused: new Map(), droppedBy: new Map(), flow: makeFlow(),
  };
}

export function countRefused(account: Account, reason: string, { items, requests, requestId, atMs }: { readonly items: number; readonly requests: number; readonly requestId: string; readonly atMs: number }): void {
  const row = account.refused.get(reason) ?? { items: 0, requests: 0, requestId, lastMs: atMs };
  account.refused.set(reason, { items: row.items + items, requests: row.requests + requests, requestId, lastMs: atMs });
  account.refusedItems += items;
  account.refusedRequests += requests;
  addToFlow(account.flow, 'refused', items + requests, atMs);
}

export function countDropped(account: Account, limit: string, items: number, requestId: string): void {
  const row = account.droppedBy.get(limit) ?? { items: 0, requestId };
  account.droppedBy.set(limit, { items: row.items + items, requestId });
  account.dropped += items;
}

/** Puts what `from` counted into `into`; flows are not moved: rates of what is given up end. */
export function mergeAccount(into: Account, from: Account): void {
  for (const each of ['acceptedRequests', 'partialRequests', 'duplicateRequests', 'refusedRequests', 'bytes', 'accepted', 'refusedItems', 'deduplicated', 'late', 'dropped'] as const) into[each] += from[each];
  into.lateRequestId = from.lateRequestId === '' ? into.lateRequestId : from.lateRequestId;
  into.lastAcceptedMs = newest(into.lastAcceptedMs, from.lastAcceptedMs);
  for (const [reason, row] of from.refused) {
    const known = into.refused.get(reason);
    const later = known !== undefined && known.lastMs > row.lastMs ? known : row;
    into.refused.set(reason, { ...later, items: row.items + (known?.items ?? 0), requests: row.requests + (known?.requests ?? 0) });
  }
  for (const [limit, { items, requestId }] of from.droppedBy) into.droppedBy.set(limit, { items: items + (into.droppedBy.get(limit)?.items ?? 0), requestId });
}

/** The accounts as one: all sources of a signal. */
export function sumOf(signal: SignalName, accounts: readonly Account[], nowMs: number): SignalIntake {
  const sum = makeAccount(signal, nowMs);
  for (const each of accounts) mergeAccount(sum, each);
  const rates = accounts.map((each) => ratesOfAccount(each, nowMs));
  const add = (kind: FlowKind): Rates => rates.map((each) => each[kind]).reduce((a, b) => ({ m1: a.m1 + b.m1, m5: a.m5 + b.m5, m15: a.m15 + b.m15 }), { m1: 0, m5: 0, m15: 0 });
  return { ...shown(sum), rates: { accepted: add('accepted'), refused: add('refused'), deduplicated: add('deduplicated') } };
}

export function showAccount(account: Account, nowMs: number): SourceAccount {
  return { signal: account.signal, ...shown(account), rates: ratesOfAccount(account, nowMs), history: historyOf(account.flow, nowMs) };
}

function ratesOfAccount({ flow, firstMs }: Account, nowMs: number): SignalIntake['rates'] {
  return { accepted: ratesOf(flow, 'accepted', firstMs, nowMs), refused: ratesOf(flow, 'refused', firstMs, nowMs), deduplicated: ratesOf(flow, 'deduplicated', firstMs, nowMs) };
}

function shown(account: Account): Omit<SignalIntake, 'rates'> {
  const { acceptedRequests, partialRequests, duplicateRequests, refusedRequests, bytes, accepted, refusedItems, deduplicated, late, lateRequestId, dropped, lastAcceptedMs } = account;
  return {
    requests: acceptedRequests + duplicateRequests + refusedRequests, acceptedRequests, partialRequests, duplicateRequests, refusedRequests, bytes,
    items: accepted + refusedItems + deduplicated, accepted, refusedItems, deduplicated, late, lateRequestId, lateNext: late > 0 ? lateWords.next : '', dropped, lastAcceptedMs,
    refused: [...account.refused].map(([reason, row]): RefusedFor => ({ reason, ...row, next: nextStep(reason) })).sort((a, b) => b.lastMs - a.lastMs),
    droppedBy: [...account.droppedBy].map(([limit, { items, requestId }]) => ({ limit, items, requestId, ...wordsOfLimit(limit) })).sort((a, b) => b.items - a.items),
  };
}

/** What a refusal says about single items. */
export const sayReason = (reason: ItemReason): string => (isQuota(reason) ? quotaReasons[reason].what : wordsOfReason[reason]);

/** What the sender can do. */
export function nextStep(reason: string): string {
  if (Object.hasOwn(errorTable, reason)) return errorTable[reason as keyof typeof errorTable].next;
  if (isQuota(reason)) return quotaReasons[reason].next;
  return Object.hasOwn(wordsOfReason, reason) ? `Correct it in the sender: ${wordsOfReason[reason as keyof typeof wordsOfReason]}.` : '';
}

const newest = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));
