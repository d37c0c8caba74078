import { openEngine } from '@clew/engine';
import type { EngineSettings, Finding, FindingVerdict, Incident, Notice, Step } from '@clew/engine';
import type { BacktestAsked, BacktestResult, BacktestVersion } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { compare } from './compare.ts';
import type { Said } from './compare.ts';
import { newestEventMs } from './event-time.ts';
import { gatherMarks } from './marks.ts';
import type { KnownFinding } from './marks.ts';
import type { ReplaySource } from './source.ts';

const dayMs = 86_400_000;
/** A log that ends this short of the range covers it: `now` is never quite there. */
const edgeMs = 60_000;
/** The engines learn on at most so much of the log before the range. */
export const learnMs = dayMs;

/** Incidents given out in full; the rest are counted. */
const incidentsMax = 20;

export interface BacktestOptions {
  readonly settings: EngineSettings;
  readonly asked: BacktestAsked;
  /** Findings that verdicts may be about. */
  readonly known: readonly KnownFinding[];
  onProgress?(share: number): void;
}

interface Run { readonly hears: boolean; readonly take: (record: { readonly notice?: Notice; readonly batch: Parameters<ReturnType<typeof openEngine>['feed']>[0]; readonly receivedMs: number }) => void; readonly said: () => Said }

/**
 * The same engine over the stored history, once for each version: what it would have said. Announced maintenance is told to both;
 * verdicts are held back, they are what the versions are measured against. A version may hear those that were given before the range: they
 * are about findings before it, so nothing that it is measured by leaks. Fails with `not_covered` when the log reaches nothing of it.
 */
export async function backtest(source: ReplaySource, { settings, asked, known, onProgress }: BacktestOptions): Promise<BacktestResult> {
  const { fromMs, toMs } = asked;
  const runs = [asked.a, ...(asked.b === null ? [] : [asked.b])].map((version) => openRun(settings, version, asked));
  const notices: Notice[] = [];
  const about = new Map(known.map((finding) => [finding.id, finding]));
  const heard = new Set<string>();
  let records = 0;
  let firstMs = Infinity;
  let eventMs = -Infinity;
  let lastMs = 0;
  const endMs = toMs + settings.latenessMs + 2 * settings.paneMs;
  // What happens after `from` arrives after it, so earlier arrivals serve for learning alone. Afterwards only verdicts are of interest: people mark later.
  for await (const record of source.read(0, 0, (receivedMs) => receivedMs >= fromMs - learnMs && eventMs < endMs)) {
    if (record.notice !== undefined) notices.push(record.notice);
    if (record.notice?.kind === 'finding_verdict' && record.receivedMs < fromMs) {
      heard.add(record.notice.finding);
      const told = { ...record, notice: withFinding(record.notice, about) };
      for (const run of runs) if (run.hears) run.take(told);
    }
    if (record.notice?.kind === 'finding_verdict' || record.notice?.kind === 'incident_verdict' || eventMs >= endMs) continue;
    const { batch, receivedMs } = record;
    lastMs = receivedMs;
    if (batch !== null) {
      const atMs = Math.min(newestEventMs(batch), receivedMs + settings.skewMs);
      if (atMs > 0) firstMs = Math.min(firstMs, atMs);
      eventMs = Math.max(eventMs, atMs);
    } else if (record.notice === undefined && firstMs < Infinity) eventMs = Math.max(eventMs, receivedMs);
    for (const run of runs) run.take(record);
    records++;
    onProgress?.(progress(eventMs, firstMs, endMs, source.progress()));
  }
  if (records > 0) for (const run of runs) run.take({ batch: null, receivedMs: Math.max(lastMs, eventMs) + 2 * settings.paneMs + settings.latenessMs });
  const covered = { fromMs: Math.max(fromMs, firstMs), toMs: Math.min(toMs, eventMs) };
  if (covered.fromMs >= covered.toMs) throw new CodedError('not_covered', say(fromMs, toMs), { detail: records === 0 ? (asked.source === 'log' ? 'The log is empty.' : 'No rows are stored of that time.') : `${asked.source === 'log' ? 'The log reaches' : 'Rows reach'} from ${iso(firstMs)} to ${iso(eventMs)}.` });
  const days = (covered.toMs - covered.fromMs) / dayMs;
  const { marks: all, unknown } = gatherMarks(known, notices);
  const marks = all.filter(({ finding }) => finding.detectedMs >= covered.fromMs && finding.detectedMs < covered.toMs);
  const [a, b = null] = runs.map((run) => run.said());
  const opened = a.incidents.toSorted((x, y) => x.onsetMs - y.onsetMs);
  const count = (verdict: 'real' | 'noise'): number => marks.filter((mark) => mark.verdict === verdict).length;
  return {
    covered: { ...covered, learntFromMs: firstMs, records, isWhole: covered.fromMs - fromMs <= edgeMs && toMs - covered.toMs <= edgeMs }, days,
    ...compare(a, b, marks, days), incidents: opened.slice(0, incidentsMax), incidentsLeftOut: Math.max(0, opened.length - incidentsMax), marks: { real: count('real'), noise: count('noise'), unknown },
    heard: runs.some(({ hears }) => hears) ? heard.size : 0,
  };
}

/** One engine; what it says within the range is kept in its last state. */
function openRun(settings: EngineSettings, version: BacktestVersion, { fromMs, toMs }: BacktestAsked): Run {
  const engine = openEngine({ ...settings, detection: { ...settings.detection, detectors: version.detectors, falseAlarmsPerDay: version.falseAlarmsPerDay } });
  const findings = new Map<string, Finding>();
  const incidents = new Map<string, Incident>();
  const keep = (step: Step): void => {
    for (const finding of step.findings) if (finding.detectedMs >= fromMs && finding.detectedMs < toMs) findings.set(finding.id, finding);
    for (const incident of step.incidents) if (incident.openedMs >= fromMs && incident.openedMs < toMs) incidents.set(incident.id, incident);
  };
  return {
    hears: version.hearsVerdicts,
    take: ({ notice, batch, receivedMs }) => keep(notice === undefined ? engine.feed(batch, receivedMs) : engine.tell(notice, receivedMs)),
    said: () => ({ findings: [...findings.values()], incidents: [...incidents.values()] }),
  };
}

/** A version may not have made the finding, or made it before it began to learn: what it was goes with the word about it. */
function withFinding(notice: FindingVerdict, about: ReadonlyMap<string, KnownFinding>): FindingVerdict {
  const found = about.get(notice.finding);
  if (found === undefined) return notice;
  const { series, entity, feature, subject, text, detectedMs, detectors } = found;
  return { ...notice, about: { series, entity, feature, subject, text, detectedMs, detectors } };
}

function progress(eventMs: number, firstMs: number, endMs: number, read: number): number {
  const share = endMs > firstMs && Number.isFinite(eventMs) ? (eventMs - firstMs) / (endMs - firstMs) : 0;
  return Math.min(1, Math.max(share, read));
}

const iso = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 19).concat('Z') : 'nowhere');
const say = (fromMs: number, toMs: number): string => `${iso(fromMs)} to ${iso(toMs)}`;
