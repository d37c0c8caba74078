import type { ReactNode } from 'react';
import { Chart, type Marked } from '../draw/chart.tsx';
import type { Change, Finding, Red, RedResponse } from '../model.ts';
import { useSay } from '../words/speak.tsx';

/** Errors are drawn against at least this share, so that one error is not a wall. */
const errorsTopLeast = 0.05;

/** RED over time, from the engine's panes or from stored rows. */
export interface RedSeries { readonly timesMs: readonly number[]; readonly rate: readonly (number | null)[]; readonly errorShare: readonly (number | null)[]; readonly p50Ms: readonly (number | null)[]; readonly p95Ms: readonly (number | null)[]; readonly p99Ms: readonly (number | null)[] }

export function fromPanes(red: readonly Red[]): RedSeries {
  return { timesMs: red.map((each) => each.paneMs), rate: red.map((each) => each.rate), errorShare: red.map((each) => each.errorShare), p50Ms: red.map((each) => each.p50Ms), p95Ms: red.map((each) => each.p95Ms), p99Ms: red.map((each) => each.p99Ms) };
}

export function fromRows({ times, count, errors, p50Ms, p95Ms, p99Ms }: RedResponse, stepMs: number): RedSeries {
  return { timesMs: times, rate: count.map((each) => each / (stepMs / 1000)), errorShare: count.map((each, at) => (each === 0 ? null : errors[at] / each)), p50Ms, p95Ms, p99Ms };
}

export function RedCharts({ red, fromMs, toMs, findings, changes, marked }: { readonly marked?: Readonly<Record<'rate' | 'errors' | 'duration', readonly Marked[]>> | undefined; readonly red: RedSeries; readonly fromMs: number; readonly toMs: number; readonly findings: readonly Finding[]; readonly changes: readonly Change[] }): ReactNode {
  const say = useSay();
  const spells = (of: (feature: string) => boolean): { fromMs: number; toMs: number; health: 'watch' | 'broken' }[] => findings.filter((finding) => of(finding.feature)).map((finding) => ({ fromMs: finding.onsetMs, toMs: finding.active ? toMs : finding.lastMs, health: finding.symptom ? 'broken' : 'watch' }));
  const all = { timesMs: red.timesMs, fromMs, toMs, changesMs: changes.map((change) => change.atMs) };
  return (
    <div className="chart-row">
      <div><h3>{say('service.rate')}</h3><Chart {...all} label={say('service.rate')} marked={marked?.rate} unit="1/s" spells={spells((feature) => feature === 'request_rate')} lines={[{ label: say('service.perSecond'), values: red.rate }]} /></div>
      <div><h3>{say('service.errors')}</h3><Chart {...all} label={say('service.errors')} marked={marked?.errors} unit="1" topLeast={errorsTopLeast} spells={spells((feature) => feature === 'error_share')} lines={[{ label: say('service.share'), values: red.errorShare }]} /></div>
      <div><h3>{say('service.duration')}</h3><Chart {...all} label={say('service.duration')} marked={marked?.duration} unit="ms" spells={spells((feature) => feature.startsWith('latency'))} lines={[{ label: 'p99', values: red.p99Ms }, { label: 'p95', values: red.p95Ms, weight: 'soft', dash: [6, 3] }, { label: 'p50', values: red.p50Ms, weight: 'faint' }]} /></div>
    </div>
  );
}
