import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { entityName, formatDuration, type Names } from '@clew/words';
import type { SpanRow, TraceTree } from '../draw/trace-tree.ts';
import { setFilters } from '../navigate.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { roundTicks } from './round-ticks.ts';
import { scrollToRow, useWindow } from './window.ts';

const rowPx = 24;
const indentMost = 14;

/** All spans of a trace on one time scale. Only the rows on screen are in the document, so 100,000 spans scroll like ten. */
export function Waterfall({ tree, chosen, names }: { readonly tree: TraceTree; readonly chosen: string | undefined; readonly names: Names }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const { first, last } = useWindow(box, tree.rows.length, rowPx);
  const at = chosen === undefined ? -1 : tree.rows.findIndex((row) => row.span.spanId === chosen);
  useEffect(() => {
    if (at >= 0) scrollToRow(box.current, at, rowPx);
  }, [at]);
  const choose = (next: number): void => setFilters({ span: tree.rows[Math.max(0, Math.min(tree.rows.length - 1, next))].span.spanId });
  const onKey = (event: KeyboardEvent): void => {
    const page = Math.floor((box.current?.clientHeight ?? 0) / rowPx);
    const steps: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: page, PageUp: -page };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(steps, event.key)) choose(Math.max(0, at) + (at < 0 ? 0 : steps[event.key]));
    else if (event.key === 'Home') choose(0);
    else if (event.key === 'End') choose(tree.rows.length - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="waterfall">
      <div className="wf-axis" aria-hidden="true"><span>{say('trace.span')}</span><span className="wf-track">{roundTicks(tree.durationMs).map((ms) => <span key={ms} className="wf-tick num" style={{ left: `${ms === 0 ? 0 : (100 * ms) / tree.durationMs}%` }}>{ms === 0 ? '0' : formatDuration(ms, language)}</span>)}</span></div>
      <div className="wf-box" ref={box} tabIndex={0} data-row="" role="listbox" aria-label={say('trace.spans', { n: tree.rows.length })} aria-activedescendant={at >= first && at < last ? `span-${at}` : undefined} style={{ maxHeight: tree.rows.length * rowPx }} onKeyDown={onKey}>
        <div style={{ height: tree.rows.length * rowPx, position: 'relative' }}>
          {tree.rows.slice(first, last).map((row, index) => <Row key={row.span.spanId} row={row} at={first + index} chosen={first + index === at} durationMs={tree.durationMs} names={names} onChoose={choose} />)}
        </div>
      </div>
    </div>
  );
}

function Row({ row, at, chosen, durationMs, names, onChoose }: { readonly row: SpanRow; readonly at: number; readonly chosen: boolean; readonly durationMs: number; readonly names: Names; readonly onChoose: (at: number) => void }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { span, depth, offsetMs, orphan } = row;
  const percent = (ms: number): number => (durationMs <= 0 ? 0 : (100 * ms) / durationMs);
  const left = percent(offsetMs);
  const error = span.status === 'error';
  return (
    <div id={`span-${at}`} className={`wf-row${chosen ? ' chosen' : ''}`} role="option" aria-selected={chosen} style={{ top: at * rowPx }} onClick={() => onChoose(at)}>
      <span className="wf-name" style={{ paddingLeft: `calc(${Math.min(depth, indentMost)} * var(--indent))` }} title={span.name}>{error ? <span className="wf-error" role="img" aria-label={say('service.errors')} /> : null}{orphan ? <span className="faint" title={say('trace.orphan')}>⋯ </span> : null}{span.name} <span className="faint">{entityName(span.service, names)}</span></span>
      <span className="wf-track"><span className={`bar${error ? ' error' : ''}`} style={{ left: `${left}%`, width: `max(2px, ${percent(span.durationMs)}%)` }} /><span className="wf-ms num" style={{ left: `calc(${Math.min(100, left + percent(span.durationMs))}% + 6px)` }}>{formatDuration(span.durationMs, language)}</span></span>
    </div>
  );
}
