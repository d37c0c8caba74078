import type { RowQueries } from '@clew/engine';
import type { RefinedResponse } from '../api/types.ts';
import { reasonOf } from '../errors.ts';
import { refine } from './refine.ts';
import type { RefineAsked } from './refine.ts';

/** Refinements that run or are kept, by what they are of. One runs at a time: a query at a time is what is taken from those who browse. */
export interface Refinements {
  /** How far it is; begins it when it is not known. Until it is done, what was found last of the same incident stands in it. */
  of(id: string, asked: RefineAsked, query: Pick<RowQueries, 'walk' | 'values' | 'calls' | 'courses'>): RefinedResponse;
}

/** Answers kept; the one that was asked for longest ago goes first. */
const keptMax = 50;
/** More wait for their turn than this: whoever asks is told that it has not begun. */
const waitingMax = 8;
/** One that failed is tried again when it is asked for after so long. */
const againMs = 30_000;


export function openRefinements(nowMs: () => number): Refinements {
  const kept = new Map<string, { readonly id: string; answer: RefinedResponse; failedMs: number }>();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    of(id, asked, query) {
      const key = `${id} ${asked.onsetMs} ${asked.untilMs} ${asked.of} ${asked.services.join(' ')}`;
      const known = kept.get(key);
      if (known !== undefined && !(known.answer.state === 'failed' && nowMs() - known.failedMs > againMs)) {
        kept.delete(key);
        kept.set(key, known);
        return known.answer;
      }
      const found = [...kept.values()].findLast((each) => each.id === id && each.answer.state === 'done')?.answer.refined ?? null;
      const begun: RefinedResponse = { state: 'running', progress: 0, reason: '', refined: found };
      if (waiting >= waitingMax) return begun;
      const one = { id, answer: begun, failedMs: 0 };
      kept.set(key, one);
      for (const oldest of kept.keys()) {
        if (kept.size <= keptMax) break;
        kept.delete(oldest);
      }
      waiting++;
      last = last.then(() => refine(query, asked, nowMs, (progress) => { one.answer = { ...begun, progress }; })).then(
        (refined) => { one.answer = { state: 'done', progress: 1, reason: '', refined }; },
        (thrown: unknown) => { Object.assign(one, { answer: { state: 'failed', progress: 1, reason: reasonOf(thrown), refined: null }, failedMs: nowMs() }); },
      ).finally(() => { waiting--; });
      return one.answer;
    },
  };
}
