// Server Machine Dataset (Su et al. 2019) and Application Server Dataset (Li et al. 2021): metrics of one server, all together.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { jointMembers, openJointWatch } from '@clew/engine';
import { copodOf, publishedOf } from './mts-published.ts';
import type { Report, Row } from './report.ts';
import { periodOf, vusPr } from './vus-pr.ts';

/** Row after row. */
interface Table { readonly rows: number; readonly columns: number; readonly values: Float64Array }

/** `<any folder>/<entity>/{train,test,test_label}.csv.gz` and, where it is there, interpretation_label.txt. */
export interface Entity {
  readonly name: string;
  readonly source: 'SMD' | 'ASD';
  readonly train: Table;
  readonly test: Table;
  readonly labels: Float64Array;
  /** Stretches of the test part, 0-based and inclusive, and the columns that people blamed. */
  readonly blamed: readonly { readonly from: number; readonly to: number; readonly columns: readonly number[] }[];
  /** Widest buffer of the metric: the period of the first column of the test part, as TSB-AD-M has it. */
  readonly window: number;
}

/** Scores of a test part; `parts` says how much each column adds at a point, where the method can. */
interface Judged { readonly method: string; readonly kind: Row['kind']; readonly scores: Float64Array; readonly parts?: Float64Array }

/** Every method on one entity. */
function judgedBy(entity: Entity): Judged[] {
  const { scores, parts, votes } = watched(entity, 'train');
  return [
    { method: 'clew', kind: 'ours', scores, parts },
    { method: 'clew, no train part', kind: 'ours', ...watched(entity, 'test alone') },
    { method: 'clew, learning on', kind: 'ours', ...watched(entity, 'live') },
    ...jointMembers.map((id, i): Judged => ({ method: `member ${id}`, kind: 'member', scores: votes[i] })),
    { method: 'largest |z|', kind: 'baseline', ...farthest(entity) },
    { method: 'random', kind: 'baseline', scores: Float64Array.from({ length: entity.test.rows }, (_, i) => Math.imul(Math.imul(i + 1, 2654435761) ^ 0x5bd1e995, 2246822519) >>> 0) },
  ];
}

export function run(folder: string): Report {
  const begun = performance.now();
  // VUS-PR is not defined without an anomaly.
  const entities = entitiesUnder(folder).filter(({ labels }) => labels.includes(1));
  if (entities.length === 0) throw new Error(`No folder with test.csv.gz and a labelled anomaly below ${folder}`);
  const cases: Record<string, Record<string, number>> = Object.fromEntries(entities.map(({ name }) => [name, {}]));
  const hits: Record<string, Record<string, number[]>> = {};
  const methods = new Map<string, Row['kind']>();
  for (const entity of entities) {
    for (const { method, kind, scores, parts } of judgedBy(entity)) {
      methods.set(method, kind);
      cases[entity.name][method] = vusPr(entity.labels, scores, entity.window);
      if (parts !== undefined) (hits[method] ??= {})[entity.source] = [...(hits[method][entity.source] ?? []), ...hitRates(entity, parts)];
    }
  }
  const published = publishedOf(folder, entities.map((entity) => ({ name: entity.name, rows: entity.test.rows, first: entity.labels.indexOf(1) })));
  for (const [name, figures] of Object.entries(published)) Object.assign(cases[name], figures);
  return {
    set: 'mts-smd-asd',
    protocol: 'fitted on the train part without labels, the test part judged point by point from the points up to it; one setting for all entities, names and labels never seen; VUS-PR of TSB-AD, the higher the better. HitRate@P: share of the blamed columns among the first P % × blamed columns that we name, mean over labelled stretches.',
    rows: [...[...methods].map(([method, kind]) => ({ method, kind, scores: scoresOf(method, entities, cases, hits[method]) })), ...publishedRows(entities, published, cases)],
    cases,
    notes: [...checkOfCopod(entities, published), ...caveats(entities, published)],
    seconds: (performance.now() - begun) / 1000,
  };
}

function entitiesUnder(folder: string): Entity[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile() && each.name === 'test.csv.gz').map(({ parentPath }) => parentPath).sort();
  return found.map((path) => {
    const test = readTable(join(path, 'test.csv.gz'));
    const columns = 38;
    return {
      name: basename(path), source: test.columns === columns ? 'SMD' : 'ASD', train: readTable(join(path, 'train.csv.gz')), test,
      labels: readTable(join(path, 'test_label.csv.gz')).values, blamed: readBlamed(join(path, 'interpretation_label.txt')),
      window: periodOf(Float64Array.from({ length: test.rows }, (_, i) => test.values[i * test.columns])),
    };
  });
}

function readTable(path: string): Table {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  const columns = lines[0].split(',').length;
  const values = new Float64Array(lines.length * columns);
  lines.forEach((line, i) => values.set(line.split(',').map(Number), i * columns));
  return { rows: lines.length, columns, values };
}

/** `start-end:metric,…`, 1-based columns. */
function readBlamed(path: string): Entity['blamed'] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trim().split('\n').map((line) => {
    const [stretch, metrics] = line.split(':');
    const [from, to] = stretch.split('-').map(Number);
    return { from, to, columns: metrics.split(',').map((metric) => Number(metric) - 1) };
  });
}

/**
 * train: fitted on the train part, the test part judged as fitted · test alone: nothing but the test part, learning as it goes ·
 * live: both, learning as it goes, guarded as in the product.
 */
