import type { ReactNode } from 'react';
import type { IngestResponse, SignalName } from '../model.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { IntakeTable, useIntake } from '../parts/intake.tsx';
import { SendTabs } from '../parts/send-tabs.tsx';
import { useTitle } from '../parts/title.ts';
import { formatNumber } from '../words/format.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

export function SendPage(): ReactNode {
  const say = useSay();
  useTitle(say('send.title'));
  const answer = useIntake();
  return (
    <>
      <h1>{say('send.title')}</h1>
      <p className="soft">{say('send.lead')}</p>
      <Answered answer={answer} what={say('send.counter')} skeleton={<Bones rows={8} />}>{(ingest) => (
        <>
          <p className="listening"><span className="faint">{say('send.listening')}</span> OTLP/HTTP <code>{ingest.listening.http}</code> OTLP/gRPC <code>{ingest.listening.grpc}</code></p>
          <SendTabs listening={ingest.listening} />
          <section><h2>{say('send.counter')}</h2><IntakeTable ingest={ingest} accepted={answer.accepted} /></section>
          <Refusals ingest={ingest} />
        </>
      )}</Answered>
    </>
  );
}

function Refusals({ ingest }: { readonly ingest: IngestResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const byReason = (Object.entries(ingest.signals) as [SignalName, IngestResponse['signals'][SignalName]][]).flatMap(([signal, { refused }]) => refused.map((each) => ({ signal, ...each })));
  if (byReason.length === 0 && ingest.lastRefused.length === 0) return <section><h2>{say('send.lastRefusals')}</h2><p className="quiet">{say('send.noRefusals')}</p></section>;
  return (
    <>
      <section><h2>{say('send.refusals')}</h2><div className="wide"><table>
        <thead><tr><th scope="col">{say('send.signal')}</th><th scope="col">{say('send.reason')}</th><th scope="col" className="number">{say('send.items')}</th><th scope="col" className="number">{say('send.requests')}</th><th scope="col">{say('send.next')}</th></tr></thead>
        <tbody>{byReason.map((each) => <tr key={`${each.signal} ${each.reason}`}><td>{say(`nav.${each.signal}`)}</td><td><code>{each.reason}</code></td><td className="number num">{formatNumber(each.items, language, 9)}</td><td className="number num">{formatNumber(each.requests, language, 9)}</td><td>{each.next}</td></tr>)}</tbody>
      </table></div></section>
      <section><h2>{say('send.lastRefusals')}</h2><div className="wide"><table>
        <thead><tr><th scope="col">{say('send.when')}</th><th scope="col">{say('send.signal')}</th><th scope="col">{say('send.reason')}</th><th scope="col">{say('send.detail')}</th><th scope="col">{say('send.next')}</th><th scope="col">{say('send.from')}</th><th scope="col" className="number">{say('send.status')}</th></tr></thead>
        <tbody>{ingest.lastRefused.map((each, at) => <tr key={at}><td><Time at={each.atMs} /></td><td className="one-line">{each.signal === null ? '–' : say(`nav.${each.signal}`)}</td><td className="one-line"><code>{each.reason}</code></td><td className="break">{each.detail}</td><td>{each.next ?? '–'}</td><td className="num">{each.source}</td><td className="number num">{each.status}</td></tr>)}</tbody>
      </table></div></section>
    </>
  );
}
