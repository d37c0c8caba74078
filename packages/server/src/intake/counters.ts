import type { Position } from '@clew/engine';
import type { Signal } from '@clew/otlp';
import type { Refusal, SignalIntake, SignalName, SourceIntake } from '../api/ingest.ts';
import type { CodedError } from '../errors.ts';
import { countDropped, countRefused, nextStep, sayReason, sumOf } from './account.ts';
import type { Account, ItemReason } from './account.ts';
import { addToFlow } from './flow.ts';
import { makeLedger, othersName, signalNames } from './ledger.ts';
import type { Ledger, SavedLedger, SourceFilter } from './ledger.ts';
import { makePlaces } from './places.ts';
import type { Places } from './places.ts';
import type { Source } from './source.ts';

const detailCharsMax = 300;
const examplesMax = 3;
const exampleCharsMax = 120;

/** What the engine did with one record. Only records of which something was late or dropped are told of. */
export interface Judged { readonly position: Position; readonly signal: Signal; readonly late: number; readonly dropped: Readonly<Record<string, number>> }

/** Exactly what happened to everything that was sent, by source and signal: see api/ingest.ts for what the numbers mean. */
export interface Counters {
  /** A request that was taken, `items` of it new, `deduplicated` here already; both may be 0. */
  accepted(signal: Signal, items: number, bytes: number, source: Source, atMs: number, deduplicated?: number): void;
  /** A request of which all items were here already. */
  duplicate(signal: Signal, items: number, bytes: number, source: Source, atMs: number): void;
  /** Single items of a request of which the rest was kept. Told before or after `accepted`, in one part or more. */
  refusedItems(signal: Signal, reasons: ReadonlyMap<ItemReason, number>, source: Source, status: number, atMs: number, examples?: ReadonlyMap<ItemReason, readonly string[]>): void;
  /** A whole request; `signal` is null when it is not known. */
  refusedRequest(signal: Signal | null, error: CodedError, source: Source, status: number, atMs: number): void;
  /** Where in the log an accepted request stands, so that the engine's word on it finds its source. */
  placed(position: Position, signal: Signal, source: Source): void;
  /** The engine has taken all records up to `to`. Those that it told of before (it begins again at a checkpoint) do not count twice. */
  judged(to: Position, records: readonly Judged[]): void;
  /** All sources together. */
  signals(nowMs?: number, source?: string): Readonly<Record<SignalName, SignalIntake>>;
  sources(nowMs?: number, filter?: SourceFilter): readonly SourceIntake[];
  /** Newest first. */
  lastRefused(filter?: SourceFilter): readonly Refusal[];
  /** Accepted items. */
  totals(): Readonly<Record<SignalName, number>>;
  readonly sinceMs: number;
  /** Times that a source found no room among those counted apart. */
  sourcesOverLimit(): number;
  /** Goes up with everything that is counted. */
  changes(): number;
  /** Plain data; `makeCounters` goes on from it. */
  save(): SavedCounters;
}

export interface SavedCounters extends SavedLedger { readonly sinceMs: number; readonly judgedTo: Position }

export interface CountersOptions {
  readonly startedMs: number;
  readonly saved?: SavedCounters | undefined;
  onRefused?(refusal: Refusal): void;
}

interface Book {
  readonly ledger: Ledger;
  readonly places: Places;
  readonly sinceMs: number;
  readonly onRefused: (refusal: Refusal) => void;
  judgedTo: Position;
  changes: number;
  /** The newest time that was heard. */
  lastMs: number;
}

