import type { Cause, Incident } from '@clew/engine';
import { minuteMs, type ExpectedCause, type Scenario } from './scenario.ts';
import type { Observed, Performance } from './stage.ts';

/** Compares what was said with what was so. */

export interface Verdict {
  readonly fault: string;
  /** The incident that answers to the fault, if one does. */
  readonly observed: Observed | null;
  readonly rightEntity: boolean;
  readonly rightKind: boolean;
  readonly detectSeconds: number | null;
  /** null while it is not resolved. */
  readonly resolveSeconds: number | null;
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly incidentsRight: boolean;
  /** Incidents that no fault accounts for. */
  readonly falseIncidents: readonly Observed[];
}

/** An incident whose onset is estimated this long before the fault may still be about it. */
const ONSET_SLACK_MS = minuteMs;
/** Symptoms may come late: a leak is felt when the memory is full. */
const AFTER_MS = minuteMs;

export function judge(performance: Performance): Judgement {
  const { scenario, startMs } = performance;
  const left = new Set(performance.incidents);
  const verdicts = scenario.expect.causes.map((expected) => {
    const { beginMs, endMs } = faultTimes(scenario, startMs, expected);
    const during = [...left].filter(({ saidMs, incident }) => saidMs >= beginMs && incident.openedMs <= endMs + AFTER_MS && incident.onsetMs >= beginMs - ONSET_SLACK_MS);
    // Of several incidents in the same time, the one that names the cause; else the first.
    const observed = during.find(({ incident }) => namesEntity(incident, expected)) ?? (scenario.expect.causes.length === 1 ? during[0] : undefined) ?? null;
    if (observed !== null) left.delete(observed);
    return judgeCause(expected, observed, beginMs, endMs);
  });
  return { verdicts, incidentsRight: performance.incidents.length === scenario.expect.incidents, falseIncidents: [...left] };
}

function judgeCause(expected: ExpectedCause, observed: Observed | null, beginMs: number, endMs: number): Verdict {
  if (observed === null) return { fault: expected.fault, observed, rightEntity: false, rightKind: false, detectSeconds: null, resolveSeconds: null };
  const { incident, saidMs } = observed;
  const top = topCause(incident);
  return {
    fault: expected.fault, observed,
    rightEntity: namesEntity(incident, expected),
    rightKind: top === null ? expected.entities.length === 0 : expected.kinds.includes(top.kind),
    detectSeconds: (saidMs - beginMs) / 1000,
    resolveSeconds: incident.resolvedMs === null ? null : (incident.resolvedMs - endMs) / 1000,
  };
}

/** null when the answer is *unknown*. */
export function topCause({ explanation }: Incident): Cause | null {
  const top = explanation.causes.at(0);
  return top === undefined || explanation.unknown > top.confidence || top.kind === 'unknown' ? null : top;
}

function namesEntity(incident: Incident, { entities }: ExpectedCause): boolean {
  const top = topCause(incident);
  return top === null ? entities.length === 0 : entities.includes(top.entity);
}

function faultTimes(scenario: Scenario, startMs: number, { fault }: ExpectedCause): { readonly beginMs: number; readonly endMs: number } {
  const planted = scenario.faults.find(({ name }) => name === fault);
  if (planted === undefined) throw new Error(`${scenario.name} expects a cause for ${fault}, which it does not plant`);
  return { beginMs: startMs + planted.minute * minuteMs, endMs: startMs + (planted.minute + planted.minutes) * minuteMs };
}

/** What is wrong with what was said, a line each; empty when all is well. */
export function complaints(performance: Performance): string[] {
  const { scenario } = performance;
  const { verdicts, incidentsRight } = judge(performance);
  const lines: string[] = [];
  if (!incidentsRight) lines.push(`incidents: expected ${scenario.expect.incidents}, said ${performance.incidents.length}`);
  scenario.expect.causes.forEach((expected, i) => {
    const verdict = verdicts[i];
    const want = expected.entities.length === 0 ? 'unknown' : `${expected.entities.join(' or ')} (${expected.kinds.join(' or ')})`;
    if (verdict.observed === null) {
      lines.push(`${expected.fault}: no incident; expected ${want}`);
      return;
    }
    if (!verdict.rightEntity || !verdict.rightKind) lines.push(`${expected.fault}: cause: expected ${want}, said ${causeLine(verdict.observed.incident)}`);
    if (verdict.detectSeconds !== null && verdict.detectSeconds > expected.detectSeconds) lines.push(`${expected.fault}: said after ${Math.round(verdict.detectSeconds)} s, expected within ${expected.detectSeconds} s`);
    if (verdict.resolveSeconds === null) lines.push(`${expected.fault}: not resolved at the end (${verdict.observed.incident.state})`);
    else if (verdict.resolveSeconds > expected.resolveSeconds) lines.push(`${expected.fault}: resolved ${Math.round(verdict.resolveSeconds)} s after its end, expected within ${expected.resolveSeconds} s`);
  });
  return lines.length === 0 ? [] : [...lines, ...story(performance)];
}

/** Everything that was said, for a person who wants to know why. */
export function story(performance: Performance): string[] {
  const at = (ms: number): string => `${((ms - performance.startMs) / minuteMs).toFixed(1)} min`;
  return performance.incidents.flatMap(({ incident, saidMs }) => [
    `  incident ${incident.id}, said at ${at(saidMs)}, onset ${at(incident.onsetMs)}, ${incident.state}${incident.resolvedMs === null ? '' : ` at ${at(incident.resolvedMs)}`}`,
    `    headline ${incident.headline.entity} ${incident.headline.feature} ${incident.headline.expected.toFixed(2)} → ${incident.headline.observed.toFixed(2)} ${incident.headline.unit}`,
    `    causes ${causeLine(incident)}`,
    ...incident.explanation.causes.slice(0, 4).map((cause) => `      ${cause.confidence.toFixed(2)} ${cause.entity} ${cause.kind} ${cause.detail}`),
    ...incident.findingIds.slice(0, 12).map((id) => {
      const finding = performance.findings.get(id);
      return finding === undefined ? `      finding ${id}` : `      finding ${finding.entity} ${finding.feature} ${finding.subject} ${finding.direction} from ${at(finding.onsetMs)}: ${finding.expected.mid.toFixed(3)} → ${finding.observed.toFixed(3)} (score ${finding.score.toFixed(1)})`;
    }),
    ...(incident.findingIds.length > 12 ? [`      … ${incident.findingIds.length - 12} more findings`] : []),
  ]);
}

function causeLine(incident: Incident): string {
  const top = topCause(incident);
  return top === null ? `unknown (${incident.explanation.unknown.toFixed(2)})` : `${top.entity} (${top.kind}, ${top.confidence.toFixed(2)})`;
}
