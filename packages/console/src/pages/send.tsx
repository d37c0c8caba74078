import type { ReactNode } from 'react';
import { linkTo } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { IntakeTable, useIntake } from '../parts/intake.tsx';
import { Link } from '../parts/link.tsx';
import { SendTabs } from '../parts/send-tabs.tsx';
import { useTitle } from '../parts/title.ts';
import { useSay } from '../words/speak.tsx';

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
          <section><h2>{say('send.counter')}</h2><IntakeTable ingest={ingest} accepted={answer.accepted} /><p className="under-table"><Link to={linkTo({ page: 'ingest' })}>{say('ingest.link')}</Link></p></section>
        </>
      )}</Answered>
    </>
  );
}
