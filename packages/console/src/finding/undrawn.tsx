import type { ReactNode } from 'react';
import { formatDuration, formatNumber, type Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import type { Finding, LogsResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Time, useSay } from '../words/speak.tsx';
import { valueText } from '../words/value.ts';

const paneMs = 10_000;
/** Lines of severity WARN and above are what new patterns are judged on. */
const warn = 13;
const linesAsked = 50;
const linesShown = 4;
/** The newest of these come first, so that so much of the beginning is asked for. */
const beginMs = 2 * paneMs;

/** In place of a chart, for what has no value to draw: what was seen, and since when. */
export function Undrawn({ finding, tongue }: { readonly finding: Finding; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { direction, onsetMs, lastMs, active, observed, feature } = finding;
  const isNew = direction === 'new';
  const lasted = formatDuration(Math.max(paneMs, (active ? Math.max(tongue.nowMs, lastMs) : lastMs) - onsetMs), tongue.language);
  return (
    <figure className="undrawn" aria-label={say(isNew ? 'undrawn.new' : 'undrawn.missing')}>
      <div className="undrawn-strip">
        <span className={isNew ? 'undrawn-nothing' : 'undrawn-something'}>{say(isNew ? 'undrawn.neverSeen' : 'undrawn.reported')}</span>
        <span className={isNew ? 'undrawn-something' : 'undrawn-nothing'}>{isNew ? say('undrawn.seen', { n: formatNumber(observed, tongue.language) }) : say('undrawn.silent', { duration: lasted })}</span>
      </div>
      <p className="undrawn-axis num"><span /><span><Time at={onsetMs} /></span><span className="faint">{active ? say('undrawn.now') : <Time at={lastMs} />}</span></p>
      {isNew && feature === 'log_template' ? <Lines finding={finding} /> : null}
    </figure>
  );
}

/** What the service wrote as it began. */
function Lines({ finding: { node, onsetMs } }: { readonly finding: Finding }): ReactNode {
  const say = useSay();
  const { data, error } = useAnswer<LogsResponse>(`/logs${query({ service: node, severity: warn, from: onsetMs, to: onsetMs + beginMs, limit: linesAsked })}`);
  if (data === undefined) return error === undefined ? <span className="bone bone-line" /> : null;
  const bodies = [...new Set(data.logs.toReversed().map((log) => valueText(log.body)))];
  if (bodies.length === 0) return <p className="quiet">{say('undrawn.noLines')}</p>;
  return (
    <>
      <p className="faint small">{say('undrawn.lines')} <Link to={linkTo({ page: 'logs' }, { service: node }, { kind: 'between', fromMs: onsetMs - beginMs, toMs: onsetMs + beginMs })} data-row="">{say('undrawn.allLines')}</Link></p>
      <ul className="undrawn-lines">{bodies.slice(0, linesShown).map((body) => <li key={body}>{body}</li>)}</ul>
    </>
  );
}
