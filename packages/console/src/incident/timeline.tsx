import type { ReactNode } from 'react';
import { useWidth } from '../draw/width.ts';
import type { Change, Finding, Incident, PathStep } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { entityName } from '../words/entity.ts';
import { formatShare, formatTime } from '../words/format.ts';
import { findingLine, sayKind, type Tongue } from '../words/sentence.ts';
import { Rich, Time, useSay } from '../words/speak.tsx';

const beforeMs = 120_000;
const rowPx = 26;
const changesShown = 6;
const findingsShown = 14;

interface TimelineProps { readonly incident: Incident; readonly findings: readonly Finding[]; readonly changes: readonly Change[]; readonly path: readonly PathStep[]; readonly tongue: Tongue; readonly endMs: number }

/** Findings, changes and the incident's own life on one axis, the thread running through the onsets on its path. */
export function Timeline({ incident, findings, changes, path, tongue, endMs }: TimelineProps): ReactNode {
  const say = useSay();
  const [box, width] = useWidth();
  const order = new Map(path.flatMap((step, at) => step.findingIds.map((id) => [id, at] as const)));
  const { filters } = useRoute();
  const all = filters.findings === 'all';
  const rows = (all ? [...findings] : mainFindings(findings, order)).sort((a, b) => (order.get(a.id) ?? path.length) - (order.get(b.id) ?? path.length) || a.onsetMs - b.onsetMs || (a.id < b.id ? -1 : 1));
  const shown = [...changes].sort((a, b) => a.atMs - b.atMs).slice(-changesShown);
  const fromMs = Math.min(incident.onsetMs, ...rows.map((finding) => finding.onsetMs), ...shown.filter((change) => change.atMs > incident.onsetMs - 10 * beforeMs).map((change) => change.atMs)) - beforeMs / 2;
  const toMs = Math.max(endMs, incident.openedMs, fromMs + beforeMs);
  const x = (atMs: number): number => Math.max(0, Math.min(100, (100 * (atMs - fromMs)) / (toMs - fromMs)));
  const inRange = shown.filter((change) => change.atMs >= fromMs);
  const listed = joined(incident.timeline);
  // One knot for each step of the thread: where it began.
  const knots = new Set(path.flatMap((step) => rows.filter((finding) => step.findingIds.includes(finding.id)).reduce<Finding[]>((first, finding) => (first.length === 0 || finding.onsetMs < first[0].onsetMs ? [finding] : first), [])).map((finding) => finding.id));
  const threaded = rows.map((finding, at) => ({ finding, at })).filter(({ finding }) => knots.has(finding.id));
  const points = threaded.map(({ finding, at }) => `${(x(finding.onsetMs) / 100) * width},${at * rowPx + rowPx / 2}`).join(' ');
  return (
    <div className="timeline">
      <Axis fromMs={fromMs} toMs={toMs} />
      {inRange.map((change) => <Row key={change.id} label={<><b>{change.entity === null ? '' : entityName(change.entity, tongue.names)}</b> {change.what}</>} side={sayKind(tongue.language, 'change', change.kind)}><span className="tl-change" style={{ left: `${x(change.atMs)}%` }} title={formatTime(change.atMs, tongue.nowMs)} /></Row>)}
      <div className="tl-findings">
        {rows.map((finding) => (
          <Row key={finding.id} label={<><b>{entityName(finding.entity, tongue.names)}</b> {findingLine(finding, tongue)}</>}>
            <span className={`tl-bar${order.has(finding.id) ? ' threaded' : ''}`} style={{ left: `${x(finding.onsetMs)}%`, width: `max(3px, ${x(finding.active ? toMs : finding.lastMs) - x(finding.onsetMs)}%)` }} />
            <span className={`tl-onset${knots.has(finding.id) ? ' threaded' : ''}`} style={{ left: `${x(finding.onsetMs)}%` }} title={formatTime(finding.onsetMs, tongue.nowMs)} />
          </Row>
        ))}
        <div className="tl-thread" ref={box} aria-hidden="true">{width > 0 && threaded.length > 1 ? <svg width={width} height={rows.length * rowPx}><polyline points={points} /></svg> : null}</div>
      </div>
      <Row label={<b>{say('nav.incidents')}</b>}>{incident.timeline.map((event, at) => <span key={at} className={`tl-event ${event.kind}`} style={{ left: `${x(event.atMs)}%` }} title={`${formatTime(event.atMs, tongue.nowMs)} ${sayKind(tongue.language, 'event', event.kind)}`} />)}</Row>
      <Scrub fromMs={fromMs} toMs={toMs} />
      {findings.length > rows.length || all ? <p className="tl-more"><button type="button" className="plain" data-row="" onClick={() => setFilters({ findings: all ? '' : 'all' })}>{all ? say('incident.mainFindings') : say('incident.allFindings', { n: findings.length })}</button></p> : null}
      <ul className="tl-list">{listed.map(({ event, count }, at) => <li key={at}><span className="change-time"><Time at={event.atMs} /></span><span>{count > 1 && event.kind === 'finding_joined' ? say('event.findings_joined', { n: count }) : count > 1 ? say('event.findings_cleared', { n: count }) : <>{sayKind(tongue.language, 'event', event.kind)} <span className="soft">{subjectOf(event.kind, event.subject, findings, tongue)}</span></>}</span></li>)}</ul>
    </div>
  );
}

