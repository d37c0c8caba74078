import { writeRequest } from '@clew/otlp';
import type { Exemplar, KeyValue, Metric } from '@clew/otlp';
import { refusals } from '../refusals.ts';
import type { Refusals } from '../refusals.ts';
import { hasLabel, kindOf, toUnit } from './kind.ts';
import type { FamilyOf, SeriesKind } from './kind.ts';
import type { Memory } from './memory.ts';
import { toHistogram } from './native-histogram.ts';
import { resourceOf } from './resource.ts';
import type { NativeHistogram, Sample, Series, WriteRequest, WrittenExemplar } from './series.ts';

export interface Written {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

export interface WrittenMetrics {
  readonly body: Uint8Array;
  readonly items: number;
  readonly written: Written;
  readonly refused: Refusals;
}

type Kind = SeriesKind | 'exponential' | 'explicit';
type Point = Record<string, unknown> & { exemplars?: Exemplar[] };
interface MetricDraft { readonly kind: Kind; readonly head: FamilyOf; readonly name: string; readonly points: Point[] }
interface ScopeDraft { readonly scope: { readonly name: string; readonly version?: string; readonly attributes: KeyValue[] }; readonly schemaUrl: string; readonly metrics: Map<string, MetricDraft> }
interface TargetDraft { readonly resource: readonly KeyValue[]; readonly scopes: Map<string, ScopeDraft> }

interface Draft {
  readonly targets: Map<string, TargetDraft>;
  readonly refused: Refusals;
  readonly written: { samples: number; histograms: number; exemplars: number };
  readonly memory: Memory;
  readonly source: string;
  /** Families that have buckets or quantiles in this request. */
  readonly parted: ReadonlySet<string>;
  /** Labels of series that have exemplars in this request. */
  readonly exemplified: Set<string>;
}

/** Scope of what names none (specification, compatibility/prometheus_and_openmetrics, "Instrumentation Scope"). */
const ownScope = 'clew/remote-write';
const scopeLabel = 'otel_scope_';
/** Labels of one series; every one is compared with every other. */
const labelsMax = 256;
const noRecordedValue = 1;
const cumulative = 2;

/** Remote write → OTLP. What the request tells of families and targets is learnt first, so that it holds for all of it. */
export function toOtlp({ series, metadata }: WriteRequest, source: string, memory: Memory): WrittenMetrics {
  for (const each of metadata) memory.learnFamily(source, each);
  const parted = new Set<string>();
  for (const { labels } of series) if (labels !== null) learn(labels, source, memory, parted);
  const draft: Draft = { targets: new Map(), refused: refusals(), written: { samples: 0, histograms: 0, exemplars: 0 }, memory, source, parted, exemplified: new Set() };
  const newest = new Map<string, Point>();
  for (const { labels, exemplars } of series) if (exemplars.length > 0 && labels !== null) draft.exemplified.add(labels.join('\0'));
  for (const each of series) addSeries(draft, each, newest);
  // Senders of version 1 write exemplars apart from their samples, behind or before them.
  for (const each of series) addExemplars(draft, each, newest);
  const { samples, histograms } = draft.written;
  return {
    items: samples + histograms,
    body: samples + histograms === 0 ? new Uint8Array(0) : write(draft),
    written: draft.written,
    refused: draft.refused,
  };
}

function learn(labels: readonly string[], source: string, memory: Memory, parted: Set<string>): void {
  const name = labelOf(labels, '__name__');
  if (name === 'target_info') memory.learnTarget(source, targetOf(labels), labels.filter((_, index) => !isIdentity(labels[index - (index % 2)])));
  else if (name.endsWith('_bucket') && hasLabel(labels, 'le')) parted.add(name.slice(0, -'_bucket'.length));
  else if (hasLabel(labels, 'quantile')) parted.add(name);
}

const isIdentity = (label: string): boolean => label === '__name__' || label === 'job' || label === 'instance';
const targetOf = (labels: readonly string[]): string => `${labelOf(labels, 'job')}\0${labelOf(labels, 'instance')}`;

function labelOf(labels: readonly string[], name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1];
  return '';
}

