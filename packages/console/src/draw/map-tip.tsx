import type { ReactNode } from 'react';
import { entityName, formatDuration, formatShare, formatValue, namesOf, nodeName } from '@clew/words';
import type { EdgeSummary, NodeSummary } from '../model.ts';
import { State } from '../parts/mark.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';
import type { Geometry, Point } from './map-geometry.ts';

const tipWidth = 220;
const lastOf = (values: readonly (number | null)[]): number | null => values[values.length - 1] ?? null;

function Tip({ at, geo, title, health, rows }: { readonly at: Point; readonly geo: Geometry; readonly title: string; readonly health: NodeSummary['health']; readonly rows: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <div className="tip" style={{ width: tipWidth, left: Math.max(0, Math.min(at.x, geo.width - tipWidth)), top: at.y + geo.nodeHeight / 2 + 6 }}>
      <p className="tip-title">{title}</p>
      {health === 'healthy' ? null : <p><State health={health} /></p>}
      <dl>{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd className="num">{value}</dd></div>)}</dl>
    </div>
  );
}

export function NodeTip({ summary, at, geo }: { readonly summary: NodeSummary; readonly at: Point | undefined; readonly geo: Geometry }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (at === undefined) return null;
  const value = (series: readonly (number | null)[], unit: string): string => {
    const last = lastOf(series);
    return last === null ? '–' : formatValue(last, unit, language);
  };
  const { saturation, node } = summary;
  return <Tip at={at} geo={geo} title={nodeName(node)} health={summary.health} rows={[
    [say('table.rate'), value(summary.rate, '1/s')], [say('table.errors'), value(summary.errorShare, '1')], [say('table.p99'), value(summary.p99Ms, 'ms')],
    ...(saturation === null ? [] : [[saturation.metric, formatShare(saturation.share, language)] as const]),
    ...(node.versions.length === 0 ? [] : [[say('service.versions', { version: '' }).trim(), node.versions[node.versions.length - 1]] as const]),
  ]} />;
}

export function EdgeTip({ summary, nodes, at, geo }: { readonly summary: EdgeSummary; readonly nodes: readonly NodeSummary[]; readonly at: Point | undefined; readonly geo: Geometry }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (at === undefined) return null;
  const names = namesOf(nodes);
  return <Tip at={at} geo={geo} title={`${entityName(summary.edge.from, names)} → ${entityName(summary.edge.to, names)}`} health={summary.health} rows={[
    [say('table.rate'), formatValue(summary.rate, '1/s', language)], [say('table.errors'), formatShare(summary.errorShare, language)], [say('table.p95'), formatDuration(summary.p95Ms, language)],
  ]} />;
}
