import type { EngineSettings, PointRows, SeriesShape, Source } from '../model/index.ts';
import { count, forgetMs, forgetWhenFullMs, pointsPerPaneMax } from './bounds.ts';
import { paneAt } from './panes.ts';
import { admitService, hearSource } from './sources.ts';
import type { FeaturesState, PaneState, PointState } from './state.ts';

/** One metric stream across requests, with the last point from which the next rate is taken. */
export interface Series {
  readonly key: string;
  readonly source: Source;
  readonly metric: string;
  readonly unit: string;
  readonly type: SeriesShape['type'];
  readonly temporality: SeriesShape['temporality'];
  readonly monotonic: boolean;
  readonly attributes: readonly (readonly [string, string])[];
  lastMs: number;
  startMs: number;
  value: number;
  count: number;
  buckets: Float64Array | null;
}

export interface SeriesState {
  readonly index: Map<string, number>;
  readonly list: (Series | null)[];
  readonly free: number[];
  /** Limits (of memory, of pools) by entity and part: told seldom, so remembered. */
  readonly limits: Map<string, { value: number; lastMs: number }>;
}

export function openSeries(): SeriesState {
  return { index: new Map(), list: [], free: [], limits: new Map() };
}

const unresolved = -1;
const dropped = -2;
/** Dropped in an earlier request; not yet met in this one. */
const droppedAgain = -3;

/** Numbers of the series of one request, as far as they were found, and how many series there were while they were looked for; −1 when that changed. */
interface Known { readonly numbers: Int32Array; series: number }

/**
 * Of requests whose `series` came before: looking each up by its long key is most of what a point costs. Beside the state, not in
 * it: what comes out is the same without. Begun anew when a series is let go of.
 */
const knownByState = new WeakMap<SeriesState, WeakMap<readonly SeriesShape[], Known>>();

function knownOf(state: SeriesState, settings: EngineSettings, { series, seriesCameBefore }: PointRows): Known {
  const made = (): Known => ({ numbers: new Int32Array(series.length).fill(unresolved), series: state.index.size });
  if (!seriesCameBefore) return made();
  let ofState = knownByState.get(state);
  if (ofState === undefined) knownByState.set(state, ofState = new WeakMap());
  let known = ofState.get(series);
  if (known === undefined) ofState.set(series, known = made());
  // There may be room by now, unless the table is full of the same series as before.
  const then = state.index.size >= settings.limits.metricSeries && state.index.size === known.series ? droppedAgain : unresolved;
  const { numbers } = known;
  for (let at = 0; at < numbers.length; at++) if (numbers[at] < unresolved) numbers[at] = then;
  return known;
}

/** Adds data points to the panes of their times. They are read when the pane closes, in order of time. */
export function addPoints(state: FeaturesState, settings: EngineSettings, rows: PointRows): void {
  const known = knownOf(state.series, settings, rows);
  const { numbers } = known;
  const seriesBefore = state.series.index.size;
  const heard = new Set<string>();
  let pane: PaneState | null = null;
  let heardSource = -1;
  let overSeriesLimit = 0;
  let overLimit = 0;
  for (let row = 0; row < rows.count; row++) {
    const startMs = Math.floor(rows.timeMs[row] / settings.paneMs) * settings.paneMs;
    if (pane === null || pane.startMs !== startMs) {
      pane = paneAt(state, settings, rows, rows.timeMs[row]);
      heardSource = -1;
    }
    if (pane === null) continue;
    const source = rows.source[row];
    if (source !== heardSource) hear(state, settings, rows, source, pane, heard);
    heardSource = source;
    if (Number.isNaN(rows.value[row]) && rows.countOf[row] === 0) continue;
    let series = numbers[rows.seriesOf[row]];
    if (series === unresolved) series = numbers[rows.seriesOf[row]] = admitSeries(state, settings, rows.series[rows.seriesOf[row]], rows.sources[source]);
    if (series === droppedAgain) {
      series = numbers[rows.seriesOf[row]] = dropped;
      count(state.counters, 'series_over_limit');
    }
    if (series === dropped) overSeriesLimit++;
    else if (pane.points.series.length >= pointsPerPaneMax) overLimit++;
    else keepPoint(pane.points, rows, row, series);
  }
  known.series = state.series.index.size === seriesBefore ? seriesBefore : -1;
  if (overSeriesLimit > 0) count(state.counters, 'points_over_series_limit', overSeriesLimit);
  if (overLimit > 0) count(state.counters, 'points_over_limit', overLimit);
}

