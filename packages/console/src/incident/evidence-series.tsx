import type { ReactNode } from 'react';
import { featureName, kindOf, nodeOf, type Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { Chart } from '../draw/chart.tsx';
import type { EntityId, Evidence, Finding, Red, ServiceResponse } from '../model.ts';
import { SeriesChart } from '../finding/band-chart.tsx';
import { VerdictWord } from '../finding/verdict-buttons.tsx';
import { linkTo, useRoute } from '../navigate.ts';
import { FindingInPlace, Why } from '../parts/finding-list.tsx';
import { Link } from '../parts/link.tsx';
import { say } from '../words/strings.ts';
import { useSay } from '../words/speak.tsx';

type SeriesEvidence = Extract<Evidence, { kind: 'series' }>;
const beforeMs = 8 * 60_000;
const afterMs = 4 * 60_000;

/** The series that left its range, with what was expected of it and its onset in the thread's colour; why it is a finding opens in place. */
export function EvidenceSeries({ evidence, finding, tongue, endMs }: { readonly evidence: SeriesEvidence; readonly finding: Finding | undefined; readonly tongue: Tongue; readonly endMs: number }): ReactNode {
  const { filters } = useRoute();
  const kept = <KeptSeries evidence={evidence} finding={finding} tongue={tongue} endMs={endMs} />;
  if (finding === undefined || finding.direction === 'new') return kept;
  const opened = filters.finding === finding.id;
  return (
    <div data-finding={finding.id}>
      {opened ? <FindingInPlace finding={finding} tongue={tongue} /> : <SeriesChart series={finding.series} finding={finding} height={140} onsetMs={evidence.onsetMs} otherwise={kept} />}
      <p className="evidence-actions"><Link data-row="" to={linkTo({ page: 'service', id: shownAt(evidence.entity) })}>{say(tongue.language, 'incident.openService')}</Link> <VerdictWord finding={finding} /> <Why finding={finding} opened={opened} /></p>
    </div>
  );
}

/** Without its band: as the engine keeps it for the service's page. */
function KeptSeries({ evidence, finding, tongue, endMs }: { readonly evidence: SeriesEvidence; readonly finding: Finding | undefined; readonly tongue: Tongue; readonly endMs: number }): ReactNode {
  const words = useSay();
  const node = shownAt(evidence.entity);
  const { data } = useAnswer<ServiceResponse>(`/services/${encodeURIComponent(node)}`);
  const series = data === undefined ? undefined : seriesIn(data, evidence);
  if (series === undefined || series.timesMs.length === 0) return data === undefined ? <span className="bone mini-bone" /> : null;
  const fromMs = evidence.onsetMs - beforeMs;
  const toMs = Math.min(Math.max(endMs, evidence.onsetMs + afterMs), Math.max(evidence.onsetMs + afterMs, series.timesMs[series.timesMs.length - 1]));
  const label = featureName(evidence.feature, evidence.subject, tongue.language);
  return (
    <>
      <Chart label={label} height={140} unit={evidence.unit} timesMs={series.timesMs} fromMs={fromMs} toMs={toMs} onsetMs={evidence.onsetMs} band={finding === undefined ? { low: evidence.expected, mid: evidence.expected, high: evidence.expected } : finding.expected} lines={[{ label, values: series.values }]} />
      {finding !== undefined ? null : <p><Link data-row="" to={linkTo({ page: 'service', id: node }, {}, { kind: 'between', fromMs, toMs })}>{words('incident.openService')}</Link></p>}
    </>
  );
}

/** The node whose page has the series: of a call, the one that is called, since that is where its duration comes from. */
function shownAt(entity: EntityId): EntityId {
  return kindOf(entity) === 'edge' ? entity.slice(entity.indexOf('→') + 1) : nodeOf(entity);
}

function seriesIn(service: ServiceResponse, { entity, feature, subject }: SeriesEvidence): { readonly timesMs: readonly number[]; readonly values: readonly number[] } | undefined {
  const red = kindOf(entity) === 'operation' ? service.operations.find((each) => each.id === entity)?.red : service.red;
  const read = redReader[feature];
  if (read !== undefined) return red === undefined ? undefined : { timesMs: red.map((each) => each.paneMs), values: red.map(read) };
  const wanted = new Set(subject === '' ? [feature] : [`${feature} ${subject}`, subject, feature]);
  const named = service.resources.filter((each) => wanted.has(each.metric));
  const resource = named.find((each) => each.entity === entity) ?? named[0];
  return resource === undefined ? undefined : { timesMs: resource.samples.map((each) => each.paneMs), values: resource.samples.map((each) => each.value) };
}

const redReader: Readonly<Record<string, ((red: Red) => number) | undefined>> = {
  request_rate: (red) => red.rate, error_share: (red) => red.errorShare, latency_p50: (red) => red.p50Ms, latency_p95: (red) => red.p95Ms, latency_p99: (red) => red.p99Ms,
};
