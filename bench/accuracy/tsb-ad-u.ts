import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { scan } from '@clew/engine';
import { readCells, toNumber } from './csv.ts';
import type { Report, Row } from './report.ts';
import { publishedSpectralResidual } from './spectral-residual.ts';
import { periodOf, vusPr } from './vus-pr.ts';

/** `<folder>/<part>/series/*.csv` with the columns Data and Label; beside `series`, where they are there, `manifest.csv` and `published_vus_pr.csv`. */
interface Series { readonly file: string; readonly part: string; readonly values: readonly number[]; readonly labels: readonly number[] }

export function run(folder: string): Report {
  const started = performance.now();
  const found = seriesUnder(folder);
  // VUS-PR is not defined without an anomaly.
  const all = found.filter(({ labels }) => labels.includes(1));
  if (all.length === 0) throw new Error(`No series/*.csv with a labelled anomaly below ${folder}`);
  const cases: Record<string, Record<string, number>> = {};
  let slowest = { seconds: 0, points: 0 };
  for (const { file, values, labels } of all) {
    const window = periodOf(values.filter(Number.isFinite));
    const before = performance.now();
    const { scores, members } = scan(values);
    const seconds = (performance.now() - before) / 1000;
    if (seconds > slowest.seconds) slowest = { seconds, points: values.length };
    const rival = { 'z-score of the value': zScore(values), random: random(values.length) };
    const byMethod = Object.entries({ 'clew scan': scores, ...Object.fromEntries(Object.entries(members).map(([id, score]) => [`member ${id}`, score])), ...rival });
    cases[file] = Object.fromEntries(byMethod.map(([method, score]) => [method, vusPr(labels, score, window)]));
  }
  const methods = Object.keys(Object.values(cases)[0]);
  const published = publishedFor(all);
  for (const [file, byMethod] of Object.entries(published)) Object.assign(cases[file], byMethod);
  // A published method is shown only where it has a figure for every series that was scored.
  const known = [...new Set(Object.values(published).flatMap((byMethod) => Object.keys(byMethod)))].filter((method) => Object.values(cases).every((byMethod) => method in byMethod));
  const rows = [...methods, ...known].map((method): Row => ({ method, kind: kindOf(method), scores: means(method, cases) }));
  const listed = [...rows.filter(({ kind }) => kind !== 'published'), ...rows.filter(({ kind }) => kind === 'published').toSorted((a, b) => b.scores.mean - a.scores.mean)];
  return {
    set: 'tsb-ad-u-subset',
    protocol: 'each series whole and alone, unsupervised, one setting for all; neither file name nor labels nor the length of the training prefix reach the detector; VUS-PR of TSB-AD, the higher the better. Members go through the same evening as the whole. A subset: not to be held against the full leaderboard.',
    rows: listed,
    cases,
    notes: [...portCheck(all), `Slowest scan: ${slowest.points} points in ${slowest.seconds.toFixed(1)} s.`, `${all.length} series; \`sources\` is the mean of the means by source.`, ...(found.length > all.length ? [`${found.length - all.length} series without a labelled anomaly were left out.`] : [])],
    seconds: (performance.now() - started) / 1000,
  };
}

function kindOf(method: string): Row['kind'] {
  if (method === 'clew scan') return 'ours';
  if (method.startsWith('member ')) return 'member';
  return method === 'random' || method.startsWith('z-score') ? 'baseline' : 'published';
}

function seriesUnder(folder: string): Series[] {
  const parts = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile() && each.name.endsWith('.csv') && basename(each.parentPath) === 'series');
  return parts
    .map(({ name, parentPath }) => {
      const rows = readCells(join(parentPath, name)).slice(1);
      return { file: name, part: dirname(parentPath), values: rows.map(([value]) => toNumber(value)), labels: rows.map(([, label]) => toNumber(label)) };
    })
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** `001_NAB_id_1_…` → NAB. Only for the means in the table. */
function sourceOf(file: string): string {
  return file.split('_')[1] ?? 'unnamed';
}

function means(method: string, cases: Report['cases']): Record<string, number> {
  const sources = [...new Set(Object.keys(cases).map(sourceOf))].toSorted();
  const of = (source?: string): number[] => Object.entries(cases).filter(([file]) => source === undefined || sourceOf(file) === source).map(([, byMethod]) => byMethod[method]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = of().toSorted((a, b) => a - b);
  return {
    mean: mean(sorted),
    median: (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
    sources: mean(sources.map((source) => mean(of(source)))),
    ...Object.fromEntries(sources.map((source) => [source, mean(of(source))])),
  };
}

function table(path: string): Record<string, string>[] {
  if (!existsSync(path)) return [];
  const [head, ...lines] = readCells(path);
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]])));
}

/** What the paper's authors published for the same series: file → method → VUS-PR. */
function publishedFor(all: readonly Series[]): Record<string, Record<string, number>> {
  const files = new Set(all.map(({ file }) => file));
  const rows = [...new Set(all.map(({ part }) => part))].flatMap((part) => table(join(part, 'published_vus_pr.csv'))).filter(({ file }) => files.has(file));
  return Object.fromEntries(rows.map(({ file, ...rest }) => [file, Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '').map(([method, value]) => [method, Number(value)]))]));
}

/** Our metric on the published Spectral Residual score against the value in the manifest, to six decimals. */
function portCheck(all: readonly Series[]): string[] {
  const known = new Map([...new Set(all.map(({ part }) => part))].flatMap((part) => table(join(part, 'manifest.csv'))).map(({ file, SR_vus_pr_published: value }) => [file, Number(value)]));
  const checked = all.filter(({ file }) => Number.isFinite(known.get(file)));
  if (checked.length === 0) return ['No manifest.csv with check values: the port of the metric was not checked on these series.'];
  const equal = checked.filter(({ file, values, labels }) => Math.abs(vusPr(labels, publishedSpectralResidual(values), periodOf(values)) - (known.get(file) ?? NaN)) < 1e-6);
  return [`Port check: the published Spectral Residual score has the published VUS-PR, to six decimals, on ${equal.length} of ${checked.length} series.`];
}

function zScore(values: readonly number[]): Float64Array {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Float64Array.from(values, (value) => (Number.isFinite(value) ? Math.abs(value - mean) : 0));
}

/** The same numbers on every run (Knuth's multiplicative hash of the position). */
function random(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.imul(Math.imul(i + 1, 2654435761) ^ 0x5bd1e995, 2246822519) >>> 0);
}
