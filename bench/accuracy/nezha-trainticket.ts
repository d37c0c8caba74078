import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contrastStretches, mine, openMiner } from '@clew/engine';
import type { LogRow, Metric, SpanRow } from '@clew/engine';
import { readCells, toNumber } from './csv.ts';
import { accuracyAt, pairedAt1, placesByCase, placeWithTies } from './ranking.ts';
import type { Ranked } from './ranking.ts';
import type { Report, Row } from './report.ts';

/**
 * Nezha TrainTicket (Yu et al., FSE 2023): which service, from OpenTelemetry traces, logs and metrics. The fault-free minute of
 * the day against the minute two minutes after injection. A part is a folder with faults.json and rca_data; metric/ and
 * construct_data/ lie beside it. Pod names say which service a row belongs to, and nothing else.
 */
interface Fault { readonly id: string; readonly date: string; readonly service: string; readonly fault: string; readonly analysis_minute: string }

const methods: readonly (readonly [string, Row['kind'], readonly ('course' | 'delay' | 'resource')[]])[] = [
  ['clew', 'ours', ['course', 'delay', 'resource']], ['course of requests', 'member', ['course']], ['delays', 'member', ['delay']], ['resources', 'member', ['resource']],
];

export function run(folder: string): Report {
  const startMs = performance.now();
  const parts = partsUnder(folder);
  if (parts.length === 0) throw new Error(`no faults.json with rca_data under ${folder}`);
  const cases = parts.flatMap((part) => {
    const faults = JSON.parse(readFileSync(join(part, 'faults.json'), 'utf8')) as Fault[];
    return faults.map((fault) => rankCase(part, besides(part), fault));
  });
  const rows: Row[] = [...methods.map(([method, kind]) => scoresOf(cases, method, kind)), scoresOf(cases, 'most errors', 'baseline'),
    { method: 'Nezha, all 45', kind: 'published', scores: { 'AS@1': 0.867, 'AS@3': 0.978, 'AS@5': 0.978, 'AS@1 ties against': 0.711 } },
    { method: 'MicroRCA, all 45', kind: 'published', scores: { 'AS@1': 0.2, 'AS@3': 0.311, 'AS@5': 0.444 } },
    { method: 'MicroRank, all 45', kind: 'published', scores: { 'AS@1': 0.156, 'AS@3': 0.244, 'AS@5': 0.356 } }];
  return {
    set: 'nezha-trainticket', protocol: `${cases.length} faults; fault-free minute of the day against the minute inject + 2; services ranked, no training, ties count against us`,
    rows, cases: placesByCase(cases), notes: [pairedAt1(cases, 'clew', 'most errors')], seconds: (performance.now() - startMs) / 1000,
  };
}

function scoresOf(cases: readonly Ranked[], method: string, kind: Row['kind']): Row {
  const scores: Record<string, number> = { 'AS@1': accuracyAt(cases, method, 1), 'AS@3': accuracyAt(cases, method, 3), 'AS@5': accuracyAt(cases, method, 5), 'AS@1 ties against': accuracyAt(cases, method, 1) };
  for (const [fault, of] of Map.groupBy(cases, (each) => each.group)) scores[`${fault} AS@1`] = accuracyAt(of, method, 1);
  return { method, kind, scores };
}

function partsUnder(folder: string): string[] {
  if (existsSync(join(folder, 'faults.json')) && existsSync(join(folder, 'rca_data'))) return [folder];
  return readdirSync(folder).sort().map((name) => join(folder, name)).filter((path) => statSync(path).isDirectory()).flatMap(partsUnder);
}

/** The folder that holds metric/ and construct_data/: the part itself, or one above. */
function besides(part: string): string {
  return [part, join(part, '..'), join(part, '..', '..')].find((path) => existsSync(join(path, 'construct_data'))) ?? part;
}

