import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contrastSeries } from '@clew/engine';
import type { CallSeries, Metric, SeriesSource, SeriesWitness, Stretches } from '@clew/engine';
import { readCells, toNumber } from './csv.ts';
import { accuracyAt, pairedAt1, placesByCase, placeWithTies } from './ranking.ts';
import type { Ranked } from './ranking.ts';
import type { Report, Row } from './report.ts';

/**
 * Nezha OnlineBoutique (Yu et al., FSE 2023), metrics alone: its logs and most of its traces are not in the snapshot, so this
 * is a harder task than the published one. Folders <day>/ with a fault list and metric/; which service, from what lies before
 * the injection and the minutes 1 to 3.5 after it. Pod names say which service a series belongs to, and nothing else.
 */
interface Fault { readonly inject_time: string; readonly inject_timestamp: string; readonly inject_pod: string; readonly inject_type: string }

const methods: readonly (readonly [string, Row['kind'], readonly SeriesSource[]])[] = [
  ['clew', 'ours', ['way', 'resource', 'course']], ['ways', 'member', ['way']], ['resources', 'member', ['resource']], ['course', 'member', ['course']],
];
const minuteMs = 60_000;
/** So many minutes before the injection are the normal period. */
const normalRows = 60;

export function run(folder: string): Report {
  const startMs = performance.now();
  const days = daysUnder(folder);
  if (days.length === 0) throw new Error(`no fault list with metric/ under ${folder}`);
  const cases = days.flatMap(readDay);
  const rows: Row[] = [...methods.map(([method, kind]) => scoresOf(cases, method, kind)), scoresOf(cases, 'most CPU', 'baseline'),
    { method: 'Nezha, all signals', kind: 'published', scores: { 'AS@1': 0.929, 'AS@3': 0.964, 'AS@5': 0.964 } }];
  return {
    set: 'nezha-onlineboutique-metrics', protocol: `${cases.length} faults; up to ${normalRows} minutes before the injection against the minutes 1 to 3.5 after it; services ranked, no training, ties count against us`,
    rows, cases: placesByCase(cases), notes: [pairedAt1(cases, 'clew', 'most CPU'), 'the published figure has logs and traces, which the open snapshot lacks: not the same task'], seconds: (performance.now() - startMs) / 1000,
  };
}

function scoresOf(cases: readonly Ranked[], method: string, kind: Row['kind']): Row {
  const scores: Record<string, number> = { 'AS@1': accuracyAt(cases, method, 1), 'AS@3': accuracyAt(cases, method, 3), 'AS@5': accuracyAt(cases, method, 5) };
  for (const [fault, of] of Map.groupBy(cases, (each) => each.group)) scores[`${fault} AS@1`] = accuracyAt(of, method, 1);
  return { method, kind, scores };
}

function daysUnder(folder: string): string[] {
  const names = readdirSync(folder).sort();
  if (names.includes('metric') && names.some(isFaultList)) return [folder];
  return names.map((name) => join(folder, name)).filter((path) => statSync(path).isDirectory()).flatMap(daysUnder);
}

const isFaultList = (name: string): boolean => name.endsWith('fault_list.json');

interface Table { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly timesMs: readonly number[] }

function readTable(path: string): Table {
  const [head, ...rows] = readCells(path);
  return { head, rows, timesMs: rows.map((row) => Number(row[1]) * 1000) };
}

function readDay(day: string): Ranked[] {
  const folder = join(day, 'metric');
  const list = readdirSync(day).find(isFaultList) ?? '';
  const faults = Object.values(JSON.parse(readFileSync(join(day, list), 'utf8')) as Record<string, Fault[]>).flat();
  const pods = readdirSync(folder).sort().filter((name) => name.endsWith('_metric.csv')).map((name) => ({ node: serviceOf(name.replace('_metric.csv', '')), table: readTable(join(folder, name)) }));
  const ends = ['source_50.csv', 'destination_50.csv'].map((name) => join(folder, name));
  const [source, destination] = ends.every((path) => existsSync(path)) ? ends.map(readTable) : [null, null];
  return faults.map((fault) => {
    const atMs = Number(fault.inject_timestamp) * 1000;
    const cut = (table: Table, valueOf: (row: number) => number): Stretches => ({
      before: pick(table, valueOf, (timeMs) => timeMs < atMs - minuteMs / 2).slice(-normalRows),
      after: pick(table, valueOf, (timeMs) => timeMs >= atMs + minuteMs && timeMs < atMs + 3.5 * minuteMs),
    });
    const column = (table: Table, name: string): Stretches => {
      const at = table.head.indexOf(name);
      return cut(table, (row) => toNumber(table.rows[row][at]));
    };
    const witness: SeriesWitness = {
      metrics: pods.flatMap(({ node, table }): Metric[] => ([['CpuUsageRate(%)', 'cpu', 1], ['MemoryUsage(Mi)', 'memory', 1024 ** 2]] as const).map(([name, of, unit]) => {
        const { before, after } = column(table, name);
        // The lower of the minutes, so that one spike says nothing.
        return { node, name: `${node} ${of}`, of, before: Array.from(before, (value) => value * unit), after: [Math.min(...Array.from(after).filter((value) => Number.isFinite(value))) * unit] };
      })),
      calls: source === null || destination === null ? [] : source.head.slice(2).map((name): CallSeries => {
        const [caller, callee] = name.split('_');
        const [mine, theirs] = [source.head.indexOf(name), destination.head.indexOf(name)];
        // The two tables have the same minutes, row by row; a cell may be empty in one of them.
        return { caller, callee, callerMs: cut(source, (row) => 1000 * toNumber(source.rows[row][mine])), calleeMs: cut(source, (row) => 1000 * toNumber(destination.rows[row]?.[theirs] ?? '')) };
      }),
      rates: new Map(pods.map(({ node, table }) => [node, column(table, 'PodWorkload(Ops)')])),
    };
    const truth = serviceOf(fault.inject_pod);
    const places: Record<string, number | null> = {};
    for (const [method, , sources] of methods) places[method] = placeWithTies(contrastSeries(witness, sources), truth);
    places['most CPU'] = placeWithTies(witness.metrics.filter(({ of }) => of === 'cpu').map(({ node, after }) => ({ node, score: after[0] })), truth);
    return { name: fault.inject_time, group: fault.inject_type, places };
  });
}

function pick(table: Table, valueOf: (row: number) => number, isIn: (timeMs: number) => boolean): number[] {
  return table.timesMs.flatMap((timeMs, row) => (isIn(timeMs) ? [valueOf(row)] : []));
}

const serviceOf = (pod: string): string => pod.split('-').slice(0, -2).join('-');
