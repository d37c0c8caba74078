import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rankShifts, takeOffLoad } from '@clew/engine';
import type { Metric } from '@clew/engine';
import { readCells, toNumber } from './csv.ts';
import { accuracyAt, averageAt5, pairedAt1, placesByCase } from './ranking.ts';
import type { Ranked } from './ranking.ts';
import type { Report, Row } from './report.ts';

/**
 * RCD Sock Shop (Ikram et al., NeurIPS 2022; protocol of RCAEval): which service, and which metric, from one-second metrics.
 * Folders `<service>-<cpu|mem>/<repetition>/{normal,anomalous}.csv`; the folder's name is the truth and nothing else.
 */
const rowsMax = 300;

export function run(folder: string): Report {
  const startMs = performance.now();
  const paths = casesUnder(folder);
  if (paths.length === 0) throw new Error(`no normal.csv with anomalous.csv under ${folder}`);
  const services = paths.map((path) => rankCase(path, 'service'));
  const metrics = paths.map((path) => rankCase(path, 'metric'));
  const methods: readonly (readonly [string, Row['kind']])[] = [['clew', 'ours'], ['distance alone', 'member'], ['load taken off', 'member'], ['BARO', 'baseline'], ['n-sigma', 'baseline']];
  const rows = methods.map(([method, kind]): Row => {
    const scores: Record<string, number> = {};
    for (const fault of ['cpu', 'mem']) {
      const of = services.filter((each) => each.group === fault);
      scores[`${fault} Avg@5`] = averageAt5(of, method);
      scores[`${fault} AC@1`] = accuracyAt(of, method, 1);
      scores[`${fault} metric AC@1`] = accuracyAt(metrics.filter((each) => each.group === fault), method, 1);
    }
    return { method, kind, scores };
  });
  rows.push(
    { method: 'BARO', kind: 'published', scores: { 'cpu Avg@5': 0.99, 'mem Avg@5': 0.99, 'cpu metric AC@1': 0.96, 'mem metric AC@1': 0.76 } },
    { method: 'NSigma', kind: 'published', scores: { 'cpu Avg@5': 0.98, 'mem Avg@5': 0.99, 'cpu metric AC@1': 0.88, 'mem metric AC@1': 0.92 } },
    { method: 'RCD', kind: 'published', scores: { 'cpu Avg@5': 0.63, 'mem Avg@5': 0.66 } },
  );
  return {
    set: 'rcd-sockshop', protocol: `${paths.length} cases; rank metrics, map to services; lat_50 and lat_99 dropped, last ${rowsMax} normal and first ${rowsMax} anomalous rows; baselines with RCAEval's preprocessing`,
    rows, cases: placesByCase(metrics), notes: [pairedAt1(metrics, 'clew', 'BARO'), pairedAt1(metrics, 'clew', 'n-sigma'), 'cases and paired tests are of the exact metric', 'at ceiling: a smoke test, no proof'],
    seconds: (performance.now() - startMs) / 1000,
  };
}

function casesUnder(folder: string): string[] {
  if (existsSync(join(folder, 'normal.csv')) && existsSync(join(folder, 'anomalous.csv'))) return [folder];
  return readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((each) => casesUnder(join(folder, each.name)));
}

type Columns = ReadonlyMap<string, readonly number[]>;

function rankCase(path: string, level: 'service' | 'metric'): Ranked {
  const [fault, repetition] = path.split('/').slice(-2);
  const cut = fault.lastIndexOf('-');
  const service = fault.slice(0, cut);
  const kind = fault.slice(cut + 1);
  const normal = readColumns(join(path, 'normal.csv'), -rowsMax);
  const anomalous = readColumns(join(path, 'anomalous.csv'), rowsMax);
  const truth = level === 'service' ? service : `${service}_${kind}`;
  const place = (names: readonly string[]): number | null => {
    const ranked = level === 'metric' ? names : [...new Set(names.map((name) => nodeOf(name)))];
    const at = ranked.indexOf(truth);
    return at < 0 ? null : at + 1;
  };
  const ours = rankShifts(metricsOf(normal, anomalous, true)).map(({ name }) => name);
  const plain = rankShifts(metricsOf(normal, anomalous, false)).map(({ name }) => name);
  const metrics = metricsOf(normal, anomalous, true);
  const causal = rankShifts(takeOffLoad(metrics, (node) => metrics.find((each) => each.name === `${node}_lod`))).map(({ name }) => name);
  return { name: `${fault}/${repetition}`, group: kind, places: { clew: place(ours), 'distance alone': place(plain), 'load taken off': place(causal), BARO: place(baro(normal, anomalous)), 'n-sigma': place(nSigma(normal, anomalous)) } };
}

/** Databases count for their service, as the protocol has it. */
function nodeOf(name: string): string {
  return name.slice(0, name.indexOf('_')).replace(/-db$/, '');
}

/** The first `rows`, or the last when negative. */
function readColumns(path: string, rows: number): Columns {
  const [head, ...lines] = readCells(path);
  const kept = rows < 0 ? lines.slice(rows) : lines.slice(0, rows);
  return new Map(head.flatMap((name, at) => (/^time|_lat_50$|_lat_99$/.test(name) ? [] : [[name, kept.map((line) => toNumber(line[at]))] as const])));
}

function metricsOf(normal: Columns, anomalous: Columns, kinds: boolean): Metric[] {
  return [...normal].flatMap(([name, before]) => {
    const after = anomalous.get(name);
    const unit = name.slice(name.indexOf('_') + 1);
    return after === undefined ? [] : [{ node: name.slice(0, name.indexOf('_')), name, of: !kinds ? 'other' as const : unit === 'cpu' ? 'cpu' as const : unit === 'mem' ? 'memory' as const : 'other' as const, before, after }];
  });
}

/** Preprocessing of RCAEval: gaps filled forward, then with 0; columns that stand still in either part dropped; bytes in millions. */
function prepared(columns: Columns): Map<string, number[]> {
  const ready = new Map<string, number[]>();
  for (const [name, values] of columns) {
    let last = 0;
    const filled = values.map((value) => (last = Number.isFinite(value) ? value : last));
    if (filled.every((value) => value === filled[0])) continue;
    ready.set(name, name.endsWith('_mem') ? filled.map((value) => value / 1e6) : filled);
  }
  return ready;
}

function baro(normal: Columns, anomalous: Columns): string[] {
  return byScore(normal, anomalous, (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (share: number): number => {
      const place = share * (sorted.length - 1);
      const low = Math.floor(place);
      return sorted[low] + ((sorted[low + 1] ?? sorted[low]) - sorted[low]) * (place - low);
    };
    return { mid: at(0.5), spread: at(0.75) - at(0.25) };
  });
}

function nSigma(normal: Columns, anomalous: Columns): string[] {
  return byScore(normal, anomalous, (values) => {
    const mid = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mid, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mid) ** 2, 0) / values.length) };
  });
}

function byScore(normal: Columns, anomalous: Columns, scale: (values: readonly number[]) => { mid: number; spread: number }): string[] {
  const before = prepared(normal);
  const after = prepared(anomalous);
  const scores = new Map<string, number>();
  for (const [name, values] of before) {
    const now = after.get(name);
    if (now === undefined) continue;
    const { mid, spread } = scale(values);
    scores.set(name, Math.max(...now.map((value) => (value - mid) / (spread === 0 ? 1 : spread))));
  }
  return [...scores.keys()].sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
}
