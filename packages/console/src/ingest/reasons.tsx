import type { ReactNode } from 'react';
import { formatNumber } from '@clew/words';
import type { LimitHit, SourceIntake } from '../model.ts';
import { sayIngestNext } from '../words/ingest-next.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { RequestId } from './request-id.tsx';

interface Reason { readonly source: string; readonly signal: SourceIntake['accounts'][number]['signal']; readonly outcome: 'refused' | 'late' | 'dropped'; readonly reason: string; readonly items: number; readonly requests: number; readonly next: string; readonly requestId: string }

/** The largest first. */
function reasonsOf(sources: readonly SourceIntake[]): Reason[] {
  return sources.flatMap(({ name: source, accounts }) => accounts.flatMap(({ signal, refused, droppedBy, late, lateRequestId, lateNext }): Reason[] => [
    ...refused.map((each): Reason => ({ source, signal, outcome: 'refused', ...each })),
    ...droppedBy.map(({ limit, items, next, requestId }): Reason => ({ source, signal, outcome: 'dropped', reason: limit, items, requests: 0, next, requestId })),
    ...(late === 0 ? [] : [{ source, signal, outcome: 'late', reason: 'late', items: late, requests: 0, next: lateNext, requestId: lateRequestId } as const]),
  ])).sort((a, b) => b.requests + b.items - a.requests - a.items);
}

/** Why, and what to do: one row for each source, signal and reason. */
export function Reasons({ sources }: { readonly sources: readonly SourceIntake[] }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const reasons = reasonsOf(sources);
  if (reasons.length === 0) return <p className="quiet">{say('ingest.whyNone')}</p>;
  const count = (value: number): string => formatNumber(value, language, 12);
  return (
    <div className="wide"><table role="table" className="reasons stack">
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('send.reason')}</th><th role="columnheader" scope="col">{say('ingest.became')}</th><th role="columnheader" scope="col" className="number">{say('ingest.much')}</th><th role="columnheader" scope="col">{say('ingest.source')}</th><th role="columnheader" scope="col">{say('ingest.signal')}</th><th role="columnheader" scope="col">{say('send.next')}</th><th role="columnheader" scope="col">{say('ingest.example')}</th></tr></thead>
      <tbody role="rowgroup">{reasons.map(({ source, signal, outcome, reason, items, requests, next, requestId }) => (
        <tr role="row" key={`${source} ${signal} ${outcome} ${reason}`} tabIndex={-1} data-row="">
          <th role="rowheader" scope="row" className="one-line"><code>{reason}</code></th>
          <td role="cell" className="one-line">{say(`ingest.is.${outcome}`)}</td>
          <td role="cell" className="number num">{items > 0 ? say('ingest.items', { n: count(items) }) : null}{requests > 0 ? <span className="block">{say('send.refusedRequests', { n: count(requests) })}</span> : null}</td>
          <td role="cell" className="one-line" data-label={say('ingest.source')}>{source}</td>
          <td role="cell" className="one-line" data-label={say('ingest.signal')}>{signal === null ? '–' : say(`nav.${signal}`)}</td>
          <td role="cell" className="next-cell whole">{sayIngestNext(language, reason, next)}</td>
          <td role="cell" data-label={say('ingest.example')}><RequestId id={requestId} /></td>
        </tr>
      ))}</tbody>
    </table></div>
  );
}

/** What the server itself had to leave out since it started. */
export function Limits({ limits }: { readonly limits: readonly LimitHit[] }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (limits.length === 0) return null;
  return (
    <section><h2>{say('ingest.limits')}</h2><div className="wide"><table role="table" className="stack">
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('ingest.limit')}</th><th role="columnheader" scope="col" className="number">{say('ingest.count')}</th><th role="columnheader" scope="col">{say('ingest.means')}</th><th role="columnheader" scope="col">{say('send.next')}</th></tr></thead>
      <tbody role="rowgroup">{limits.map(({ limit, value, what, next }) => <tr role="row" key={limit} tabIndex={-1} data-row=""><th role="rowheader" scope="row" className="one-line"><code>{limit}</code></th><td role="cell" className="number num">{formatNumber(value, language, 12)}</td><td role="cell" className="whole">{what}</td><td role="cell" className="whole" data-label={say('send.next')}>{next}</td></tr>)}</tbody>
    </table></div></section>
  );
}
