import { useState, type ReactNode } from 'react';
import { formatShare } from '@clew/words';
import { sendJson } from '../api/client.ts';
import { tell } from '../copy.ts';
import type { DemoResponse } from '../model.ts';
import { IntakeTable, useIntake } from '../parts/intake.tsx';
import { SendTabs } from '../parts/send-tabs.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';

/** Nothing was ever sent: how to send, and a shop to look at in the meantime. */
export function EmptyConsole({ demo, reload }: { readonly demo: DemoResponse; readonly reload: () => void }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { data, accepted } = useIntake();
  const [starting, setStarting] = useState(false);
  const start = (): void => {
    setStarting(true);
    sendJson<DemoResponse>('POST', '/demo', { action: 'start' }).then(reload, (error: unknown) => {
      setStarting(false);
      tell({ key: 'demo.failed', values: { why: error instanceof Error ? error.message : String(error) } });
    });
  };
  const running = demo.state !== 'off';
  return (
    <div className="empty-console">
      <h1>{say('send.emptyTitle')}</h1>
      <p className="soft">{say('send.emptyLead')}</p>
      <section className="show-demo">
        {running || starting
          ? <p role="status"><progress max={1} value={running ? demo.progress : undefined} /> {demo.state === 'history' ? say('demo.history', { share: formatShare(demo.progress, language) }) : say('send.demoStarting')}</p>
          : <button type="button" className="primary" data-row="" onClick={start}>{say('send.demo')}</button>}
        <p className="faint">{say('send.demoAbout')}</p>
      </section>
      {data === undefined ? null : <>
        <section><h2>{say('send.title')}</h2><p className="soft">{say('send.lead')}</p><SendTabs listening={data.listening} /></section>
        <section><h2>{say('send.counter')}</h2><IntakeTable ingest={data} accepted={accepted} /></section>
      </>}
    </div>
  );
}
