import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { IncidentsResponse } from '../model.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { healthOf, Mark } from '../parts/mark.tsx';
import type { PageName, View } from '../route.ts';
import type { StringKey } from '../words/strings.ts';
import { useSay } from '../words/speak.tsx';
import { Ball } from './ball.tsx';

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
];
const detection: readonly Entry[] = [
  { view: { page: 'detectors' }, key: 'nav.detectors', sub: true },
  { view: { page: 'backtest' }, key: 'nav.backtest', sub: true },
  { view: { page: 'features' }, key: 'nav.features', sub: true },
];
const below: readonly Entry[] = [{ view: { page: 'ingest' }, key: 'nav.ingest' }, { view: { page: 'send' }, key: 'nav.send' }, { view: { page: 'settings' }, key: 'nav.settings' }];

const worstFirst = ['broken', 'watch', 'recovering'] as const;

export function Rail({ view }: { readonly view: View }): ReactNode {
  const say = useSay();
  useRoute();
  const { data } = useAnswer<IncidentsResponse>('/incidents', { live: true });
  const unresolved = data?.incidents.filter((incident) => incident.state !== 'resolved') ?? [];
  const open = unresolved.length;
  const worst = worstFirst.find((health) => unresolved.some((incident) => healthOf(incident) === health)) ?? 'broken';
  const entry = ({ view: to, key, also, sub }: Entry): ReactNode => {
    const here = view.page === to.page || view.page === also;
    return (
      <li key={key}>
        <Link to={linkTo(to)} className={sub ? 'rail-link sub' : 'rail-link'} aria-current={here ? 'page' : undefined}>
          {say(key)}{to.page === 'incidents' && open > 0 ? <span className="rail-count"><Mark health={worst} size={10} /> <span className="num">{open}</span></span> : null}
        </Link>
      </li>
    );
  };
  return (
    <nav className="rail" aria-label={say('nav.label')}>
      <Link to={linkTo({ page: 'now' })} className="brand"><Ball /> <span>clew</span></Link>
      <ul>{above.map(entry)}<li><span className="rail-head">{say('nav.explore')}</span><ul>{explore.map(entry)}</ul></li><li><span className="rail-head">{say('nav.detection')}</span><ul>{detection.map(entry)}</ul></li></ul>
      <ul className="rail-below">{below.map(entry)}</ul>
    </nav>
  );
}
