import { useMemo, type ReactNode } from 'react';
import { entityName, formatDuration } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { traceTree } from '../draw/trace-tree.ts';
import type { TraceResponse } from '../model.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';
import { SpanDetails } from './span-details.tsx';
import { Waterfall } from './waterfall.tsx';
import { useWholeTrace } from './whole-trace.ts';

export function TracePage({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  const answer = useAnswer<TraceResponse>(`/traces/${encodeURIComponent(id)}`);
  useTitle(`${say('trace.title')} ${id.slice(0, 8)}`);
  return <Answered isPage answer={answer} what={`${say('trace.title')} ${id}`} skeleton={<Bones rows={14} widths={[30, 60]} />}>{(trace) => (trace.spans.length === 0 ? <Empty title={say('trace.none')} next={say('trace.noneNext')}><p><code>{id}</code></p></Empty> : <Trace trace={trace} />)}</Answered>;
}

function Trace({ trace }: { readonly trace: TraceResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const names = useNames();
  const { filters: { span: chosenId } } = useRoute();
  const { spans, loading, error } = useWholeTrace(trace);
  const tree = useMemo(() => traceTree(spans), [spans]);
  const chosen = tree.rows.find((row) => row.span.spanId === chosenId);
  const [root] = tree.rows;
  return (
    <>
      <h1 className="break">{root.span.name} <span className="head-state soft">{entityName(root.span.service, names)}</span></h1>
      <p className="soft dots">
        <span><Time at={tree.startMs} exact /></span><span className="num">{formatDuration(tree.durationMs, language)}</span><span className="num">{say('trace.spans', { n: trace.total })}</span><span className="num">{say('trace.services', { n: tree.services.length })}</span>
        {tree.errors === 0 ? null : <span className="num">{say('trace.errors', { n: tree.errors })}</span>}<span><code>{trace.traceId}</code></span><span><Link to={linkTo({ page: 'logs' }, { trace: trace.traceId })} data-row="">{say('trace.logs')}</Link></span>
      </p>
      {spans.length < trace.total ? <p className={loading ? 'soft' : 'problem'} role="status">{say(loading ? 'trace.loading' : 'trace.truncated', { n: spans.length, all: trace.total })}{error === undefined ? '' : ` ${error.message || error.code}`}</p> : null}
      <div className="trace-view">
        <Waterfall tree={tree} chosen={chosenId} names={names} />
        <SpanDetails row={chosen} names={names} traceStartMs={tree.startMs} />
      </div>
    </>
  );
}
