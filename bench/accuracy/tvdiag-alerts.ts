import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fitAlertRanking, rankAlerts } from '@clew/engine';
import type { AlertSource, ToldCase } from '@clew/engine';
import { accuracyAt, pairedAt1, placesByCase } from './ranking.ts';
import type { Ranked } from './ranking.ts';
import type { Report, Row } from './report.ts';

/**
 * TVDiag's alert sets (TOSEM 2025): which instance, and what kind of failure, from the alerts of an incident. Folders with
 * label.csv and the alerts beside it, one a system, anywhere below. Rows marked `test` are ranked by what the rows marked
 * `train` of the same system taught; where there are no `test` rows (or no `train` rows), five folds of what there is.
 * No name of an instance or host is a feature.
 */
interface Incident extends ToldCase { readonly system: string; readonly id: string; readonly isTrain: boolean }
interface Answer { readonly instances: readonly string[]; readonly failure: string | null }
type Method = (train: readonly Incident[]) => (incident: Incident) => Answer;

const folds = 5;
const ours = (sources?: readonly AlertSource[]): Method => (train) => {
  const model = fitAlertRanking(train, sources);
  return (incident) => {
    const { instances, failures } = rankAlerts(model, incident);
    return { instances: instances.map(({ instance }) => instance), failure: failures[0]?.failure ?? null };
  };
};
const methods: readonly (readonly [string, Row['kind'], Method])[] = [
  ['clew', 'ours', ours()], ['alerts alone', 'member', ours(['alerts'])], ['calls alone', 'member', ours(['calls'])], ['without ways', 'member', ours(['alerts', 'calls'])],
  ['naive Bayes', 'baseline', naiveBayes], ['most alerts', 'baseline', mostAlerts],
];

export function run(folder: string): Report {
  const startMs = performance.now();
  const incidents = systemsUnder(folder).flatMap(readSystem);
  if (incidents.length === 0) throw new Error(`no label.csv with alerts under ${folder}`);
  const cases: (Ranked & { readonly failures: Readonly<Record<string, string | null>>; readonly failure: string })[] = [];
  const notes: string[] = [];
  for (const [system, all] of Map.groupBy(incidents, (each) => each.system)) {
    const plans = plansOf(all);
    notes.push(`${system}: ${plans.length === 1 ? `learnt on ${plans[0].train.length}, ranked ${plans[0].test.length}` : `${folds} folds of ${all.length}`}`);
    for (const { train, test } of plans) {
      const answers = methods.map(([name, , method]) => [name, method(train)] as const);
      for (const incident of test) {
        const told = answers.map(([name, answer]) => [name, answer(incident)] as const);
        cases.push({
          name: `${system}/${incident.id}`, group: system, failure: incident.failure,
          places: Object.fromEntries(told.map(([name, { instances }]) => [name, placeOf(instances, incident.cause)])),
          failures: Object.fromEntries(told.map(([name, { failure }]) => [name, failure])),
        });
      }
    }
  }
  const rows = methods.map(([method, kind]): Row => {
    const scores: Record<string, number> = {};
    for (const [system, of] of Map.groupBy(cases, (each) => each.group)) {
      for (const k of [1, 3, 5]) scores[`${system} HR@${k}`] = accuracyAt(of, method, k);
      scores[`${system} MRR@3`] = of.reduce((sum, { places }) => sum + ((places[method] ?? Infinity) <= 3 ? 1 / (places[method] ?? Infinity) : 0), 0) / of.length;
      if (of.some(({ failures }) => failures[method] !== null)) scores[`${system} type F1`] = weightedF1(of.map(({ failure, failures }) => [failure, failures[method]]));
    }
    return { method, kind, scores };
  });
  const paired = [...Map.groupBy(cases, (each) => each.group)].map(([system, of]) => `${system}: ${pairedAt1(of, 'clew', 'naive Bayes')}`);
  return {
    set: 'tvdiag-alerts', protocol: `${cases.length} incidents; instances ranked by their alerts, kinds of failure told (weighted F1); no names`,
    rows, cases: placesByCase(cases), notes: [...notes, ...paired, 'no table of the paper was to be had: the floor is naive Bayes on kinds of alert, and counting'], seconds: (performance.now() - startMs) / 1000,
  };
}

function plansOf(all: readonly Incident[]): { readonly train: readonly Incident[]; readonly test: readonly Incident[] }[] {
  const [train, test] = [all.filter(({ isTrain }) => isTrain), all.filter(({ isTrain }) => !isTrain)];
  if (train.length > 0 && test.length > 0) return [{ train, test }];
  return Array.from({ length: folds }, (_, fold) => ({ train: all.filter((_each, at) => at % folds !== fold), test: all.filter((_each, at) => at % folds === fold) }));
}

