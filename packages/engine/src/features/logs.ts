import type { EngineSettings, LogRows, Observation, TemplateCount } from '../model/index.ts';
import { count, templateWarmUpPanes } from './bounds.ts';
import { noteChange, noteFlag } from './changes.ts';
import { observe } from './observe.ts';
import { paneAt } from './panes.ts';
import { addToSession } from './sessions.ts';
import { admitService, hearSource } from './sources.ts';
import type { FeaturesState, LogTally, PaneState, ServiceState, TemplateTally } from './state.ts';
import { isCatchAll, mine } from './templates.ts';
import type { Template } from './templates.ts';
import { addValues } from './values.ts';
import type { ValueCursor } from './values.ts';

const severityWarn = 13;
const severityError = 17;
const exemplarsMax = 3;
const [anError, noError] = [{ failed: true, ms: 0 }, { failed: false, ms: 0 }];

/** What rows of one request share while they follow one another: pane, source, service. */
interface Run { pane: PaneState | null; source: number; service: ServiceState | null; tally: LogTally | null; readonly cursor: ValueCursor }
/** A text of one source in one pane. */
interface Counted { readonly pane: PaneState; readonly template: Template; readonly counted: TemplateTally }

/** Adds log records to the panes of their times: rates, templates, and the changes that they tell of. */
export function addLogs(state: FeaturesState, settings: EngineSettings, rows: LogRows): void {
  const texts = new Map<number, Counted>();
  const heard = new Set<number>();
  const run: Run = { pane: null, source: -1, service: null, tally: null, cursor: { at: 0 } };
  for (let row = 0; row < rows.count; row++) {
    const pane = paneAt(state, settings, rows, rows.timeMs[row]);
    if (pane === null) continue;
    if (pane !== run.pane || rows.source[row] !== run.source) startRun(state, settings, rows, row, pane, run, heard);
    if (run.service === null || run.tally === null) {
      count(state.counters, 'logs_over_limit');
      continue;
    }
    addLog(state, settings, rows, row, pane, run.service, run.tally, texts);
    if (rows.values !== undefined) addValues(pane.recordValues ??= new Map(), run.service.id, rows.values, row, rows.severity[row] >= severityError ? anError : noError, run.cursor, state.counters);
  }
  for (const change of rows.changes) {
    const at = paneAt(state, settings, rows, change.atMs);
    if (at === null) continue;
    if (change.kind === 'feature_flag') noteFlag(state, at, rows.sources[change.source], change);
    else noteChange(state, at, rows.sources[change.source], change);
  }
}

function startRun(state: FeaturesState, settings: EngineSettings, rows: LogRows, row: number, pane: PaneState, run: Run, heard: Set<number>): void {
  const source = rows.sources[rows.source[row]];
  const service = admitService(state, settings, source, pane.startMs);
  Object.assign(run, { pane, source: rows.source[row], service, tally: null });
  if (service === null) return;
  const first = rows.source[row] * 1e9 + pane.startMs / settings.paneMs % 1e9;
  if (!heard.has(first)) {
    heard.add(first);
    hearSource(state, settings, pane, source, Math.max(pane.startMs, rows.firstMs[rows.source[row]]));
  }
  if (pane.startMs < service.logsSinceMs) service.logsSinceMs = pane.startMs;
  run.tally = pane.logs.get(service.id) ?? { count: 0, errors: 0 };
  pane.logs.set(service.id, run.tally);
}

function addLog(state: FeaturesState, settings: EngineSettings, rows: LogRows, row: number, pane: PaneState, service: ServiceState, tally: LogTally, texts: Map<number, Counted>): void {
  tally.count++;
  const severity = rows.severity[row];
  if (severity >= severityError) tally.errors++;
  if (rows.text[row] === 0) return;
  const key = rows.source[row] * 4_294_967_296 + rows.text[row];
  let known = texts.get(key);
  if (known === undefined || known.pane !== pane) {
    known = countText(state, settings, rows.texts[rows.text[row]], severity, pane, service, known?.template);
    texts.set(key, known);
  }
  countMore(known.counted, rows, row);
  addToSession(state.sessions, service.id, rows, row, known.template.id, settings.paneMs, state.counters);
}

