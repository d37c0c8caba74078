import type { ReactNode } from 'react';
import { formatBytes, formatDuration, type Language } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { useClock } from '../clock.ts';
import { tell } from '../copy.ts';
import { signOut } from '../frame/sign-in.tsx';
import type { AccessResponse, ConfigResponse, HealthResponse, SelfResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Access } from '../parts/access.tsx';
import { Answered, Bones } from '../parts/answered.tsx';
import { SelfFacts } from '../parts/self-facts.tsx';
import { useTitle } from '../parts/title.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

/** A large size or time as people say it, behind the number that is typed. */
function spoken({ value, unit }: { readonly value: string; readonly unit: string }, language: Language): string {
  const amount = Number(value);
  if (amount < 1000) return '';
  return unit === 'bytes' ? ` (${formatBytes(amount, language)})` : unit === 'ms' ? ` (${formatDuration(amount, language)})` : '';
}

export function SettingsPage(): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const nowMs = useClock();
  useTitle(say('settings.title'));
  const config = useAnswer<ConfigResponse>('/config');
  const access = useAnswer<AccessResponse>('/access', { live: true });
  const health = useAnswer<HealthResponse>('/health', { live: true }).data;
  const self = useAnswer<SelfResponse>('/self', { live: true });
  const { filters: { q = '' } } = useRoute();
  const asksForToken = access.data?.needed.api ?? false;
  return (
    <>
      <h1>{say('settings.title')}</h1>
      <p className="soft">{say('settings.lead')}</p>
      {health === undefined ? null : <p className="soft">{say('settings.version', { version: health.version, duration: formatDuration(Math.max(1000, Math.round((nowMs - health.startedMs) / 1000) * 1000), language) })} · {say(`settings.status.${health.status}`)}{asksForToken ? <> · <button type="button" className="plain sign-out" onClick={() => void signOut().catch((error: unknown) => tell({ key: 'demo.failed', values: { why: String(error) } }))}>{say('signIn.out')}</button></> : null}</p>}
      {health?.problems.map((problem) => <p key={problem.what} className="problem"><b>{problem.what}</b> {problem.next}</p>)}
      <p className="filter-line"><input type="search" data-filter="" aria-label={say('settings.filter')} placeholder={say('settings.filter')} value={q} onChange={(event) => setFilters({ q: event.target.value })} /></p>
      <Answered answer={config} what={say('settings.title')} skeleton={<Bones rows={10} />}>{({ settings }) => (
        <div className="wide"><table role="table" className="settings stack">
          <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('settings.name')}</th><th role="columnheader" scope="col">{say('settings.value')}</th><th role="columnheader" scope="col">{say('settings.from')}</th><th role="columnheader" scope="col">{say('settings.about')}</th></tr></thead>
          <tbody role="rowgroup">{settings.filter((each) => `${each.name} ${each.about}`.toLowerCase().includes(q.toLowerCase())).map((each) => (
            <tr role="row" key={each.name} tabIndex={-1} data-row=""><th role="rowheader" scope="row"><code>{each.name}</code></th><td role="cell" className="break">{each.value === '' ? <span className="faint">–</span> : <><code className={each.from === 'default' ? undefined : 'strong'}>{each.value}</code> <span className="faint">{each.unit}{spoken(each, language)}</span></>}</td><td role="cell" className={each.from === 'default' ? 'faint' : undefined}>{say(`settings.from.${each.from}`)}</td><td role="cell" className="soft whole">{each.about}</td></tr>
          ))}</tbody>
        </table></div>
      )}</Answered>
      <Answered answer={access} what={say('access.title')} skeleton={<Bones rows={3} />}>{(given) => <Access access={given} />}</Answered>
      <section><h2>{say('settings.self')}</h2><Answered answer={self} what={say('settings.self')} skeleton={<Bones rows={6} widths={[30, 10]} />}>{(values) => <SelfFacts values={values} />}</Answered></section>
    </>
  );
}
