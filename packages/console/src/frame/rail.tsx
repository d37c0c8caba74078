import { useState, type ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { IncidentsResponse } from '../model.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { healthOf, Mark } from '../parts/mark.tsx';
import type { PageName, View } from '../route.ts';
import type { StringKey } from '../words/strings.ts';
import { useSay } from '../words/speak.tsx';
import { Ball } from './ball.tsx';
import { Picks } from './picks.tsx';

interface Entry { readonly view: View; readonly key: StringKey; readonly also?: PageName; readonly sub?: boolean }
const above: readonly Entry[] = [
  { view: { page: 'now' }, key: 'nav.now' },
  { view: { page: 'incidents' }, key: 'nav.incidents', also: 'incident' },
  { view: { page: 'services' }, key: 'nav.services', also: 'service' },
];
const explore: readonly Entry[] = [
  { view: { page: 'traces' }, key: 'nav.traces', also: 'trace', sub: true },
  { view: { page: 'logs' }, key: 'nav.logs', sub: true },
  { view: { page: 'metrics' }, key: 'nav.metrics', sub: true },
  { view: { page: 'profiles' }, key: 'nav.profiles', also: 'profile', sub: true },
];
const detection: readonly Entry[] = [
  { view: { page: 'detectors' }, key: 'nav.detectors', sub: true },
  { view: { page: 'backtest' }, key: 'nav.backtest', sub: true },
  { view: { page: 'features' }, key: 'nav.features', sub: true },
];
const below: readonly Entry[] = [{ view: { page: 'ingest' }, key: 'nav.ingest' }, { view: { page: 'send' }, key: 'nav.send' }, { view: { page: 'settings' }, key: 'nav.settings' }];

const leadsTo = (entry: Entry, view: View): boolean => view.page === entry.view.page || view.page === entry.also;

const worstFirst = ['broken', 'watch', 'recovering'] as const;

/** In a narrow window the first three stand in one row, and the rest waits behind a button that says where one is. */
export function Rail({ view }: { readonly view: View }): ReactNode {
  const say = useSay();
  useRoute();
  const { data } = useAnswer<IncidentsResponse>('/incidents', { live: true });
  const unresolved = data?.incidents.filter((incident) => incident.state !== 'resolved') ?? [];
  const open = unresolved.length;
  const worst = worstFirst.find((health) => unresolved.some((incident) => healthOf(incident) === health)) ?? 'broken';
  const address = 'id' in view ? `${view.page} ${view.id}` : view.page;
  // Opened on one page it is closed on the next.
  const [openOn, setOpenOn] = useState<string | null>(null);
  const opened = openOn === address;
  const among = [...explore, ...detection, ...below].find((each) => leadsTo(each, view));
  const entry = (each: Entry): ReactNode => {
    const { view: to, key, sub } = each;
    return (
      <li key={key}>
        <Link to={linkTo(to)} className={sub ? 'rail-link sub' : 'rail-link'} aria-current={leadsTo(each, view) ? 'page' : undefined}>
          {say(key)}{to.page === 'incidents' && open > 0 ? <span className="rail-count"><Mark health={worst} size={10} /> <span className="num">{open}</span></span> : null}
        </Link>
      </li>
    );
  };
  return (
    <nav className="rail" aria-label={say('nav.label')}>
      <Link to={linkTo({ page: 'now' })} className="brand"><Ball /> <span>clew</span></Link>
      <ul className="rail-above">{above.map(entry)}</ul>
      <button type="button" className={among === undefined ? 'rail-more' : 'rail-more here'} aria-expanded={opened} aria-controls="rail-rest" onClick={() => setOpenOn(opened ? null : address)}>{say(among?.key ?? 'nav.more')} <span aria-hidden="true">{opened ? '▴' : '▾'}</span></button>
      <div id="rail-rest" className={opened ? 'rail-rest opened' : 'rail-rest'}>
        <ul><li><span className="rail-head">{say('nav.explore')}</span><ul>{explore.map(entry)}</ul></li><li><span className="rail-head">{say('nav.detection')}</span><ul>{detection.map(entry)}</ul></li></ul>
        <ul className="rail-below">{below.map(entry)}</ul>
        {opened ? <p className="rail-picks"><Picks /></p> : null}
      </div>
    </nav>
  );
}
