import { attributesOfPoint, MetricType, shapeOf } from '@clew/otlp';
import type { AttributeColumns, PointBatch } from '@clew/otlp';
import { SpanKind } from '../model/index.ts';
import type { PointRows, SeriesShape, SeriesType, Source } from '../model/index.ts';
import { openTexts, textAt } from './attributes.ts';
import type { Texts } from './attributes.ts';
import { hasOldValues, hasRule, presentAttributes, presentName, presentValue } from './conventions.ts';
import type { ConventionContext } from './conventions.ts';
import { openSeriesMemory } from './known-series.ts';
import type { KnownSeries } from './known-series.ts';
import { presentMetric } from './renamed.ts';
import type { PresentMetric } from './renamed.ts';
import { readSources } from './source.ts';
import { words } from './spans.ts';

/** Attributes of a point beyond this many do not tell series apart. */
export const seriesAttributesMax = 16;

const noRecordedValue = 1;

const typeOf: Readonly<Record<number, SeriesType>> = {
  [MetricType.gauge]: 'gauge', [MetricType.sum]: 'sum', [MetricType.histogram]: 'histogram',
  [MetricType.exponentialHistogram]: 'histogram', [MetricType.summary]: 'summary',
};

interface MetricHead extends PresentMetric {
  readonly type: SeriesType;
  readonly temporality: SeriesShape['temporality'];
  readonly monotonic: boolean;
}

const memory = openSeriesMemory();

/** What a request says besides its numbers. */
interface Told {
  readonly sources: readonly Source[];
  readonly heads: readonly MetricHead[];
  readonly series: readonly SeriesShape[];
  readonly seriesOf: Uint32Array;
  /** True where every metric is measured in the unit that it has now. */
  readonly isPlain: boolean;
}

/** Of shapes that came before, by what all requests of a shape have in common. */
const toldByShape = new WeakMap<PointBatch, Told>();

/** Decoded data points → rows. Points that carry no value (NO_RECORDED_VALUE) stay as NaN: a gap, not a zero. */
export function readPoints(batch: PointBatch, receivedMs: number): PointRows {
  const shape = shapeOf(batch)?.batch ?? null;
  const before = shape === null ? undefined : toldByShape.get(shape);
  const { sources, heads, series, seriesOf, isPlain } = before ?? tell(batch, shape);
  const { count, metric, resource, flags } = batch;
  const timeMs = new Float64Array(count);
  const startMs = new Float64Array(count);
  const value = new Float64Array(count);
  const timeNs = words(batch.timeNs);
  const startNs = words(batch.startNs);
  const firstMs = new Float64Array(batch.resources.count).fill(Infinity);
  let newestMs = -Infinity;
  for (let row = 0; row < count; row++) {
    const atMs = toMs(timeNs, row);
    timeMs[row] = atMs;
    startMs[row] = toMs(startNs, row);
    value[row] = (flags[row] & noRecordedValue) !== 0 ? Number.NaN : isPlain ? batch.value[row] : batch.value[row] * heads[metric[row]].factor;
    if (atMs > newestMs) newestMs = atMs;
    if (atMs < firstMs[resource[row]]) firstMs[resource[row]] = atMs;
  }
  return {
    signal: 'metrics', count, receivedMs, newestMs, sources, firstMs, source: batch.resource, series, seriesCameBefore: before !== undefined, seriesOf, timeMs, startMs, value,
    countOf: batch.countOf, bucketOffsets: batch.bucketOffsets, bucketCounts: batch.bucketCounts, bucketBounds: boundsOf(batch, heads),
  };
}

function tell(batch: PointBatch, shape: PointBatch | null): Told {
  const texts = openTexts(batch.strings);
  const sources = readSources(batch, texts);
  const owners = sources.map(identityOf);
  const heads = Array.from({ length: batch.metrics.count }, (_, metric) => readHead(batch, metric, texts));
  const series: SeriesShape[] = [];
  const seriesByKey = new Map<string, number>();
  memory.begin(batch, owners, heads.map(keyOf));
  const seriesOf = new Uint32Array(batch.count);
  for (let row = 0; row < batch.count; row++) {
    const head = heads[batch.metric[row]];
    const number = memory.numberOf(row);
    let index = number === 0 ? -1 : memory.indexOf(number);
    if (index < 0) {
      const make = (): KnownSeries => readSeries(batch, row, owners[batch.resource[row]], head);
      const { attributes, key } = number === 0 ? make() : memory.get(number, make);
      index = number === 0 ? seriesByKey.get(key) ?? -1 : -1;
      if (index < 0) {
        index = series.push({ source: batch.resource[row], metric: head.name, unit: head.unit, type: head.type, temporality: head.temporality, monotonic: head.monotonic, attributes, key }) - 1;
        if (number === 0) seriesByKey.set(key, index);
      }
      if (number !== 0) memory.setIndex(number, index);
    }
    seriesOf[row] = index;
  }
  const told = { sources, heads, series, seriesOf, isPlain: heads.every(({ factor }) => factor === 1) };
  if (shape !== null) toldByShape.set(shape, told);
  return told;
}

/** Bounds of metrics that are measured in another unit now are others; the batch's own stay as they are. */
function boundsOf({ metric, count, bucketOffsets, bucketBounds }: PointBatch, heads: readonly MetricHead[]): Float64Array {
  if (heads.every(({ factor }) => factor === 1)) return bucketBounds;
  const bounds = bucketBounds.slice();
  for (let row = 0; row < count; row++) {
    const { factor } = heads[metric[row]];
    if (factor !== 1) for (let i = bucketOffsets[row]; i < bucketOffsets[row + 1]; i++) bounds[i] *= factor;
  }
  return bounds;
}

