/** Pages of a trace: where one begins, as text that a client gives back without reading it. */
import type { SpanPlace, StoredSpan } from '@clew/engine';
import { CodedError } from '../errors.ts';
import { ask } from './ask.ts';
import type { ApiContext } from './context.ts';
import type { TraceResponse } from './types.ts';

interface Page { readonly limit: number; readonly after?: string | undefined }

/** A page of a trace, with how many spans there are in all. Spans that arrive while a client pages are on a later page, or on none. */
export async function readTrace(context: ApiContext, id: string, { limit, after }: Page): Promise<TraceResponse> {
  const traceId = readTraceId(id);
  const place = readPlace(after);
  // One more than is given out says whether there is a next page.
  const [found, total] = await Promise.all([
    ask(context, 'trace')({ traceId, limit: limit + 1, ...(place === undefined ? {} : { after: place }) }),
    ask(context, 'traceSize')({ traceId }),
  ]);
  if (total === 0) throw new CodedError('unknown_id', id, { detail: 'No span of this trace is stored.' });
  const spans = found.slice(0, limit);
  const next = found.length > limit ? writePlace(spans, place) : null;
  return { traceId, spans, total, next, truncated: next !== null };
}

export function readTraceId(id: string): string {
  if (!/^[0-9a-f]{32}$/i.test(id)) throw new CodedError('bad_query', id, { detail: 'A trace id is 32 hex digits.' });
  return id.toLowerCase();
}

/** `<start in ns>-<span id>-<spans of exactly this start and id that were given out>` */
export function readPlace(text: string | undefined): SpanPlace | undefined {
  if (text === undefined) return undefined;
  const [startNs, spanId, same] = text.split('-');
  if (BigInt(startNs) > 0xffff_ffff_ffff_ffffn) throw new CodedError('bad_query', text, { detail: 'Parameter after is `next` of the page before.' });
  return { startNs, spanId, same: Number(same) };
}

function writePlace(spans: readonly StoredSpan[], before: SpanPlace | undefined): string {
  const { startNs, spanId } = spans[spans.length - 1];
  const isSame = (span: { readonly startNs: string; readonly spanId: string }): boolean => span.startNs === startNs && span.spanId === spanId;
  const first = spans.findIndex(isSame);
  const carried = first === 0 && before !== undefined && isSame(before) ? before.same : 0;
  return `${startNs}-${spanId}-${carried + spans.length - first}`;
}
