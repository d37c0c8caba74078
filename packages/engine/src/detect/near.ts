import type { EntityId, Graph } from '../model/index.ts';

/**
 * Where the cause of a symptom may lie, and what else may feel it: whom the node depends on, who calls it, and who shares its machines. What is
 * found about a node that people do not feel (its own time, its callers' view) brings near the node itself and who calls it.
 */
export function nearNodes(symptoms: ReadonlySet<EntityId>, witnesses: ReadonlySet<EntityId>, graph: Graph, atMs: number): Set<EntityId> {
  const below = new Set<EntityId>(symptoms);
  for (const node of below) for (const callee of graph.callees(node, atMs)) below.add(callee);
  const near = new Set<EntityId>([...below, ...witnesses]);
  for (const node of [...symptoms, ...witnesses]) for (const caller of graph.callers(node, atMs)) near.add(caller);
  for (const node of below) {
    for (const host of graph.nodes.get(node)?.hosts ?? []) {
      near.add(host);
      for (const other of graph.onHost(host)) near.add(other);
    }
  }
  return near;
}