const placeOf = (instances: readonly string[], cause: string): number | null => (instances.includes(cause) ? instances.indexOf(cause) + 1 : null);

function systemsUnder(folder: string): string[] {
  if (existsSync(join(folder, 'label.csv')) && existsSync(join(folder, 'metrics.json'))) return [folder];
  return readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name).sort().flatMap((name) => systemsUnder(join(folder, name)));
}

function readSystem(folder: string): Incident[] {
  const read = <T>(name: string): Record<string, T> => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Record<string, T>;
  const [metrics, traces, logs, nodes] = [read<string[][]>('metrics'), read<string[][]>('traces'), read<string[][]>('logs'), read<string[]>('nodes')];
  const [head, ...rows] = readFileSync(join(folder, 'label.csv'), 'utf8').trim().split(/\r?\n/).map(quotedCells);
  const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';
  return rows.map((row): Incident => {
    const id = cell(row, 'index');
    return {
      system: basename(folder), id, isTrain: cell(row, 'data_type') !== 'test', cause: cell(row, 'instance'), failure: cell(row, 'anomaly_type'),
      instances: nodes[id] ?? [],
      alerts: [
        // Metric rows are [instance, (host,) metric, direction].
        ...(metrics[id] ?? []).map((alert) => ({ instance: alert[0], kind: alert.slice(-2).join(' '), of: 'metric' as const })),
        ...(logs[id] ?? []).map(([instance, kind]) => ({ instance, kind, of: 'log' as const })),
      ],
      calls: (traces[id] ?? []).map(([caller, callee, operation, kind]) => ({ caller, callee, operation, kind })),
    };
  });
}

/** One cell of the set is a log line in quotes. */
function quotedCells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
}

/** Kinds of alert that an instance has, each on its own. */
function kindsOf({ instances, alerts, calls }: Incident): Map<string, Set<string>> {
  const kinds = new Map(instances.map((instance) => [instance, new Set<string>()]));
  for (const { instance, kind, of } of alerts) kinds.get(instance)?.add(`${of} ${kind.startsWith(`${instance}-`) ? kind.slice(instance.length + 1) : kind}`);
  for (const { caller, callee, kind } of calls) {
    kinds.get(caller)?.add(`${caller === callee ? 'itself' : 'calls'} ${kind}`);
    if (caller !== callee) kinds.get(callee)?.add(`is called ${kind}`);
  }
  return kinds;
}

function naiveBayes(train: readonly Incident[]): (incident: Incident) => Answer {
  const seen = new Map<string, { cause: number; other: number }>();
  const all = { cause: 0, other: 0 };
  for (const incident of train) {
    for (const [instance, kinds] of kindsOf(incident)) {
      const side = instance === incident.cause ? 'cause' : 'other';
      all[side]++;
      for (const kind of kinds) {
        const counts = seen.get(kind) ?? { cause: 0, other: 0 };
        counts[side]++;
        seen.set(kind, counts);
      }
    }
  }
  return (incident) => {
    const scores = [...kindsOf(incident)].map(([instance, kinds]) => {
      let score = 0;
      for (const [kind, { cause, other }] of seen) {
        const [p, q] = [(cause + 1) / (all.cause + 2), (other + 1) / (all.other + 2)];
        score += kinds.has(kind) ? Math.log(p / q) : Math.log((1 - p) / (1 - q));
      }
      return { instance, score };
    });
    return { instances: scores.sort((a, b) => b.score - a.score).map(({ instance }) => instance), failure: null };
  };
}

/** The kind of failure is the one seen most. */
function mostAlerts(train: readonly Incident[]): (incident: Incident) => Answer {
  const counts = [...Map.groupBy(train, (each) => each.failure)].map(([kind, own]) => ({ kind, count: own.length }));
  const failure = counts.sort((a, b) => b.count - a.count)[0]?.kind ?? null;
  return ({ instances, alerts }) => {
    const count = (instance: string): number => alerts.filter((alert) => alert.instance === instance).length;
    return { instances: [...instances].sort((a, b) => count(b) - count(a)), failure };
  };
}

/** Mean of the F1 of each kind, by how often it is true. */
function weightedF1(pairs: readonly (readonly [string, string | null])[]): number {
  return [...Map.groupBy(pairs, ([truth]) => truth)].reduce((sum, [failure, own]) => {
    const hits = own.filter(([, told]) => told === failure).length;
    const told = pairs.filter((pair) => pair[1] === failure).length;
    return sum + (own.length / pairs.length) * ((2 * hits) / Math.max(1, told + own.length));
  }, 0);
}