function toMs(ns: Uint32Array, row: number): number {
  return (ns[2 * row + 1] * 4_294_967_296 + ns[2 * row]) / 1e6;
}

/** What tells resources apart for a series: not the version or the process, which change under the same instance. */
function identityOf(source: Source): string {
  return `${source.service}\u0001${source.instance}\u0001${source.host}\u0001${source.places.join('\u0002')}`;
}

function readHead({ metrics }: PointBatch, metric: number, texts: Texts): MetricHead {
  return {
    ...presentMetric(texts(metrics.name[metric]), texts(metrics.unit[metric])),
    type: typeOf[metrics.type[metric]] ?? 'gauge',
    temporality: metrics.temporality[metric] === 1 ? 'delta' : metrics.temporality[metric] === 2 ? 'cumulative' : 'none',
    monotonic: metrics.monotonic[metric] === 1,
  };
}

/** What tells the metrics of one resource apart for a series. */
function keyOf({ name, unit, type, temporality }: MetricHead): string {
  return `${name}\u0001${unit}\u0001${type}${temporality}`;
}

function readSeries(batch: PointBatch, row: number, owner: string, head: MetricHead): KnownSeries {
  const { attributes: columns, owner: at, strings } = attributesOfPoint(batch, row);
  const labels = readLabels(columns, at, openLabels(head.name), openTexts(strings));
  const said = labels.map(([name, text]) => `${name}=${text}`).join('\u0002');
  return { attributes: share(said, labels), key: `${owner}\u0001${keyOf(head)}\u0001${said}` };
}

type LabelList = KnownSeries['attributes'];

/** Instances of a service have the same labels, and one metric those of another: lists that are equal are held once. Begun anew when full. */
const labelLists = new Map<string, LabelList>();
const labelListsMax = 16_384;

function share(said: string, labels: LabelList): LabelList {
  const known = labelLists.get(said);
  if (known !== undefined) return known.length === labels.length && known.every(([name, text], i) => name === labels[i][0] && text === labels[i][1]) ? known : labels;
  if (labelLists.size >= labelListsMax) labelLists.clear();
  labelLists.set(said, labels);
  return labels;
}

/** How a label is read. `name` null: it was given up. */
interface Label { readonly name: string | null; readonly isOld: boolean; readonly hasRule: boolean; /** Present values by what was sent; null where no value was ever called otherwise. */ readonly values: Map<string, string> | null }

/** How labels of one metric are read, each worked out once a request. */
interface LabelReader { readonly context: ConventionContext; readonly labels: (Label | undefined)[] }

function openLabels(metric: string): LabelReader {
  const kind = /(^|\.)client\./.test(metric) ? SpanKind.client : /(^|\.)server\./.test(metric) ? SpanKind.server : SpanKind.unspecified;
  return { context: { metric, kind }, labels: [] };
}

function labelOf(sent: string, context: ConventionContext): Label {
  // What takes a rule is never given up by its name alone.
  const name = hasRule(sent) ? sent : presentName(sent, context);
  return { name, isOld: name !== sent, hasRule: hasRule(sent), values: name !== null && hasOldValues(name) ? new Map() : null };
}

function readLabels(attributes: AttributeColumns, row: number, { context, labels: known }: LabelReader, texts: Texts): readonly (readonly [string, string])[] {
  const labels: [string, string][] = [];
  let old: [string, string][] | null = null;
  let sent: [string, string][] | null = null;
  for (let entry = attributes.offsets[row]; entry < attributes.offsets[row + 1]; entry++) {
    const code = attributes.keys[entry];
    const label = (known[code] ??= labelOf(texts(code), context));
    if (label.name === null) continue;
    const value = textAt(attributes, entry, texts);
    if (label.hasRule) (sent ??= []).push([texts(code), value]);
    else {
      const pair: [string, string] = [label.name, label.values === null ? value : valueOf(label.name, value, label.values)];
      if (label.isOld) (old ??= []).push(pair);
      else labels.push(pair);
    }
  }
  if (old !== null || sent !== null) return mostOf(onlyFirst(sorted(withOld(labels, old, sent, context))));
  return mostOf(sorted(labels));
}

function valueOf(name: string, sent: string, known: Map<string, string>): string {
  let value = known.get(sent);
  if (value === undefined) known.set(sent, value = String(presentValue(name, sent)));
  return value;
}

const mostOf = (labels: [string, string][]): [string, string][] => (labels.length <= seriesAttributesMax ? labels : labels.slice(0, seriesAttributesMax));

/** Sorting is stable: of two of one name that which was sent under the present name stays first, and counts. */
function withOld(labels: [string, string][], old: [string, string][] | null, sent: [string, string][] | null, context: ConventionContext): [string, string][] {
  if (old !== null) labels.push(...old);
  if (sent !== null) addByRule(labels, sent, context);
  return labels;
}

function sorted(labels: [string, string][]): [string, string][] {
  return labels.length < 2 ? labels : labels.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

function addByRule(labels: [string, string][], sent: readonly [string, string][], context: ConventionContext): void {
  const known = new Set(labels.map(([name]) => name));
  for (const [name, value] of Object.entries(presentAttributes(Object.fromEntries(sent), context))) if (!known.has(name)) labels.push([name, String(value)]);
}

/** An old and a new name of one label: both were sent, as SDKs do while they change over. */
function onlyFirst(labels: [string, string][]): [string, string][] {
  return labels.every(([name], i) => i === 0 || labels[i - 1][0] !== name) ? labels : labels.filter(([name], i) => i === 0 || labels[i - 1][0] !== name);
}
