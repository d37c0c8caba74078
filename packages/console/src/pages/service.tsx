import { useCallback, useState, type ReactNode } from 'react';
import { entityName, featureName, formatDuration, formatShare, formatValue, type Names, nodeName } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import { useMarkdown } from '../copy.ts';
import { Chart } from '../draw/chart.tsx';
import { Sparkline } from '../draw/sparkline.tsx';
import type { EdgeSummary, RedResponse, SeriesView, ServiceResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { ChangeList, suspectsOf } from '../parts/change-list.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { IncidentLead } from '../parts/incident-lead.tsx';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Link } from '../parts/link.tsx';
import { State } from '../parts/mark.tsx';
import { useNames } from '../parts/names.ts';
import { fromPanes, fromRows, RedCharts } from '../parts/red-charts.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { hasString } from '../words/strings.ts';
import { Rich, Time, useLanguage, useSay, useTongue } from '../words/speak.tsx';
import { useUnusual } from './service-unusual.tsx';
import { ServiceFeatures } from './service-features.tsx';

/** Points across a chart when rows are asked for: finer than that cannot be seen. */
const pointsAcross = 240;

export function ServicePage({ id }: { readonly id: string }): ReactNode {
  const answer = useAnswer<ServiceResponse>(`/services/${encodeURIComponent(id)}`, { live: true });
  const name = answer.data === undefined ? entityName(id, new Map()) : nodeName(answer.data.summary.node);
  useTitle(name);
  return <Answered isPage answer={answer} what={name} skeleton={<><span className="bone bone-sentence" /><div className="chart-row"><span className="bone" /><span className="bone" /><span className="bone" /></div><Bones rows={6} /></>}>{(service) => <Service id={id} service={service} />}</Answered>;
}

function Service({ id, service }: { readonly id: string; readonly service: ServiceResponse }): ReactNode {
  const say = useSay();
  const { summary: { node }, changes, findings, incidents } = service;
  const names = useNames();
  const tongue = useTongue(names);
  const { fromMs, toMs } = useBounds();
  // The engine keeps the last while; what is older comes from the rows.
  const keptFromMs = service.red[0]?.paneMs ?? Infinity;
  const stepMs = Math.max(service.paneMs, Math.ceil((toMs - fromMs) / pointsAcross / service.paneMs) * service.paneMs);
  const older = node.kind === 'service' && fromMs < keptFromMs - service.paneMs;
  const rows = useAnswer<RedResponse>(older ? `/services/${encodeURIComponent(id)}/red${query({ from: Math.round(fromMs), to: Math.round(toMs), step: stepMs })}` : null, { group: `red ${id}` });
  const red = older && rows.data !== undefined ? fromRows(rows.data, stepMs) : fromPanes(service.red);
  const unusual = useUnusual(id, fromMs, toMs);
  const write = useCallback(() => `**${nodeName(node)}** ${say(`health.${service.summary.health}`)}\n${location.href}\n`, [node, service.summary.health, say]);
  useMarkdown(write);
  const open = incidents.filter((incident) => incident.state !== 'resolved');
  return (
    <>
      <Head service={service} />
      {open.length === 0 ? null : <section className="leads">{open.map((incident) => <IncidentLead key={incident.id} incident={incident} tongue={tongue} row />)}</section>}
      <section><h2 className="hidden">{say('service.traffic')}</h2>{service.red.length === 0 ? <p className="quiet">{say('service.noTraffic')}</p> : <><RedCharts red={red} fromMs={fromMs} toMs={toMs} findings={findings.filter((finding) => finding.entity === id)} changes={changes} marked={unusual.marked} />{node.kind === 'service' ? <><p className="under-charts">{unusual.choose}</p>{unusual.lists}</> : null}</>}</section>
      {node.kind === 'service' ? <Operations service={service} /> : null}
      <div className="columns">
        <Neighbours title={say('service.callers')} edges={service.callers} end="from" names={names} />
        <Neighbours title={say('service.callees')} edges={service.callees} end="to" names={names} />
      </div>
      {node.kind === 'service' ? <><Resources id={id} names={names} resources={service.resources} fromMs={fromMs} toMs={toMs} /><ServiceFeatures id={id} /></> : null}
      <div className="columns">
        <section><h2>{say('service.findings')}</h2>{findings.length === 0 ? <p className="quiet">{say('service.noFindings')}</p> : <FindingList findings={findings.slice(0, 20)} tongue={tongue} />}</section>
        <section><h2>{say('service.changes')}</h2><ChangeList changes={changes} names={names} suspects={suspectsOf(incidents)} /></section>
      </div>
      <section><h2>{say('service.incidents')}</h2>{incidents.length === 0 ? <p className="quiet">{say('service.noIncidents')}</p> : <ul className="incident-list">{incidents.map((incident) => <IncidentRow key={incident.id} incident={incident} tongue={tongue} />)}</ul>}</section>
    </>
  );
}

function Head({ service: { summary: { node, health } } }: { readonly service: ServiceResponse }): ReactNode {
  const say = useSay();
  const facts = [
    say(`kind.${node.kind}`), node.system, node.namespace, node.environment, node.language, node.versions.length === 0 ? '' : say('service.versions', { version: node.versions[node.versions.length - 1] }),
    node.hosts.length === 0 ? '' : say('service.hosts', { n: node.hosts.length }), node.kind === 'service' ? '' : say('service.asCallersSee'),
  ].filter((fact) => fact !== '');
  return (
    <>
      <h1 className="break">{nodeName(node)} {health === 'healthy' ? null : <span className="head-state"><State health={health} /></span>}</h1>
      <p className="soft dots">{facts.map((fact, at) => <span key={at}>{fact}</span>)}<span><Rich name="service.seen" values={{ time: <Time at={node.firstSeenMs} /> }} /></span>
        {node.kind === 'service' ? <><span><Link to={linkTo({ page: 'traces' }, { service: node.id })} data-row="">{say('service.traces')}</Link></span><span><Link to={linkTo({ page: 'logs' }, { service: node.id })} data-row="">{say('service.logs')}</Link></span><span><Link to={linkTo({ page: 'profiles' }, { service: node.id })} data-row="">{say('service.profiles')}</Link></span></> : null}</p>
    </>
  );
}

function Operations({ service }: { readonly service: ServiceResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const cell = (values: readonly (number | null)[], unit: string): ReactNode => {
    const value = values[values.length - 1];
    return <td className="number"><span className="spark-cell"><Sparkline values={values} label={say('service.operation')} topLeast={unit === '1' ? 0.05 : 0} /><span>{value === null || value === undefined ? '–' : formatValue(value, unit, language)}</span></span></td>;
  };
  return (
    <section><h2>{say('service.operations')}</h2><div className="wide"><table className="services">
      <thead><tr><th scope="col">{say('service.operation')}</th><th scope="col" className="spare">{say('table.kind')}</th><th scope="col" className="number">{say('table.rate')}</th><th scope="col" className="number">{say('table.errors')}</th><th scope="col" className="number">{say('table.p99')}</th></tr></thead>
      <tbody>{service.operations.map((operation) => (
        <tr key={operation.id}><th scope="row"><Link to={linkTo({ page: 'traces' }, { service: service.summary.node.id, operation: operation.name })} data-row="">{operation.name}</Link></th><td className="faint spare">{operation.kind}</td>
          {cell(operation.red.map((each) => each.rate), '1/s')}{cell(operation.red.map((each) => each.errorShare), '1')}{cell(operation.red.map((each) => each.p99Ms), 'ms')}</tr>
      ))}</tbody>
    </table></div></section>
  );
}

function Neighbours({ title, edges, end, names }: { readonly names: Names; readonly title: string; readonly edges: readonly EdgeSummary[]; readonly end: 'from' | 'to' }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (edges.length === 0) return <section><h2>{title}</h2><p className="quiet">{say('service.nobody')}</p></section>;
  return (
    <section><h2>{title}</h2><table>
      <thead><tr><th scope="col">{say('table.service')}</th><th scope="col">{say('table.state')}</th><th scope="col" className="number">{say('table.rate')}</th><th scope="col" className="number">{say('table.errors')}</th><th scope="col" className="number">{say('table.p95')}</th></tr></thead>
      <tbody>{[...edges].sort((a, b) => b.rate - a.rate).map(({ edge, health, rate, errorShare, p95Ms }) => (
        <tr key={edge.id}><th scope="row" className="break"><Link to={linkTo({ page: 'service', id: edge[end] })} className="name" data-row="">{edge[end] === 'user' ? say('kind.user') : entityName(edge[end], names)}</Link></th><td>{health === 'healthy' ? <span className="faint">{say('health.healthy')}</span> : <State health={health} />}</td><td className="number num">{formatValue(rate, '1/s', language)}</td><td className="number num">{formatShare(errorShare, language)}</td><td className="number num">{formatDuration(p95Ms, language)}</td></tr>
      ))}</tbody>
    </table></section>
  );
}

function Resources({ id, resources, names, fromMs, toMs }: { readonly id: string; readonly resources: readonly SeriesView[]; readonly names: Names; readonly fromMs: number; readonly toMs: number }): ReactNode {
  const say = useSay();
  const own = resources.filter((series) => series.entity === id);
  const others = resources.filter((series) => series.entity !== id);
  const [opened, setOpened] = useState(false);
  const charts = (some: readonly SeriesView[]): ReactNode => <div className="chart-grid">{some.map((series, at) => <Resource key={`${series.entity} ${series.metric} ${at}`} series={series} of={series.entity === id ? '' : entityName(series.entity, names)} fromMs={fromMs} toMs={toMs} />)}</div>;
  return (
    <section><h2>{say('service.resources')}</h2>
      {resources.length === 0 ? <p className="quiet">{say('service.noResources')}</p> : charts(own)}
      {others.length === 0 ? null : <details className="more" onToggle={(event) => setOpened(event.currentTarget.open)}><summary data-row="">{say('service.moreResources', { n: others.length })}</summary>{opened ? charts(others) : null}</details>}
    </section>
  );
}

/** A series of the engine is a feature, perhaps narrowed down by a subject, or a metric as it was sent. */
function Resource({ series, of, fromMs, toMs }: { readonly series: SeriesView; readonly of: string; readonly fromMs: number; readonly toMs: number }): ReactNode {
  const language = useLanguage();
  const [feature, ...subject] = series.metric.split(' ');
  const name = hasString(`feature.${feature}`) ? featureName(feature, subject.join(' '), language) : null;
  return (
    <div>
      <h3 className="break">{name ?? <Link to={linkTo({ page: 'metrics' }, { metric: series.metric })} data-row="">{series.metric}</Link>} <span className="faint of">{of}</span></h3>
      <Chart label={name ?? series.metric} height={110} unit={series.unit} fromMs={fromMs} toMs={toMs} timesMs={series.samples.map((sample) => sample.paneMs)} lines={[{ label: '', values: series.samples.map((sample) => sample.value) }]} />
    </div>
  );
}
