import { openDecide } from './decide/decide.ts';
import { openDetect } from './detect/detect.ts';
import { openExplain } from './explain/explain.ts';
import type { Observer } from './explain/explain.ts';
import { isUnder, keepNotice, markMaintenance } from './maintenance.ts';
import type { Change, DetectionView, EngineSettings, Finding, Graph, Incident, Maintenance, Moments, Notice, Pane, SeriesBand, Stretch, TrainedModel } from './model/index.ts';

/** What came of one pane. */
export interface Conclusion {
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
}

/** Panes in, findings and incidents out: the second half of the engine, behind intake and features. */
export interface Reason {
  step(pane: Pane, graph: Graph): Conclusion;
  /**
   * Looks at panes that are not over, so that what is unmistakable need not wait for their end. `peek` is what they hold so
   * far; `glance` gives them whole and is asked only when something is found. Without them (there is too much in them) a
   * finding comes without traces, and its incident when the pane closes.
   */
  look(peek: Peek, glance: () => readonly Pane[], graph: Graph, nowMs: number): Conclusion;
  /** Takes what a person told; what changes by it comes out. */
  tell(notice: Notice, atMs: number): Conclusion;
  /** A series with its expected band; null when it is not known. */
  series(key: string): SeriesBand | null;
  findings(): readonly Finding[];
  changes(): readonly Change[];
  /** Open first, then newest resolved. */
  incidents(): readonly Incident[];
  detection(): DetectionView;
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

interface Peek { readonly stretches: readonly Stretch[]; readonly moments: readonly Moments[] }

interface State {
  /** Newest state of findings, active or lately so, oldest first. */
  readonly findings: Map<string, Finding>;
  readonly changes: Change[];
  /** Announced work that is not over, or has lately been. */
  readonly maintenance: Maintenance[];
  findingsShed: number;
  darkPanes: number;
}

interface Saved { readonly state: State; readonly detect: unknown; readonly explain: unknown; readonly decide: unknown }

export function openReason(settings: EngineSettings, saved?: unknown, model?: TrainedModel, observer?: Observer, graphNet?: TrainedModel): Reason {
  const from = saved as Saved | undefined;
  const state: State = from?.state ?? { findings: new Map(), changes: [], maintenance: [], findingsShed: 0, darkPanes: 0 };
  const detect = openDetect(settings, from?.detect, model);
  const explain = openExplain(settings, from?.explain, observer, graphNet);
  const decide = openDecide(settings, from?.decide);
  return {
    step(pane, graph) {
      if (isDark(pane)) {
        state.darkPanes++;
        return { findings: [], incidents: [] };
      }
      explain.keep(pane);
      keepChanges(state, pane.changes, settings.limits.changesKept);
      const findings = marked(state, detect.step(pane, graph), pane.endMs, graph);
      keepFindings(state, findings, settings.limits.findingsKept);
      const around = [...state.findings.values()];
      const incidents = decide.step({
        pane, graph, findings, remembers: explain.remembers, normalHigh: (series) => detect.normal(series)?.high ?? null,
        isWorkedOn: (entity) => isUnder(state.maintenance, entity, pane.endMs, graph),
        explain: (asked, besideMs) => explain.explain({ besideMs, atMs: pane.endMs, findings: asked, around, changes: state.changes, graph }),
      });
      return { findings, incidents };
    },
    look(peek, glance, graph, nowMs) {
      if (!detect.wouldFind(peek, graph, nowMs)) return { findings: [], incidents: [] };
      const panes = glance();
      const findings = marked(state, detect.look(peek, panes, graph, nowMs), nowMs, graph);
      keepFindings(state, findings, settings.limits.findingsKept);
      const last = panes.at(-1);
      if (last === undefined) return { findings, incidents: [] };
      for (const pane of panes) explain.keep(pane);
      const around = [...state.findings.values()];
      const incidents = decide.look({
        pane: { ...last, endMs: nowMs }, graph, findings, remembers: explain.remembers, normalHigh: (series) => detect.normal(series)?.high ?? null,
        isWorkedOn: (entity) => isUnder(state.maintenance, entity, nowMs, graph),
        explain: (asked, besideMs) => explain.explain({ besideMs, atMs: nowMs, findings: asked, around, changes: state.changes, graph }),
      }, panes);
      return { findings, incidents };
    },
    tell(notice, atMs) {
      if (notice.kind === 'incident_verdict') return { findings: [], incidents: decide.told(notice) };
      if (notice.kind !== 'finding_verdict') {
        keepNotice(state.maintenance, notice, atMs);
        return { findings: [], incidents: [] };
      }
      detect.tell(notice);
      const known = state.findings.get(notice.finding);
      if (known === undefined) return { findings: [], incidents: [] };
      const finding: Finding = { ...known, verdict: notice.verdict };
      state.findings.set(finding.id, finding);
      return { findings: [finding], incidents: decide.judged(finding) };
    },
    series: (key) => detect.band(key),
    findings: () => [...state.findings.values()],
    changes: () => state.changes,
    incidents: () => decide.incidents(),
    detection: () => ({ ...detect.view(), maintenance: state.maintenance }),
    counters: () => ({ ...detect.counters(), ...explain.counters(), ...decide.counters(), findings_shed: state.findingsShed, panes_dark: state.darkPanes }),
    save: (): Saved => ({ state, detect: detect.save(), explain: explain.save(), decide: decide.save() }),
  };
}

/** The findings with the announced work that covers them; and those besides whose work has just begun or ended. */
function marked(state: State, findings: readonly Finding[], atMs: number, graph: Graph): Finding[] {
  if (state.maintenance.length === 0) return [...findings];
  const told = new Set(findings.map(({ id }) => id));
  const others: Finding[] = [];
  for (const known of state.findings.values()) {
    if (told.has(known.id)) continue;
    const now = markMaintenance(state.maintenance, known, atMs, graph);
    if (now !== known) others.push(now);
  }
  return [...findings.map((finding) => markMaintenance(state.maintenance, { ...finding, maintenance: state.findings.get(finding.id)?.maintenance ?? null }, atMs, graph)), ...others];
}

/** Nobody reports anything: that says nothing about anybody, neither that all is well nor that all is lost. */
function isDark(pane: Pane): boolean {
  return pane.observations.every((observation) => observation.weight === 0 && observation.value === 0) && pane.templates.length === 0;
}

/** Ended ones go first. */
function keepFindings(state: State, findings: readonly Finding[], kept: number): void {
  for (const finding of findings) state.findings.set(finding.id, finding);
  for (const [id, finding] of state.findings) {
    if (state.findings.size <= kept) return;
    if (finding.active) continue;
    state.findings.delete(id);
    state.findingsShed++;
  }
  for (const id of state.findings.keys()) {
    if (state.findings.size <= kept) return;
    state.findings.delete(id);
    state.findingsShed++;
  }
}

function keepChanges(state: State, changes: readonly Change[], kept: number): void {
  state.changes.push(...changes);
  state.changes.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  if (state.changes.length > kept) state.changes.splice(0, state.changes.length - kept);
}
