import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { nameWithoutSystem, nodeName } from '@clew/words';
import type { EdgeSummary, GraphResponse, Node, NodeSummary, PathStep } from '../model.ts';
import { go, linkTo } from '../navigate.ts';
import { StateShape } from '../parts/mark.tsx';
import { useSay, type Say } from '../words/speak.tsx';
import { layOut, type Layout } from './layout.ts';
import { edgePath, edgeWidth, geometry, insetPx, threadPath, walk, type Geometry, type Step } from './map-geometry.ts';
import { Legend } from './map-legend.tsx';
import { EdgeTip, NodeTip } from './map-tip.tsx';
import { clipText } from './text-width.ts';
import { useWidth } from './width.ts';

type Graph = Pick<GraphResponse, 'nodes' | 'edges'>;
/** What was drawn last, so that nodes stay where they are between updates and from page to page. */
let drawn: Layout | undefined;

/** Above this a map takes the whole width of the page. */
const deepLayers = 7;

const steps: Readonly<Record<string, Step>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

export function ServiceMap({ graph, thread = [] }: { readonly graph: Graph; readonly thread?: readonly PathStep[] }): ReactNode {
  const say = useSay();
  const [box, width] = useWidth();
  const shape = graph.nodes.map(({ node }) => node.id).sort().join('\n') + '\n\n' + graph.edges.map(({ edge }) => edge.id).sort().join('\n');
  const layout = useMemo(() => {
    drawn = layOut(graph.nodes.map(({ node }) => node), graph.edges.map(({ edge }) => edge), drawn);
    return drawn;
    // The shape is all that the layout depends on.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape]);
  const labels = new Map(graph.nodes.map(({ node }) => [node.id, labelOf(node, say)]));
  const said = [...labels.values()].join('\n');
  // As with the shape: labels are a new map with every answer, and the same words nearly always.
  // oxlint-disable-next-line react/exhaustive-deps
  const geo = useMemo(() => geometry(layout, width, labels), [layout, width, said]);
  const scroller = useThreadInView(geo, thread, width > 0);
  const [at, setAt] = useState<string | null>(null);
  const [overEdge, setOverEdge] = useState<string | null>(null);
  const [tabStop, setTabStop] = useState<string | null>(null);
  const entry = tabStop !== null && geo.at.has(tabStop) ? tabStop : (thread[0]?.entity ?? graph.nodes.find(({ health }) => health !== 'healthy')?.node.id ?? graph.nodes[0]?.node.id);
  const onKey = (event: KeyboardEvent, id: string): void => {
    const step = steps[event.key];
    const to = step === undefined ? undefined : walk(id, step, geo, graph.nodes, graph.edges);
    if (to !== undefined) {
      setTabStop(to);
      event.currentTarget.closest('.map')?.querySelector<SVGElement>(`[data-node="${CSS.escape(to)}"]`)?.focus();
    }
    if (step !== undefined) event.preventDefault();
    if (event.key === 'Enter') go(linkTo({ page: 'service', id }));
  };
  if (graph.nodes.length === 0) return <p className="quiet">{say('map.empty')}</p>;
  const tipNode = graph.nodes.find(({ node }) => node.id === at);
  const tipEdge = at === null ? graph.edges.find(({ edge }) => edge.id === overEdge) : undefined;
  return (
    <div className={layout.layers > deepLayers ? 'map deep' : 'map'}>
      <div className="map-scroll" ref={scroller}><div className="map-box" ref={box}>
        {width === 0 ? null : <svg width={geo.width} height={geo.height} role="group" aria-label={say('map.label', { nodes: graph.nodes.length, edges: graph.edges.length })} className={at === null ? undefined : 'pointed'}>
          <Edges edges={graph.edges} geo={geo} near={at} onOver={setOverEdge} />
          {thread.length > 0 ? <path className="thread-line" d={threadPath(geo, thread)} /> : null}
          {[...graph.nodes].sort((a, b) => (a.node.id < b.node.id ? -1 : 1)).map((summary) => (
            <MapNode key={summary.node.id} summary={summary} label={labels.get(summary.node.id) ?? ''} geo={geo} threaded={thread.some((step) => step.entity === summary.node.id)} near={at === null || isNear(at, summary.node.id, graph.edges)} tabIndex={summary.node.id === entry ? 0 : -1} onPoint={setAt} onKey={onKey} />
          ))}
        </svg>}
        {tipNode === undefined ? null : <NodeTip summary={tipNode} at={geo.at.get(tipNode.node.id)} geo={geo} />}
        {tipEdge === undefined ? null : <EdgeTip summary={tipEdge} nodes={graph.nodes} at={geo.at.get(tipEdge.edge.to)} geo={geo} />}
      </div></div>
      <Legend graph={graph} hasThread={thread.length > 0} />
    </div>
  );
}

/** Where even the densest map is wider than the page, the end of the thread is scrolled to: the cause must be in sight. */
function useThreadInView(geo: Geometry, thread: readonly PathStep[], isMeasured: boolean): (element: HTMLElement | null) => void {
  const scroller = useRef<HTMLElement | null>(null);
  const end = thread.length === 0 ? undefined : geo.at.get(thread[thread.length - 1].entity);
  // Nothing is drawn before the window is measured, so nothing can be scrolled: the first picture counts, too.
  const rightPx = end === undefined || !isMeasured ? 0 : end.x + end.width;
  useEffect(() => {
    const element = scroller.current;
    if (element !== null && rightPx > element.clientWidth) element.scrollLeft = rightPx - element.clientWidth + 8;
  }, [rightPx]);
  return (element) => { scroller.current = element; };
}

/** The name alone: what kind of thing it is stands beneath it. */
function labelOf(node: Node, say: Say): string {
  if (node.kind === 'user') return say('kind.user');
  const name = nodeName(node);
  return node.kind === 'service' || name !== node.name ? name : nameWithoutSystem(node);
}

function isNear(at: string, id: string, edges: readonly EdgeSummary[]): boolean {
  return at === id || edges.some(({ edge }) => (edge.from === at && edge.to === id) || (edge.to === at && edge.from === id));
}

function Edges({ edges, geo, near, onOver }: { readonly edges: readonly EdgeSummary[]; readonly geo: Geometry; readonly near: string | null; readonly onOver: (id: string | null) => void }): ReactNode {
  const highest = edges.reduce((most, { rate }) => Math.max(most, rate), 0);
  return (
    <g className="edges">
      {edges.map((summary) => {
        const { edge, health } = summary;
        const path = edgePath(geo, edge.from, edge.to);
        const touched = near === edge.from || near === edge.to;
        return (
          <g key={edge.id} className={`edge edge-${health}${touched ? ' near' : ''}`} onPointerEnter={() => onOver(edge.id)} onPointerLeave={() => onOver(null)}>
            <path d={path} strokeWidth={edgeWidth(summary, highest)} />
            <path d={path} className="reach" />
          </g>
        );
      })}
    </g>
  );
}

interface MapNodeProps {
  readonly summary: NodeSummary; readonly label: string; readonly geo: Geometry; readonly threaded: boolean; readonly near: boolean; readonly tabIndex: number;
  readonly onPoint: (id: string | null) => void; readonly onKey: (event: KeyboardEvent, id: string) => void;
}
const kindFont = 0.84;

function MapNode({ summary: { node, health }, label, geo, threaded, near, tabIndex, onPoint, onKey }: MapNodeProps): ReactNode {
  const say = useSay();
  const at = geo.at.get(node.id);
  if (at === undefined) return null;
  const marked = health !== 'healthy';
  const kind = node.kind === 'service' || node.kind === 'user' ? '' : node.system === '' || label.startsWith(node.system) ? say(`kind.${node.kind}`) : node.system;
  const { nodeHeight, fontPx } = geo;
  const left = marked ? insetPx.mark : insetPx.plain;
  const room = at.width - left - insetPx.right;
  const twoLines = kind !== '';
  return (
    <g className={`node node-${health} kind-${node.kind}${threaded ? ' threaded' : ''}${near ? '' : ' far'}`} transform={`translate(${at.x} ${at.y - nodeHeight / 2})`}>
      <g data-node={node.id} className="node-link" tabIndex={tabIndex} role="link" aria-label={`${label}${kind === '' ? '' : `, ${kind}`}, ${say(`health.${health}`)}${threaded ? `, ${say('map.onThread')}` : ''}`}
        onPointerEnter={() => onPoint(node.id)} onPointerLeave={() => onPoint(null)} onFocus={() => onPoint(node.id)} onBlur={() => onPoint(null)}
        onClick={() => go(linkTo({ page: 'service', id: node.id }))} onKeyDown={(event) => onKey(event, node.id)}>
        <rect className="node-box" width={at.width} height={nodeHeight} rx={node.kind === 'service' ? 4 : nodeHeight / 2} />
      </g>
      {/* What is drawn may be cut off; what is read out is the whole. */}
      <g className="node-words" aria-hidden="true">
        {marked ? <g transform={`translate(12 ${nodeHeight / 2})`}><StateShape health={health} /></g> : null}
        <text x={left} y={nodeHeight * (twoLines ? 0.36 : 0.5)} style={{ fontSize: fontPx }}>{clipText(label, fontPx, room)}</text>
        {twoLines ? <text x={left} y={nodeHeight * 0.74} style={{ fontSize: fontPx * kindFont }} className="node-kind">{clipText(kind, fontPx * kindFont, room)}</text> : null}
      </g>
    </g>
  );
}
