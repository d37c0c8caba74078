import type { ReactNode } from 'react';
import { entityName, formatDuration, formatNumber, formatTime, formatValue } from '@clew/words';
import { useAnswer, type Answer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import type { LookBackResponse, LookBackSeries } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { useNames } from '../parts/names.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { valueText } from '../words/value.ts';
import type { Marked } from '../draw/chart.tsx';

/** Steps that a look back takes: as fine as telemetry usually is, and not more points than are looked at anyway. */
const stepsMs = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
const pointsAcross = 720;
/** A range that moves is asked for again this often, not with every pane. */
const againMs = 60_000;
/** Around a stretch so many times its length is shown, and at least this. */
const aroundTimes = 3;
const aroundLeastMs = 120_000;

/** With fewer points a look back sees less; see docs/detectors.md. */
const plentyPoints = 700;

export interface LookedBack { readonly answer: Answer<LookBackResponse>; readonly on: boolean }

/** What is looked back on: the range that is shown, or the one that stays while its stretches are visited. */
function useRange(fromMs: number, toMs: number): { readonly on: boolean; readonly fromMs: number; readonly toMs: number } {
  const { filters: { unusual = '' } } = useRoute();
  const [kept, keptTo] = unusual.split('-').map(Number);
  if (unusual.includes('-') && kept < keptTo) return { on: true, fromMs: kept, toMs: keptTo };
  const endMs = Math.ceil(toMs / againMs) * againMs;
  return { on: unusual !== '', fromMs: endMs - (toMs - fromMs), toMs: endMs };
}

/** Asked for only while the switch is on. `path`: of the route without its parameters. */
export function useLookBack(path: string, what: Readonly<Record<string, string | number>>, shownFromMs: number, shownToMs: number): LookedBack {
  const { on, fromMs, toMs } = useRange(shownFromMs, shownToMs);
  const step = stepsMs.find((each) => (toMs - fromMs) / each <= pointsAcross) ?? stepsMs[stepsMs.length - 1];
  const parameters = { from: Math.round(fromMs), to: Math.round(toMs), step, ...what };
  return { on, answer: useAnswer<LookBackResponse>(on ? path + query(parameters) : null, { group: on ? `look-back ${path} ${query(what)} ${step}` : null }) };
}

export function marksOf({ on, answer }: LookedBack): readonly Marked[] {
  return !on || answer.data === undefined ? [] : answer.data.stretches.map(({ fromMs, toMs }, at) => ({ fromMs, toMs, label: String(at + 1) }));
}

/** In the address, so that a link shows the same. */
export function UnusualSwitch(): ReactNode {
  const say = useSay();
  const { filters: { unusual = '' } } = useRoute();
  return <label className="check unusual-switch"><input type="checkbox" role="switch" checked={unusual !== ''} onChange={(event) => setFilters({ unusual: event.target.checked ? '1' : '' })} /> {say('unusual.switch')}</label>;
}

/** The stretches, most unusual first; each leads to its own time, and the list stays. */
export function UnusualList({ lookedBack: { on, answer }, what }: { readonly lookedBack: LookedBack; readonly what?: string }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (!on) return null;
  const { data, error } = answer;
  if (data === undefined) return <section className="unusual" aria-busy={error === undefined}><Heading what={what} />{error === undefined ? <p className="quiet">{say('unusual.looking')}</p> : <p className="quiet" role="alert">{say('unusual.failed')} {error.message} {error.next}</p>}</section>;
  const points = data.series.reduce((sum, { pointsLookedAt }) => sum + pointsLookedAt, 0);
  const judged = data.series.filter(({ isShort }) => !isShort).length;
  const most = Math.max(0, ...data.series.map(({ pointsLookedAt }) => pointsLookedAt));
  const since = formatTime(data.lookedFromMs, data.toMs);
  return (
    <section className="unusual" aria-busy={false}><Heading what={what} />
      {data.stretches.length === 0 ? <p className="quiet">{data.series.length === 0 ? say('metrics.noPoints') : judged === 0 ? say('unusual.short', { points: formatNumber(most, language), step: formatDuration(data.series[0]?.stepMs ?? 0, language) }) : most < plentyPoints ? say('unusual.noneLittle', { points: formatNumber(most, language) }) : say('unusual.none')}</p> : <Stretches looked={data} />}
      {judged === 0 ? null : <p className="faint small">{say('unusual.about', { points: formatNumber(points, language), time: since })} {judged > 0 && judged < data.series.length ? say('unusual.someShort', { n: data.series.length - judged }) : ''}</p>}
    </section>
  );
}

function Heading({ what }: { readonly what: string | undefined }): ReactNode {
  const say = useSay();
  return <h2>{say('unusual.title')}{what === undefined ? null : <span className="faint"> · {what}</span>}</h2>;
}

function Stretches({ looked: { series, stretches, fromMs, toMs } }: { readonly looked: LookBackResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { view, filters } = useRoute();
  return (
    <ol className="stretches">{stretches.map((stretch, at) => {
      const around = Math.max(aroundLeastMs, aroundTimes * (stretch.toMs - stretch.fromMs));
      const to = linkTo(view, { ...filters, unusual: `${fromMs}-${toMs}` }, { kind: 'between', fromMs: stretch.fromMs - around, toMs: stretch.toMs + around });
      const of = series[stretch.series];
      return (
        <li key={`${stretch.series} ${stretch.fromMs}`}>
          <span className="stretch-rank num">{at + 1}</span>
          <span><Link to={to} data-row="" className="name num">{formatTime(stretch.fromMs, toMs)} – {formatTime(stretch.toMs, toMs)}</Link> <span className="faint num">{formatDuration(stretch.toMs - stretch.fromMs, language)}</span></span>
          <span className={stretch.oddness === 'odd' ? 'soft' : undefined}>{stretch.oddness === 'extreme' ? <b>{say('unusual.extreme')}</b> : say(`unusual.${stretch.oddness}`)} <span className="faint num" title={say('unusual.times')}>×{formatNumber(stretch.score, language, 2)}</span></span>
          <span className="num">{stretch.observed === null ? say('unusual.gap') : <>{ends(stretch.observed, of.unit, language)}{of.usual === null ? null : <span className="faint"> {say('unusual.usually', { range: ends(of.usual, of.unit, language) })}</span>}</>}</span>
          {series.length === 1 ? null : <span className="soft break"><SeriesName of={of} /></span>}
        </li>
      );
    })}</ol>
  );
}

function SeriesName({ of: { service, attributes } }: { readonly of: LookBackSeries }): ReactNode {
  return [entityName(service, useNames()), ...Object.values(attributes).map(valueText)].join(' · ');
}

function ends({ low, high }: { readonly low: number; readonly high: number }, unit: string, language: ReturnType<typeof useLanguage>): string {
  const [least, most] = [formatValue(low, unit, language), formatValue(high, unit, language)];
  return least === most ? most : `${least} – ${most}`;
}
