import type { ReactNode } from 'react';
import { entityName, formatDuration, formatUtc, type Names } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { SpanRow } from '../draw/trace-tree.ts';
import type { ProfileSummary, StoredSpan } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { State } from '../parts/mark.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';
import { AttributeList } from './attribute-list.tsx';

/** Everything that was sent with one span. */
export function SpanDetails({ row, names, traceStartMs }: { readonly row: SpanRow | undefined; readonly names: Names; readonly traceStartMs: number }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  if (row === undefined) return <aside className="span-details"><p className="quiet">{say('trace.choose')}</p></aside>;
  const { span, selfMs } = row;
  const dropped = (n: number): ReactNode => (n > 0 ? <p className="faint">{say('trace.dropped', { n })}</p> : null);
  return (
    <aside className="span-details" aria-label={span.name}>
      <h2 className="span-name break">{span.name}</h2>
      <dl className="pairs">
        <div><dt>{say('explore.service')}</dt><dd><Link to={linkTo({ page: 'service', id: span.service })} className="name">{entityName(span.service, names)}</Link></dd></div>
        <div><dt>{say('trace.kind')}</dt><dd>{span.kind}</dd></div>
        <div><dt>{say('trace.start')}</dt><dd className="num" title={formatUtc(span.startMs)}>+{formatDuration(row.offsetMs, language)}</dd></div>
        <div><dt>{say('trace.duration')}</dt><dd className="num">{formatDuration(span.durationMs, language)}</dd></div>
        <div><dt>{say('trace.self')}</dt><dd className="num">{formatDuration(selfMs, language)}</dd></div>
        <div><dt>{say('trace.status')}</dt><dd>{span.status === 'error' ? <><State health="broken" word={span.status} /> {span.statusMessage}</> : span.status}</dd></div>
        <div><dt>{say('trace.span')}</dt><dd><code>{span.spanId}</code></dd></div>
      </dl>
      <ProfilesOf span={span} />
      <h3>{say('trace.attributes')}</h3><AttributeList attributes={span.attributes} />{dropped(span.droppedAttributes)}
      {span.events.length === 0 && span.droppedEvents === 0 ? null : <><h3>{say('trace.events')}</h3>{span.events.map((event, at) => <div key={at} className="span-event"><p><b>{event.name}</b> <span className="faint num">+{formatDuration(Number(event.timeNs) / 1e6 - traceStartMs, language)}</span></p><AttributeList attributes={event.attributes} /></div>)}{dropped(span.droppedEvents)}</>}
      {span.links.length === 0 && span.droppedLinks === 0 ? null : <><h3>{say('trace.links')}</h3>{span.links.map((link, at) => <div key={at} className="span-event"><p><Link to={linkTo({ page: 'trace', id: link.traceId }, { span: link.spanId })}><code>{link.traceId}</code></Link></p><AttributeList attributes={link.attributes} /></div>)}{dropped(span.droppedLinks)}</>}
      <h3>{say('trace.resource')}</h3><AttributeList attributes={span.resource.attributes} />
      <h3>{say('trace.scope')}</h3><p className="break">{span.scope.name} {span.scope.version}</p>{Object.keys(span.scope.attributes).length === 0 ? null : <AttributeList attributes={span.scope.attributes} />}
    </aside>
  );
}

/** A profile may begin long before the span that it names. */
const aroundMs = 3_600_000;

/** Profiles with samples that name this span; nothing where there are none, which is nearly always. */
function ProfilesOf({ span }: { readonly span: StoredSpan }): ReactNode {
  const say = useSay();
  const range = { from: String(Math.max(0, Math.floor(span.startMs - aroundMs))), to: String(Math.ceil(span.startMs + span.durationMs + aroundMs)) };
  const { data } = useAnswer<{ readonly profiles: readonly ProfileSummary[] }>(`/profiles?${new URLSearchParams({ ...range, trace: span.traceId, span: span.spanId, limit: '10' }).toString()}`);
  if (data === undefined || data.profiles.length === 0) return null;
  return <><h3>{say('profile.ofSpan')}</h3><ul>{data.profiles.map(({ id, type, unit, samples }) => <li key={id}><Link to={linkTo({ page: 'profile', id }, { trace: span.traceId, span: span.spanId })}>{say('profile.of', { type, unit })}</Link> <span className="faint num">{say('profile.samples', { n: samples })}</span></li>)}</ul></>;
}
