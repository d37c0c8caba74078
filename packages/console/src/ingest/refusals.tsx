import { useCallback, useState, type ReactNode } from 'react';
import { useEvent } from '../api/live.ts';
import type { Refusal, SignalName } from '../model.ts';
import { sayIngestNext } from '../words/ingest-next.ts';
import { Rich, Time, useLanguage, useSay } from '../words/speak.tsx';
import { RequestId } from './request-id.tsx';

const shownMax = 20;

const keyOf = ({ requestId, atMs, reason, signal }: Refusal): string => `${requestId} ${atMs} ${reason} ${signal}`;

/** What the server said last, and before it what it has pushed since. */
export function useLiveRefusals(answered: readonly Refusal[], source: string | undefined, signal: SignalName | undefined): readonly Refusal[] {
  const [pushed, setPushed] = useState<readonly Refusal[]>([]);
  useEvent('refused', useCallback((refusal: Refusal) => setPushed((before) => [refusal, ...before].slice(0, shownMax)), []));
  const wanted = pushed.filter((each) => (source === undefined || each.source === source) && (signal === undefined || each.signal === signal));
  const known = new Set(answered.map(keyOf));
  return [...wanted.filter((each) => !known.has(keyOf(each))), ...answered].sort((a, b) => b.atMs - a.atMs).slice(0, shownMax);
}

export function Refusals({ refusals }: { readonly refusals: readonly Refusal[] }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (refusals.length === 0) return <p className="quiet">{say('send.noRefusals')}</p>;
  return (
    <div className="wide"><table role="table" className="refusals stack">
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('send.when')}</th><th role="columnheader" scope="col">{say('ingest.source')}</th><th role="columnheader" scope="col">{say('ingest.signal')}</th><th role="columnheader" scope="col">{say('ingest.via')}</th><th role="columnheader" scope="col" className="number">{say('send.status')}</th><th role="columnheader" scope="col">{say('send.reason')}</th><th role="columnheader" scope="col">{say('send.detail')}</th><th role="columnheader" scope="col">{say('ingest.request')}</th></tr></thead>
      <tbody role="rowgroup">{refusals.map((each) => (
        <tr role="row" key={keyOf(each)} tabIndex={-1} data-row="">
          <td role="cell" className="one-line"><Time at={each.atMs} /></td>
          <td role="cell" title={each.agent}><span className="one-line">{each.source}</span>{each.address.startsWith(each.source) ? null : <span className="faint block">{each.address}</span>}</td>
          <td role="cell" className="one-line">{each.signal === null ? '–' : say(`nav.${each.signal}`)}</td>
          <td role="cell" className="one-line" data-label={say('ingest.via')}>{each.via}</td>
          <td role="cell" className="number num" data-label={say('send.status')}>{each.status === 0 ? '–' : each.status}</td>
          <td role="cell" className="one-line"><code>{each.reason}</code></td>
          <td role="cell" className="next-cell whole"><span className="break">{each.detail}</span>{each.examples.length === 0 ? null : <span className="soft block break"><Rich name="ingest.examples" values={{ names: <code>{each.examples.join(' · ')}</code> }} /></span>}{each.next === '' ? null : <span className="soft block">{each.items > 0 ? say('ingest.partly') : sayIngestNext(language, each.reason, each.next)}</span>}</td>
          <td role="cell" data-label={say('ingest.request')}><RequestId id={each.requestId} /></td>
        </tr>
      ))}</tbody>
    </table></div>
  );
}