function addSeries(draft: Draft, series: Series, newest: Map<string, Point>): void {
  const { labels, samples, histograms } = series;
  const name = labels === null ? '' : labelOf(labels, '__name__');
  if (labels === null || name === '' || labels.length > 2 * labelsMax || hasTwice(labels)) {
    if (samples.length + histograms.length > 0) draft.refused.add('remote_write.labels', name, samples.length + histograms.length);
    return;
  }
  const points: Point[] = [];
  if (samples.length > 0) {
    const head = kindOf(name, labels, series.metadata, (family) => draft.memory.family(draft.source, family), (family) => draft.parted.has(family));
    const metric = metricOf(draft, labels, name, head.kind, head);
    const attributes = pointAttributes(labels);
    for (const sample of samples) addSample(draft, metric, attributes, series, sample, points);
  }
  for (const histogram of histograms) addHistogram(draft, series, name, labels, histogram, points);
  const last = points.at(-1);
  if (last !== undefined && draft.exemplified.size > 0) newest.set(labels.join('\0'), last);
}

function addSample(draft: Draft, metric: MetricDraft, attributes: readonly KeyValue[], series: Series, { value, timeMs, startMs, isStale }: Sample, points: Point[]): void {
  if (!(timeMs > 0)) return void draft.refused.add('remote_write.time', metric.name);
  const start = metric.kind === 'counter' ? startOf(startMs || series.createdMs, timeMs) : {};
  push(metric, points, { attributes, timeUnixNano: toNs(timeMs), ...start, ...(isStale ? { flags: noRecordedValue } : { asDouble: value }) });
  draft.written.samples += 1;
}

function addHistogram(draft: Draft, series: Series, name: string, labels: readonly string[], histogram: NativeHistogram, points: Point[]): void {
  const { timeMs, startMs, isStale } = histogram;
  if (!(timeMs > 0)) return void draft.refused.add('remote_write.time', name);
  const value = toHistogram(histogram);
  if ('refused' in value) return void draft.refused.add(value.refused, name);
  const metadata = series.metadata ?? draft.memory.family(draft.source, name);
  const metric = metricOf(draft, labels, name, value.kind, { kind: 'gauge', metadata });
  push(metric, points, { attributes: pointAttributes(labels), timeUnixNano: toNs(timeMs), ...startOf(startMs || series.createdMs, timeMs), ...value.point, ...(isStale ? { flags: noRecordedValue } : {}) });
  draft.written.histograms += 1;
}

function push(metric: MetricDraft, points: Point[], point: Point): void {
  metric.points.push(point);
  points.push(point);
}

/** Exemplars stand at the newest point of their series in the request. */
function addExemplars(draft: Draft, { labels, exemplars }: Series, newest: ReadonlyMap<string, Point>): void {
  if (exemplars.length === 0 || labels === null) return;
  const name = labelOf(labels, '__name__');
  const point = newest.get(labels.join('\0'));
  if (point === undefined) return void draft.refused.add('remote_write.exemplar_alone', name, exemplars.length);
  for (const exemplar of exemplars) {
    if (exemplar.labels === null) draft.refused.add('remote_write.labels', name);
    else {
      (point.exemplars ??= []).push(toExemplar(exemplar.labels, exemplar));
      draft.written.exemplars += 1;
    }
  }
}

function toExemplar(labels: readonly string[], { value, timeMs }: WrittenExemplar): Exemplar {
  const filteredAttributes: KeyValue[] = [];
  const ids: { traceId?: string; spanId?: string } = {};
  for (let i = 0; i < labels.length; i += 2) {
    const [name, text] = [labels[i], labels[i + 1]];
    if (name === 'trace_id' && /^[0-9a-f]{32}$/i.test(text)) ids.traceId = text;
    else if (name === 'span_id' && /^[0-9a-f]{16}$/i.test(text)) ids.spanId = text;
    else filteredAttributes.push({ key: name, value: { stringValue: text } });
  }
  return { ...ids, filteredAttributes, asDouble: value, timeUnixNano: timeMs > 0 ? toNs(timeMs) : 0 };
}

