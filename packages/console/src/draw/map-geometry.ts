import type { EdgeSummary, NodeSummary, PathStep } from '../model.ts';
import { edgeKey, type Layout } from './layout.ts';

/** Pixels of the service map, from the layout's layers and rows. */
export const nodeHeightPx = 30;
const nodeWidthPx = { least: 112, most: 136 } as const;
const rowPx = 42;
/** Between nodes of neighbouring columns. */
const gapPx = { least: 30, most: 104 } as const;
/** A map that is a little too wide is drawn smaller; beyond that it scrolls. */
const scaleLeast = 0.82;
const margin = { x: 6, y: 8 } as const;
const edgeWidthPx = { least: 1, most: 5 } as const;

export interface Point { readonly x: number; readonly y: number }
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly nodeWidth: number;
  /** Middle of the left side. */
  readonly at: ReadonlyMap<string, Point>;
  readonly bends: (from: string, to: string) => readonly Point[];
}

export function geometry(layout: Layout, widthPx: number): Geometry {
  const columns = Math.max(1, layout.layers - 1);
  const room = widthPx - 2 * margin.x;
  const nodeWidth = Math.max(nodeWidthPx.least, Math.min(nodeWidthPx.most, (room - columns * gapPx.least) / (columns + 1)));
  const column = nodeWidth + Math.max(gapPx.least, Math.min(gapPx.most, (room - nodeWidth) / columns - nodeWidth));
  const needed = 2 * margin.x + (layout.layers - 1) * column + nodeWidth;
  const point = ({ layer, y }: { layer: number; y: number }): Point => ({ x: margin.x + layer * column, y: margin.y + nodeHeightPx / 2 + y * rowPx });
  return {
    width: Math.max(widthPx, needed), scale: Math.max(scaleLeast, Math.min(1, widthPx / needed)), nodeWidth,
    height: 2 * margin.y + nodeHeightPx + Math.max(0, layout.rows - 1) * rowPx,
    at: new Map([...layout.places].map(([id, place]) => [id, point(place)])),
    bends: (from, to) => (layout.bends.get(edgeKey({ from, to })) ?? []).map(point),
  };
}

/** A curve with level ends: right side of the caller to the left side of the callee; one that leads back goes round. */
export function edgePath(geo: Geometry, from: string, to: string): string {
  const [start, end] = [geo.at.get(from), geo.at.get(to)];
  if (start === undefined || end === undefined) return '';
  let a: Point = { x: start.x + geo.nodeWidth, y: start.y };
  let path = `M${a.x.toFixed(1)} ${a.y.toFixed(1)}`;
  for (const b of [...geo.bends(from, to), end]) {
    const reach = b.x > a.x ? (b.x - a.x) / 2 : 60;
    path += `C${(a.x + reach).toFixed(1)} ${a.y.toFixed(1)} ${(b.x - reach).toFixed(1)} ${b.y.toFixed(1)} ${b.x.toFixed(1)} ${b.y.toFixed(1)}`;
    // Past the nodes of a column it runs level.
    if (b !== end) path += `H${(b.x + geo.nodeWidth).toFixed(1)}`;
    a = { x: b.x + geo.nodeWidth, y: b.y };
  }
  return path;
}

/** The thread: one line through every step, behind the nodes that it strings together. */
export function threadPath(geo: Geometry, steps: readonly Pick<PathStep, 'entity'>[]): string {
  const nodes = steps.map((step) => step.entity).filter((id) => geo.at.has(id));
  return nodes.map((id, at) => {
    const point = geo.at.get(id);
    const through = point === undefined ? '' : `M${point.x} ${point.y.toFixed(1)}H${point.x + geo.nodeWidth}`;
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