function watched({ train, test, blamed }: Entity, how: 'train' | 'test alone' | 'live'): { readonly scores: Float64Array; readonly parts: Float64Array; readonly votes: readonly Float64Array[] } {
  const watch = openJointWatch({ seed: 1, features: test.columns });
  const present = new Uint8Array(test.columns).fill(1);
  if (how !== 'test alone') for (let i = 0; i < train.rows; i++) watch.step(rowOf(train, i), present, { learn: how === 'live' ? 'guarded' : 'all' });
  const scores = new Float64Array(test.rows);
  const parts = new Float64Array(test.rows * test.columns);
  const votes = jointMembers.map(() => new Float64Array(test.rows));
  const asked = new Uint8Array(test.rows);
  for (const { from, to } of blamed) asked.fill(1, from, to + 1);
  for (let i = 0; i < test.rows; i++) {
    const step = watch.step(rowOf(test, i), present, { learn: how === 'train' ? 'none' : 'guarded', explain: asked[i] === 1 });
    scores[i] = step.score;
    step.votes.forEach(({ surprise }, k) => { votes[k][i] = surprise ?? 0; });
    if (asked[i] === 1) for (const { feature, part } of step.contributors) parts[i * test.columns + feature] = part;
  }
  return { scores, parts, votes };
}

function rowOf({ values, columns }: Table, i: number): Float64Array {
  return values.subarray(i * columns, (i + 1) * columns);
}

/** What everybody has: the column that is farthest from its mean of the train part, in its standard deviations. */
function farthest({ train, test }: Entity): Pick<Judged, 'scores' | 'parts'> {
  const { columns } = test;
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (let at = 0; at < train.values.length; at++) {
    mean[at % columns] += train.values[at] / train.rows;
    square[at % columns] += train.values[at] ** 2 / train.rows;
  }
  const parts = test.values.map((value, at) => Math.abs(value - mean[at % columns]) / Math.max(Math.sqrt(Math.max(0, square[at % columns] - mean[at % columns] ** 2)), 1e-3));
  return { parts, scores: Float64Array.from({ length: test.rows }, (_, i) => Math.max(...parts.subarray(i * columns, (i + 1) * columns))) };
}

/** HitRate@100% and @150% (Su et al. 2019) of each labelled stretch: pairs, one after the other. */
function hitRates({ test, blamed }: Entity, parts: Float64Array): number[] {
  return blamed.flatMap(({ from, to, columns }) => {
    const sums = new Float64Array(test.columns);
    for (let i = from; i <= Math.min(to, test.rows - 1); i++) for (let j = 0; j < test.columns; j++) sums[j] += parts[i * test.columns + j];
    const ranked = Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a]);
    return [1, 1.5].map((part) => ranked.slice(0, Math.floor(part * columns.length)).filter((column) => columns.includes(column)).length / columns.length);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function scoresOf(method: string, entities: readonly Entity[], cases: Report['cases'], hits: Record<string, number[]> | undefined): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const source of ['SMD', 'ASD'] as const) {
    const values = entities.filter((entity) => entity.source === source).map(({ name }) => cases[name][method]);
    if (values.length > 0) scores[`${source} VUS-PR`] = mean(values);
    const rates = hits?.[source] ?? [];
    if (rates.length > 0) {
      scores[`${source} Hit@100%`] = mean(rates.filter((_, i) => i % 2 === 0));
      scores[`${source} Hit@150%`] = mean(rates.filter((_, i) => i % 2 === 1));
    }
  }
  if (new Set(entities.map(({ source }) => source)).size > 1) scores['all VUS-PR'] = mean(entities.map(({ name }) => cases[name][method]));
  return scores;
}

/** Published methods, best first, with ours on the same machines above them. */
function publishedRows(entities: readonly Entity[], published: Report['cases'], cases: Report['cases']): Row[] {
  const names = entities.map(({ name }) => name).filter((name) => name in published);
  if (names.length === 0) return [];
  const column = `${names.length} published machines`;
  const of = (method: string): Record<string, number> => ({ [column]: mean(names.map((name) => cases[name][method])) });
  const known = Object.keys(published[names[0]]).filter((method) => names.every((name) => method in published[name]));
  return [
    ...Object.keys(cases[names[0]]).filter((method) => method.startsWith('clew')).map((method): Row => ({ method: `${method} (same machines)`, kind: 'ours', scores: of(method) })),
    ...known.map((method): Row => ({ method, kind: 'published', scores: of(method) })).sort((a, b) => b.scores[column] - a.scores[column]),
  ];
}

/** The published COPOD, recomputed here, scored by our port: equal values say that the data, the window and the metric are the same. */
function checkOfCopod(entities: readonly Entity[], published: Report['cases']): string[] {
  const known = entities.filter(({ name }) => published[name]?.COPOD !== undefined);
  if (known.length === 0) return ['No published value for these entities: the metric was not checked on them.'];
  const equal = known.filter(({ name, test, labels, window }) => Math.abs(vusPr(labels, copodOf(test.values, test.columns), window) - published[name].COPOD) < 1e-6);
  return [`COPOD recomputed has the published VUS-PR, to six decimals, on ${equal.length} of ${known.length} machines (${known.map(({ name }) => name).join(', ')}); the window is the period of the first column.`];
}

function caveats(entities: readonly Entity[], published: Report['cases']): string[] {
  return [
    `${entities.length} entities: ${entities.map(({ name, window }) => `${name} (window ${window})`).join(', ')}.`,
    'How members are heard was settled with the open entities in sight (four machines, six servers): on the servers `course` alone is better than all together, on the machines `neighbours` is as good, over both no member is.',
    'Published methods were fitted on the first part of the test file or on all of it, ours on the train file: compare them with `clew, no train part` too, which learns from the test part alone as it goes.',
    ...(Object.keys(published).length < 6 ? ['Fewer than the six published machines are here: the published means of 0.474 and less are of all six.'] : []),
  ];
}
