import type { EntityId, Finding, Pane, TemplateCount, TraceRef } from '../model/index.ts';
import { basisVersion } from './catalogue.ts';
import { detectLimits as limits } from './limits.ts';
import { findingId } from './track.ts';

/** Characters of a template that a finding carries. */
const textMax = 300;

/** A line that a service has begun to write, or writes far more often than it used to. */
interface Line {
  /** Running mean of records a pane, over panes in which the service logged. */
  mean: number;
  panes: number;
  lastMs: number;
  silentPanes: number;
  finding: Finding | null;
}

export interface Lines {
  readonly lines: Map<string, Line>;
  /** Panes in which a service has logged anything. */
  readonly services: Map<EntityId, number>;
  refused: number;
}

export function makeLines(): Lines {
  return { lines: new Map(), services: new Map(), refused: 0 };
}

export function trackTemplates(state: Lines, pane: Pane): Finding[] {
  const changed: Finding[] = [];
  const logged = new Set<EntityId>();
  const seen = new Set<string>();
  for (const each of pane.templates) {
    logged.add(each.service);
    if (each.severity < limits.templateSeverity) continue;
    const key = `${each.service} log_template ${each.template}`;
    seen.add(key);
    const line = state.lines.get(key) ?? makeLine(state, key);
    if (line === null) continue;
    const finding = step(line, each, key, pane, state.services.get(each.service) ?? 0);
    if (finding !== null) changed.push(finding);
  }
  for (const service of logged) state.services.set(service, (state.services.get(service) ?? 0) + 1);
  for (const [key, line] of state.lines) if (!seen.has(key)) rest(state, key, line, pane, changed);
  return changed;
}

function makeLine(state: Lines, key: string): Line | null {
  if (state.lines.size >= limits.templates) {
    state.refused++;
    return null;
  }
  const line: Line = { mean: 0, panes: 0, lastMs: 0, silentPanes: 0, finding: null };
  state.lines.set(key, line);
  return line;
}

function step(line: Line, count: TemplateCount, key: string, pane: Pane, servicePanes: number): Finding | null {
  const isNew = line.panes === 0 && servicePanes >= limits.templateWarmPanes && count.firstSeenMs >= pane.startMs;
  const usual = line.mean;
  const burst = line.panes > 0 && servicePanes >= limits.templateWarmPanes
    && count.count >= limits.templateBurst && count.count > limits.templateRatio * usual;
  line.panes++;
  line.silentPanes = 0;
  line.lastMs = pane.endMs;
  if (line.finding !== null) {
    const known = line.finding;
    const worst = count.count > known.observed;
    line.finding = { ...known, observed: Math.max(known.observed, count.count), lastMs: pane.endMs, exemplars: worst ? refs(count.exemplars, known.exemplars) : known.exemplars };
    return line.finding;
  }
  if (!isNew && !burst) {
    line.mean += (count.count - line.mean) / Math.min(line.panes, limits.levelPanes);
    return null;
  }
  const direction = isNew ? 'new' : 'up';
  const expected = isNew ? { low: 0, mid: 0, high: 0 } : { low: 0, mid: usual, high: Math.max(limits.templateBurst, limits.templateRatio * usual) };
  line.finding = {
    id: findingId(pane.endMs, key, direction), series: key, p: null, votes: [{ detector: 'template', p: null, agrees: true }], contributors: [], version: basisVersion, verdict: null, text: count.text.slice(0, textMax), maintenance: null, calendar: null, entity: count.service, node: count.service, feature: 'log_template', subject: count.template, direction,
    unit: '{record}', observed: count.count, expected, score: Math.min(99, Math.sqrt(count.count) * 2), onsetMs: pane.startMs, detectedMs: pane.endMs,
    lastMs: pane.endMs, active: true, detectors: ['template'], exemplars: count.exemplars, symptom: false,
  };
  return line.finding;
}

function refs(newest: readonly TraceRef[], known: readonly TraceRef[]): readonly TraceRef[] {
  return newest.length > 0 ? newest : known;
}

/** A line that was not written in this pane. */
function rest(state: Lines, key: string, line: Line, pane: Pane, changed: Finding[]): void {
  line.silentPanes++;
  if (line.finding === null) {
    line.mean += (0 - line.mean) / limits.levelPanes;
    if (pane.endMs - line.lastMs > limits.forgetMs) state.lines.delete(key);
    return;
  }
  if (line.silentPanes < limits.templateClearPanes) return;
  changed.push({ ...line.finding, active: false });
  line.finding = null;
}
