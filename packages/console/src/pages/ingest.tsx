import type { ReactNode } from 'react';
import { formatNumber, type Language } from '@clew/words';
import { useAnswer, usePolling } from '../api/answer.ts';
import { query } from '../api/client.ts';
import { Accounts } from '../ingest/accounts.tsx';
import { outcomes, outcomesOf, sentOf, sumOutcomes } from '../ingest/outcome.ts';
import { Limits, Reasons } from '../ingest/reasons.tsx';
import { Refusals, useLiveRefusals } from '../ingest/refusals.tsx';
import type { IngestResponse, SignalName } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { useTitle } from '../parts/title.ts';
import { Rich, Time, useLanguage, useSay } from '../words/speak.tsx';

const signals: readonly SignalName[] = ['traces', 'metrics', 'logs', 'profiles'];
const askMs = 3_000;
const none: IngestResponse['lastRefused'] = [];

/** Exactly what happened to everything that was sent, of all sources or of one. */
export function IngestPage(): ReactNode {
  const say = useSay();
  useTitle(say('ingest.title'));
  const { filters } = useRoute();
  const source = filters.source;
  const signal = signals.find((each) => each === filters.signal);
  const answer = useAnswer<IngestResponse>(`/ingest${query({ source, signal })}`);
  const everything = useAnswer<IngestResponse>('/ingest');
  usePolling(answer, askMs);
  const refusals = useLiveRefusals(answer.data?.lastRefused ?? none, source, signal);
  const isFiltered = source !== undefined || signal !== undefined;
  return (
    <>
      <h1>{say('ingest.title')}</h1>
      <Answered answer={answer} what={say('ingest.title')} skeleton={<><span className="bone bone-sentence" /><span className="bone bone-line" /><Bones rows={8} widths={[14, 10, 12, 12, 8, 8, 16]} /></>}>{(ingest) => (
        <>
          {ingest.sources.length === 0 && !isFiltered ? <Empty title={say('ingest.none')} next={say('ingest.noneNext')}><p><Link to={linkTo({ page: 'send' })}>{say('nav.send')}</Link></p></Empty> : (
            <>
              <Lead ingest={ingest} />
              <Filters names={(everything.data ?? ingest).sources.map(({ name }) => name)} source={source} signal={signal} />
              <section><h2>{say('ingest.bySource')}</h2>{ingest.sources.length === 0 ? <Empty title={say('ingest.noneFiltered')} /> : <Accounts sources={ingest.sources} />}</section>
              <section><h2>{say('ingest.why')}</h2><Reasons sources={ingest.sources} /></section>
            </>
          )}
          <Limits limits={ingest.limits} />
          <section><h2>{say('ingest.lastRefused')}</h2><Refusals refusals={refusals} /></section>
        </>
      )}</Answered>
    </>
  );
}

/** As many digits as a glance needs; what is there is never 0. */
function of100(value: number, language: Language): string {
  return value < 0.01 ? `< ${formatNumber(0.01, language)}` : formatNumber(value, language, value < 10 ? 2 : 3);
}

/** What became of 100 items of what is shown, in one sentence. */
function Lead({ ingest: { sources, sinceMs } }: { readonly ingest: IngestResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const accounts = sources.flatMap((each) => each.accounts);
  const sum = sumOutcomes(accounts.map(outcomesOf));
  const sent = sentOf(sum);
  const refusedRequests = accounts.reduce((total, each) => total + each.refusedRequests, 0);
  const parts = outcomes.filter((outcome) => sum[outcome] > 0).map((outcome) => say(`ingest.part.${outcome}`, { n: of100((100 * sum[outcome]) / sent, language) }));
  return (
    <div className="lead">
      <p className="lead-sentence ingest-lead">{sent === 0 ? null : <span>{sum.stored === sent ? say('ingest.all', { n: formatNumber(sent, language, 12), sources: sources.length }) : say('ingest.of100', { parts: parts.join(say('list.comma')) })}{refusedRequests > 0 ? ' ' : null}</span>}{refusedRequests > 0 ? <span>{say('ingest.wholly', { n: formatNumber(refusedRequests, language, 12) })}</span> : null}</p>
      <p className="soft"><Rich name="ingest.since" values={{ time: <Time at={sinceMs} /> }} /></p>
    </div>
  );
}

function Filters({ names, source, signal }: { readonly names: readonly string[]; readonly source: string | undefined; readonly signal: SignalName | undefined }): ReactNode {
  const say = useSay();
  const known = source === undefined || names.includes(source) ? names : [source, ...names];
  return (
    <p className="filter-line">
      <label className="inline-label"><span>{say('ingest.source')}</span> <select data-filter="" value={source ?? ''} onChange={(event) => setFilters({ source: event.target.value })}><option value="">{say('ingest.anySource')}</option>{known.map((name) => <option key={name} value={name}>{name}</option>)}</select></label>
      <label className="inline-label"><span>{say('ingest.signal')}</span> <select value={signal ?? ''} onChange={(event) => setFilters({ signal: event.target.value })}><option value="">{say('ingest.anySignal')}</option>{signals.map((name) => <option key={name} value={name}>{say(`nav.${name}`)}</option>)}</select></label>
    </p>
  );
}
