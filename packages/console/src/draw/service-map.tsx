import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { EdgeSummary, GraphResponse, NodeSummary, PathStep } from '../model.ts';
import { go, linkTo } from '../navigate.ts';
import { StateShape } from '../parts/mark.tsx';
import { useSay } from '../words/speak.tsx';
import { layOut, type Layout } from './layout.ts';
import { edgePath, edgeWidth, geometry, nodeHeightPx, threadPath, walk, type Geometry, type Step } from './map-geometry.ts';
import { EdgeTip, NodeTip } from './map-tip.tsx';
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
  const geo = useMemo(() => geometry(layout, width), [layout, width]);
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
    <div className={layout.layers > deepLayers ? 'map deep' : 'map'} ref={box}>
      {width === 0 ? null : <svg width={geo.width * geo.scale} height={geo.height * geo.scale} viewBox={`0 0 ${geo.width} ${geo.height}`} role="group" aria-label={say('map.label', { nodes: graph.nodes.length, edges: graph.edges.length })} className={at === null ? undefined : 'pointed'}>
        <Edges edges={graph.edges} geo={geo} near={at} onOver={setOverEdge} />
        {thread.length > 0 ? <path className="thread-line" d={threadPath(geo, thread)} /> : null}
        {[...graph.nodes].sort((a, b) => (a.node.id < b.node.id ? -1 : 1)).map((summary) => (
          <MapNode key={summary.node.id} summary={summary} geo={geo} threaded={thread.some((step) => step.entity === summary.node.id)} near={at === null || isNear(at, summary.node.id, graph.edges)} tabIndex={summary.node.id === entry ? 0 : -1} onPoint={setAt} onKey={onKey} />
        ))}
      </svg>}
      {tipNode === undefined ? null : <NodeTip summary={tipNode} at={geo.at.get(tipNode.node.id)} geo={geo} />}
      {tipEdge === undefined ? null : <EdgeTip summary={tipEdge} nodes={graph.nodes} at={geo.at.get(tipEdge.edge.to)} geo={geo} />}
    </div>
  );
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
  readonly summary: NodeSummary; readonly geo: Geometry; readonly threaded: boolean; readonly near: boolean; readonly tabIndex: number;
  readonly onPoint: (id: string | null) => void; readonly onKey: (event: KeyboardEvent, id: string) => void;
}
function MapNode({ summary: { node, health }, geo, threaded, near, tabIndex, onPoint, onKey }: MapNodeProps): ReactNode {
  const say = useSay();
  const at = geo.at.get(node.id);
  if (at === undefined) return null;
  const marked = health !== 'healthy';
  const kind = node.kind === 'service' ? '' : node.system === '' ? say(`kind.${node.kind}`) : node.system;
  const name = node.kind === 'user' ? say('kind.user') : kind !== '' && node.name.endsWith(` (${node.system})`) ? node.name.slice(0, -node.system.length - 3) : node.name;
  const left = marked ? 24 : 10;
  const twoLines = kind !== '' && node.kind !== 'user';
  return (
    <g data-node={node.id} className={`node node-${health} kind-${node.kind}${threaded ? ' threaded' : ''}${near ? '' : ' far'}`} transform={`translate(${at.x} ${at.y - nodeHeightPx / 2})`} tabIndex={tabIndex} role="link"
      aria-label={`${name}${twoLines ? `, ${kind}` : ''}, ${say(`health.${health}`)}${threaded ? `, ${say('map.onThread')}` : ''}`}
      onPointerEnter={() => onPoint(node.id)} onPointerLeave={() => onPoint(null)} onFocus={() => onPoint(node.id)} onBlur={() => onPoint(null)}
      onClick={() => go(linkTo({ page: 'service', id: node.id }))} onKeyDown={(event) => onKey(event, node.id)}>
      <rect className="node-box" width={geo.nodeWidth} height={nodeHeightPx} rx={node.kind === 'service' ? 4 : 15} />
      {marked ? <g transform={`translate(13 ${nodeHeightPx / 2})`}><StateShape health={health} /></g> : null}
      <text x={left} y={twoLines ? 13 : 19.5}>{clip(name, Math.floor((geo.nodeWidth - left - 4) / 7.100))}</text>
      {twoLines ? <text x={left} y={24.500} className="node-kind">{clip(kind, Math.floor((geo.nodeWidth - left - 4) / 5.600))}</text> : null}
    </g>
  );
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
