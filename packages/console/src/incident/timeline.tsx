import { useState, type ReactNode } from 'react';
import { entityName, eventSentence, findingLine, foldByNode, type Folded, formatShare, formatTime, joinReleases, lifeOf, nodeOf, plain, type Release, signedSince, type Tongue } from '@clew/words';
import { useWidth } from '../draw/width.ts';
import type { Change, Finding, Incident, PathStep } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { suspectsOf } from '../parts/change-list.tsx';
import { sayKind } from '../words/strings.ts';
import { Rich, Sentence, Time, useSay } from '../words/speak.tsx';

const beforeMs = 120_000;
const rowPx = 26;
const releasesShown = 6;
const nodesShown = 12;

interface TimelineProps { readonly incident: Incident; readonly findings: readonly Finding[]; readonly changes: readonly Change[]; readonly path: readonly PathStep[]; readonly tongue: Tongue; readonly endMs: number }

/** Findings, changes and the incident's own life on one axis, the thread running through the onsets on its path. */
export function Timeline({ incident, findings, changes, path, tongue, endMs }: TimelineProps): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const all = filters.findings === 'all';
  const { isOpen, toggle } = useOpened();
  const place = new Map(path.map((step, at) => [nodeOf(step.entity), at] as const));
  const placeOf = (node: string): number => place.get(node) ?? path.length;
  // A step of the thread has its findings where it is, also those that its callers made of it.
  const stepOf = new Map(path.toReversed().flatMap((step) => step.findingIds.map((id) => [id, nodeOf(step.entity)] as const)));
  // A step is dated by what was felt there, not by a finding of its node that began before.
  const onsetOf = new Map(path.flatMap((step) => (step.onsetMs === null ? [] : [[nodeOf(step.entity), step.onsetMs] as const])));
  const nodes = foldByNode(findings, (finding) => stepOf.get(finding.id) ?? finding.node).map((folded) => ({ ...folded, onsetMs: onsetOf.get(folded.node) ?? folded.onsetMs })).sort((a, b) => placeOf(a.node) - placeOf(b.node) || a.onsetMs - b.onsetMs || (a.node < b.node ? -1 : 1));
  const shown = all ? nodes : nodes.slice(0, Math.max(nodesShown, place.size));
  const releases = joinReleases(changes).slice(0, releasesShown);
  const fromMs = Math.min(incident.onsetMs, ...shown.map(({ onsetMs }) => onsetMs), ...releases.map(({ changes: [first] }) => first.atMs).filter((atMs) => atMs > incident.onsetMs - 10 * beforeMs)) - beforeMs / 2;
  const toMs = Math.max(endMs, incident.openedMs, fromMs + beforeMs);
  const x = (atMs: number): number => Math.max(0, Math.min(100, (100 * (atMs - fromMs)) / (toMs - fromMs)));
  const suspects = suspectsOf([incident]);
  return (
    <div className="timeline">
      <Axis fromMs={fromMs} toMs={toMs} />
      {releases.filter((release) => release.changes[0].atMs >= fromMs).reverse().map((release) => <ReleaseRows key={release.changes[0].id} release={release} suspects={suspects} x={x} tongue={tongue} opened={all || isOpen(release.changes[0].id)} toggle={all ? null : toggle} />)}
      <FindingRows nodes={shown} place={place} tongue={tongue} x={x} toMs={toMs} isOpen={(node) => all || isOpen(node)} toggle={all ? null : toggle} />
      <Row label={<b>{say('nav.incidents')}</b>}>{lifeOf(incident).map((event, at) => <span key={at} className={`tl-event ${event.kind}`} style={{ left: `${x(event.atMs)}%` }} title={`${formatTime(event.atMs, tongue.nowMs)} ${plain(eventSentence(event, tongue))}`} />)}</Row>
      <Scrub fromMs={fromMs} toMs={toMs} />
      {findings.length > shown.length || all ? <p className="tl-more"><button type="button" className="plain" data-row="" onClick={() => setFilters({ findings: all ? '' : 'all' })}>{all ? say('incident.mainFindings') : say('incident.allFindings', { n: findings.length })}</button></p> : null}
      <Life incident={incident} tongue={tongue} />
    </div>
  );
}