/** A start that is not known stays unset: it is then found by the value that falls. */
function startOf(startMs: number, timeMs: number): { readonly startTimeUnixNano?: bigint } {
  return startMs > 0 && startMs <= timeMs ? { startTimeUnixNano: toNs(startMs) } : {};
}

/** Times beyond the 64 bits of nanoseconds (the year 2554) are cut to them. */
function toNs(ms: number): bigint {
  const ns = BigInt(ms) * 1_000_000n;
  return ns < nsMax ? ns : nsMax;
}
const nsMax = 2n ** 64n - 1n;

/** True where a label has no name, or the name of another. */
function hasTwice(labels: readonly string[]): boolean {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === '') return true;
    for (let j = i + 2; j < labels.length; j += 2) if (labels[j] === labels[i]) return true;
  }
  return false;
}

/** A label without a value is no label. */
function pointAttributes(labels: readonly string[]): KeyValue[] {
  const attributes: KeyValue[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i + 1] !== '' && !isIdentity(labels[i]) && !labels[i].startsWith(scopeLabel)) attributes.push({ key: labels[i], value: { stringValue: labels[i + 1] } });
  }
  return attributes;
}

function metricOf(draft: Draft, labels: readonly string[], name: string, kind: Kind, head: FamilyOf): MetricDraft {
  const target = targetOf(labels);
  let owner = draft.targets.get(target);
  if (owner === undefined) {
    owner = { resource: resourceOf({ job: labelOf(labels, 'job'), instance: labelOf(labels, 'instance') }, draft.memory.target(draft.source, target) ?? []), scopes: new Map() };
    draft.targets.set(target, owner);
  }
  const scope = scopeOf(owner, labels);
  const key = `${name}\0${kind}`;
  let metric = scope.metrics.get(key);
  if (metric === undefined) scope.metrics.set(key, metric = { kind, head, name, points: [] });
  return metric;
}

function scopeOf({ scopes }: TargetDraft, labels: readonly string[]): ScopeDraft {
  let key = '';
  for (let i = 0; i < labels.length; i += 2) if (labels[i].startsWith(scopeLabel)) key += `${labels[i]}\0${labels[i + 1]}\0`;
  let found = scopes.get(key);
  if (found === undefined) scopes.set(key, found = makeScope(labels));
  return found;
}

function makeScope(labels: readonly string[]): ScopeDraft {
  const known = new Map<string, string>();
  const attributes: KeyValue[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (!labels[i].startsWith(scopeLabel)) continue;
    const name = labels[i].slice(scopeLabel.length);
    if (name === 'name' || name === 'version' || name === 'schema_url') known.set(name, labels[i + 1]);
    else attributes.push({ key: name, value: { stringValue: labels[i + 1] } });
  }
  return { scope: { name: known.get('name') ?? ownScope, version: known.get('version') ?? '', attributes }, schemaUrl: known.get('schema_url') ?? '', metrics: new Map() };
}

function write({ targets }: Draft): Uint8Array {
  return writeRequest('metrics', {
    resourceMetrics: [...targets.values()].map(({ resource, scopes }) => ({
      resource: { attributes: resource },
      scopeMetrics: [...scopes.values()].map(({ scope, schemaUrl, metrics }) => ({ scope, schemaUrl, metrics: [...metrics.values()].map(toMetric) })),
    })),
  });
}

function toMetric({ kind, head: { metadata }, name, points }: MetricDraft): Metric {
  const head = {
    name, description: metadata?.help ?? '', unit: toUnit(metadata?.unit ?? ''),
    metadata: metadata === null ? [] : [{ key: 'prometheus.type', value: { stringValue: metadata.type } }],
  };
  switch (kind) {
    case 'gauge': return { ...head, gauge: { dataPoints: points } };
    case 'exponential': return { ...head, exponentialHistogram: { dataPoints: points, aggregationTemporality: cumulative } };
    case 'explicit': return { ...head, histogram: { dataPoints: points, aggregationTemporality: cumulative } };
    default: return { ...head, sum: { dataPoints: points, aggregationTemporality: cumulative, isMonotonic: kind === 'counter' } };
  }
}
