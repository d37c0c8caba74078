import { refusalReasons } from '@clew/otlp';
import type { RefusalReason, Signal } from '@clew/otlp';
import type { IngestResponse, SignalIntake } from '../api/types.ts';
import { errorTable } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { foreignReasons } from './foreign/reasons.ts';
import type { ForeignReason } from './foreign/reasons.ts';
import type { Source } from './source.ts';

const lastRefusedMax = 20;
const detailCharsMax = 300;
const signals = ['traces', 'metrics', 'logs', 'profiles'] as const;

const wordsOf: Readonly<Record<RefusalReason | ForeignReason, string>> = { ...refusalReasons, ...foreignReasons };

interface Tally { requests: number; bytes: number; accepted: number; duplicateRequests: number; lastAcceptedMs: number | null; readonly refused: Map<string, { items: number; requests: number }> }

/** What came in since start, for people: accepted, refused and why. */
export interface Counters {
  accepted(signal: Signal, items: number, bytes: number, source: Source, atMs: number): void;
  duplicate(signal: Signal, bytes: number, source: Source): void;
  /** Single items of a request of which the rest was kept. */
  refusedItems(signal: Signal, reasons: ReadonlyMap<RefusalReason | ForeignReason, number>, source: Source, status: number, atMs: number): void;
  /** A whole request; `signal` is null when it is not known. */
  refusedRequest(signal: Signal | null, error: CodedError, source: Source, status: number, atMs: number): void;
  signals(): IngestResponse['signals'];
  lastRefused(): IngestResponse['lastRefused'];
  totals(): Readonly<Record<Signal, number>>;
}

export function makeCounters(): Counters {
  const tallies: Record<Signal, Tally> = { traces: makeTally(), metrics: makeTally(), logs: makeTally(), profiles: makeTally() };
  const last: IngestResponse['lastRefused'][number][] = [];

  function add(signal: Signal | null, reason: string, items: number, requests: number): void {
    for (const each of signal === null ? [] : [signal]) {
      const row = tallies[each].refused.get(reason) ?? { items: 0, requests: 0 };
      tallies[each].refused.set(reason, { items: row.items + items, requests: row.requests + requests });
    }
  }
  function note(row: IngestResponse['lastRefused'][number]): void {
    last.unshift({ ...row, detail: row.detail.slice(0, detailCharsMax) });
    last.length = Math.min(last.length, lastRefusedMax);
  }

  return {
    accepted(signal, items, bytes, _source, atMs) {
      const tally = tallies[signal];
      tally.requests += 1;
      tally.bytes += bytes;
      tally.accepted += items;
      tally.lastAcceptedMs = items > 0 ? atMs : tally.lastAcceptedMs;
    },
    duplicate(signal, bytes) {
      const tally = tallies[signal];
      tally.requests += 1;
      tally.bytes += bytes;
      tally.duplicateRequests += 1;
    },
    refusedItems(signal, reasons, source, status, atMs) {
      for (const [reason, items] of reasons) {
        add(signal, reason, items, 0);
        note({ atMs, signal, reason, detail: `${items} × ${wordsOf[reason]}`, source: source.address, status });
      }
    },
    refusedRequest(signal, error, source, status, atMs) {
      if (signal !== null) tallies[signal].requests += 1;
      add(signal, error.code, 0, 1);
      note({ atMs, signal, reason: error.code, detail: error.value === '' ? error.message : `${error.message} (${error.value})`, source: source.address, status });
    },
    signals: () => Object.fromEntries(signals.map((signal) => [signal, shown(tallies[signal])])) as Record<Signal, SignalIntake>,
    lastRefused: () => [...last],
    totals: () => ({ traces: tallies.traces.accepted, metrics: tallies.metrics.accepted, logs: tallies.logs.accepted, profiles: tallies.profiles.accepted }),
  };
}

const makeTally = (): Tally => ({ requests: 0, bytes: 0, accepted: 0, duplicateRequests: 0, lastAcceptedMs: null, refused: new Map() });

function shown({ refused, ...tally }: Tally): SignalIntake {
  return { ...tally, refused: [...refused].map(([reason, { items, requests }]) => ({ reason, items, requests, next: nextStep(reason) })) };
}

function nextStep(reason: string): string {
  if (reason in errorTable) return errorTable[reason as keyof typeof errorTable].next;
  return `Correct it in the sender: ${wordsOf[reason as RefusalReason | ForeignReason]}.`;
}
