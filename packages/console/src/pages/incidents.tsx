import type { ReactNode } from 'react';
import { foldMerged, headline, plain } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { useEvent } from '../api/live.ts';
import type { Incident, IncidentsResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { IncidentRow } from '../parts/incident-row.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { useSay, useTongue } from '../words/speak.tsx';

const shownStates = ['all', 'open', 'resolved'] as const;

export function IncidentsPage(): ReactNode {
  const say = useSay();
  useTitle(say('incidents.title'));
  const answer = useAnswer<IncidentsResponse>('/incidents?limit=200', { live: true });
  useEvent('incident', answer.reload);
  const tongue = useTongue(useNames());
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
        const says = (incident: Incident): boolean => `${incident.id} ${plain(headline(incident, tongue))}`.toLowerCase().includes(q.toLowerCase());
        const shown = foldMerged(incidents).filter(({ incident, same }) => (state === 'all' || (state === 'resolved') === (incident.state === 'resolved')) && [incident, ...same].some(says));
        return shown.length === 0 ? <p className="quiet">{say('table.none')}</p> : <ul className="incident-list">{shown.map(({ incident, same }) => <IncidentRow key={incident.id} incident={incident} same={same} tongue={tongue} />)}</ul>;
      }}</Answered>
    </>
  );
}
