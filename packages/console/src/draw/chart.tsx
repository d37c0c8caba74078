import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';
import { formatTime, formatUtc, formatValue, type Language } from '@clew/words';
import 'uplot/dist/uPlot.min.css';
import { setTime } from '../navigate.ts';
import { usePreferences } from '../preference.ts';

export interface Line { readonly label: string; readonly values: readonly (number | null)[]; readonly weight?: 'strong' | 'soft' | 'faint'; readonly dash?: readonly number[] }
/** What was normal: drawn as a grey band with its middle. */
export interface Band { readonly low: number; readonly mid: number; readonly high: number }
/** What was expected at each time; null where that is not known. */
export interface MovingBand { readonly low: readonly (number | null)[]; readonly mid: readonly (number | null)[]; readonly high: readonly (number | null)[] }
/** A stretch that is pointed out, with what it is called in the list beside. */
export interface Marked { readonly fromMs: number; readonly toMs: number; readonly label: string }
export interface ChartProps {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly height?: number;
  readonly band?: Band;
  readonly moving?: MovingBand;
  /** The y axis fits what is drawn, and begins at 0 only where that is near. */
  readonly fit?: boolean;
  /** Values up to about this size are drawn evenly, larger ones by their magnitude: for what leaves its band by far. */
  readonly evenUpTo?: number | undefined;
  /** Where it began: the thread's own colour. */
  readonly onsetMs?: number;
  readonly changesMs?: readonly number[];
  /** While it was out of range, in the colour of its state. */
  readonly spells?: readonly { readonly fromMs: number; readonly toMs: number; readonly health: 'watch' | 'broken' }[];
  /** What was unusual, looking back: not a state, so without a colour. */
  readonly marked?: readonly Marked[];
  /** The y axis reaches at least this far. */
  readonly topLeast?: number;
  readonly legend?: boolean;
}

const cursorGroup = 'clew';
const font = '11px "Inter Variable", "Noto Sans CJK SC", sans-serif';

/** A series over time. All charts of a page share one cursor; a brush sets the time of the whole page. */
export function Chart(props: ChartProps): ReactNode {
  const { theme, language } = usePreferences();
  const systemDark = useSystemDark();
  const shape = `${props.evenUpTo === undefined ? '' : 'stretched'}\n` + props.lines.map((line) => `${line.label} ${line.weight ?? ''} ${line.dash?.join() ?? ''}`).join('\n');
  // A canvas knows its colours and lines from its making: when they change, it is made anew.
  return <Plot key={`${theme} ${systemDark} ${language} ${props.unit}\n${shape}`} props={props} language={language} />;
}