/** The findings that tell the story: of nodes rather than of their operations and instances, those on the thread first. */
function mainFindings(findings: readonly Finding[], order: ReadonlyMap<string, number>): Finding[] {
  const weight = (finding: Finding): number => (order.has(finding.id) ? 4 : 0) + (finding.entity === finding.node ? 2 : 0) + (finding.symptom ? 1 : 0);
  return [...findings].sort((a, b) => weight(b) - weight(a) || b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, findingsShown);
}

/** Findings that joined or cleared at the same moment are one line. */
function joined(events: Incident['timeline']): { readonly event: Incident['timeline'][number]; readonly count: number }[] {
  const lines: { event: Incident['timeline'][number]; count: number }[] = [];
  for (const event of events) {
    const last = lines[lines.length - 1];
    const together = (event.kind === 'finding_joined' || event.kind === 'finding_cleared') && last?.event.kind === event.kind && last.event.atMs === event.atMs;
    if (together) last.count++;
    else lines.push({ event, count: 1 });
  }
  return lines;
}

function subjectOf(kind: Incident['timeline'][number]['kind'], subject: string, findings: readonly Finding[], tongue: Tongue): string {
  if (subject === '') return '';
  if (kind === 'severity_changed') return sayKind(tongue.language, 'severity', subject);
  if (kind === 'cause_changed') return entityName(subject, tongue.names);
  const finding = findings.find((each) => each.id === subject);
  return finding === undefined ? '' : `${entityName(finding.entity, tongue.names)} ${findingLine(finding, tongue)}`;
}

function Row({ label, side, children }: { readonly label: ReactNode; readonly side?: string; readonly children: ReactNode }): ReactNode {
  return <div className="tl-row"><span className="tl-label">{label}{side === undefined ? null : <span className="faint"> {side}</span>}</span><span className="tl-track">{children}</span></div>;
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
      <span className="tl-label"><label htmlFor="scrub">{say('incident.scrub')}</label> {set ? <Rich name="incident.scrubAt" values={{ time: <Time at={at} /> }} /> : say('incident.scrubNow')} {set ? <button type="button" className="plain" onClick={() => setFilters({ at: '' })}>×<span className="hidden"> {say('incident.scrubNow')}</span></button> : null}</span>
      <span className="tl-track"><input id="scrub" type="range" min={0} max={1000} value={set ? Math.round((1000 * (at - fromMs)) / (toMs - fromMs)) : 1000} aria-valuetext={set ? formatTime(at, toMs) : formatShare(1, 'en')} onChange={(event) => setFilters({ at: Number(event.target.value) >= 1000 ? '' : String(Math.round(fromMs + ((toMs - fromMs) * Number(event.target.value)) / 1000)) })} /></span>
    </div>
  );
}
