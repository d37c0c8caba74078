/** How the answers of the API are shown in a terminal. */
import type { AttributeValue, Finding, MetricInfo, MetricSeries, StoredLog, TraceSummary } from '@clew/engine';
import type { AttributesResponse, EdgeSummary, GraphResponse, MetricResponse } from '../api/types.ts';
import { featureName } from '@clew/words';
import { type Names, sayPlain } from '../words/name.ts';
import { sayMs, sayNumber, sayRange, sayShare, sayValue } from '../words/quantity.ts';
import { type Column, type Paint, paintState, toSparkline, toStamp, toTable } from './show.ts';

/** How to show: with colour or without, and what entities are called. */
export interface Style { readonly paint: Paint; readonly names: Names }

export function showTraces(traces: readonly TraceSummary[], { paint, names }: Style): string {
  if (traces.length === 0) return 'No traces found.\n';
  return toTable<TraceSummary>([
    { title: 'TIME', of: ({ startMs }) => toStamp(startMs) },
    { title: 'DURATION', of: ({ durationMs }) => sayMs(durationMs), right: true },
    { title: 'SPANS', of: ({ spans }) => sayNumber(spans), right: true },
    { title: 'ERRORS', of: ({ errors }) => (errors === 0 ? '-' : sayNumber(errors)), right: true, paint: ({ errors }, text) => (errors > 0 ? paint('red', text) : text) },
    { title: 'SERVICE', of: ({ rootService }) => names.of(rootService) },
    { title: 'NAME', of: ({ rootName }) => rootName },
    { title: 'TRACE', of: ({ traceId }) => traceId },
  ], traces);
}

/** Oldest first, as a log reads: the newest line is the last. */
export function showLogs(logs: readonly StoredLog[], style: Style): string {
  return logs.length === 0 ? 'No log records found.\n' : logs.toReversed().map((log) => showLog(log, style)).join('');
}

const bodyCharsMax = 2_000;

export function showLog(log: StoredLog, { paint, names }: Style): string {
  const severity = severityName(log);
  const painted = log.severity >= 17 ? paint('red', severity) : log.severity >= 13 ? paint('yellow', severity) : paint('dim', severity);
  const time = `${new Date(log.timeMs).toISOString().replace('T', ' ')}`;
  const trace = log.traceId === '' ? '' : paint('dim', `  trace=${log.traceId}`);
  const event = log.eventName === '' ? '' : `[${sayPlain(log.eventName)}] `;
  return `${paint('dim', time)} ${painted} ${names.of(log.service)}  ${event}${sayPlain(bodyText(log.body), bodyCharsMax)}${trace}\n`;
}

function bodyText(body: AttributeValue): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

function severityName({ severity, severityText }: StoredLog): string {
  const name = severity >= 1 && severity <= 24 ? severities[Math.floor((severity - 1) / 4)] : sayPlain(severityText, 5);
  return name.padEnd(5);
}

export function showMetrics(metrics: readonly MetricInfo[], { names }: Style): string {
  if (metrics.length === 0) return 'No metrics found.\n';
  return toTable<MetricInfo>([
    { title: 'NAME', of: ({ name }) => name },
    { title: 'TYPE', of: ({ type, monotonic, temporality }) => [type, monotonic ? 'monotonic' : '', temporality === 'none' ? '' : temporality].filter((part) => part !== '').join(' ') },
    { title: 'UNIT', of: ({ unit }) => (unit === '' ? '-' : unit) },
    { title: 'SERIES', of: ({ series }) => sayNumber(series), right: true },
    { title: 'SERVICES', of: ({ services }) => services.slice(0, 4).map((service) => names.of(service)).join(', ') + (services.length > 4 ? ` and ${services.length - 4} more` : '') },
  ], metrics);
}

export function showMetric({ name, series }: MetricResponse, { names }: Style): string {
  if (series.length === 0) return `No points of ${sayPlain(name)} found.\n`;
  const known = ({ values }: MetricSeries): number[] => values.filter((value) => value !== null);
  const say = (values: readonly number[], unit: string, pick: (values: readonly number[]) => number): string => (values.length === 0 ? '-' : sayValue(pick(values), unit));
  return toTable<MetricSeries>([
    { title: 'SERVICE', of: ({ service }) => names.of(service) },
    { title: 'LAST', of: (each) => say(known(each), each.unit, (values) => values[values.length - 1]), right: true },
    { title: 'LEAST', of: (each) => say(known(each), each.unit, (values) => values.reduce((a, b) => Math.min(a, b))), right: true },
    { title: 'MOST', of: (each) => say(known(each), each.unit, (values) => values.reduce((a, b) => Math.max(a, b))), right: true },
    { title: 'OVER TIME', of: ({ values }) => `|${toSparkline(values)}|` },
    { title: 'ATTRIBUTES', of: ({ attributes }) => Object.entries(attributes).map(([key, value]) => `${key}=${bodyText(value)}`).join(' ') },
  ], series);
}

export function showFindings(findings: readonly Finding[], { paint, names }: Style): string {
  if (findings.length === 0) return 'No findings.\n';
  return toTable<Finding>([
    { title: 'SINCE', of: ({ onsetMs }) => toStamp(onsetMs) },
    { title: 'STATE', of: ({ active }) => (active ? 'active' : 'over'), paint: ({ active, symptom }, text) => (active ? paint(symptom ? 'red' : 'yellow', text) : paint('dim', text)) },
    { title: 'KIND', of: ({ symptom }) => (symptom ? 'symptom' : 'clue') },
    { title: 'ENTITY', of: ({ entity }) => names.of(entity) },
    { title: 'WHAT', of: ({ feature, subject, text }) => featureName(feature, subject, 'en', text) },
    { title: 'OBSERVED', of: ({ observed, unit }) => sayValue(observed, unit), right: true },
    { title: 'NORMAL', of: ({ expected, unit }) => sayRange(expected.low, expected.high, unit), right: true },
    { title: 'SCORE', of: ({ score }) => sayNumber(score), right: true },
    { title: 'VERDICT', of: ({ verdict }) => verdict ?? '-' },
    ...(findings.some(({ maintenance }) => maintenance !== null) ? [{ title: 'MAINTENANCE', of: ({ maintenance }: Finding) => maintenance ?? '-' }] : []),
    { title: 'ID', of: ({ id }) => id },
  ], findings);
}

export function showGraph({ edges }: GraphResponse, { paint, names }: Style): string {
  if (edges.length === 0) return 'No edges: no service has been seen calling another.\n';
  const columns: Column<EdgeSummary>[] = [
    { title: 'FROM', of: ({ edge }) => names.of(edge.from) },
    { title: 'TO', of: ({ edge }) => names.of(edge.to) },
    { title: 'KIND', of: ({ edge }) => edge.kind },
    { title: 'STATE', of: ({ health }) => health, paint: ({ health }, text) => paintState(paint, health, text) },
    { title: 'RATE', of: ({ rate }) => `${sayNumber(rate)}/s`, right: true },
    { title: 'ERRORS', of: ({ errorShare }) => sayShare(errorShare), right: true },
    { title: 'P95', of: ({ p95Ms }) => sayMs(p95Ms), right: true },
  ];
  return toTable(columns, edges);
}

export function showAttributes({ attributes }: AttributesResponse): string {
  if (attributes.length === 0) return 'No attributes seen.\n';
  return toTable<AttributesResponse['attributes'][number]>([
    { title: 'KEY', of: ({ key }) => key },
    { title: 'VALUES, FOR EXAMPLE', of: ({ values }) => values.join(', ') },
  ], attributes);
}
