import type { EngineSettings, RowQueries, SliceQuery } from '@clew/engine';
import { decode } from '../intake/decode.ts';
import type { DecodeLimits } from '../intake/decode.ts';
import { learnMs } from './backtest.ts';
import type { ReplayRecord, ReplaySource } from './source.ts';

/** What asks a store for a stretch of rows, in this thread or another. */
export type AskSlice = RowQueries['slice'];

export interface RowsSourceOptions {
  readonly ask: AskSlice;
  readonly limits: DecodeLimits;
  readonly paneMs: number;
  /** Event time, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows have no notices: those that the log still holds, oldest first. */
  readonly notices: readonly ReplayRecord[];
}

const signals = ['metrics', 'logs', 'traces'] as const;
/** Panes and rows asked for at a time; the store may give fewer rows. */
const panesAtOnce = 30;
const rowsAtOnce = 50_000;

/**
 * Stored rows as records: every pane of event time is one request a signal, "received" when the pane is over. Each field is as it was
 * sent; what a row does not keep is when it arrived and beside what. So nothing is ever late, and nothing is looked at before its pane ends.
 */
export function openRowsSource({ ask, limits, paneMs, fromMs, toMs, notices }: RowsSourceOptions): ReplaySource {
  const firstMs = Math.floor(fromMs / paneMs) * paneMs;
  const most = Math.min(rowsAtOnce, limits.requestItemsMax);
  let reachedMs = firstMs;
  return {
    identity: `rows ${firstMs}`,
    progress: () => Math.min(1, (reachedMs - firstMs) / Math.max(1, toMs - firstMs)),
    async* read(_after, _afterMs, isWanted = () => true) {
      let position = 0;
      const waiting = [...notices];
      while (reachedMs < toMs && isWanted(reachedMs + paneMs)) {
        const untilMs = Math.min(toMs, reachedMs + panesAtOnce * paneMs);
        const requests: Sent[] = [];
        for (const signal of signals) requests.push(...await read(ask, { signal, fromMs: reachedMs, toMs: untilMs, stepMs: paneMs, limit: most }));
        const byPane = Map.groupBy(requests, (each) => Math.floor(each.fromMs / paneMs) * paneMs);
        for (; reachedMs < untilMs; reachedMs += paneMs) {
          const endMs = reachedMs + paneMs;
          while (waiting.length > 0 && waiting[0].receivedMs < endMs) yield { ...waiting.splice(0, 1)[0], position: ++position };
          const own = byPane.get(reachedMs) ?? [];
          for (const { signal, request } of own) yield { position: ++position, receivedMs: endMs, batch: decode(signal, 'protobuf', request, limits) };
          // Time goes on in silence, too, as the server's own ticks would have told.
          if (own.length === 0) yield { position: ++position, receivedMs: endMs, batch: null };
        }
      }
      for (const notice of waiting) yield { ...notice, position: ++position };
    },
  };
}

interface Sent { readonly signal: SliceQuery['signal']; readonly fromMs: number; readonly request: Uint8Array }

/** A stretch in as many answers as it takes: one that is not all is asked for in halves. */
async function read(ask: AskSlice, query: SliceQuery): Promise<Sent[]> {
  const { isWhole, requests } = await ask(query);
  const middleMs = query.fromMs + Math.floor((query.toMs - query.fromMs) / 2 / query.stepMs) * query.stepMs;
  const atMs = middleMs > query.fromMs ? middleMs : Math.floor((query.fromMs + query.toMs) / 2);
  if (isWhole || atMs === query.fromMs) return requests.map((each) => ({ ...each, signal: query.signal }));
  return [...await read(ask, { ...query, toMs: atMs }), ...await read(ask, { ...query, fromMs: atMs })];
}

/** The panes that a backtest of the range needs: a day before it to learn on, where rows are kept, and what closes the last pane behind it. */
export function rowsRange({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, { paneMs, latenessMs }: Pick<EngineSettings, 'paneMs' | 'latenessMs'>, oldestRowMs: number | null): Pick<RowsSourceOptions, 'paneMs' | 'fromMs' | 'toMs'> {
  return { paneMs, fromMs: Math.max(fromMs - learnMs, (oldestRowMs ?? toMs) - datedBeforeMs), toMs: toMs + latenessMs + 3 * paneMs };
}

/** Rows may be dated this long before they arrived. */
const datedBeforeMs = 3_600_000;

/** The notices of a log, without decoding anything else of it. */
export async function readNotices(source: ReplaySource): Promise<ReplayRecord[]> {
  const notices: ReplayRecord[] = [];
  for await (const record of source.read(0, 0, () => false)) if (record.notice !== undefined) notices.push(record);
  return notices;
}