export function makeCounters({ startedMs, saved, onRefused = () => undefined }: CountersOptions): Counters {
  const book: Book = { ledger: makeLedger(saved), places: makePlaces(), sinceMs: saved?.sinceMs ?? startedMs, onRefused, judgedTo: saved?.judgedTo ?? 0, changes: 0, lastMs: startedMs };
  const { ledger, places, sinceMs } = book;
  const accountOf = (signal: SignalName | null, source: Source, atMs: number): Account => {
    book.changes += 1;
    book.lastMs = Math.max(book.lastMs, atMs);
    return ledger.account(signal, source, atMs);
  };
  return {
    sinceMs,
    sourcesOverLimit: ledger.overLimit,
    changes: () => book.changes,
    accepted(signal, items, bytes, source, atMs, deduplicated = 0) {
      const account = accountOf(signal, source, atMs);
      account.acceptedRequests += 1;
      account.bytes += bytes;
      account.accepted += items;
      account.deduplicated += deduplicated;
      if (items > 0) account.lastAcceptedMs = atMs;
      addToFlow(account.flow, 'accepted', items, atMs);
      if (deduplicated > 0) addToFlow(account.flow, 'deduplicated', deduplicated, atMs);
    },
    duplicate(signal, items, bytes, source, atMs) {
      const account = accountOf(signal, source, atMs);
      account.duplicateRequests += 1;
      account.bytes += bytes;
      account.deduplicated += items;
      addToFlow(account.flow, 'deduplicated', items, atMs);
    },
    refusedItems(signal, reasons, source, status, atMs, examples = new Map()) {
      const account = accountOf(signal, source, atMs);
      if (account.lastPartialId !== source.requestId) account.partialRequests += 1;
      account.lastPartialId = source.requestId;
      for (const [reason, items] of reasons) {
        countRefused(account, reason, { items, requests: 0, requestId: source.requestId, atMs });
        note(book, { signal, source, status, atMs, reason, detail: `${items} × ${sayReason(reason)}`, items, examples: examples.get(reason) ?? [] });
      }
    },
    refusedRequest(signal, error, source, status, atMs) {
      countRefused(accountOf(signal, source, atMs), error.code, { items: 0, requests: 1, requestId: source.requestId, atMs });
      note(book, { signal, source, status, atMs, reason: error.code, detail: error.value === '' ? error.message : `${error.message} (${error.value})`, items: 0, examples: [] });
    },
    placed: (position, signal, { name, requestId }) => places.put(position, { source: name, signal, requestId }),
    judged: (to, records) => judge(book, to, records),
    signals: (nowMs = book.lastMs, source) => bySignal((signal) => sumOf(signal, ledger.accounts(signal, source), nowMs)),
    sources: (nowMs = book.lastMs, filter = {}) => ledger.sources(nowMs, filter),
    lastRefused: (filter = {}) => ledger.lastRefused(filter),
    totals: () => bySignal((signal) => ledger.accounts(signal).reduce((sum, { accepted }) => sum + accepted, 0)),
    save: () => ({ sinceMs, judgedTo: book.judgedTo, ...ledger.save() }),
  };
}

type Noted = Pick<Refusal, 'signal' | 'status' | 'atMs' | 'reason' | 'detail' | 'items' | 'examples'> & { readonly source: Source };

function note({ ledger, onRefused }: Book, { source, detail, examples, ...rest }: Noted): void {
  const { name, address, agent, requestId, via } = source;
  const step = nextStep(rest.reason);
  const next = rest.items === 0 ? step : `${rest.reason.startsWith('quota.') ? step.slice(0, -1) : 'Correct it in the sender'}; the rest of the request was kept, so do not send it again.`;
  const refusal: Refusal = {
    ...rest, requestId, source: name, address, agent, via, next,
    detail: detail.slice(0, detailCharsMax), examples: examples.slice(0, examplesMax).map((each) => each.slice(0, exampleCharsMax)),
  };
  ledger.refuse(refusal);
  onRefused(refusal);
}

function judge(book: Book, to: Position, records: readonly Judged[]): void {
  for (const { position, signal, late, dropped } of records) {
    if (position <= book.judgedTo) continue;
    const place = book.places.get(position);
    const account = book.ledger.accountOf(signal, place?.source ?? othersName, book.sinceMs);
    account.late += late;
    if (late > 0) account.lateRequestId = place?.requestId ?? '';
    for (const [limit, items] of Object.entries(dropped)) countDropped(account, limit, items, place?.requestId ?? '');
    book.changes += 1;
  }
  book.judgedTo = Math.max(book.judgedTo, to);
  book.places.forget(to);
}

function bySignal<Value>(make: (signal: SignalName) => Value): Record<SignalName, Value> {
  return Object.fromEntries(signalNames.map((signal) => [signal, make(signal)])) as Record<SignalName, Value>;
}
