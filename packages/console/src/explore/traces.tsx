import type { ReactNode } from 'react';
import { entityName, formatDuration, formatNumber, type Names } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import type { TraceSummary, TracesResponse } from '../model.ts';
import { go, linkTo, setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { Mark } from '../parts/mark.tsx';
import { useNames } from '../parts/names.ts';
import { attributeFilters, Choose, ChooseService, Field, SearchForm } from '../parts/search-form.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

const foundMost = 200;

/** `250`, `250 ms`, `1.5 s`, `2m` in milliseconds; empty when it is no duration. */
export function readDuration(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|min)?\s*$/.exec(text);
  if (match === null) return undefined;
  const scale = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, min: 60_000 }[match[2] ?? 'ms'] ?? 1;
  return Number(match[1]) * scale;
}

export function TracesPage(): ReactNode {
  const say = useSay();
  useTitle(say('traces.title'));
  const names = useNames();
  const { filters } = useRoute();
  const { service = '', operation = '', least = '', attribute = '', errors = '', order = '' } = filters;
  const { fromMs, toMs } = useBounds();
  const what = { service, operation, minDuration: readDuration(least), errors: errors === 'true', attribute: attributeFilters(attribute), order: order === 'slowest' ? 'slowest' : 'newest', limit: foundMost };
  const answer = useAnswer<TracesResponse>(`/traces${query({ from: Math.round(fromMs), to: Math.round(toMs), ...what })}`, { group: `traces ${query(what)}` });
  return (
    <>
      <h1>{say('traces.title')}</h1>
      <SearchForm label={say('traces.title')}>
        <ChooseService />
        <Field name="operation" label={say('explore.operation')} first />
        <Field name="least" label={say('explore.minDuration')} hint="500 ms" width={90} />
        <Field name="attribute" label={say('explore.attribute')} hint={say('explore.attributeHint')} width={190} />
        <Choose name="order" label={say('explore.order')} options={[['', say('explore.newest')], ['slowest', say('explore.slowest')]]} />
        <label className="check"><input type="checkbox" checked={errors === 'true'} onChange={(event) => setFilters({ errors: event.target.checked ? 'true' : '' })} /> {say('explore.errorsOnly')}</label>
      </SearchForm>
      <Answered answer={answer} what={say('traces.title')} skeleton={<Bones rows={14} widths={[10, 40, 24, 8, 8]} />}>{({ traces }) => (traces.length === 0 ? <Empty title={say('traces.none')} next={say('traces.noneNext')} /> : <TraceTable traces={traces} names={names} />)}</Answered>
    </>
  );
}

function TraceTable({ traces, names }: { readonly traces: readonly TraceSummary[]; readonly names: Names }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const longest = traces.reduce((most, trace) => Math.max(most, trace.durationMs), 0);
  return (
    <>
      <p className="quiet found">{traces.length >= foundMost ? say('traces.foundMax', { n: foundMost }) : say('traces.found', { n: traces.length })}</p>
      <div className="wide"><table className="traces">
        <thead><tr><th scope="col">{say('traces.started')}</th><th scope="col">{say('traces.root')}</th><th scope="col" className="number">{say('traces.duration')}</th><th scope="col" className="duration-cell"><span className="hidden">{say('traces.duration')}</span></th><th scope="col" className="number spare">{say('traces.spans')}</th><th scope="col" className="number">{say('service.errors')}</th><th scope="col" className="spare">{say('nav.services')}</th></tr></thead>
        <tbody>{traces.map((trace) => {
          const to = linkTo({ page: 'trace', id: trace.traceId });
          return (
            <tr key={trace.traceId} onClick={(event) => { if (!(event.target instanceof Element && event.target.closest('a'))) go(to); }}>
              <td className="faint nowrap"><Time at={trace.startMs} exact /></td>
              <th scope="row"><Link to={to} data-row="">{trace.rootName}</Link> <span className="faint">{entityName(trace.rootService, names)}</span></th>
              <td className="number num">{formatDuration(trace.durationMs, language)}</td>
              <td className="duration-cell"><span className="duration-bar" style={{ width: `${longest === 0 ? 0 : (100 * trace.durationMs) / longest}%` }} /></td>
              <td className="number num spare">{formatNumber(trace.spans, language, 9)}</td>
              <td className="number num">{trace.errors === 0 ? <span className="faint">0</span> : <><Mark health="broken" size={10} /> {formatNumber(trace.errors, language, 9)}</>}</td>
              <td className="num soft spare">{formatNumber(trace.services.length, language, 9)}</td>
            </tr>
          );
        })}</tbody>
      </table></div>
    </>
  );
}