/** Finds the template of a text, or takes the one that another pane of this request found, and its count in the pane. */
function countText(state: FeaturesState, settings: EngineSettings, text: string, severity: number, pane: PaneState, service: ServiceState, found: Template | undefined): Counted {
  let template = found;
  if (template === undefined) {
    template = mine(service.miner, text, pane.startMs, settings.limits.templatesPerService);
    if (isCatchAll(template)) count(state.counters, 'templates_over_limit');
  }
  if (pane.startMs < template.firstSeenMs) template.firstSeenMs = pane.startMs;
  if (pane.startMs > template.lastSeenMs) template.lastSeenMs = pane.startMs;
  const key = `${service.id}\u0001${template.id}`;
  let counted = pane.templates.get(key);
  if (counted === undefined) {
    counted = { service: service.id, template: template.id, severity, count: 0, exemplars: [] };
    pane.templates.set(key, counted);
  }
  return { pane, template, counted };
}

function countMore(counted: TemplateTally, rows: LogRows, row: number): void {
  counted.count++;
  if (rows.severity[row] > counted.severity) counted.severity = rows.severity[row];
  keepExemplar(counted, rows, row);
}

function keepExemplar({ exemplars }: TemplateTally, { traceHi, traceLo, spanId }: LogRows, row: number): void {
  if (exemplars.length >= exemplarsMax || (traceLo[2 * row] === 0 && traceLo[2 * row + 1] === 0)) return;
  const hex = (words: Uint32Array): string => words[2 * row + 1].toString(16).padStart(8, '0') + words[2 * row].toString(16).padStart(8, '0');
  exemplars.push({ traceId: hex(traceHi) + hex(traceLo), spanId: hex(spanId) });
}

/** Templates of the pane in their present wording. */
export function countTemplates(state: FeaturesState, pane: PaneState): TemplateCount[] {
  const byService = new Map<string, Map<string, Template>>();
  const found: TemplateCount[] = [];
  for (const tally of pane.templates.values()) {
    const template = templatesOf(state, byService, tally.service).get(tally.template);
    if (template === undefined) continue;
    found.push({ ...tally, text: template.words.join(' '), firstSeenMs: template.firstSeenMs });
  }
  return found.sort((left, right) => (`${left.service} ${left.template}` < `${right.service} ${right.template}` ? -1 : 1));
}

function templatesOf(state: FeaturesState, byService: Map<string, Map<string, Template>>, service: string): Map<string, Template> {
  let known = byService.get(service);
  if (known === undefined) {
    known = new Map();
    for (const group of state.services.get(service)?.miner.groups.values() ?? []) for (const each of group) known.set(each.id, each);
    byService.set(service, known);
  }
  return known;
}

/** Records of severity WARN and above by service, whose template came up in this pane. */
export function freshLogs(templates: readonly TemplateCount[], startMs: number): Map<string, number> {
  const fresh = new Map<string, number>();
  for (const { service, template, severity, count: records, firstSeenMs } of templates) {
    if (severity >= severityWarn && firstSeenMs === startMs && template !== 'other') fresh.set(service, (fresh.get(service) ?? 0) + records);
  }
  return fresh;
}

export function observeLogs(state: FeaturesState, pane: PaneState, templates: readonly TemplateCount[], paneMs: number): Observation[] {
  const fresh = freshLogs(templates, pane.startMs);
  const perSecond = 1_000 / paneMs;
  return [...pane.logs].flatMap(([service, { count: records, errors }]) => {
    const about = { entity: service, node: service };
    const since = state.services.get(service)?.logsSinceMs ?? Infinity;
    const told = [
      observe({ ...about, feature: 'log_rate', value: records * perSecond, weight: records }),
      observe({ ...about, feature: 'error_log_rate', value: errors * perSecond, weight: errors }),
    ];
    if (pane.startMs - since >= templateWarmUpPanes * paneMs) {
      told.push(observe({ ...about, feature: 'new_template_rate', value: (fresh.get(service) ?? 0) * perSecond, weight: fresh.get(service) ?? 0 }));
    }
    return told;
  });
}
