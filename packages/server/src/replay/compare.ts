import type { Finding, Incident } from '@clew/engine';
import type { BacktestFinding, BacktestResult, BacktestRow, BacktestTally } from '../api/types.ts';
import type { KnownFinding, Mark } from './marks.ts';

/** Two findings of one series whose times are this near are the same finding. */
const toleranceMs = 60_000;
export const rowsMax = 1_000;

/** What one version said. */
export interface Said { readonly findings: readonly Finding[]; readonly incidents: readonly Incident[] }
type Times = Pick<KnownFinding, 'onsetMs' | 'lastMs'>;

/** Findings of both side by side, against what people marked. `days` is the length of what was covered. */
export function compare(a: Said, b: Said | null, marks: readonly Mark[], days: number): Pick<BacktestResult, 'a' | 'b' | 'agreement' | 'rows' | 'rowsLeftOut'> {
  const rows = pair(a.findings, b === null ? null : b.findings, marks).toSorted((x, y) => onsetOf(x) - onsetOf(y) || (idOf(x) < idOf(y) ? -1 : 1));
  return {
    a: tally(a, rows, 'a', marks, days), b: b === null ? null : tally(b, rows, 'b', marks, days), agreement: b === null ? null : agree(rows),
    rows: rows.slice(0, rowsMax), rowsLeftOut: Math.max(0, rows.length - rowsMax),
  };
}

/** Greedy by series, in order of onset: findings of one series do not overlap within one version. */
function pair(a: readonly Finding[], b: readonly Finding[] | null, marks: readonly Mark[]): BacktestRow[] {
  const left = new Map([...Map.groupBy(b ?? [], ({ series }) => series)].map(([series, own]) => [series, own.toSorted((x, y) => x.onsetMs - y.onsetMs)]));
  const rows: BacktestRow[] = [];
  for (const finding of a.toSorted((x, y) => x.onsetMs - y.onsetMs)) {
    const others = left.get(finding.series) ?? [];
    const at = others.findIndex((other) => overlap(finding, other));
    const other = at === -1 ? null : others.splice(at, 1)[0];
    rows.push({ where: other === null ? 'a' : 'both', a: brief(finding), b: other === null ? null : brief(other), mark: markOf(finding, marks), leadMs: other === null ? null : other.detectedMs - finding.detectedMs });
  }
  for (const finding of [...left.values()].flat()) rows.push({ where: 'b', a: null, b: brief(finding), mark: markOf(finding, marks), leadMs: null });
  return rows;
}

function overlap(a: Times, b: Times): boolean {
  return a.onsetMs <= b.lastMs + toleranceMs && b.onsetMs <= a.lastMs + toleranceMs;
}

/** Noise is said of one series; a real trouble of a node may show on another of its series. */
function isAbout(finding: Finding, { finding: marked, verdict }: Mark): boolean {
  return overlap(finding, marked) && (verdict === 'noise' ? finding.series === marked.series : finding.node === marked.node);
}

function markOf(finding: Finding, marks: readonly Mark[]): BacktestRow['mark'] {
  const own = marks.filter((mark) => isAbout(finding, mark));
  return (own.find((mark) => mark.finding.series === finding.series) ?? own[0])?.verdict ?? null;
}

function tally({ findings, incidents }: Said, rows: readonly BacktestRow[], side: 'a' | 'b', marks: readonly Mark[], days: number): BacktestTally {
  const [real, noise] = (['real', 'noise'] as const).map((verdict) => marks.filter((mark) => mark.verdict === verdict));
  const met = (some: readonly Mark[]): number => some.filter((mark) => findings.some((finding) => isAbout(finding, mark))).length;
  const [found, repeated] = [met(real), met(noise)];
  const perDay = (count: number): number => (days > 0 ? count / days : 0);
  return {
    findings: findings.length, symptoms: findings.filter(({ symptom }) => symptom).length, incidents: incidents.length,
    findingsPerDay: perDay(findings.length), incidentsPerDay: perDay(incidents.length),
    real: { found, missed: real.length - found }, noise: { repeated, gone: noise.length - repeated },
    unmarked: rows.filter((row) => row[side] !== null && row.mark === null).length, falseAlarmsPerDay: perDay(repeated),
  };
}

function agree(rows: readonly BacktestRow[]): BacktestResult['agreement'] {
  const count = (where: BacktestRow['where']): number => rows.filter((row) => row.where === where).length;
  const leads = rows.map(({ leadMs }) => leadMs).filter((leadMs) => leadMs !== null).toSorted((x, y) => x - y);
  return { both: count('both'), onlyA: count('a'), onlyB: count('b'), share: rows.length === 0 ? 1 : count('both') / rows.length, leadMs: leads.length === 0 ? null : leads[leads.length >> 1] };
}

function brief({ id, series, entity, node, feature, subject, text, direction, unit, observed, expected, p, onsetMs, detectedMs, lastMs, symptom, detectors }: Finding): BacktestFinding {
  return { id, series, entity, node, feature, subject, text, direction, unit, observed, expected, p, onsetMs, detectedMs, lastMs, symptom, detectors };
}

const onsetOf = ({ a, b }: BacktestRow): number => a?.onsetMs ?? b?.onsetMs ?? 0;
const idOf = ({ a, b }: BacktestRow): string => a?.id ?? b?.id ?? '';