/** Once a source, pane and request. */
function hear(state: FeaturesState, settings: EngineSettings, rows: PointRows, index: number, pane: PaneState, heard: Set<string>): void {
  const key = `${index} ${pane.startMs}`;
  if (heard.has(key)) return;
  heard.add(key);
  const source = rows.sources[index];
  if (!source.named || admitService(state, settings, source, pane.startMs) !== null) hearSource(state, settings, pane, source, Math.max(pane.startMs, rows.firstMs[index]));
}

function keepPoint(points: PointState, rows: PointRows, row: number, series: number): void {
  const at = points.series.push(series) - 1;
  points.timeMs.push(rows.timeMs[row]);
  points.startMs.push(rows.startMs[row]);
  points.value.push(rows.value[row]);
  points.count.push(rows.countOf[row]);
  const from = rows.bucketOffsets[row];
  const to = rows.bucketOffsets[row + 1];
  if (to > from) points.buckets.set(at, { counts: rows.bucketCounts.slice(from, to), bounds: rows.bucketBounds.slice(from, to) });
}

function admitSeries(state: FeaturesState, settings: EngineSettings, shape: SeriesShape, source: Source): number {
  const { series } = state;
  const known = series.index.get(shape.key);
  if (known !== undefined) return known;
  if (series.index.size >= settings.limits.metricSeries || (source.named && !state.services.has(source.service))) {
    count(state.counters, 'series_over_limit');
    return dropped;
  }
  const { key, metric, unit, type, temporality, monotonic, attributes } = shape;
  const made: Series = { key, source, metric, unit, type, temporality, monotonic, attributes, lastMs: -1, startMs: 0, value: Number.NaN, count: 0, buckets: null };
  const at = series.free.pop() ?? series.list.length;
  series.list[at] = made;
  series.index.set(shape.key, at);
  return at;
}

/** Lets go of streams that were silent for long; sooner when the table is full. Numbers still named by an open pane stay. */
export function sweepSeries(state: FeaturesState, nowMs: number, max: number): void {
  const { series } = state;
  const limitMs = series.index.size >= max ? forgetWhenFullMs : forgetMs;
  const inUse = new Set<number>();
  for (const pane of state.panes.values()) for (const each of pane.points.series) inUse.add(each);
  for (const [key, at] of series.index) {
    const each = series.list[at];
    if (each === null || inUse.has(at) || nowMs - each.lastMs <= limitMs) continue;
    knownByState.delete(series);
    series.index.delete(key);
    series.list[at] = null;
    series.free.push(at);
  }
  for (const [key, { lastMs }] of series.limits) if (nowMs - lastMs > forgetMs) series.limits.delete(key);
}

/** What one stream said in one pane. */
export interface Said {
  readonly series: Series;
  /** Gauges and up-down counters: the last value. Else NaN. */
  readonly last: number;
  /** Rise of a gauge since its last pane, never negative; NaN at first. */
  readonly rise: number;
  /** Counters: increase. Histograms, summaries: increase of the sum. NaN when not known. */
  readonly gain: number;
  /** Histograms, summaries: how many values were gained. */
  readonly gainCount: number;
  /** Over how many seconds. */
  readonly seconds: number;
  readonly buckets: { readonly counts: Float64Array; readonly bounds: Float64Array } | null;
  /** Points that it rests on. */
  readonly points: number;
}

/** A new cumulative stream that began longer ago tells no rate at its first point: its past would show as now. */
const trueStartMs = 120_000;

/** Reads the points of a pane stream by stream in order of time, and moves each stream on. Points that are not newer than the last are left out (`stale_points`). */
export function readPane(state: FeaturesState, points: PointState, paneMs: number): Said[] {
  const order = points.series.map((_, at) => at).sort((left, right) =>
    points.series[left] - points.series[right] || points.timeMs[left] - points.timeMs[right] || points.value[left] - points.value[right]);
  const said: Said[] = [];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && points.series[order[to]] === points.series[order[from]]) to++;
    const series = state.series.list[points.series[order[from]]];
    if (series !== null) said.push(readStream(state, series, points, order.slice(from, to), paneMs));
    from = to;
  }
  return said.sort((left, right) => (left.series.key < right.series.key ? -1 : 1));
}

