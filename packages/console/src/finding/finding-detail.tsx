import { useEffect, type ReactNode } from 'react';
import { calendarSentence, featureName, findingSentence, formatChance, formatDuration, formatNumber, formatShare, gatheredSentence, raritySentence, rarityShort, seriesName, type Tongue } from '@clew/words';
import { announceOpen } from '../api/verdicts.ts';
import { Chart } from '../draw/chart.tsx';
import type { Finding, Maintenance, Vote } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Hint } from '../parts/hint.tsx';
import { Link } from '../parts/link.tsx';
import { State } from '../parts/mark.tsx';
import { sayKind } from '../words/strings.ts';
import { Sentence, useSay } from '../words/speak.tsx';
import { SeriesChart } from './band-chart.tsx';
import { MaintenanceChip } from './maintenance-chip.tsx';
import { PartOf } from './part-of.tsx';
import { Undrawn } from './undrawn.tsx';
import { VerdictButtons } from './verdict-buttons.tsx';

const judgedEveryMs = 10_000;
const tracesShown = 5;
/** Rarer than once in so many panes is all the same to people. */
const panesSaid = 1e9;
/** There is no value to draw. */
const undrawn: ReadonlySet<Finding['direction']> = new Set(['new', 'missing']);

/** One finding in full: what was seen and expected, the series with its band, who agreed, and what a person says of it. */
export function FindingDetail({ finding, tongue, incidentIds, work, heading = false }: { readonly finding: Finding; readonly tongue: Tongue; readonly incidentIds?: readonly string[] | undefined; readonly work?: Maintenance | null; readonly heading?: boolean }): ReactNode {
  const say = useSay();
  useEffect(() => announceOpen(finding), [finding]);
  const { p, contributors, version } = finding;
  const words = <><Sentence pieces={findingSentence(finding, tongue)} />{p === null ? null : <> <span className="rare">{raritySentence(p, judgedEveryMs, tongue.language)} {gatheredSentence(finding, judgedEveryMs, tongue.language)}</span></>}</>;
  return (
    <article className="finding" data-finding-open={finding.id}>
      {heading ? <h1 className="finding-why">{words}</h1> : <p className="finding-why">{words}</p>}
      <Facts finding={finding} tongue={tongue} incidentIds={incidentIds} isPage={heading} />
      {heading && incidentIds !== undefined ? <PartOf incidentIds={incidentIds} tongue={tongue} /> : null}
      {finding.maintenance === null ? null : <p className="soft"><MaintenanceChip finding={finding} work={work} whole /></p>}
      {finding.calendar === null ? null : <p className="soft">{calendarSentence(finding, tongue.language)}</p>}
      {undrawn.has(finding.direction) ? <Undrawn finding={finding} tongue={tongue} /> : <SeriesChart series={finding.series} finding={finding} height={heading ? 240 : 180} otherwise={<Kept finding={finding} tongue={tongue} />} />}
      <div className="finding-below">
        <section><h2>{say('finding.votes')}</h2><Votes finding={finding} tongue={tongue} /></section>
        {contributors.length === 0 ? null : <section><h2>{say('finding.contributors')}</h2><Contributors finding={finding} tongue={tongue} /></section>}
        <section><h2>{say('finding.traces')}</h2><Traces finding={finding} /></section>
        <section className="finding-verdict"><VerdictButtons finding={finding} /></section>
      </div>
      <p className="faint small">{undrawn.has(finding.direction) ? '' : say('finding.band')} {version === '' ? '' : say('finding.rests', { version })}</p>
    </article>
  );
}

function Facts({ finding, tongue, incidentIds, isPage }: { readonly finding: Finding; readonly tongue: Tongue; readonly incidentIds: readonly string[] | undefined; readonly isPage: boolean }): ReactNode {
  const say = useSay();
  const { active, symptom, onsetMs, lastMs, node, id } = finding;
  const duration = formatDuration(Math.max(1000, (active ? Math.max(tongue.nowMs, lastMs) : lastMs) - onsetMs), tongue.language);
  return (
    <p className="soft dots">
      <span>{active ? <State health={symptom ? 'broken' : 'watch'} word={say('finding.active')} /> : say('finding.over')}</span>
      <span className="num">{active ? say('finding.for', { duration }) : say('finding.lasted', { duration })}</span>
      <span>{say(symptom ? 'finding.symptom' : 'finding.clue')}</span>
      {incidentIds === undefined ? null : incidentIds.length === 0 ? <span>{say('finding.noIncident')}</span> : <span><Link to={linkTo({ page: 'incident', id: incidentIds[0] })} data-row="">{say('finding.incident')}</Link></span>}
      {isPage ? <span><Link to={linkTo({ page: 'service', id: node })} data-row="">{say('finding.service')}</Link></span> : <span><Link to={linkTo({ page: 'finding', id })}>{say('finding.page')}</Link></span>}
    </p>
  );
}

