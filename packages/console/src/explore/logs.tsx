import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import type { LogsResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { useNames } from '../parts/names.ts';
import { attributeFilters, Choose, ChooseService, Field, SearchForm } from '../parts/search-form.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { useSay } from '../words/speak.tsx';
import { LogList } from './log-list.tsx';
import { Tail } from './tail.tsx';

const foundMost = 1_000;
/** The lowest severity number of each name, as OpenTelemetry counts. */
const severities = [['1', 'TRACE'], ['5', 'DEBUG'], ['9', 'INFO'], ['13', 'WARN'], ['17', 'ERROR'], ['21', 'FATAL']] as const;

export function LogsPage(): ReactNode {
  const say = useSay();
  useTitle(say('logs.title'));
  const { filters } = useRoute();
  const tailing = filters.tail === 'true';
  return (
    <>
      <h1>{say('logs.title')}</h1>
      <SearchForm label={say('logs.title')}>
        <ChooseService />
        <Choose name="severity" label={say('explore.severity')} options={[['', say('explore.anySeverity')], ...severities]} />
        <Field name="text" label={say('explore.text')} first width={240} />
        {tailing ? null : <><Field name="attribute" label={say('explore.attribute')} hint={say('explore.attributeHint')} width={150} /><Field name="trace" label={say('trace.title')} width={150} /></>}
        <button type="button" aria-pressed={tailing} onClick={() => setFilters({ tail: tailing ? '' : 'true' })}>{tailing ? say('logs.stop') : say('logs.tail')}</button>
      </SearchForm>
      {tailing ? <Tail key={`${filters.service} ${filters.severity} ${filters.text}`} service={filters.service ?? ''} severity={filters.severity ?? ''} text={filters.text ?? ''} /> : <Found />}
    </>
  );
}

function Found(): ReactNode {
  const say = useSay();
  const names = useNames();
  const { filters: { service = '', severity = '', text = '', trace = '', attribute = '' } } = useRoute();
  const { fromMs, toMs } = useBounds();
  const what = { service, severity, text, trace, attribute: attributeFilters(attribute), limit: foundMost };
  const answer = useAnswer<LogsResponse>(`/logs${query({ from: Math.round(fromMs), to: Math.round(toMs), ...what })}`, { group: `logs ${query(what)}` });
  return (
    <Answered answer={answer} what={say('logs.title')} skeleton={<Bones rows={16} widths={[9, 5, 9, 60]} />}>{({ logs }) => (logs.length === 0
      ? <Empty title={say('logs.none')} next={say('logs.noneNext')} />
      : <><p className="quiet found">{logs.length >= foundMost ? say('logs.foundMax', { n: foundMost }) : say('logs.found', { n: logs.length })}</p><LogList logs={logs} names={names} /></>)}</Answered>
  );
}
