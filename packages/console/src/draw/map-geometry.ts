import type { EdgeSummary, NodeSummary, PathStep } from '../model.ts';
import { edgeKey, type Layout, type Place } from './layout.ts';
import { textWidth } from './text-width.ts';

/** Pixels of the service map, from the layout's layers and rows. */
const rowPx = 42;
const nodeHeightPx = 30;
const fontPx = 12.5;
const nodeLeastPx = 56;
/** Between nodes of neighbouring columns, when there is room to spare. */
const gapMostPx = 104;
/** A map that is too large for the page is first drawn denser, as long as names stay readable; then the longest names are cut. */
const densityLeast = 0.84;
/** The widest column and the narrowest gap: at full size, and where nothing more is to be gained and the map scrolls. */
const columnMostPx = { roomy: 164, tight: 80 } as const;
const gapPx = { roomy: 20, tight: 9 } as const;
/** Share of the way from full size to the tightest at which it is densest, and from which on names are cut. */
const densestAt = 0.4;
const squeezeStep = 0.02;
/** A map that is higher than this is drawn denser, but no name is cut for it: one scrolls down anyway. */
const heightMostPx = 560;
const margin = { x: 6, y: 8 } as const;
const edgeWidthPx = { least: 1, most: 5 } as const;
/** Inside a node beside its name: room for the mark of its state, whether it has one or not, so that nothing moves when it gets one. */
export const insetPx = { mark: 21, plain: 9, right: 7 } as const;

export interface Point { readonly x: number; readonly y: number }
/** Middle of the left side of a node, or of the way past a column. */
export interface Spot extends Point { readonly width: number }
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly nodeHeight: number;
  readonly fontPx: number;
  readonly at: ReadonlyMap<string, Spot>;
  readonly bends: (from: string, to: string) => readonly Spot[];
}

/** `labels`: what stands in each node. Columns are as wide as their longest name needs, as far as there is room. */
export function geometry(layout: Layout, widthPx: number, labels: ReadonlyMap<string, string>): Geometry {
  const labelEm = Array.from({ length: layout.layers }, () => 0);
  for (const [id, { layer }] of layout.places) labelEm[layer] = Math.max(labelEm[layer], textWidth(labels.get(id) ?? '', 1));
  const rows = Math.max(0, layout.rows - 1);
  let squeeze = measure(0, labelEm, rows).height > heightMostPx ? densestAt : 0;
  let drawn = measure(squeeze, labelEm, rows);
  while (drawn.needed > widthPx && squeeze < 1) {
    squeeze = Math.min(1, squeeze + squeezeStep);
    drawn = measure(squeeze, labelEm, rows);
  }
  const { density, columns, needed, height } = drawn;
  const spare = layout.layers > 1 ? Math.max(0, widthPx - needed) / (layout.layers - 1) : 0;
  const gap = Math.min(gapMostPx, drawn.gap + spare);
  const lefts = columns.map((_, layer) => margin.x + columns.slice(0, layer).reduce((sum, each) => sum + each + gap, 0));
  const nodeHeight = nodeHeightPx * density;
  const spot = ({ layer, y }: Place): Spot => ({ x: lefts[layer], y: margin.y + nodeHeight / 2 + y * rowPx * density, width: columns[layer] });
  return {
    width: Math.max(widthPx, needed), height, nodeHeight, fontPx: fontPx * density,
    at: new Map([...layout.places].map(([id, place]) => [id, spot(place)])),
    bends: (from, to) => (layout.bends.get(edgeKey({ from, to })) ?? []).map(spot),
  };
}

interface Measured { readonly density: number; readonly columns: readonly number[]; readonly gap: number; readonly needed: number; readonly height: number }

