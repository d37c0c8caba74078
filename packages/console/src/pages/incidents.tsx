import { useMemo, type ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import { useEvent } from '../api/live.ts';
import { useClock } from '../clock.ts';
import type { Incident, IncidentsResponse, ServicesResponse } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { CauseLine } from '../parts/incident-lead.tsx';
import { Link } from '../parts/link.tsx';
import { healthOf, Mark } from '../parts/mark.tsx';
import { useTitle } from '../parts/title.ts';
import { namesOf } from '../words/entity.ts';
import { formatDuration } from '../words/format.ts';
import { headline, plain, type Tongue } from '../words/sentence.ts';
import { Time, useSay, useTongue } from '../words/speak.tsx';

const shownStates = ['all', 'open', 'resolved'] as const;

export function IncidentsPage(): ReactNode {
  const say = useSay();
  useTitle(say('incidents.title'));
  const answer = useAnswer<IncidentsResponse>('/incidents', { live: true });
  useEvent('incident', answer.reload);
  const services = useAnswer<ServicesResponse>('/services').data?.services;
  const names = useMemo(() => namesOf(services ?? []), [services]);
  const tongue = useTongue(names);
  const { filters: { q = '', state = 'all' } } = useRoute();
  const words = { all: say('incidents.all'), open: say('incidents.openOnes'), resolved: say('incidents.resolvedOnes') };
  return (
    <>
      <h1>{say('incidents.title')}</h1>
      <p className="filter-line">
        <input type="search" data-filter="" aria-label={say('incidents.filter')} placeholder={say('incidents.filter')} value={q} onChange={(event) => setFilters({ q: event.target.value })} />
        <span className="segments" role="group">{shownStates.map((each) => <button key={each} type="button" aria-pressed={each === state} onClick={() => setFilters({ state: each === 'all' ? '' : each })}>{words[each]}</button>)}</span>
      </p>
      <Answered answer={answer} what={say('incidents.title')} skeleton={<Bones rows={5} widths={[70]} />}>{({ incidents }) => {
        if (incidents.length === 0) return <Empty title={say('incidents.none')} next={say('incidents.noneNext')} />;
        const shown = incidents.filter((incident) => (state === 'all' || (state === 'resolved') === (incident.state === 'resolved')) && `${incident.id} ${plain(headline(incident, tongue))}`.toLowerCase().includes(q.toLowerCase()));
        return shown.length === 0 ? <p className="quiet">{say('table.none')}</p> : <ul className="incident-list">{shown.map((incident) => <Row key={incident.id} incident={incident} tongue={tongue} />)}</ul>;
      }}</Answered>
    </>
  );
}

function Row({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const nowMs = useClock();
  const lasted = formatDuration(Math.max(0, (incident.resolvedMs ?? nowMs) - incident.onsetMs), tongue.language);
  return (
    <li>
      <span className="incident-mark"><Mark health={healthOf(incident)} size={14} /></span>
      <div>
        <p className="incident-title"><Link to={linkTo({ page: 'incident', id: incident.id })} data-row="">{plain(headline(incident, tongue))}</Link></p>
        <p className="incident-cause"><CauseLine incident={incident} tongue={tongue} /></p>
      </div>
      <p className="incident-facts"><span>{say(`state.${incident.state}`)}</span><span>{say(`severity.${incident.severity}`)}</span><Time at={incident.onsetMs} /><span className="num">{incident.resolvedMs === null ? say('incident.for', { duration: lasted }) : say('incidents.lasted', { duration: lasted })}</span><span className="num">{say('incidents.findings', { n: incident.findingIds.length })}</span></p>
    </li>
  );
}
