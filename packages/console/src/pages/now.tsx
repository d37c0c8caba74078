import { memo, useCallback, useDeferredValue, useMemo, type ReactNode } from 'react';
import { firmnessOf, foldByNode, formatDuration, headline, knownCause, namesOf, plain, type Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { useEvent } from '../api/live.ts';
import { useMarkdown } from '../copy.ts';
import { ServiceMap } from '../draw/service-map.tsx';
import type { Finding, GraphResponse, Incident, NowResponse } from '../model.ts';
import { Answered } from '../parts/answered.tsx';
import { BudgetLine } from '../parts/budget-line.tsx';
import { ChangeList, suspectsOf } from '../parts/change-list.tsx';
import { DemoStrip } from '../parts/demo-strip.tsx';
import { FindingList } from '../parts/finding-list.tsx';
import { IncidentLead } from '../parts/incident-lead.tsx';
import { Problems } from '../parts/problems.tsx';
import { ServiceTable } from '../parts/service-table.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { Rich, Time, useLanguage, useSay, useTongue } from '../words/speak.tsx';
import { EmptyConsole } from './empty.tsx';
import { NowBones, NowSkeleton } from './now-skeleton.tsx';

const findingsShown = 6;

export function NowPage(): ReactNode {
  const say = useSay();
  const answer = useAnswer<NowResponse>('/now', { live: true });
  useTitle(say('nav.now'));
  const { reload } = answer;
  useEvent('incident', reload);
  useEvent('demo', reload);
  return <Answered isPage answer={answer} what={say('nav.now')} skeleton={<NowSkeleton />}>{(now) => (now.hasData ? <Now now={now} /> : <EmptyConsole demo={now.demo} reload={reload} />)}</Answered>;
}

/** The sentence first: the map and the tables are drawn behind it, so that a busy machine still says at once what is wrong. */
function Now({ now }: { readonly now: NowResponse }): ReactNode {
  const say = useSay();
  const names = useMemo(() => namesOf(now.nodes), [now.nodes]);
  const tongue = useTongue(names);
  const open = now.incidents.filter((incident) => incident.state !== 'resolved');
  const write = useCallback(() => (open.length === 0 ? say('now.calm') : open.map((incident) => plain(headline(incident, tongue))).join('\n')) + `\n\n${location.href}\n`, [open, say, tongue]);
  useMarkdown(write);
  const behind = useDeferredValue<NowResponse | null>(now, null);
  return (
    <>
      <h1 className="hidden">{say('now.title')}</h1>
      <Problems />
      <section className="leads">{open.length === 0 ? <Calm now={now} /> : open.map((incident) => <IncidentLead key={incident.id} incident={incident} tongue={tongue} row />)}</section>
      <DemoStrip demo={now.demo} />
      {behind === null ? <div aria-busy="true"><NowBones /></div> : <Behind now={behind} />}
    </>
  );
}

/** The map, what changed, and all services. */
const Behind = memo(function Behind({ now }: { readonly now: NowResponse }): ReactNode {
  const say = useSay();
  const names = useMemo(() => namesOf(now.nodes), [now.nodes]);
  const tongue = useTongue(names);
  const open = now.incidents.filter((incident) => incident.state !== 'resolved');
  const threads = open.map(knownCause).filter((cause) => cause !== null);
  const { fromMs, toMs, live } = useBounds();
  const past = useAnswer<GraphResponse>(live ? null : `/graph?at=${Math.round(toMs)}`);
  const graph = live ? now : (past.data ?? now);
  const changes = live ? now.changes : now.changes.filter((change) => change.atMs >= fromMs && change.atMs < toMs);
  return (
    <>
      <div className="now-middle">
        <section className={`now-map ${threads[0] === undefined ? '' : firmnessOf(threads[0])}`}><h2>{live ? say('now.map') : <Rich name="now.mapAt" values={{ time: <Time at={graph.atMs} /> }} />}</h2><ServiceMap graph={graph} thread={threads[0]?.path} /></section>
        <aside>
          <section><h2>{say('now.changes')}</h2><ChangeList changes={changes} names={names} suspects={suspectsOf(open)} /></section>
          <Loose findings={now.findings} tongue={tongue} />
        </aside>
      </div>
      <section><h2>{say('now.services')}</h2><ServiceTable services={graph.nodes} /></section>
    </>
  );
});

/** Findings that no incident has explained, one row a node. */
function Loose({ findings, tongue }: { readonly findings: readonly Finding[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const folded = foldByNode(findings).sort((a, b) => b.onsetMs - a.onsetMs || (a.node < b.node ? -1 : 1));
  return (
    <section><h2>{say('now.findings')}</h2>
      {folded.length === 0 ? <p className="quiet">{say('now.noFindings')}</p> : <FindingList findings={folded.slice(0, findingsShown).map(({ told }) => told)} tongue={tongue} more={new Map(folded.map(({ told, all }) => [told.id, all.length - 1]))} />}
      <BudgetLine />
      {folded.length > findingsShown ? <p className="quiet">{say('now.moreFindings', { n: folded.length - findingsShown })}</p> : null}
    </section>
  );
}

/** Nothing is wrong: since the last incident ended, or since there is data. */
function Calm({ now }: { readonly now: NowResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const ended = Math.max(0, ...now.incidents.map((incident: Incident) => incident.resolvedMs ?? 0));
  const sinceMs = ended > 0 ? ended : now.nodes.reduce((first, { node }) => Math.min(first, node.firstSeenMs), Infinity);
  const services = now.nodes.filter(({ node }) => node.kind === 'service').length;
  return (
    <article className="lead calm">
      <h2 className="lead-sentence"><span>{say('now.calm')}</span></h2>
      <p className="lead-cause">{Number.isFinite(sinceMs) ? <Rich name="now.calmSince" values={{ time: <Time at={sinceMs} />, duration: formatDuration(Math.max(0, now.atMs - sinceMs), language) }} /> : null} {say('now.watching', { n: services })}</p>
    </article>
  );
}