/** `squeeze` from 0, full size, to 1, the tightest. */
function measure(squeeze: number, labelEm: readonly number[], rows: number): Measured {
  const density = 1 - (1 - densityLeast) * Math.min(1, squeeze / densestAt);
  const cut = Math.max(0, (squeeze - densestAt) / (1 - densestAt));
  const between = ({ roomy, tight }: { readonly roomy: number; readonly tight: number }, way: number): number => roomy * density + (tight - roomy * density) * way;
  // Air is given up before letters are.
  const gap = between(gapPx, Math.min(1, cut * 3));
  const columns = labelEm.map((em) => Math.min(between(columnMostPx, cut), Math.max(nodeLeastPx * density, insetPx.mark + em * fontPx * density + insetPx.right)));
  return { density, columns, gap, needed: 2 * margin.x + columns.reduce((sum, each) => sum + each, 0) + Math.max(0, columns.length - 1) * gap, height: 2 * margin.y + (nodeHeightPx + rows * rowPx) * density };
}

/** A curve with level ends: right side of the caller to the left side of the callee; one that leads back goes round. */
export function edgePath(geo: Geometry, from: string, to: string): string {
  const [start, end] = [geo.at.get(from), geo.at.get(to)];
  if (start === undefined || end === undefined) return '';
  let a: Point = { x: start.x + start.width, y: start.y };
  let path = `M${a.x.toFixed(1)} ${a.y.toFixed(1)}`;
  for (const b of [...geo.bends(from, to), end]) {
    const reach = b.x > a.x ? (b.x - a.x) / 2 : 60;
    path += `C${(a.x + reach).toFixed(1)} ${a.y.toFixed(1)} ${(b.x - reach).toFixed(1)} ${b.y.toFixed(1)} ${b.x.toFixed(1)} ${b.y.toFixed(1)}`;
    // Past the nodes of a column it runs level.
    if (b !== end) path += `H${(b.x + b.width).toFixed(1)}`;
    a = { x: b.x + b.width, y: b.y };
  }
  return path;
}

/** The thread: one line through every step, behind the nodes that it strings together. */
export function threadPath(geo: Geometry, steps: readonly Pick<PathStep, 'entity'>[]): string {
  const nodes = steps.map((step) => step.entity).filter((id) => geo.at.has(id));
  return nodes.map((id, at) => {
    const point = geo.at.get(id);
    const through = point === undefined ? '' : `M${point.x.toFixed(1)} ${point.y.toFixed(1)}H${(point.x + point.width).toFixed(1)}`;
    return at + 1 < nodes.length ? through + edgePath(geo, id, nodes[at + 1]) : through;
  }).join('');
}

export function edgeWidth(edge: EdgeSummary, highestRate: number): number {
  if (highestRate <= 0) return edgeWidthPx.least;
  return edgeWidthPx.least + (edgeWidthPx.most - edgeWidthPx.least) * (Math.log1p(Math.max(0, edge.rate)) / Math.log1p(highestRate));
}

export type Step = 'left' | 'right' | 'up' | 'down';
/** Where an arrow key leads: along calls sideways, to the neighbour in the column up and down. */
export function walk(from: string, step: Step, geo: Geometry, nodes: readonly NodeSummary[], edges: readonly EdgeSummary[]): string | undefined {
  const here = geo.at.get(from);
  if (here === undefined) return undefined;
  const sideways = step === 'left' ? edges.filter(({ edge }) => edge.to === from).map(({ edge }) => edge.from) : edges.filter(({ edge }) => edge.from === from).map(({ edge }) => edge.to);
  const column = nodes.map(({ node }) => node.id).filter((id) => {
    const point = geo.at.get(id);
    return point !== undefined && Math.abs(point.x - here.x) < 1 && (step === 'up' ? point.y < here.y : point.y > here.y);
  });
  const wanted = step === 'left' || step === 'right' ? sideways.filter((id) => id !== from) : column;
  const away = (id: string): number => Math.abs((geo.at.get(id)?.y ?? Infinity) - here.y);
  return wanted.reduce<string | undefined>((best, id) => (geo.at.has(id) && (best === undefined || away(id) < away(best)) ? id : best), undefined);
}