function readStream(state: FeaturesState, series: Series, points: PointState, order: readonly number[], paneMs: number): Said {
  const isLevel = series.type === 'gauge' || (series.type === 'sum' && !series.monotonic && series.temporality !== 'delta');
  let gain = Number.NaN;
  let gainCount = 0;
  let seconds = 0;
  let rise = Number.NaN;
  let buckets: Said['buckets'] = null;
  for (const at of order) {
    const timeMs = points.timeMs[at];
    const sent = points.buckets.get(at) ?? null;
    if (timeMs <= series.lastMs) {
      count(state.counters, 'stale_points');
      continue;
    }
    const step = isLevel ? null : series.temporality === 'delta' ? deltaStep(points, at, paneMs) : cumulativeStep(series, points, at, sent?.counts ?? null);
    if (isLevel && series.lastMs >= 0) rise = (Number.isNaN(rise) ? 0 : rise) + Math.max(0, points.value[at] - series.value);
    if (step !== null) {
      gain = (Number.isNaN(gain) ? 0 : gain) + step.gain;
      gainCount += step.count;
      seconds += step.seconds;
      if (sent !== null) buckets = addBuckets(buckets, step.counts ?? sent.counts, sent.bounds);
    }
    series.lastMs = timeMs;
    series.startMs = points.startMs[at];
    series.value = points.value[at];
    series.count = points.count[at];
    series.buckets = sent?.counts ?? null;
  }
  return { series, last: isLevel ? series.value : Number.NaN, rise, gain, gainCount, seconds, buckets, points: order.length };
}

interface Step { readonly gain: number; readonly count: number; readonly seconds: number; readonly counts: Float64Array | null }

function deltaStep(points: PointState, at: number, paneMs: number): Step {
  const startMs = points.startMs[at];
  const spanMs = startMs > 0 && startMs < points.timeMs[at] ? points.timeMs[at] - startMs : paneMs;
  return { gain: points.value[at], count: points.count[at], seconds: spanMs / 1_000, counts: null };
}

/** Same start and no fall: the difference. Another start, or a fall: the counter began anew, and what it shows is all gain. Start = time says that the start is unknown: no rate. */
function cumulativeStep(series: Series, points: PointState, at: number, counts: Float64Array | null): Step | null {
  const timeMs = points.timeMs[at];
  const startMs = points.startMs[at];
  const value = points.value[at];
  const isFirst = series.lastMs < 0;
  const fell = !isFirst && (value < series.value || points.count[at] < series.count);
  const began = startMs > 0 && startMs > series.startMs && startMs > series.lastMs;
  if (!isFirst && !fell && !began) {
    const before = series.buckets;
    const gained = counts === null || before === null || before.length !== counts.length ? counts : counts.map((each, index) => Math.max(0, each - before[index]));
    return { gain: value - series.value, count: points.count[at] - series.count, seconds: (timeMs - series.lastMs) / 1_000, counts: gained };
  }
  if (startMs === timeMs || (isFirst && (startMs === 0 || timeMs - startMs > trueStartMs))) return null;
  const fromMs = startMs > 0 && startMs < timeMs ? startMs : series.lastMs;
  return { gain: value, count: points.count[at], seconds: (timeMs - fromMs) / 1_000, counts };
}

export function addBuckets(into: Said['buckets'], counts: Float64Array, bounds: Float64Array): Said['buckets'] {
  if (into === null || into.counts.length !== counts.length) return { counts: counts.slice(), bounds };
  for (let at = 0; at < counts.length; at++) into.counts[at] += counts[at];
  return into;
}

/** Interpolated within its bucket; the overflow bucket answers with its lower bound. NaN when empty. */
export function bucketQuantile({ counts, bounds }: { readonly counts: Float64Array; readonly bounds: Float64Array }, q: number): number {
  let total = 0;
  for (const each of counts) total += each;
  if (total === 0) return Number.NaN;
  let left = q * total;
  for (let at = 0; at < counts.length; at++) {
    if (left > counts[at]) {
      left -= counts[at];
      continue;
    }
    const low = at === 0 ? Math.min(0, bounds[0]) : bounds[at - 1];
    return Number.isFinite(bounds[at]) ? low + (bounds[at] - low) * (left / (counts[at] || 1)) : low;
  }
  return bounds.at(-2) ?? Number.NaN;
}