/** Rows that were opened, by id. Not in the address: it is a glance, `findings=all` is what one shares. */
function useOpened(): { readonly isOpen: (id: string) => boolean; readonly toggle: (id: string) => void } {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  return { isOpen: (id) => opened.has(id), toggle: (id) => setOpened((was) => (was.has(id) ? new Set([...was].filter((each) => each !== id)) : new Set([...was, id]))) };
}

/** How many are folded into a row, and the way to see them. */
function More({ count, id, opened, toggle }: { readonly count: number; readonly id: string; readonly opened: boolean; readonly toggle: ((id: string) => void) | null }): ReactNode {
  const say = useSay();
  if (count <= 1 || toggle === null) return null;
  const mark = opened ? '−' : `+${count - 1}`;
  const words = say(opened ? 'incident.fold' : 'incident.unfold', { n: count });
  return <button type="button" className="tl-fold num" aria-expanded={opened} aria-label={`${mark} ${words}`} title={words} onClick={() => toggle(id)}>{mark}</button>;
}

type Fold = { readonly tongue: Tongue; readonly x: (atMs: number) => number; readonly toggle: ((id: string) => void) | null };

/** A release: what was changed, and every event of it on the axis. */
function ReleaseRows({ release: { told, changes, kind }, suspects, opened, toggle, x, tongue }: Fold & { readonly release: Release; readonly suspects: ReadonlySet<string>; readonly opened: boolean }): ReactNode {
  const say = useSay();
  const mark = (change: Change): ReactNode => <span key={change.id} className={`tl-change${suspects.has(change.id) ? ' suspected' : ''}`} style={{ left: `${x(change.atMs)}%` }} title={`${formatTime(change.atMs, tongue.nowMs)} ${change.what}`} />;
  const suspect = changes.some(({ id }) => suspects.has(id)) ? <span className="suspect"> ← {say('now.suspect')}</span> : null;
  return (
    <>
      <Row label={<><b>{told.entity === null ? '' : entityName(told.entity, tongue.names)}</b> {told.what} <span className="faint">· {sayKind(tongue.language, 'change', kind)}</span>{suspect}</>} more={<More count={changes.length} id={changes[0].id} opened={opened} toggle={toggle} />}>{changes.map(mark)}</Row>
      {opened && changes.length > 1 ? changes.map((change) => <Row key={change.id} inner label={<>{change.what} <span className="faint">· {sayKind(tongue.language, 'change', change.kind)}</span></>}>{mark(change)}</Row>) : null}
    </>
  );
}

