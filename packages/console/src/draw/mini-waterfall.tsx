import type { ReactNode } from 'react';
import { entityName, formatDuration, type Names } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { TraceRef, TraceResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';
import { spokenSpan, type Spoken } from './spoken-span.ts';
import { traceTree, type SpanRow, type TraceTree } from './trace-tree.ts';

const rowsShown = 14;

/** A slow trace beside a typical one, on one scale: the difference is seen before it is read. */
export function TracePair({ slow, typical, spoken, names }: { readonly slow: TraceRef; readonly typical: TraceRef | undefined; readonly spoken: Spoken; readonly names: Names }): ReactNode {
  const say = useSay();
  const [slowTrace, typicalTrace] = [useTree(slow), useTree(typical)];
  const scaleMs = Math.max(slowTrace?.durationMs ?? 0, typicalTrace?.durationMs ?? 0);
  return (
    <div className="trace-pair">
      <Mini title={say('incident.slowTrace')} tree={slowTrace} trace={slow} spoken={spoken} scaleMs={scaleMs} names={names} />
      {typical === undefined ? null : <Mini title={say('incident.typicalTrace')} tree={typicalTrace} trace={typical} spoken={spoken} scaleMs={scaleMs} names={names} />}
    </div>
  );
}

function useTree(trace: TraceRef | undefined): TraceTree | undefined | null {
  const { data, error } = useAnswer<TraceResponse>(trace === undefined ? null : `/traces/${trace.traceId}`);
  if (error !== undefined) return null;
  return data === undefined ? undefined : traceTree(data.spans);
}

function Mini({ title, tree, trace, spoken, scaleMs, names }: { readonly title: string; readonly tree: TraceTree | undefined | null; readonly trace: TraceRef; readonly spoken: Spoken; readonly scaleMs: number; readonly names: Names }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const spanId = tree === undefined || tree === null ? trace.spanId : spokenSpan(tree.rows, trace.spanId, spoken);
  const rows = tree === undefined || tree === null ? [] : chosen(tree.rows, spanId);
  return (
    <div className="mini">
      <p className="mini-head"><b>{title}</b> {rows.length === 0 || !tree ? null : <span className="num">{formatDuration(tree.durationMs, language)}</span>} <Link to={linkTo({ page: 'trace', id: trace.traceId }, { span: spanId })} data-row="">{say('incident.openTrace')}</Link></p>
      {tree !== undefined && rows.length === 0 ? <p className="quiet">{say('incident.traceGone')}</p> : null}
      {tree === undefined ? <span className="bone mini-bone" /> : <ul>{rows.map((row) => (
        <li key={row.span.spanId} className={row.span.spanId === spanId ? 'on-thread' : undefined}>
          <span className="mini-name" style={{ paddingLeft: `calc(${Math.min(row.depth, 8)} * var(--indent))` }} title={row.span.name}>{row.span.name} <span className="faint">{entityName(row.span.service, names)}</span></span>
          <span className="mini-track"><span className={`bar${row.span.status === 'error' ? ' error' : ''}`} style={{ left: `${percent(row.offsetMs, scaleMs)}%`, width: `max(2px, ${percent(row.span.durationMs, scaleMs)}%)` }} /></span>
          <span className="num mini-ms">{formatDuration(row.span.durationMs, language)}</span>
        </li>
      ))}</ul>}
    </div>
  );
}

const percent = (ms: number, scaleMs: number): number => (scaleMs <= 0 ? 0 : (100 * ms) / scaleMs);

/** The span that matters and the longest others, in the order of the trace. */
function chosen(rows: readonly SpanRow[], spanId: string): readonly SpanRow[] {
  if (rows.length <= rowsShown) return rows;
  const longest = new Set([...rows].sort((a, b) => b.span.durationMs - a.span.durationMs).slice(0, rowsShown - 1));
  return rows.filter((row) => longest.has(row) || row.span.spanId === spanId);
}