function Plot({ props, language }: { readonly props: ChartProps; readonly language: Language }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new uPlot(options(latest, legend, element, language), dataOf(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => made.setSize({ width: Math.floor(entry.contentRect.width), height: latest.current.height ?? 150 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [language]);
  useEffect(() => {
    plot.current?.setData(dataOf(latest.current));
    if (legend.current !== null && plot.current !== null) writeLegend(plot.current, latest.current, legend.current, language);
  });
  return (
    <figure className="chart" aria-label={props.label}>
      <div className="chart-legend num" ref={legend} aria-hidden={props.legend === false} />
      <div className="chart-box" ref={box} style={{ height: props.height ?? 150 }} />
    </figure>
  );
}

function dataOf({ timesMs, lines }: ChartProps): uPlot.AlignedData {
  return [[...timesMs], ...lines.map((line) => [...line.values])];
}

function options(latest: { readonly current: ChartProps }, legend: { readonly current: HTMLElement | null }, element: HTMLElement, language: Language): uPlot.Options {
  const { lines, unit, height = 150, evenUpTo } = latest.current;
  const token = (name: string): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const stroke = { strong: token('ink'), soft: token('ink-soft'), faint: token('ink-faint') };
  const axis: uPlot.Axis = { stroke: token('ink-faint'), font, grid: { stroke: token('line'), width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(50, element.clientWidth), height, ms: 1, padding: [6, 0, 0, 0],
    legend: { show: false }, cursor: { sync: { key: cursorGroup }, points: { size: 5 }, drag: { x: true, y: false, setScale: false }, x: true, y: false },
    scales: { x: { time: true, range: () => [latest.current.fromMs, latest.current.toMs] }, y: { range: (_plot, low, high) => yRange(latest.current, low, high), ...(evenUpTo === undefined ? {} : { distr: 4, asinh: evenUpTo }) } },
    axes: [{ ...axis, size: 24, space: 72, values: (plot, splits) => splits.map((at) => (hasRoom(plot, at) ? shortTime(at, splits) : '')) }, { ...axis, size: 58, gap: 4, space: 32, ...(evenUpTo === undefined ? {} : { splits: (plot: uPlot) => stretchedSplits(plot, evenUpTo), filter: (_plot: uPlot, splits: number[]) => splits }), values: (_plot, splits) => splits.map((value) => (value === 0 ? '0' : formatValue(value, unit, language))) }],
    series: [{}, ...lines.map((line): uPlot.Series => ({ label: line.label, stroke: stroke[line.weight ?? 'strong'], width: line.weight === undefined || line.weight === 'strong' ? 1.5 : 1, dash: line.dash === undefined ? undefined : [...line.dash], points: { show: false, size: 3, filter: lonePoints }, spanGaps: false }))],
    hooks: {
      drawClear: [(plot) => drawGround(plot, latest.current, token)],
      draw: [(plot) => drawMarks(plot, latest.current, token)],
      setCursor: [(plot) => { if (legend.current !== null) writeLegend(plot, latest.current, legend.current, language); }],
      setSelect: [(plot) => {
        if (plot.select.width < 4) return;
        const fromMs = plot.posToVal(plot.select.left, 'x');
        const toMs = plot.posToVal(plot.select.left + plot.select.width, 'x');
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        setTime({ kind: 'between', fromMs, toMs });
      }],
    },
  };
}

/** 0, the end of the even part, and powers of ten of it as far as the scale goes. */
function stretchedSplits(plot: uPlot, evenUpTo: number): number[] {
  const top = plot.scales.y.max ?? 0;
  const splits = [0];
  for (let step = 10 ** Math.floor(Math.log10(evenUpTo)); step <= top; step *= 10) for (const times of [1, 3]) if (step * times >= evenUpTo / 2 && step * times <= top) splits.push(step * times);
  return splits;
}

/** Below this share of the height, the way down to 0 is drawn as well. */
const zeroNear = 0.6;
function yRange({ band, moving, topLeast = 0, fit = false, evenUpTo }: ChartProps, low: number | null, high: number | null): [number, number] {
  const known = (values: readonly (number | null)[] | undefined): number[] => (values ?? []).filter((value) => value !== null);
  const top = Math.max((high ?? 0) * (evenUpTo === undefined ? 1.08 : 1.5), (band?.high ?? 0) * 1.15, ...known(moving?.high).map((value) => value * 1.08), topLeast) || 1;
  if (!fit) return [0, top];
  const bottom = Math.min(low ?? 0, band?.low ?? Infinity, ...known(moving?.low));
  const height = top - bottom;
  return [bottom >= 0 && bottom < zeroNear * top ? 0 : bottom - height * 0.08, top];
}

/** A value between two gaps is no line: it is drawn as a dot, or nobody would see it. */
function lonePoints(plot: uPlot, series: number): number[] | null {
  const values = plot.data[series];
  const isGap = (at: number): boolean => values[at] === null || values[at] === undefined;
  const lone: number[] = [];
  for (let at = 0; at < values.length; at++) if (!isGap(at) && isGap(at - 1) && isGap(at + 1)) lone.push(at);
  return lone.length === 0 ? null : lone;
}

const halfTimePx = 18;
/** A time that would be cut off at the end of the axis is not written. */
function hasRoom(plot: uPlot, atMs: number): boolean {
  const widthPx = plot.bbox.width / devicePixelRatio;
  return widthPx === 0 || plot.valToPos(atMs, 'x') <= widthPx - halfTimePx;
}

/** Seconds only where the marks are closer than a minute. */
function shortTime(atMs: number, splits: readonly number[]): string {
  const text = formatTime(atMs, splits[splits.length - 1] ?? atMs);
  return splits.length > 1 && splits[1] - splits[0] >= 60_000 ? text.slice(0, -3) : text;
}

function drawGround(plot: uPlot, { band, moving, timesMs, spells = [], marked = [] }: ChartProps, token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const mark of marked) drawMarked(plot, mark, token);
  for (const spell of spells) {
    const [left, right] = [plot.valToPos(spell.fromMs, 'x', true), plot.valToPos(spell.toMs, 'x', true)];
    ctx.fillStyle = token(`wash-${spell.health}`);
    ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
  }
  if (band !== undefined) {
    const [low, mid, high] = [band.low, band.mid, band.high].map((value) => plot.valToPos(value, 'y', true));
    ctx.fillStyle = token('fill');
    ctx.fillRect(bbox.left, high, bbox.width, Math.max(2, low - high));
    ctx.strokeStyle = token('ink-faint');
    ctx.setLineDash([4, 4]);
    line(ctx, bbox.left, mid, bbox.left + bbox.width, mid);
  }
  if (moving !== undefined) drawMoving(plot, moving, timesMs, token);
  ctx.restore();
}

const markedLeastPx = 3;
/** A grey column under a rule, and its number on top. */
function drawMarked(plot: uPlot, { fromMs, toMs, label }: Marked, token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const left = plot.valToPos(fromMs, 'x', true);
  const width = Math.max(markedLeastPx * devicePixelRatio, plot.valToPos(toMs, 'x', true) - left);
  if (left + width < bbox.left || left > bbox.left + bbox.width) return;
  ctx.fillStyle = token('fill');
  ctx.fillRect(left, bbox.top, width, bbox.height);
  ctx.fillStyle = token('ink');
  ctx.fillRect(left, bbox.top, width, 2 * devicePixelRatio);
  ctx.font = `600 ${11 * devicePixelRatio}px "Inter Variable", sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.fillText(label, Math.min(bbox.left + bbox.width - 6 * devicePixelRatio, Math.max(bbox.left + 6 * devicePixelRatio, left + width / 2)), bbox.top + 5 * devicePixelRatio);
}

/** One piece for each stretch in which the band is known. */
function drawMoving(plot: uPlot, { low, mid, high }: MovingBand, timesMs: readonly number[], token: (name: string) => string): void {
  const { ctx } = plot;
  const x = (at: number): number => plot.valToPos(timesMs[at], 'x', true);
  const y = (value: number | null): number => plot.valToPos(value ?? 0, 'y', true);
  ctx.fillStyle = token('fill');
  for (let from = 0; from < timesMs.length; from++) {
    if (low[from] === null || high[from] === null) continue;
    let to = from;
    while (to + 1 < timesMs.length && low[to + 1] !== null && high[to + 1] !== null) to++;
    ctx.beginPath();
    for (let at = from; at <= to; at++) ctx.lineTo(x(at), y(high[at]));
    for (let at = to; at >= from; at--) ctx.lineTo(x(at), Math.max(y(low[at]), y(high[at]) + 2));
    ctx.fill();
    from = to;
  }
  ctx.strokeStyle = token('ink-faint');
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  mid.forEach((value, at) => { if (value !== null) { if (at === 0 || mid[at - 1] === null) ctx.moveTo(x(at), y(value)); else ctx.lineTo(x(at), y(value)); } });
  ctx.stroke();
}

function drawMarks(plot: uPlot, { onsetMs, changesMs = [], moving, lines, timesMs, spells = [] }: ChartProps, token: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = token('ink-soft');
  ctx.setLineDash([2, 3]);
  for (const at of changesMs) line(ctx, plot.valToPos(at, 'x', true), bbox.top, plot.valToPos(at, 'x', true), bbox.top + bbox.height);
  if (onsetMs !== undefined) {
    ctx.setLineDash([]);
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.strokeStyle = token('thread');
    line(ctx, plot.valToPos(onsetMs, 'x', true), bbox.top, plot.valToPos(onsetMs, 'x', true), bbox.top + bbox.height);
  }
  if (moving !== undefined) for (const spell of spells) drawOutside(plot, spell, moving, timesMs, lines[0]?.values ?? [], token);
  ctx.restore();
}

/** The values that left the band, while it lasted, in the colour of the state. */
function drawOutside(plot: uPlot, spell: NonNullable<ChartProps['spells']>[number], { low, high }: MovingBand, timesMs: readonly number[], values: readonly (number | null)[], token: (name: string) => string): void {
  const { ctx } = plot;
  ctx.fillStyle = token(spell.health);
  values.forEach((value, at) => {
    const [least, most] = [low[at], high[at]];
    if (value === null || timesMs[at] < spell.fromMs || timesMs[at] > spell.toMs || least === null || most === null || (value >= least && value <= most)) return;
    ctx.beginPath();
    ctx.arc(plot.valToPos(timesMs[at], 'x', true), plot.valToPos(value, 'y', true), 2.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  });
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

/** Values under the cursor, or the newest. Written as text nodes, without a render for each move of the mouse. */
function writeLegend(plot: uPlot, { lines, unit, timesMs, legend }: ChartProps, element: HTMLElement, language: Language): void {
  if (legend === false) return;
  const at = plot.cursor.idx ?? timesMs.length - 1;
  const timeMs = timesMs[at];
  const texts = lines.map((line) => {
    const value = line.values[at];
    return [line.label, value === null || value === undefined ? '–' : formatValue(value, unit, language)] as const;
  });
  element.replaceChildren(...texts.flatMap(([label, value]) => [part('chart-label', label), part('chart-value', value)]), part('chart-time', plot.cursor.idx === null || plot.cursor.idx === undefined || timeMs === undefined ? '' : formatTime(timeMs, timesMs[timesMs.length - 1])));
  element.title = timeMs === undefined ? '' : formatUtc(timeMs);
}

function part(className: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listener = (): void => setDark(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  return dark;
}
