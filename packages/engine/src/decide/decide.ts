import type { Cause, EngineSettings, EntityId, Explanation, Finding, Graph, Incident, IncidentVerdict, Pane } from '../model/index.ts';
import { beganMs, bestCause, incidentId, join, openCase, tell, toIncident } from './case.ts';
import type { Case } from './case.ts';
import { divide } from './divide.ts';
import type { Division } from './divide.ts';
import { isEnough, isLimitNear, weighty } from './gate.ts';
import type { Scene } from './gate.ts';
import { affectedOf, countEntries, entryNodes, headlineOf, keepEntries, weighImpact } from './impact.ts';
import type { EntryPane } from './impact.ts';
import { decideLimits as limits } from './limits.ts';
import { accountOf, isSameFault, mergeSame } from './merge.ts';
import { makeReach } from './reach.ts';
import type { Reach } from './reach.ts';
import { atOnce, belongs, cluster, onsetOf, split } from './relate.ts';
import type { ExplainAlone, Part } from './relate.ts';
import { isAsideFromVisitors, isOfVisitors } from './visitors.ts';

/** What happened in a pane, and whom to ask. */
export interface News {
  readonly pane: Pane;
  readonly graph: Graph;
  /** Findings that are new, changed or ended. */
  readonly findings: readonly Finding[];
  readonly explain: ExplainAlone;
  /** Can a fault that began then still be explained? */
  readonly remembers: (onsetMs: number) => boolean;
  readonly normalHigh: (series: string) => number | null;
  /** Is the node announced to be worked on now? */
  readonly isWorkedOn: (entity: EntityId) => boolean;
}

interface State {
  /** Oldest first. */
  readonly cases: Case[];
  /** Active findings that belong to no incident. */
  readonly loose: Map<string, Finding>;
  readonly entries: EntryPane[];
  shed: number;
  /** Findings that had no room in incidents which are given up themselves. */
  findingsShed: number;
}

