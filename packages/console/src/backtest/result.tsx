import type { ReactNode } from 'react';
import { entityName, formatDuration, formatNumber, formatQuantity, formatShare, type Names, nodeOf, seriesName, type Tongue } from '@clew/words';
import type { BacktestAsked, BacktestResult, BacktestRow, BacktestTally, BacktestVersion } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import type { StringKey } from '../words/strings.ts';
import { Rich, Time, useSay } from '../words/speak.tsx';
import { Picture } from './picture.tsx';

const rowsShown = 60;
/** Of less than this nothing is said a day: minutes times many are no measurement. */
const ratesFromDays = 0.25;

/** One version, or two side by side. */
export function BacktestResultView({ asked, result, tongue }: { readonly asked: BacktestAsked; readonly result: BacktestResult; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { covered, marks, heard } = result;
  return (
    <>
      <p className="soft"><Rich name="backtest.covered" values={{ from: <Time at={covered.fromMs} />, to: <Time at={covered.toMs} />, learnt: <Time at={covered.learntFromMs} />, records: formatNumber(covered.records, tongue.language, 12) }} /></p>
      {covered.isWhole ? null : <p className="problem"><Rich name={asked.source === 'rows' ? 'backtest.partlyRows' : 'backtest.partly'} values={{ from: <Time at={asked.fromMs} />, to: <Time at={asked.toMs} /> }} /></p>}
      <p className="soft">{marks.real + marks.noise === 0 ? say('backtest.noMarks') : say('backtest.marks', { real: marks.real, noise: marks.noise })}{marks.unknown === 0 ? '' : ` ${say('backtest.unknownMarks', { n: marks.unknown })}`}{asked.a.hearsVerdicts || asked.b?.hearsVerdicts === true ? ` ${say('backtest.heard', { n: heard })}` : ''}</p>
      {asked.source === 'rows' ? <p className="soft">{say('backtest.fromRows')}</p> : null}
      <Sides asked={asked} result={result} tongue={tongue} />
      <section><h2>{say('backtest.picture')}</h2><Picture result={result} names={tongue.names} /></section>
      <section><h2>{say('backtest.found')}</h2><Rows result={result} tongue={tongue} /></section>
    </>
  );
}

function Sides({ asked, result: { a, b, agreement, days }, tongue: { language } }: { readonly asked: BacktestAsked; readonly result: BacktestResult; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const number = (value: number): string => formatNumber(value >= 100 ? Math.round(value) : value, language, value >= 100 ? 9 : 3);
  const aDay = (value: number): string => (days < ratesFromDays ? '–' : number(value));
  const of = (some: number, rest: number): string => (some + rest === 0 ? '–' : say('backtest.ofAll', { some, all: some + rest }));
  const rows: readonly (readonly [StringKey, (tally: BacktestTally) => string])[] = [
    ['backtest.row.findings', ({ findings }) => number(findings)], ['backtest.row.symptoms', ({ symptoms }) => number(symptoms)], ['backtest.row.perDay', ({ findingsPerDay }) => aDay(findingsPerDay)],
    ['backtest.row.incidents', ({ incidents }) => number(incidents)], ['backtest.row.incidentsPerDay', ({ incidentsPerDay }) => aDay(incidentsPerDay)],
    ['backtest.row.real', ({ real }) => of(real.found, real.missed)], ['backtest.row.noise', ({ noise }) => of(noise.repeated, noise.gone)], ['backtest.row.falseAlarms', ({ falseAlarmsPerDay }) => aDay(falseAlarmsPerDay)], ['backtest.row.unmarked', ({ unmarked }) => number(unmarked)],
  ];
  const head = (name: string, version: BacktestVersion): ReactNode => <th scope="col" className="side"><b>{name}</b> <span className="block">{version.detectors === null ? say('backtest.all') : version.detectors.join(', ')}</span><span className="block num">{say('backtest.budget')}: {number(version.falseAlarmsPerDay)}</span></th>;
  const isFirst = (key: StringKey): boolean => ['backtest.row.incidents', 'backtest.row.real'].includes(key);
  return (
    <section className="sides">
      <table><thead><tr><td />{head(b === null ? say('backtest.versionA') : 'A', asked.a)}{b === null || asked.b === null ? null : head('B', asked.b)}</tr></thead>
        <tbody>{rows.map(([key, tell]) => <tr key={key} className={isFirst(key) ? 'group' : undefined}><th scope="row">{say(key)}</th><td className="num side">{tell(a)}</td>{b === null ? null : <td className={`num side${tell(b) === tell(a) ? ' faint' : ' strong'}`}>{tell(b)}</td>}</tr>)}</tbody>
      </table>
      {agreement === null ? null : <Agreement agreement={agreement} tongueLanguage={language} />}
    </section>
  );
}

function Agreement({ agreement: { both, onlyA, onlyB, share, leadMs }, tongueLanguage }: { readonly agreement: NonNullable<BacktestResult['agreement']>; readonly tongueLanguage: Tongue['language'] }): ReactNode {
  const say = useSay();
  const all = Math.max(1, both + onlyA + onlyB);
  const part = (className: string, count: number, name: string): ReactNode => (count === 0 ? null : <span className={className} style={{ flexGrow: count / all }} title={`${name} ${count}`} />);
  const counts = [[say('backtest.onlyA'), onlyA], [say('backtest.both'), both], [say('backtest.onlyB'), onlyB]] as const;
  const lead = leadMs === null ? '' : leadMs === 0 ? say('backtest.lead.same') : say(leadMs > 0 ? 'backtest.lead.a' : 'backtest.lead.b', { duration: formatDuration(Math.abs(leadMs), tongueLanguage) });
  return (
    <div className="agreement">
      <p className="agreement-lead num">{say('backtest.agree', { share: formatShare(share, tongueLanguage) })}</p>
      <p className="soft">{lead}</p>
      <div className="agreement-bar" aria-hidden="true">{part('only', onlyA, say('backtest.onlyA'))}{part('both', both, say('backtest.both'))}{part('only', onlyB, say('backtest.onlyB'))}</div>
      <p className="agreement-counts num">{counts.map(([name, count]) => <span key={name}>{name} <b>{count}</b></span>)}</p>
    </div>
  );
}

const wheres = ['all', 'both', 'a', 'b'] as const;

function Rows({ result: { rows, rowsLeftOut, b }, tongue }: { readonly result: BacktestResult; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { filters: { where = 'all', rows: asked } } = useRoute();
  const words = { all: say('backtest.all'), both: say('backtest.both'), a: say('backtest.onlyA'), b: say('backtest.onlyB') };
  const wanted = rows.filter((row) => where === 'all' || row.where === where);
  const shown = asked === 'all' ? wanted : wanted.slice(0, rowsShown);
  return (
    <>
      {b === null ? null : <p className="filter-line"><span className="segments" role="group">{wheres.map((each) => <button key={each} type="button" aria-pressed={each === where} onClick={() => setFilters({ where: each === 'all' ? '' : each })}>{words[each]} <span className="num faint">{each === 'all' ? rows.length : rows.filter((row) => row.where === each).length}</span></button>)}</span></p>}
      {shown.length === 0 ? <p className="quiet">{say('backtest.nothing')}</p> : (
        <div className="wide"><table className="backtest-rows">
          <thead><tr><th scope="col">{say('time.from')}</th>{b === null ? null : <th scope="col">{say('backtest.foundBy')}</th>}<th scope="col">{say('finding.title')}</th><th scope="col" className="number">{say('finding.observed')}</th><th scope="col" className="number">{say('finding.expected')}</th><th scope="col">{say('backtest.marked')}</th></tr></thead>
          <tbody>{shown.map((row) => <Row key={`${row.a?.id} ${row.b?.id}`} row={row} hasB={b !== null} names={tongue.names} language={tongue.language} words={words} />)}</tbody>
        </table></div>
      )}
      {wanted.length > shown.length ? <p className="quiet"><button type="button" className="plain" data-row="" onClick={() => setFilters({ rows: 'all' })}>{say('backtest.showAll', { n: wanted.length })}</button></p> : null}
      {rowsLeftOut > 0 ? <p className="quiet">{say('backtest.more', { n: rowsLeftOut })}</p> : null}
    </>
  );
}

function Row({ row, hasB, names, language, words }: { readonly row: BacktestRow; readonly hasB: boolean; readonly names: Names; readonly language: Tongue['language']; readonly words: Readonly<Record<BacktestRow['where'], string>> }): ReactNode {
  const say = useSay();
  const told = row.a ?? row.b;
  if (told === null) return null;
  const lead = row.leadMs === null || row.leadMs === 0 ? null : say('backtest.earlier', { who: row.leadMs > 0 ? 'A' : 'B', duration: formatDuration(Math.abs(row.leadMs), language) });
  return (
    <tr>
      <td className="one-line"><Time at={told.onsetMs} /></td>
      {hasB ? <td className="one-line">{words[row.where]}{lead === null ? null : <span className="faint num"> {lead}</span>}</td> : null}
      <th scope="row" className="break"><Link to={linkTo({ page: 'service', id: nodeOf(told.entity) })} className="name" data-row="">{entityName(told.entity, names)}</Link> {seriesName(told, language)}</th>
      <td className="number num">{formatQuantity(told.observed, told.unit, language)}</td><td className="number num soft">{formatQuantity(told.expected.mid, told.unit, language)}</td>
      <td>{row.mark === null ? <span className="faint">–</span> : <span className="verdict-word">{say(`verdict.mark.${row.mark}`)}</span>}</td>
    </tr>
  );
}