/** The series is not judged any more: what the finding itself says. */
function Kept({ finding, tongue }: { readonly finding: Finding; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { onsetMs, lastMs, observed, expected, unit } = finding;
  const label = seriesName(finding, tongue.language);
  const ends = [onsetMs, Math.max(lastMs, onsetMs + judgedEveryMs)];
  return (
    <>
      <p className="quiet">{say('finding.noBand')}</p>
      <Chart label={label} height={110} unit={unit} fromMs={ends[0] - 120_000} toMs={ends[1] + 120_000} timesMs={ends} band={expected} spells={[{ fromMs: ends[0], toMs: ends[1], health: finding.symptom ? 'broken' : 'watch' }]} lines={[{ label: say('finding.observed'), values: [observed, observed] }]} />
    </>
  );
}

function Votes({ finding: { votes, p }, tongue: { language } }: { readonly finding: Finding; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const ordered = [...votes].sort((a, b) => Number(b.agrees) - Number(a.agrees) || (a.p ?? 2) - (b.p ?? 2));
  const chance = (value: number | null, hint: string): ReactNode => (value === null ? <span className="faint">–</span> : <><Hint words={hint}><span className="num">{formatChance(value, language)}</span></Hint> <span className="faint num chance-words">{rarityShort(value, judgedEveryMs, language)}</span></>);
  const hintOf = ({ detector, p: own }: Vote): string => (own === null || own >= 1 ? say('finding.chance.ordinary', { detector }) : say('finding.chance.one', { detector, n: 1 / own > panesSaid ? `> ${formatNumber(panesSaid, language)}` : formatNumber(1 / own, language, 2) }));
  const says = ({ agrees, p: own }: Vote): ReactNode => (agrees ? <b>{say('finding.vote.agrees')}</b> : <span className="faint">{say(own === null ? 'finding.vote.unknown' : 'finding.vote.ordinary')}</span>);
  return (
    <table className="votes">
      <thead><tr><th scope="col">{say('finding.detector')}</th><th scope="col">{say('finding.says')}</th><th scope="col"><Hint words={say('finding.chance.about')}>{say('finding.chance')}</Hint></th></tr></thead>
      <tbody>
        {ordered.map((vote) => <tr key={vote.detector}><th scope="row"><code>{vote.detector}</code></th><td>{says(vote)}</td><td>{chance(vote.p, hintOf(vote))}</td></tr>)}
        {votes.length > 1 && p !== null ? <tr className="votes-sum"><th scope="row">{say('finding.together')}</th><td /><td>{chance(p, say('finding.chance.together'))}</td></tr> : null}
      </tbody>
    </table>
  );
}

function Contributors({ finding: { contributors }, tongue: { language } }: { readonly finding: Finding; readonly tongue: Tongue }): ReactNode {
  return (
    <ul className="contributors">{contributors.map(({ feature, subject, share }) => (
      <li key={`${feature} ${subject}`}><span>{hasName(feature, subject, language)}</span><span className="num">{formatShare(share, language)}</span><span className="sure-bar"><span style={{ width: `${100 * Math.min(1, Math.max(0, share))}%` }} /></span></li>
    ))}</ul>
  );
}

function hasName(feature: string, subject: string, language: Tongue['language']): string {
  return sayKind(language, 'feature', feature) === feature ? `${feature.replaceAll('_', ' ')} ${subject}`.trim() : featureName(feature, subject, language);
}

function Traces({ finding: { exemplars } }: { readonly finding: Finding }): ReactNode {
  const say = useSay();
  if (exemplars.length === 0) return <p className="quiet">{say('finding.noTraces')}</p>;
  return <ul className="exemplars">{exemplars.slice(0, tracesShown).map(({ traceId, spanId }) => <li key={`${traceId} ${spanId}`}><Link to={linkTo({ page: 'trace', id: traceId }, { span: spanId })} data-row=""><code>{traceId.slice(0, 16)}…</code></Link></li>)}</ul>;
}