export interface Decide {
  /** Incidents that are new or changed. */
  step(news: News): Incident[];
  /** Takes findings made in panes that are not over: `panes` as they stand, the last one ending now. Opens incidents and joins to them; nothing else moves on. */
  look(news: News, panes: readonly Pane[]): Incident[];
  /** A finding was judged by a person: one that is noise holds no incident open. */
  judged(finding: Finding): Incident[];
  /** A person said what the cause was, or takes it back. Nothing comes of a word about an incident that is not kept. */
  told(verdict: IncidentVerdict): Incident[];
  /** Open ones first, then newest resolved. */
  incidents(): Incident[];
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

export function openDecide(settings: EngineSettings, saved?: unknown): Decide {
  const state = (saved ?? { cases: [], loose: new Map(), entries: [], shed: 0, findingsShed: 0 }) as State;
  return {
    step(news) {
      const reach = makeReach(news.graph, news.pane.endMs, news.pane.startMs - limits.togetherPanes * settings.paneMs);
      keepEntries(state.entries, countEntries(news.pane, news.graph, news.normalHigh));
      update(state, news);
      place(state, news, reach, settings.paneMs);
      mergeSame(state.cases, news.pane.endMs, reach, settings.paneMs);
      divideYoung(state, news, reach, settings.paneMs);
      openNew(state, news, reach, settings.paneMs);
      for (const one of state.cases) if (one.state !== 'resolved') settle(one, state, news, reach, settings.paneMs);
      shed(state, settings.limits.incidentsKept);
      return takeChanged(state);
    },
    look(news, panes) {
      const reach = makeReach(news.graph, news.pane.endMs, news.pane.startMs - limits.togetherPanes * settings.paneMs);
      const known = new Set(state.cases);
      update(state, news);
      place(state, news, reach, settings.paneMs);
      openNew(state, news, reach, settings.paneMs);
      const sofar = { ...state, entries: [...state.entries, ...panes.map((pane) => countEntries(pane, news.graph, news.normalHigh))] };
      for (const one of state.cases) if (!known.has(one)) settle(one, sofar, news, reach, settings.paneMs);
      return takeChanged(state);
    },
    judged(finding) {
      const owner = state.cases.findLast((one) => one.findings.has(finding.id));
      if (owner === undefined) {
        if (state.loose.has(finding.id)) state.loose.set(finding.id, finding);
        return [];
      }
      owner.findings.set(finding.id, finding);
      owner.changed = true;
      return takeChanged(state);
    },
    told({ incident, cause, atMs, by }) {
      const one = state.cases.find((each) => each.id === incident);
      if (one === undefined) return [];
      one.verdict = cause === null ? null : { cause, atMs, by };
      one.changed = true;
      return takeChanged(state);
    },
    incidents() {
      const open = state.cases.filter((one) => one.state !== 'resolved');
      const done = state.cases.filter((one) => one.state === 'resolved');
      return [...open.toReversed(), ...done.toReversed()].map(toIncident);
    },
    counters: () => ({ incidents_open: state.cases.filter((one) => one.state !== 'resolved').length, incidents_shed: state.shed, incident_findings_shed: state.cases.reduce((sum, one) => sum + one.findingsShed, state.findingsShed), findings_loose: state.loose.size }),
    save: () => state,
  };
}

function takeChanged(state: State): Incident[] {
  const changed = state.cases.filter((one) => one.changed);
  for (const one of changed) one.changed = false;
  return changed.map(toIncident);
}

/** New states of findings that are known. */
function update(state: State, { findings, pane }: News): void {
  for (const finding of findings) {
    const owner = state.cases.findLast((one) => one.findings.has(finding.id));
    if (owner === undefined) {
      if (finding.active) state.loose.set(finding.id, finding);
      else state.loose.delete(finding.id);
      continue;
    }
    const before = owner.findings.get(finding.id);
    owner.findings.set(finding.id, finding);
    if (before?.active === true && !finding.active) tell(owner, pane.endMs, 'finding_cleared', finding.id);
  }
}

/** Loose findings join the incidents that they belong to, while these are not resolved: to open one again somebody is called, and that has to pass the gate. */
function place(state: State, news: News, reach: Reach, paneMs: number): void {
  const near = state.cases.filter((one) => one.state !== 'resolved');
  for (const finding of state.loose.values()) {
    if (finding.symptom && (finding.verdict === 'noise' || isExpected(finding, news))) continue;
    const owner = ownerOf(finding, near, (one) => (finding.symptom ? belongs(finding, one, reach, paneMs, news.explain) : isAside(finding, one, paneMs)));
    if (owner !== undefined) take(owner, finding, state, news.pane.endMs);
  }
}

/** Of several incidents the one that began nearest to it; of those the newest. */
function ownerOf({ onsetMs }: Finding, near: readonly Case[], isOf: (one: Case) => boolean): Case | undefined {
  const apartMs = (one: Case): number => Math.abs(onsetMs - beganMs(one));
  return near.toReversed().sort((a, b) => apartMs(a) - apartMs(b)).find(isOf);
}

function take(owner: Case, finding: Finding, state: State, atMs: number): void {
  const evolves = finding.symptom && atMs > owner.openedMs;
  if (evolves && (owner.state === 'recovering' || owner.state === 'resolved')) {
    owner.resolvedMs = null;
    tell(owner, atMs, 'relapsed', finding.id);
  }
  if (evolves) owner.state = 'evolving';
  join(owner, finding, atMs);
  owner.calmPanes = 0;
  state.loose.delete(finding.id);
}

/** The open incident that names the same cause: what is far from its symptoms, and would become another one about the same fault. */
function running(part: Part, state: State, reach: Reach, paneMs: number): Case | undefined {
  const account = { beganMs: onsetOf(part.findings), explanation: part.explanation, affected: part.findings.map(({ node }) => node) };
  return state.cases.find((one) => one.state !== 'resolved' && isSameFault(accountOf(one), account, reach, paneMs));
}

/** The incident, resolved a moment ago, whose trouble this is again. */
function resumed(part: Part, state: State, news: News, reach: Reach, paneMs: number): Case | undefined {
  const atMs = news.pane.endMs;
  return state.cases.findLast((one) => one.state === 'resolved' && !one.mergedInto && atMs - (one.resolvedMs ?? atMs) <= limits.relapsePanes * paneMs
    && part.findings.some((finding) => finding.symptom && isRelapse(finding, one) && belongs(finding, one, reach, paneMs, news.explain)));
}

/** The same trouble again: where it was felt, or at its cause. */
function isRelapse(finding: Finding, one: Case): boolean {
  return one.affected.includes(finding.node) || one.explanation.causes[0]?.entity === finding.node;
}

const fromPeople = 'edge:user→';

/** Findings that nobody feels join when they are about a node of the story and began with it. */
function isAside(finding: Finding, one: Case, paneMs: number): boolean {
  if (one.state === 'resolved' || one.state === 'recovering') return false;
  if (finding.direction !== 'trend' && finding.onsetMs < one.onsetMs - limits.relapsePanes * paneMs) return false;
  // People's calls are about the service that they call.
  const where = finding.entity.startsWith('host:') ? finding.entity : finding.entity.startsWith(fromPeople) ? finding.entity.slice(fromPeople.length) : finding.node;
  if (one.affected.includes(where)) return true;
  return one.explanation.causes.some((cause) => cause.confidence >= limits.bindingConfidence
    && (cause.entity === where || cause.path.some((step) => step.entity === where) || cause.evidence.some((each) => each.kind === 'co_location' && each.host === where)));
}

/** Work was announced on what it is about. */
function isExpected(finding: Finding, news: News): boolean {
  return news.isWorkedOn(finding.node) || (finding.entity !== finding.node && news.isWorkedOn(finding.entity));
}

/** What is left may be the beginning of something. */
function openNew(state: State, news: News, reach: Reach, paneMs: number): void {
  const loose = [...state.loose.values()].filter((finding) => (finding.symptom || isLimitNear(finding)) && finding.verdict !== 'noise' && !isExpected(finding, news));
  if (loose.length === 0) return;
  const scene = sceneOf(state, news, reach, paneMs);
  for (const group of cluster(loose, reach, paneMs)) {
    const grave = weighty(group, scene);
    if (grave.length === 0 || !isEnough(grave, scene)) continue;
    const besideMs = besideOf(group, state, reach, paneMs);
    for (const part of split(group, reach, paneMs, (findings) => news.explain(findings, besideMs))) {
      if (!part.findings.some((finding) => grave.includes(finding))) continue;
      const cause = bestCause(part.explanation);
      if (cause !== null && news.isWorkedOn(cause.entity)) continue;
      const known = resumed(part, state, news, reach, paneMs) ?? running(part, state, reach, paneMs);
      if (known === undefined) start(state, part.findings, part.explanation, news.pane.endMs, reach, besideMs);
      else for (const finding of part.findings) take(known, finding, state, news.pane.endMs);
    }
  }
}

/** People who stay away from a front door are not explained by what began behind it before. */
function besideOf(group: readonly Finding[], { cases }: State, reach: Reach, paneMs: number): number | null {
  if (!group.every((finding) => isOfVisitors(finding, reach))) return null;
  const before = cases.findLast((one) => one.state !== 'resolved' && group.every((finding) => isAsideFromVisitors(finding, one, reach, paneMs)));
  return before === undefined ? null : beganMs(before) + paneMs;
}

function sceneOf(state: State, news: News, reach: Reach, paneMs: number): Scene {
  return {
    pane: news.pane, paneMs, reach, activeByNode: activeByNode(state), isKnown: (series) => news.normalHigh(series) !== null,
    callers: (node) => [...new Set([...news.graph.callers(node, news.pane.endMs), ...news.graph.callers(node, news.pane.startMs - limits.relapsePanes * paneMs)])],
    entries: new Set(entryNodes(news.graph, news.pane.endMs)),
  };
}

function start(state: State, findings: readonly Finding[], explanation: Explanation, atMs: number, reach: Reach, besideMs: number | null = null): string {
  const ordered = [...findings].sort((a, b) => a.onsetMs - b.onsetMs || reach.depth(a.node) - reach.depth(b.node) || (a.id < b.id ? -1 : 1));
  const id = incidentId(ordered[0].onsetMs, ordered[0].node, (taken) => state.cases.some((one) => one.id === taken));
  state.cases.push({ ...openCase(id, atMs, explanation, ordered), besideMs });
  for (const finding of ordered) state.loose.delete(finding.id);
  return id;
}

/** Two faults in one incident that is young enough to be told otherwise. */
function divideYoung(state: State, news: News, reach: Reach, paneMs: number): void {
  const atMs = news.pane.endMs;
  const young = state.cases.filter((one) => one.state !== 'resolved' && !one.recovered && (atMs - one.openedMs) / paneMs <= limits.youngPanes && news.remembers(one.onsetMs));
  for (const one of young) {
    const division = sayAgain(one, divide(one, reach, paneMs, news.explain));
    if (division === null) continue;
    const scene = sceneOf(state, news, reach, paneMs);
    const grave = weighty(division.leaving, scene);
    if (grave.length === 0 || !isEnough(grave, scene)) continue;
    for (const finding of division.leaving) one.findings.delete(finding.id);
    one.onsetMs = onsetOf([...one.findings.values()].filter((finding) => finding.symptom));
    if (division.staying !== null) answer(one, division.staying, atMs);
    const known = division.besideMs === null ? undefined : blaming(bestCause(division.theirs), one, state);
    if (known !== undefined) for (const finding of division.leaving) take(known, finding, state, atMs);
    else tell(one, atMs, 'divided', start(state, division.leaving, division.theirs, atMs, reach, division.besideMs));
  }
}

/** Another open incident that says the same cause. */
function blaming(cause: Cause | null, one: Case, { cases }: State): Case | undefined {
  return cases.find((other) => other !== one && other.state !== 'resolved' && cause !== null && bestCause(other.explanation)?.entity === cause.entity);
}

/** What is said to have come on top is believed when it is said again; where it is not very sure, when it goes on being said. Until then null. */
function sayAgain(one: Case, division: Division | null): Division | null {
  const cause = division === null || division.besideMs === null ? null : bestCause(division.theirs);
  const panes = cause !== null && one.suspect?.cause === cause.entity ? one.suspect.panes + 1 : 1;
  one.suspect = cause === null ? null : { cause: cause.entity, panes };
  return cause === null || panes >= (cause.confidence >= limits.divideConfidence ? limits.surePanes : limits.doubtPanes) ? division : null;
}

function activeByNode(state: State): Map<EntityId, Finding[]> {
  const byNode = new Map<EntityId, Finding[]>();
  const add = (finding: Finding): void => {
    if (finding.active) byNode.set(finding.node, [...(byNode.get(finding.node) ?? []), finding]);
  };
  for (const finding of state.loose.values()) add(finding);
  for (const one of state.cases) if (one.state !== 'resolved') for (const finding of one.findings.values()) add(finding);
  return byNode;
}

/** Explanation, impact and stage of an open incident at the end of a pane. */
function settle(one: Case, state: State, news: News, reach: Reach, paneMs: number): void {
  const atMs = news.pane.endMs;
  const findings = [...one.findings.values()];
  const agePanes = (atMs - one.openedMs) / paneMs;
  const active = findings.filter((finding) => finding.active && finding.verdict !== 'noise' && (finding.symptom || isLimitNear(finding)));
  const alive = agePanes > limits.tailPanes && active.every(isTail) ? [] : active;
  // What comes after a recovery is aftermath or the same again: it may find an answer, it may not change one.
  const answered = one.recovered && agePanes > limits.togetherPanes && bestCause(one.explanation) !== null;
  const young = !answered && (agePanes <= limits.youngPanes || (one.stale && agePanes <= limits.frozenPanes));
  if (alive.length > 0 && young && news.remembers(one.onsetMs)) explainAgain(one, state, news, paneMs);
  one.stale = false;
  const felt = findings.filter((finding) => finding.symptom);
  one.affected = affectedOf(findings);
  one.headline = headlineOf(felt.length > 0 ? felt : findings, reach);
  if (alive.length > 0) {
    one.calmPanes = 0;
    if (one.state === 'recovering') {
      one.state = 'evolving';
      tell(one, atMs, 'relapsed', alive[0].id);
    }
    const lastMs = Math.max(...alive.map((finding) => finding.lastMs));
    if (weighImpact(one, state.entries, lastMs)) tell(one, atMs, 'severity_changed', one.severity);
    one.changed = true;
    one.updatedMs = atMs;
    return;
  }
  // A pane in which nobody reports anything does not show that all is well again.
  if (news.pane.observations.length === 0) return;
  one.calmPanes++;
  if (one.state !== 'recovering') {
    one.state = 'recovering';
    one.recovered = true;
    tell(one, atMs, 'recovering', '');
  } else if (one.calmPanes >= limits.resolvePanes) {
    one.state = 'resolved';
    one.resolvedMs = atMs;
    tell(one, atMs, 'resolved', '');
  }
}

/** The slowest requests of one operation: enough to tell of a trouble, too little to keep it open when all else is over. */
function isTail({ entity, feature }: Finding): boolean {
  return entity.startsWith('operation:') && feature === 'latency_p95';
}

/**
 * A later *unknown* does not take back an answer; a later answer replaces an earlier one, but not one that was sure when the incident was
 * no longer young: what points elsewhere then began later, and is not what this incident was opened for. Nor is a sure answer given up
 * for the cause of another incident that began at another time.
 */
function explainAgain(one: Case, state: State, news: News, paneMs: number): void {
  const besideMs = one.besideMs ?? null;
  const asked = [...one.findings.values()].filter(({ onsetMs }) => besideMs === null || onsetMs >= beganMs(one) - limits.atOncePanes * paneMs);
  const next = news.explain(asked, besideMs);
  const [before, after] = [bestCause(one.explanation), bestCause(next)];
  if (after === null && before !== null) return;
  const isSame = before === null || after?.entity === before.entity;
  const isSettled = before !== null && before.confidence >= limits.settledConfidence && news.pane.endMs - one.openedMs > limits.settledPanes * paneMs;
  const isAnothers = before !== null && before.confidence >= limits.divideConfidence
    && !atOnce(beganMs(one), beganMs(blaming(after, one, state) ?? one), paneMs);
  if (before !== null && after !== null && one.suspect?.cause === after.entity) return;
  if (isSame || (!isSettled && !isAnothers)) answer(one, next, news.pane.endMs);
}

function answer(one: Case, next: Explanation, atMs: number): void {
  const [before, after] = [bestCause(one.explanation), bestCause(next)];
  one.explanation = next;
  if (after?.entity !== before?.entity || after?.kind !== before?.kind) tell(one, atMs, 'cause_changed', after?.entity ?? '');
}

function shed(state: State, kept: number): void {
  while (state.cases.length > kept) {
    const index = state.cases.findIndex((one) => one.state === 'resolved');
    for (const given of state.cases.splice(Math.max(0, index), 1)) state.findingsShed += given.findingsShed;
    state.shed++;
  }
}
