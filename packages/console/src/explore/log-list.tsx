import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { entityName, type Names } from '@clew/words';
import type { StoredLog } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Time, useSay } from '../words/speak.tsx';
import { valueText } from '../words/value.ts';
import { AttributeList } from './attribute-list.tsx';
import { scrollToRow, useWindow } from './window.ts';

const rowPx = 22;
const bodyMost = 500;

/** Lines in a window of their own; the chosen one is shown whole beside them. */
export function LogList({ logs, names, follow = false }: { readonly logs: readonly StoredLog[]; readonly names: Names; readonly follow?: boolean }): ReactNode {
  const say = useSay();
  const box = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<StoredLog | null>(null);
  const { first, last } = useWindow(box, logs.length, rowPx);
  useEffect(() => {
    if (follow && chosen === null && logs.length > 0 && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [logs, follow, chosen]);
  const at = chosen === null ? -1 : logs.findIndex((log) => log.id === chosen.id);
  const choose = (next: number): void => {
    const to = Math.max(0, Math.min(logs.length - 1, next));
    setChosen(logs[to]);
    scrollToRow(box.current, to, rowPx);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'j' || event.key === 'ArrowDown' ? 1 : event.key === 'k' || event.key === 'ArrowUp' ? -1 : 0;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step !== 0) choose(at < 0 ? (follow ? logs.length - 1 : 0) : at + step);
    else if (event.key === 'Escape' && chosen !== null) setChosen(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={chosen === null ? 'log-view' : 'log-view open'}>
      <div className="log-box" ref={box} tabIndex={0} data-row="" role="listbox" aria-label={say('logs.title')} aria-activedescendant={at >= first && at < last ? `log-${logs[at].id}` : undefined} onKeyDown={onKey}>
        <div style={{ height: logs.length * rowPx, position: 'relative' }}>
          {logs.slice(first, last).map((log, index) => (
            <div key={log.id} id={`log-${log.id}`} className={`log-row level-${level(log.severity)}${log.id === chosen?.id ? ' chosen' : ''}`} role="option" aria-selected={log.id === chosen?.id} style={{ top: (first + index) * rowPx }} onClick={() => setChosen(log.id === chosen?.id ? null : log)}>
              <span className="faint"><Time at={log.timeMs} exact /></span><span className="log-level">{log.severityText || levelName(log.severity)}</span><span className="log-service">{entityName(log.service, names)}</span><span className="log-body">{valueText(log.body).slice(0, bodyMost)}</span>
            </div>
          ))}
        </div>
      </div>
      {chosen === null ? null : <LogDetails log={chosen} names={names} onClose={() => { setChosen(null); box.current?.focus(); }} />}
    </div>
  );
}

function LogDetails({ log, names, onClose }: { readonly log: StoredLog; readonly names: Names; readonly onClose: () => void }): ReactNode {
  const say = useSay();
  return (
    <aside className="span-details">
      <p className="log-head"><Time at={log.timeMs} exact /> <Link to={linkTo({ page: 'service', id: log.service })} className="name">{entityName(log.service, names)}</Link> <span>{log.severityText || levelName(log.severity)}</span> <button type="button" className="plain" onClick={onClose}>{say('keys.close')}</button></p>
      <pre className="log-whole">{typeof log.body === 'string' ? log.body : JSON.stringify(log.body, null, 2)}</pre>
      {log.traceId === '' ? null : <p><Link to={linkTo({ page: 'trace', id: log.traceId }, log.spanId === '' ? {} : { span: log.spanId })}>{say('incident.openTrace')}</Link></p>}
      <h2>{say('trace.attributes')}</h2><AttributeList attributes={log.attributes} />
      <h2>{say('trace.resource')}</h2><AttributeList attributes={log.resource.attributes} />
      <h2>{say('trace.scope')}</h2><p className="break">{log.scope.name} {log.scope.version}</p>
    </aside>
  );
}

function level(severity: number): 'low' | 'info' | 'warn' | 'error' {
  return severity >= 17 ? 'error' : severity >= 13 ? 'warn' : severity >= 9 ? 'info' : 'low';
}
function levelName(severity: number): string {
  return severity === 0 ? '' : (['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][Math.floor((severity - 1) / 4)] ?? '');
}
