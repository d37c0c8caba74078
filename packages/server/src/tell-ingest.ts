import type { IngestResponse, LimitHit, SelfResponse } from './api/types.ts';
import type { Counters } from './intake/counters.ts';
import type { SourceFilter } from './intake/ledger.ts';
import { otherLimits } from './intake/limit-words.ts';

export interface IngestParts {
  readonly listening: IngestResponse['listening'];
  readonly counters: Counters;
  /** See self.ts. */
  readonly facts: SelfResponse;
  readonly nowMs: number;
}

/** Everything that is known about what came in, of all sources or of one. */
export function tellIngest({ listening, counters, facts, nowMs }: IngestParts, filter: SourceFilter): IngestResponse {
  return {
    listening, sinceMs: counters.sinceMs,
    signals: counters.signals(nowMs, filter.source),
    sources: counters.sources(nowMs, filter),
    lastRefused: counters.lastRefused(filter),
    limits: Object.entries(otherLimits).filter(([limit]) => (facts[limit] ?? 0) > 0).map(([limit, words]): LimitHit => ({ limit, value: facts[limit], ...words })),
  };
}
