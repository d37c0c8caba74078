import type { ReactNode } from 'react';
import { entityName, formatDuration, formatUnit } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import { Chart, type Line } from '../draw/chart.tsx';
import type { MetricInfo, MetricResponse, MetricsResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { useNames } from '../parts/names.ts';
import { Choose, ChooseService } from '../parts/search-form.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { marksOf, UnusualList, UnusualSwitch, useLookBack } from './look-back.tsx';
import { attributeKeys, groupSeries } from './series.ts';

const listedMost = 500;
const seriesMost = 200;
const linesMost = 12;
/** Points across the chart: the step follows from the range, in whole steps that people know. */
const pointsAcross = 240;
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map((seconds) => seconds * 1000);
/** Colour is for states: lines differ by weight and dash. */
const styles: readonly Omit<Line, 'label' | 'values'>[] = [{}, { dash: [6, 3] }, { dash: [2, 3] }, { weight: 'soft' }, { weight: 'soft', dash: [8, 3, 2, 3] }, { weight: 'faint' }, { weight: 'faint', dash: [6, 3] }, { weight: 'faint', dash: [2, 3] }];

export function stepFor(spanMs: number): number {
  return stepsMs.find((step) => spanMs / step <= pointsAcross) ?? stepsMs[stepsMs.length - 1];
}

export function MetricsPage(): ReactNode {
  const say = useSay();
  useTitle(say('metrics.title'));
  const { filters: { q = '', metric } } = useRoute();
  const { fromMs, toMs } = useBounds();
  const answer = useAnswer<MetricsResponse>(`/metrics${query({ from: Math.round(fromMs), to: Math.round(toMs), text: q, limit: listedMost })}`, { group: `metrics ${q}` });
  const chosen = answer.data?.metrics.find((each) => each.name === metric);
  return (
    <>
      <h1>{say('metrics.title')}</h1>
      <div className="metrics-view">
        <div>
          <p className="filter-line"><input type="search" data-filter="" aria-label={say('metrics.filter')} placeholder={say('metrics.filter')} value={q} onChange={(event) => setFilters({ q: event.target.value })} /></p>
          <Answered answer={answer} what={say('metrics.title')} skeleton={<Bones rows={12} widths={[70]} />}>{({ metrics }) => (metrics.length === 0 ? <Empty title={say('metrics.none')} next={say('metrics.noneNext')} /> : <ul className="metric-list">{metrics.map((each) => <li key={each.name}><button type="button" data-row="" aria-pressed={each.name === metric} onClick={() => setFilters({ metric: each.name, group: '', read: '' })}><span className="break">{each.name}</span><span className="faint">{[each.type, formatUnit(each.unit)].filter((part) => part !== '').join(' · ')} · {say('metrics.series', { n: each.series })}</span></button></li>)}</ul>)}</Answered>
        </div>
        {metric === undefined ? <p className="quiet">{say('metrics.choose')}</p> : <MetricChart key={metric} name={metric} info={chosen} fromMs={fromMs} toMs={toMs} />}
      </div>
    </>
  );
}

/** How a metric can be read, by its type; the first is what people usually want. */
function readings(info: MetricInfo | undefined): readonly ('value' | 'rate' | 'p50' | 'p95' | 'p99')[] {
  if (info === undefined) return ['value', 'rate'];
  if (/histogram|summary/i.test(info.type)) return ['p95', 'p50', 'p99', 'rate'];
  return info.monotonic ? ['rate', 'value'] : ['value', 'rate'];
}

function MetricChart({ name, info, fromMs, toMs }: { readonly name: string; readonly info: MetricInfo | undefined; readonly fromMs: number; readonly toMs: number }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const names = useNames();
  const { filters: { service = '', group = '', read = '' } } = useRoute();
  const options = readings(info);
  const reading = options.find((each) => each === read) ?? options[0];
  const stepMs = stepFor(toMs - fromMs);
  const what = { service, read: reading, step: stepMs, limit: seriesMost };
  const answer = useAnswer<MetricResponse>(`/metrics/${encodeURIComponent(name)}${query({ from: Math.round(fromMs), to: Math.round(toMs), ...what })}`, { group: `metric ${name} ${query(what)}` });
  const lookedBack = useLookBack(`/metrics/${encodeURIComponent(name)}/look-back`, { service, read: reading, limit: linesMost }, fromMs, toMs);
  const keys = attributeKeys(answer.data?.series ?? []);
  const words: Readonly<Record<string, string>> = { value: say('metrics.read.value'), rate: say('metrics.read.rate') };
  return (
    <section className="metric-chart">
      <h2 className="span-name break">{name}</h2>
      {info === undefined ? null : <p className="soft break">{info.description}</p>}
      <div className="search-form">
        <Choose name="read" label={say('metrics.read')} options={options.map((each, at) => [at === 0 ? '' : each, words[each] ?? each])} />
        <ChooseService />
        <Choose name="group" label={say('metrics.groupBy')} options={[['', say('metrics.eachSeries')], ['service', say('explore.service')], ...keys.map((key) => [key, key] as const)]} />
        <UnusualSwitch />
        <span className="faint num">{say('metrics.step', { duration: formatDuration(stepMs, language) })}</span>
      </div>
      <Answered answer={answer} what={name} skeleton={<span className="bone bone-map" />}>{({ series }) => {
        const join = reading === 'rate' || (reading === 'value' && info?.type !== 'gauge') ? 'sum' : 'mean';
        const grouped = groupSeries(series, group, join, (id) => entityName(id, names));
        const shown = grouped.slice(0, linesMost);
        if (shown.length === 0 || shown[0].times.length === 0) return <p className="quiet">{say('metrics.noPoints')}</p>;
        const unit = series[0]?.unit ?? info?.unit ?? '';
        const perSecond = unit === '' || unit.startsWith('{') || unit === '1' ? '1/s' : `${unit}/s`;
        return (
          <>
            <Chart label={name} height={320} unit={reading === 'rate' ? perSecond : unit} fromMs={fromMs} toMs={toMs} timesMs={shown[0].times} legend={false} marked={marksOf(lookedBack)} lines={shown.map((line, at) => ({ label: line.label, values: line.values, ...styles[at % styles.length] }))} />
            <LineKeys lines={shown.map((line) => line.label)} />
            {grouped.length > shown.length ? <p className="quiet">{say('metrics.shown', { shown: shown.length, all: grouped.length })}</p> : null}
          </>
        );
      }}</Answered>
      <UnusualList lookedBack={lookedBack} />
    </section>
  );
}

/** Which line is which. */
function LineKeys({ lines }: { readonly lines: readonly string[] }): ReactNode {
  return <ul className="line-keys">{lines.map((label, at) => { const style = styles[at % styles.length]; return <li key={label}><svg width="28" height="8" aria-hidden="true" className={`key-${style.weight ?? 'strong'}`}><path d="M0 4H28" strokeDasharray={style.dash?.join(' ')} /></svg> <span className="break">{label}</span></li>; })}</ul>;
}
