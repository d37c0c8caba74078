import { useEffect, useState } from 'react';
import { ApiError, getJson } from '../api/client.ts';
import type { StoredSpan, TraceResponse } from '../model.ts';

/** Spans of one trace that a page holds; a waterfall of more is no use to people. */
const spansShownMax = 100_000;

export interface WholeTrace { readonly spans: readonly StoredSpan[]; readonly loading: boolean; readonly error: ApiError | undefined }

/** The first page's spans at once, then those of each next page as it comes. */
export function useWholeTrace(first: TraceResponse): WholeTrace {
  const [read, setRead] = useState<WholeTrace & { readonly of: TraceResponse } | null>(null);
  useEffect(() => {
    const aborter = new AbortController();
    let { spans, next } = first;
    const readOn = async (): Promise<void> => {
      while (next !== null && spans.length < spansShownMax) {
        const page: TraceResponse = await getJson(`/traces/${encodeURIComponent(first.traceId)}?after=${encodeURIComponent(next)}`, aborter.signal);
        spans = [...spans, ...page.spans];
        next = page.next;
        setRead({ of: first, spans, loading: next !== null && spans.length < spansShownMax, error: undefined });
      }
    };
    readOn().catch((error: unknown) => {
      if (!aborter.signal.aborted) setRead({ of: first, spans, loading: false, error: error instanceof ApiError ? error : new ApiError(0, { code: 'unexpected', message: String(error), value: first.traceId, next: '' }) });
    });
    return () => aborter.abort();
  }, [first]);
  return read?.of === first ? read : { spans: first.spans, loading: first.next !== null, error: undefined };
}
