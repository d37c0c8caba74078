import type { Finding, LogSession, Pane } from '../../model/index.ts';
import { basisVersion } from '../catalogue.ts';
import { findingId } from '../track.ts';
import type { Kind } from './sequences.ts';
import type { SessionVerdict } from './watch.ts';

/** What one pane said of a kind of session. */
export interface Seen {
  /** Sessions that could be judged. */
  readonly known: number;
  readonly unusual: number;
  readonly worst: { readonly verdict: SessionVerdict; readonly session: LogSession } | null;
}

/** `service template` → its words. */
export type Words = ReadonlyMap<string, string>;

const textMax = 300;

/** `usual`: the share of unusual sessions that is taken for ordinary. */
export function openFinding(kind: Kind, seen: Seen, pane: Pane, words: Words, usual: number): Finding {
  const { worst } = seen;
  if (worst === null) throw new Error('BUG: nothing unusual to tell');
  const { entity, service } = kind;
  const key = `${entity} log_sequence `;
  const p = chanceOf(kind);
  return {
    id: findingId(pane.endMs, key, 'sequence'), series: key, entity, node: service, ...worstLine(worst, words), direction: 'sequence', unit: '1', observed: shareOf(kind),
    expected: { low: 0, mid: kind.share, high: usual }, score: scoreOf(p), p, version: basisVersion, verdict: null, maintenance: null, calendar: null,
    onsetMs: Math.min(pane.startMs, worst.session.firstMs), detectedMs: pane.endMs, lastMs: pane.endMs, active: true, symptom: false,
  };
}

/** The same finding a pane later; its lines are those of its worst pane. */
export function worsen(finding: Finding, kind: Kind, seen: Seen, pane: Pane, words: Words): Finding {
  const p = chanceOf(kind);
  const isWorse = p < (finding.p ?? 1) && seen.worst !== null;
  return { ...finding, observed: shareOf(kind), lastMs: pane.endMs, ...(isWorse && seen.worst !== null ? { ...worstLine(seen.worst, words), p, score: scoreOf(p) } : {}) };
}

function shareOf({ runSessions, runUnusual }: Kind): number {
  return runSessions === 0 ? 0 : runUnusual / runSessions;
}

/** Evidence of this height comes once in as many panes while nothing is wrong (evidence.ts). */
function chanceOf({ evidence }: Kind): number {
  return Math.exp(-evidence.log);
}

function scoreOf(p: number): number {
  return Math.min(99, -2 * Math.log10(Math.max(p, 1e-50)));
}

/** What is wrong with the most unusual session: the line that is most to blame first, and the trace that shows it. */
function worstLine({ verdict, session }: NonNullable<Seen['worst']>, words: Words): Pick<Finding, 'feature' | 'subject' | 'text' | 'votes' | 'contributors' | 'detectors' | 'exemplars'> {
  const sayOf = (template: string): string => (words.get(`${session.service} ${template}`) ?? template).slice(0, textMax);
  const lines = verdict.contributors.map(({ template, share, isMissing }) => ({ feature: isMissing ? 'missing_line' : 'odd_line', template, share }));
  const [first] = lines;
  return {
    feature: first.feature, subject: first.template, text: sayOf(first.template), votes: verdict.votes,
    contributors: lines.map(({ feature, template, share }) => ({ feature, subject: sayOf(template), share })),
    detectors: verdict.votes.filter(({ agrees }) => agrees).map(({ detector }) => detector), exemplars: [session.trace],
  };
}
