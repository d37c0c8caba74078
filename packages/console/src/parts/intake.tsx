import { useCallback, useState, type ReactNode } from 'react';
import { formatBytes, formatNumber } from '@clew/words';
import { useAnswer, usePolling, type Answer } from '../api/answer.ts';
import { useEvent, type EventData } from '../api/live.ts';
import type { IngestResponse, SignalName } from '../model.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { Ago } from './ago.tsx';

const signals: readonly SignalName[] = ['traces', 'metrics', 'logs', 'profiles'];
/** Refusals are not pushed: they are asked for this often while the page is open. */
const askMs = 3_000;

export function useIntake(): Answer<IngestResponse> & { readonly accepted: EventData['ingest'] | null } {
  const answer = useAnswer<IngestResponse>('/ingest');
  const [accepted, setAccepted] = useState<EventData['ingest'] | null>(null);
  useEvent('ingest', useCallback((data: EventData['ingest']) => setAccepted(data), []));
  usePolling(answer, askMs);
  return { ...answer, accepted };
}

/** Accepted and refused, by signal, counting as it arrives. */
export function IntakeTable({ ingest, accepted }: { readonly ingest: IngestResponse; readonly accepted: EventData['ingest'] | null }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const count = (value: number): string => formatNumber(value, language, 12);
  const repeated = signals.reduce((sum, name) => sum + ingest.signals[name].duplicateRequests, 0);
  return (
    <>
      <div className="wide"><table className="intake">
        <thead><tr><th scope="col">{say('send.signal')}</th><th scope="col" className="number">{say('send.accepted')}</th><th scope="col" className="number">{say('send.refused')}</th><th scope="col" className="number spare">{say('send.requests')}</th><th scope="col" className="number spare">{say('send.bytes')}</th><th scope="col" className="number">{say('send.last')}</th></tr></thead>
        <tbody>{signals.map((name) => {
          const signal = ingest.signals[name];
          const { refusedItems: refused, refusedRequests } = signal;
          return (
            <tr key={name}>
              <th scope="row">{say(`nav.${name}`)}</th>
              <td className="number num strong">{count(Math.max(signal.accepted, accepted?.[name] ?? 0))}</td>
              <td className={`number num${refused + refusedRequests > 0 ? ' strong' : ' faint'}`}>{refused > 0 || refusedRequests === 0 ? count(refused) : say('send.refusedRequests', { n: refusedRequests })}</td>
              <td className="number num spare">{count(signal.requests)}</td>
              <td className="number num spare">{formatBytes(signal.bytes, language)}</td>
              <td className="number"><Ago atMs={signal.lastAcceptedMs} /></td>
            </tr>
          );
        })}</tbody>
      </table></div>
      {repeated > 0 ? <p className="quiet">{say('send.duplicates', { n: repeated })}</p> : null}
    </>
  );
}
