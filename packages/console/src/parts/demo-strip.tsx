import { useState, type ReactNode } from 'react';
import { formatDuration, formatShare } from '@clew/words';
import { sendJson } from '../api/client.ts';
import { useClock } from '../clock.ts';
import { tell } from '../copy.ts';
import { clearFaults, plantFault } from '../frame/choices.ts';
import type { DemoResponse } from '../model.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

/** More faults than this are a list to choose from. */
const buttonsMost = 6;

/** The demo shop's controls, in one line beneath what is wrong while it runs. */
export function DemoStrip({ demo }: { readonly demo: DemoResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const nowMs = useClock();
  const [busy, setBusy] = useState(false);
  if (demo.state === 'off') return null;
  const run = (act: () => Promise<unknown>, done: () => void) => (): void => {
    setBusy(true);
    act().then(done, (error: unknown) => tell({ key: 'demo.failed', values: { why: String(error) } })).finally(() => setBusy(false));
  };
  const plant = (name: string): void => {
    const fault = demo.faults.find((each) => each.name === name);
    if (fault !== undefined) run(() => plantFault(name), () => tell({ key: 'demo.planted', values: { name: fault.title } }))();
  };
  const active = demo.faults.some((fault) => fault.active);
  return (
    <section className="demo-strip">
      <span className="demo-state">{demo.state === 'history' ? <><progress max={1} value={demo.progress} /> {say('demo.history', { share: formatShare(demo.progress, language) })}</> : say('demo.running')}</span>
      <span className="demo-faults"><span className="faint">{say('demo.plant')}</span>
        {demo.faults.length > buttonsMost
          ? <select aria-label={say('demo.plant')} value="" disabled={busy || demo.state === 'history'} onChange={(event) => plant(event.target.value)}><option value="">{say('demo.choose')}</option>{demo.faults.map((fault) => <option key={fault.name} value={fault.name} title={fault.about}>{fault.title}</option>)}</select>
          : demo.faults.map((fault) => <button key={fault.name} type="button" title={fault.about} aria-pressed={fault.active} disabled={busy || demo.state === 'history'} onClick={() => plant(fault.name)}>{fault.title}</button>)}
        {demo.faults.map((fault) => (fault.active && fault.startedMs !== null ? <span key={fault.name} className="num" title={fault.about}><b>{fault.title}</b> <span className="faint">{say('demo.active', { duration: formatDuration(Math.max(1000, nowMs - fault.startedMs), language) })}</span></span> : null))}
        {active ? <button type="button" disabled={busy} onClick={run(clearFaults, () => tell({ key: 'demo.cleared' }))}>{say('demo.clear')}</button> : null}
      </span>
      <button type="button" className="plain" disabled={busy} onClick={run(() => sendJson('POST', '/demo', { action: 'stop' }), () => undefined)}>{say('demo.stop')}</button>
    </section>
  );
}
