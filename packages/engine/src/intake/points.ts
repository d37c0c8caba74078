import { MetricType } from '@clew/otlp';
import type { PointBatch } from '@clew/otlp';
import type { PointRows, SeriesShape, SeriesType, Source } from '../model/index.ts';
import { openTexts, textAt } from './attributes.ts';
import type { Texts } from './attributes.ts';
import { cpuModeSuffix, poolAttributes, renamedMetrics, renamedPointAttributes } from './renamed.ts';
import { readSources } from './source.ts';
import { words } from './spans.ts';

/** Attributes of a point beyond this many do not tell series apart. */
export const seriesAttributesMax = 16;

const noRecordedValue = 1;

const typeOf: Readonly<Record<number, SeriesType>> = {
  [MetricType.gauge]: 'gauge', [MetricType.sum]: 'sum', [MetricType.histogram]: 'histogram',
  [MetricType.exponentialHistogram]: 'histogram', [MetricType.summary]: 'summary',
};

interface MetricHead {
  readonly name: string;
  readonly unit: string;
  readonly type: SeriesType;
  readonly temporality: SeriesShape['temporality'];
  readonly monotonic: boolean;
}

/** Decoded data points → rows. Points that carry no value (NO_RECORDED_VALUE) stay as NaN: a gap, not a zero. */
export function readPoints(batch: PointBatch, receivedMs: number): PointRows {
  const texts = openTexts(batch.strings);
  const sources = readSources(batch.resources, texts);
  const owners = sources.map(identityOf);
  const heads = Array.from({ length: batch.metrics.count }, (_, metric) => readHead(batch, metric, texts));
  const series: SeriesShape[] = [];
  const seriesByKey = new Map<string, number>();
  const { count } = batch;
  const seriesOf = new Uint32Array(count);
  const timeMs = new Float64Array(count);
  const startMs = new Float64Array(count);
  const value = new Float64Array(count);
  const timeNs = words(batch.timeNs);
  const startNs = words(batch.startNs);
  const firstMs = new Float64Array(batch.resources.count).fill(Infinity);
  let newestMs = -Infinity;
  for (let row = 0; row < count; row++) {
    const head = heads[batch.metric[row]];
    const attributes = readLabels(batch, row, head.name, texts);
    const key = `${owners[batch.resource[row]]}\u0001${head.name}\u0001${head.unit}\u0001${head.type}${head.temporality}\u0001${attributes.map(([name, text]) => `${name}=${text}`).join('\u0002')}`;
    let index = seriesByKey.get(key);
    if (index === undefined) {
      index = series.length;
      seriesByKey.set(key, index);
      series.push({ source: batch.resource[row], metric: head.name, unit: head.unit, type: head.type, temporality: head.temporality, monotonic: head.monotonic, attributes, key });
    }
    seriesOf[row] = index;
    timeMs[row] = toMs(timeNs, row);
    startMs[row] = toMs(startNs, row);
    value[row] = (batch.flags[row] & noRecordedValue) === 0 ? batch.value[row] : Number.NaN;
    if (timeMs[row] > newestMs) newestMs = timeMs[row];
    if (timeMs[row] < firstMs[batch.resource[row]]) firstMs[batch.resource[row]] = timeMs[row];
  }
  return {
    signal: 'metrics', count, receivedMs, newestMs, sources, firstMs, source: batch.resource, series, seriesOf, timeMs, startMs, value,
    countOf: batch.countOf, bucketOffsets: batch.bucketOffsets, bucketCounts: batch.bucketCounts, bucketBounds: batch.bucketBounds,
  };
}

function toMs(ns: Uint32Array, row: number): number {
  return (ns[2 * row + 1] * 4_294_967_296 + ns[2 * row]) / 1e6;
}

/** What tells resources apart for a series: not the version or the process, which change under the same instance. */
function identityOf(source: Source): string {
  return `${source.service}\u0001${source.instance}\u0001${source.host}\u0001${source.places.join('\u0002')}`;
}

function readHead({ metrics }: PointBatch, metric: number, texts: Texts): MetricHead {
  const sent = texts(metrics.name[metric]);
  return {
    name: renamedMetrics.get(sent) ?? sent,
    unit: texts(metrics.unit[metric]),
    type: typeOf[metrics.type[metric]] ?? 'gauge',
    temporality: metrics.temporality[metric] === 1 ? 'delta' : metrics.temporality[metric] === 2 ? 'cumulative' : 'none',
    monotonic: metrics.monotonic[metric] === 1,
  };
}

function readLabels({ attributes }: PointBatch, row: number, metric: string, texts: Texts): (readonly [string, string])[] {
  const labels: (readonly [string, string])[] = [];
  const isPool = metric.startsWith('db.client.connection');
  for (let entry = attributes.offsets[row]; entry < attributes.offsets[row + 1] && labels.length < seriesAttributesMax; entry++) {
    const sent = texts(attributes.keys[entry]);
    const key = sent.endsWith(cpuModeSuffix) ? 'cpu.mode' : poolAttributes.has(sent) && !isPool ? sent : renamedPointAttributes.get(sent) ?? sent;
    labels.push([key, textAt(attributes, entry, texts)]);
  }
  return labels.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
