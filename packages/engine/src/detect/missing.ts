import type { EntityId, Finding, Observation, Pane } from '../model/index.ts';
import { basisVersion } from './catalogue.ts';
import { detectLimits as limits } from './limits.ts';
import { findingId } from './track.ts';

/** What an entity tells of itself apart from its requests: metrics, logs. */
interface Report {
  readonly series: string;
  readonly node: EntityId;
  readonly feature: string;
  readonly subject: string;
  readonly unit: string;
  value: number;
  lastMs: number;
  panes: number;
  /** Running mean of panes from one report to the next. */
  gapPanes: number;
  finding: Finding | null;
}

/**
 * Telemetry that used to come regularly and does not any more. It is no value: nothing is known, so nothing is judged, and it
 * wakes nobody by itself. Instances come and go, so only what outlives them is watched: services, hosts, databases, queues.
 */
export type Reports = Map<EntityId, Report>;

/** Told by requests, where silence is a rate of 0 and has a detector of its own. */
const requestFeatures: ReadonlySet<string> = new Set(['request_rate', 'error_share', 'latency_p50', 'latency_p95', 'latency_p99']);
const lasting = ['service:', 'host:', 'database:', 'queue:'] as const;

/** Only an entity's steadiest kind of report counts: that which came most often. */
export function noteReport(reports: Reports, observation: Observation, pane: Pane, paneMs: number): void {
  const { entity, feature } = observation;
  if (requestFeatures.has(feature) || !lasting.some((kind) => entity.startsWith(kind))) return;
  const known = reports.get(entity);
  if (known === undefined) {
    if (reports.size >= limits.reports) return;
    reports.set(entity, { series: observation.series, node: observation.node, feature, subject: observation.subject, unit: observation.unit, value: observation.value, lastMs: pane.startMs, panes: 1, gapPanes: 1, finding: null });
    return;
  }
  if (known.series === observation.series) known.value = observation.value;
  if (known.lastMs === pane.startMs) return;
  const gap = (pane.startMs - known.lastMs) / paneMs;
  if (known.finding === null) known.gapPanes += (Math.min(gap, limits.missingGapMost) - known.gapPanes) / Math.min(++known.panes, limits.missingMemory);
  known.lastMs = pane.startMs;
}

/** Findings that are new or ended. A pane in which nobody reports anything says nothing about anybody. */
export function findMissing(reports: Reports, pane: Pane, paneMs: number): Finding[] {
  const changed: Finding[] = [];
  if (pane.observations.length === 0) return changed;
  for (const [entity, report] of reports) {
    const silentPanes = (pane.startMs - report.lastMs) / paneMs;
    if (report.finding !== null && (silentPanes === 0 || silentPanes > limits.adoptOtherPanes)) {
      changed.push({ ...report.finding, active: false });
      report.finding = null;
      if (silentPanes > 0) reports.delete(entity);
    } else if (report.finding === null && report.panes >= limits.missingWarm && silentPanes >= Math.max(limits.missingPanes, limits.missingGaps * report.gapPanes)) {
      report.finding = open(entity, report, pane);
      changed.push(report.finding);
    } else if (silentPanes * paneMs > limits.forgetMs) reports.delete(entity);
    else if (report.finding !== null) report.finding = { ...report.finding, lastMs: pane.endMs };
  }
  return changed;
}

function open(entity: EntityId, report: Report, pane: Pane): Finding {
  const { series, node, feature, subject, unit, value, lastMs } = report;
  return {
    id: findingId(pane.endMs, series, 'missing'), series, entity, node, feature, subject, direction: 'missing', unit, observed: value, expected: { low: value, mid: value, high: value },
    score: 0, p: null, votes: [{ detector: 'missing', p: null, agrees: true }], contributors: [], version: basisVersion, verdict: null, text: '', maintenance: null, calendar: null,
    onsetMs: lastMs, detectedMs: pane.endMs, lastMs: pane.endMs, active: true, detectors: ['missing'], exemplars: [], symptom: false,
  };
}