function rankCase(part: string, root: string, fault: Fault): Ranked {
  const normal = join(root, 'construct_data', fault.date);
  const faulty = join(part, 'rca_data', fault.date);
  const files = (folder: string): string[] => readdirSync(folder).sort().map((name) => join(folder, name));
  const miners = new Map<string, ReturnType<typeof openMiner>>();
  const spans = { before: files(join(normal, 'trace')).flatMap(readSpans), after: readSpans(join(faulty, 'trace', `${fault.analysis_minute}_trace.csv`)) };
  const logs = { before: files(join(normal, 'log')).flatMap((path) => readLogs(path, miners)), after: readLogs(join(faulty, 'log', `${fault.analysis_minute}_log.csv`), miners) };
  const metrics = readMetrics(join(root, 'metric', fault.date), Date.parse(`${fault.date}T${fault.analysis_minute.replace('_', ':')}:00Z`));
  const places: Record<string, number | null> = {};
  for (const [method, , sources] of methods) places[method] = placeWithTies(contrastStretches({ spans, logs, metrics }, sources), fault.service);
  places['most errors'] = placeWithTies(mostErrors(logs.before, logs.after), fault.service);
  return { name: fault.id, group: fault.fault, places };
}

function mostErrors(before: readonly LogRow[], after: readonly LogRow[]): { node: string; score: number }[] {
  const counts = new Map<string, number>();
  for (const [logs, sign] of [[before, -1], [after, 1]] as const) for (const log of logs) if (log.severity >= 17) counts.set(log.node, (counts.get(log.node) ?? 0) + sign);
  return [...counts].map(([node, score]) => ({ node, score })).sort((a, b) => b.score - a.score);
}

const serviceOf = (pod: string): string => pod.split('-').slice(0, -2).join('-');

function readSpans(path: string): SpanRow[] {
  return readCells(path).slice(1).map((cells) => {
    const [traceId, spanId, parent, pod] = cells;
    const [start, , duration] = cells.slice(-3);
    return { traceId, spanId, parentId: parent === 'root' ? '' : parent, node: serviceOf(pod), operation: cells.slice(4, -3).join(','), startMs: Number(BigInt(start) / 1000n) / 1000, durationMs: Number(duration) / 1000 };
  });
}

/** One row of the set has broken quoting; what does not read is left out. */
function readLogs(path: string, miners: Map<string, ReturnType<typeof openMiner>>): LogRow[] {
  const found: LogRow[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const match = /^(?:[^,]*,){3}([^,]*),[^,]*,([^,]*),([^,]*),"(.*)"\r?$/.exec(line);
    const text = match === null ? null : messageOf(match[4].replaceAll('""', '"'));
    if (match === null || text === null) continue;
    const node = serviceOf(match[1]);
    let miner = miners.get(node);
    if (miner === undefined) miners.set(node, miner = openMiner());
    const [, level, message] = /^[\d:.]+\s+([A-Z]+)\s+([\s\S]*)$/.exec(text) ?? ['', 'INFO', text];
    const template = mine(miner, message.replace(/TraceID: \S+ SpanID: \S+/, ''), 0, 500);
    found.push({ traceId: match[2], spanId: match[3], node, template: `${level} ${template.id}`, severity: level === 'ERROR' ? 17 : level === 'WARN' ? 13 : 9 });
  }
  return found;
}

function messageOf(json: string): string | null {
  try {
    return (JSON.parse(json) as { log?: string }).log ?? null;
  } catch {
    return null;
  }
}

const minuteMs = 60_000;

/** CPU and memory of each pod: the minutes up to three before the analysed one, against the lower of its last two values, so that one spike says nothing. */
function readMetrics(folder: string, atMs: number): Metric[] {
  return readdirSync(folder).sort().filter((name) => name.endsWith('_metric.csv')).flatMap((file) => {
    const [head, ...rows] = readCells(join(folder, file));
    const node = serviceOf(file.replace('_metric.csv', ''));
    const times = rows.map((row) => Number(row[1]) * 1000);
    return ([['CpuUsage(m)', 'cpu', 1], ['MemoryUsage(Mi)', 'memory', 1024 ** 2]] as const).flatMap(([name, of, unit]) => {
      const values = rows.map((row) => toNumber(row[head.indexOf(name)]) * unit);
      const before = values.filter((_, at) => times[at] < atMs - 3 * minuteMs);
      const now = values.filter((_, at) => times[at] >= atMs - minuteMs && times[at] < atMs + 1.5 * minuteMs).slice(-2);
      return before.length < 5 || now.length < 2 ? [] : [{ node, name: `${node} ${of}`, of, before, after: [Math.min(...now)] }];
    });
  });
}