/** One row a node; the thread is drawn through the onsets of those on its path. */
function FindingRows({ nodes, place, isOpen, toggle, x, toMs, tongue }: Fold & { readonly nodes: readonly Folded[]; readonly place: ReadonlyMap<string, number>; readonly isOpen: (node: string) => boolean; readonly toMs: number }): ReactNode {
  const [box, width] = useWidth();
  const rows = nodes.flatMap(({ node, told, all, onsetMs }) => [{ finding: told, node, count: all.length, onsetMs, inner: false }, ...(isOpen(node) && all.length > 1 ? [...all].sort((a, b) => a.onsetMs - b.onsetMs || (a.id < b.id ? -1 : 1)).map((finding) => ({ finding, node, count: 1, onsetMs: finding.onsetMs, inner: true })) : [])]);
  const points = rows.flatMap(({ node, inner, onsetMs }, at) => (inner || !place.has(node) ? [] : [`${(x(onsetMs) / 100) * width},${at * rowPx + rowPx / 2}`]));
  return (
    <div className="tl-findings">
      {rows.map(({ finding, node, count, onsetMs, inner }) => {
        const threaded = place.has(node);
        return (
          <Row key={`${inner ? 'inner ' : ''}${finding.id}`} inner={inner} label={<>{inner && finding.entity === node ? null : <b>{entityName(inner ? finding.entity : node, tongue.names)} </b>}{inner || count === 1 ? <Link to={linkTo({ page: 'finding', id: finding.id })} className="name">{findingLine(finding, tongue)}</Link> : findingLine(finding, tongue)}</>} more={<More count={count} id={node} opened={isOpen(node)} toggle={toggle} />}>
            <span className={`tl-bar${threaded ? ' threaded' : ''}`} style={{ left: `${x(onsetMs)}%`, width: `max(3px, ${x(finding.active ? toMs : finding.lastMs) - x(onsetMs)}%)` }} />
            <span className={`tl-onset${threaded && !inner ? ' threaded' : ''}`} style={{ left: `${x(onsetMs)}%` }} title={formatTime(onsetMs, tongue.nowMs)} />
          </Row>
        );
      })}
      <div className="tl-thread" ref={box} aria-hidden="true">{width > 0 && points.length > 1 ? <svg width={width} height={rows.length * rowPx}><polyline points={points.join(' ')} /></svg> : null}</div>
    </div>
  );
}

/** What became of the incident, in words, and how long after the first symptom. */
function Life({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  return <ul className="tl-list">{lifeOf(incident).map((event, at) => <li key={at}><span className="change-time"><Time at={event.atMs} /> <span className="faint num">{signedSince(incident.onsetMs, event.atMs, tongue)}</span></span><span>{joining.has(event.kind) ? <>{sayKind(tongue.language, 'event', event.kind)} <Link to={linkTo({ page: 'incident', id: event.subject })}>{event.subject}</Link></> : <Sentence pieces={eventSentence(event, tongue)} />}</span></li>)}</ul>;
}

const joining: ReadonlySet<string> = new Set(['merged', 'absorbed', 'divided']);

function Row({ label, more = null, inner = false, children }: { readonly label: ReactNode; readonly more?: ReactNode; readonly inner?: boolean; readonly children: ReactNode }): ReactNode {
  return <div className={inner ? 'tl-row inner' : 'tl-row'}><span className="tl-label"><span className="tl-words">{label}</span>{more}</span><span className="tl-track">{children}</span></div>;
}

const ticks = 5;
function Axis({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): ReactNode {
  return <div className="tl-row tl-axis"><span className="tl-label" /><span className="tl-track">{Array.from({ length: ticks }, (_, at) => <span key={at} className="tl-tick" style={{ left: `${(100 * at) / (ticks - 1)}%` }}><Time at={fromMs + ((toMs - fromMs) * at) / (ticks - 1)} /></span>)}</span></div>;
}

/** Moves through the past: the map above is drawn as it was. */
function Scrub({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const at = Number(filters.at);
  const set = filters.at !== undefined && Number.isFinite(at);
  return (
    <div className="tl-row tl-scrub">
      <span className="tl-label"><span className="tl-words"><label htmlFor="scrub">{say('incident.scrub')}</label> {set ? <Rich name="incident.scrubAt" values={{ time: <Time at={at} /> }} /> : say('incident.scrubNow')} {set ? <button type="button" className="plain" onClick={() => setFilters({ at: '' })}>×<span className="hidden"> {say('incident.scrubNow')}</span></button> : null}</span></span>
      <span className="tl-track"><input id="scrub" type="range" min={0} max={1000} value={set ? Math.round((1000 * (at - fromMs)) / (toMs - fromMs)) : 1000} aria-valuetext={set ? formatTime(at, toMs) : formatShare(1, 'en')} onChange={(event) => setFilters({ at: Number(event.target.value) >= 1000 ? '' : String(Math.round(fromMs + ((toMs - fromMs) * Number(event.target.value)) / 1000)) })} /></span>
    </div>
  );
}
