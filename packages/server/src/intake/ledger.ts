import type { Refusal, SignalName, SourceIntake } from '../api/ingest.ts';
import { makeAccount, mergeAccount, showAccount } from './account.ts';
import type { Account } from './account.ts';
import type { Source } from './source.ts';

/** Sources that have accounts of their own; beyond it the longest silent gives way, or newcomers are counted as `others`. */
export const sourcesMax = 200;
/** A source that was silent for so long may give way to a new one: what it sent goes over to `others`. */
export const giveWayMs = 3_600_000;
/** Also the name under which the engine's word on records from before a restart is counted. */
export const othersName = 'others';
/** Refusals held, of each source and of all together. */
export const lastRefusedMax = 20;

export interface SourceState { readonly name: string; address: string; agent: string; readonly firstMs: number; lastMs: number; readonly accounts: Map<SignalName | null, Account>; lastRefused: readonly Refusal[] }
export interface SavedLedger { readonly sourcesOverLimit: number; readonly sources: readonly SourceState[]; readonly lastRefused: readonly Refusal[] }

export interface SourceFilter { readonly source?: string | undefined; readonly signal?: SignalName | undefined }

/** The accounts of all sources, bounded. */
export interface Ledger {
  account(signal: SignalName | null, source: Source, atMs: number): Account;
  /** By name alone: for what is learnt of a request later. */
  accountOf(signal: SignalName | null, source: string, atMs: number): Account;
  accounts(signal: SignalName, source?: string): readonly Account[];
  refuse(refusal: Refusal): void;
  /** Most recent first. */
  sources(nowMs: number, filter: SourceFilter): readonly SourceIntake[];
  lastRefused(filter: SourceFilter): readonly Refusal[];
  /** Times that a newcomer found no room. */
  overLimit(): number;
  save(): SavedLedger;
}

export function makeLedger(saved?: SavedLedger): Ledger {
  const sources = new Map<string, SourceState>((saved?.sources ?? []).map((each) => [each.name, each]));
  let lastRefused = saved?.lastRefused ?? [];
  let overLimit = saved?.sourcesOverLimit ?? 0;

  function stateOf(name: string, atMs: number): SourceState {
    const known = sources.get(name);
    if (known !== undefined) return known;
    if (sources.size >= sourcesMax && name !== othersName && !giveWay(atMs)) return stateOf(othersName, atMs);
    const made: SourceState = { name, address: '', agent: '', firstMs: atMs, lastMs: atMs, accounts: new Map(), lastRefused: [] };
    sources.set(name, made);
    return made;
  }

  /** False where no source was silent for long enough. */
  function giveWay(atMs: number): boolean {
    overLimit += 1;
    const silent = [...sources.values()].filter((each) => each.name !== othersName && each.lastMs < atMs - giveWayMs).sort((a, b) => a.lastMs - b.lastMs)[0];
    if (silent === undefined) return false;
    sources.delete(silent.name);
    const others = stateOf(othersName, silent.firstMs);
    for (const account of silent.accounts.values()) mergeAccount(accountIn(others, account.signal, account.firstMs), account);
    return true;
  }

  return {
    overLimit: () => overLimit,
    account(signal, { name, address, agent }, atMs) {
      const state = stateOf(name, atMs);
      state.address = address;
      state.agent = agent;
      state.lastMs = Math.max(state.lastMs, atMs);
      return accountIn(state, signal, atMs);
    },
    accountOf: (signal, source, atMs) => accountIn(stateOf(source, atMs), signal, atMs),
    accounts: (signal, source) => [...sources.values()].filter(({ name }) => source === undefined || name === source).flatMap(({ accounts }) => accounts.get(signal) ?? []),
    refuse(refusal) {
      lastRefused = [refusal, ...lastRefused].slice(0, lastRefusedMax);
      const state = stateOf(refusal.source, refusal.atMs);
      state.lastRefused = [refusal, ...state.lastRefused].slice(0, lastRefusedMax);
    },
    sources: (nowMs, filter) => [...sources.values()].filter((each) => isAsked(each, filter)).sort((a, b) => b.lastMs - a.lastMs || (a.name < b.name ? -1 : 1)).map((each) => showSource(each, filter, nowMs)),
    lastRefused: ({ source, signal }) => (source === undefined ? lastRefused : sources.get(source)?.lastRefused ?? []).filter((each) => signal === undefined || each.signal === signal),
    save: () => ({ sourcesOverLimit: overLimit, sources: [...sources.values()], lastRefused }),
  };
}

function accountIn({ accounts }: SourceState, signal: SignalName | null, atMs: number): Account {
  let account = accounts.get(signal);
  if (account === undefined) accounts.set(signal, account = makeAccount(signal, atMs));
  return account;
}

function isAsked({ name, accounts }: SourceState, { source, signal }: SourceFilter): boolean {
  return (source === undefined || name === source) && (signal === undefined || accounts.has(signal));
}

function showSource({ name, address, agent, firstMs, lastMs, accounts }: SourceState, { signal }: SourceFilter, nowMs: number): SourceIntake {
  const shown = [...accounts.values()].filter((each) => signal === undefined || each.signal === signal).sort((a, b) => orderOf(a.signal) - orderOf(b.signal));
  return { name, address, agent, firstMs, lastMs, accounts: shown.map((each) => showAccount(each, nowMs)) };
}

const order: Readonly<Record<SignalName, number>> = { traces: 0, metrics: 1, logs: 2, profiles: 3 };
export const signalNames = Object.keys(order) as readonly SignalName[];
/** Those without a signal come last. */
const orderOf = (signal: SignalName | null): number => (signal === null ? signalNames.length : order[signal]);
