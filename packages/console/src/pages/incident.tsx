import { useCallback, useMemo, type ReactNode } from 'react';
import { type About, entityName, firmnessOf, formatDuration, formatShare, headline, knownCause, namesOf, nodeOf, plain, stateKey, type Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { useEvent } from '../api/live.ts';
import { useClock } from '../clock.ts';
import { copyLink, copyMarkdown, useMarkdown } from '../copy.ts';
import { ServiceMap } from '../draw/service-map.tsx';
import { CauseVerdictBox } from '../incident/cause-verdict.tsx';
import { EvidenceList, picturesOf } from '../incident/evidence.tsx';
import { markdownToCopy } from '../incident/markdown.ts';
import { reachedAt } from '../incident/moments.ts';
import { Play } from '../incident/play.tsx';
import { RefinedBox } from '../incident/refined.tsx';
import { ReplayBox } from '../incident/replay.tsx';
import { RuledOutList } from '../incident/ruled-out.tsx';
import { Apart, SameAs } from '../incident/same-as.tsx';
import { Sure } from '../incident/sure.tsx';
import { WouldSettle } from '../incident/would-settle.tsx';
import { Thread } from '../incident/thread.tsx';
import { Timeline } from '../incident/timeline.tsx';
import type { GraphResponse, Incident, IncidentResponse } from '../model.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { CauseLine, WhatNow } from '../parts/incident-lead.tsx';
import { Link } from '../parts/link.tsx';
import { healthOf, Mark, State } from '../parts/mark.tsx';
import { useTitle } from '../parts/title.ts';
import { Rich, Sentence, Time, useSay, useTongue } from '../words/speak.tsx';

export function IncidentPage({ id }: { readonly id: string }): ReactNode {
  const answer = useAnswer<IncidentResponse>(`/incidents/${encodeURIComponent(id)}`, { live: true });
  useEvent('incident', answer.reload);
  return <Answered isPage answer={answer} what={id} skeleton={<><span className="bone bone-sentence" /><span className="bone bone-line" /><div className="thread-and-map"><Bones rows={6} widths={[80]} /><span className="bone bone-map" /></div></>}>{(data) => <IncidentView data={data} />}</Answered>;
}

function IncidentView({ data }: { readonly data: IncidentResponse }): ReactNode {
  const say = useSay();
  const { incident, findings, changes } = data;
  const { filters } = useRoute();
  const names = useMemo(() => namesOf(data.graph.nodes), [data.graph.nodes]);
  const tongue = useTongue(names);
  useTitle(plain(headline(incident, tongue)));
  useMarkdown(useCallback(() => markdownToCopy(data, tongue.language, location.origin), [data, tongue.language]));
  const about: About = { ...tongue, onsetMs: incident.onsetMs, dayMs: incident.onsetMs, findings, changes };
  const { causes, ruledOut } = incident.explanation;
  const chosen = Math.min(Math.max(0, Number(filters.cause ?? 0) || 0), Math.max(0, causes.length - 1));
  const cause = causes[chosen];
  const known = knownCause(incident) !== null;
  const path = cause?.path ?? [];
  const past = useAnswer<GraphResponse>(filters.at === undefined ? null : `/graph?at=${encodeURIComponent(filters.at)}`, { group: 'graph' });
  // On the way through the moments the thread is as long as the fault has come by then.
  const drawn = filters.at === undefined ? path : reachedAt(path, incident.onsetMs, Number(filters.at));
  const endMs = incident.resolvedMs ?? Math.max(incident.updatedMs, data.graph.atMs);
  const pictures = cause === undefined ? [] : picturesOf({ cause, findings, changes, about, endMs });
  return (
    <div className={`incident ${known && cause !== undefined ? firmnessOf(cause) : 'not-known'}`}>
      <Head incident={incident} tongue={tongue} />
      <section className="thread-and-map strung">
        <div>
          <h2>{say('incident.thread')}</h2>
          {known ? null : <p className="unknown-words soft">{say('cause.notKnownWhy')}</p>}
          {cause === undefined ? null : <Thread cause={cause} findings={findings} tongue={tongue} known={known} />}
        </div>
        <div className="incident-map"><h2>{filters.at === undefined ? say('incident.graph') : <Rich name="now.mapAt" values={{ time: <Time at={Number(filters.at)} /> }} />}</h2><ServiceMap graph={filters.at === undefined ? data.graph : (past.data ?? data.graph)} thread={drawn} />{cause === undefined ? null : <Play incident={incident} cause={cause} findings={findings} changes={changes} tongue={tongue} />}</div>
      </section>
      <div className="three strung">
        <section><h2>{say('incident.why')}</h2>{cause === undefined || cause.evidence.length === 0 ? <p className="quiet">{say('incident.noEvidence')}</p> : <EvidenceList evidence={cause.evidence} about={about} />}{cause?.evidence.length === 1 ? <p className="faint small all-evidence">{say('incident.allEvidence')}</p> : null}
          {cause === undefined || cause.against.length === 0 ? null : <><h2 className="against">{say('incident.against')}</h2><EvidenceList evidence={cause.against} about={about} against /></>}</section>
        <section><h2>{say('incident.ruledOut')}</h2><RuledOutList ruledOut={ruledOut} about={about} /></section>
        <section><h2>{say('incident.sure')}</h2><Sure explanation={incident.explanation} chosen={chosen} about={about} /><WouldSettle explanation={incident.explanation} tongue={tongue} />
          <CauseVerdictBox incident={incident} cause={cause} nodes={data.graph.nodes} tongue={tongue} /></section>
      </div>
      <section className="strung"><h2>{say('refined.title')}</h2><RefinedBox id={incident.id} tongue={tongue} /></section>
      <section className="strung"><h2>{say('incident.timeline')}</h2><Timeline incident={incident} findings={findings} changes={changes} path={path} tongue={tongue} endMs={endMs} /></section>
      {pictures.length === 0 ? null : <section className="strung"><h2>{say('incident.evidence')}</h2><div className="pictures">{pictures}</div></section>}
      <section className="strung last"><h2>{say('replay.title')}</h2><ReplayBox incident={incident} tongue={tongue} /></section>
    </div>
  );
}

function Head({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const nowMs = useClock();
  const { blast, severity, onsetMs, resolvedMs } = incident;
  const duration = formatDuration(Math.max(1000, (resolvedMs ?? nowMs) - onsetMs), tongue.language);
  return (
    <header className="incident-head strung first">
      <h1><span className="lead-mark"><Mark health={healthOf(incident)} size={16} /></span><span><Sentence pieces={headline(incident, tongue)} /></span></h1>
      <SameAs incident={incident} tongue={tongue} />
      <Apart incident={incident} tongue={tongue} />
      <p className="lead-cause"><CauseLine incident={incident} tongue={tongue} /></p>
      <WhatNow incident={incident} tongue={tongue} />
      <p className="dots soft">
        <span><State health={healthOf(incident)} word={say(stateKey(incident))} /></span>
        <span><Time at={onsetMs} /></span>
        <span className="num">{resolvedMs === null ? say('incident.for', { duration }) : say('incidents.lasted', { duration })}</span>
        <span>{say('incident.severity', { severity: say(`severity.${severity}`) })}</span>
        <span>{say('incident.affected')} {blast.affected.map((id, at) => <span key={id}>{at === 0 ? '' : tongue.language === 'zh' ? '、' : ', '}<Link to={linkTo({ page: 'service', id: nodeOf(id) })} className="name">{entityName(id, tongue.names)}</Link></span>)}</span>
        {blast.failedShare > 0 ? <span className="num">{say('incident.failed', { share: formatShare(blast.failedShare, tongue.language) })}</span> : null}
        {blast.slowShare > 0 ? <span className="num">{say('incident.slowed', { share: formatShare(blast.slowShare, tongue.language) })}</span> : null}
      </p>
      <p className="incident-actions"><button type="button" onClick={copyLink}>{say('copy.link')} <kbd>c</kbd></button> <button type="button" onClick={copyMarkdown}>{say('copy.markdown')} <kbd>m</kbd></button></p>
    </header>
  );
}
