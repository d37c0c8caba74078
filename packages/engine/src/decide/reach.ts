import type { Cause, EntityId, Graph } from '../model/index.ts';

/** Who depends on whom, around one moment. Made anew for each pane. */
export interface Reach {
  /** How many there are. */
  readonly services: number;
  /** Nodes that `node` depends on, itself included. Who reads the queues that it writes to is none of them: it does not wait for those. */
  dependsOn(node: EntityId): ReadonlySet<EntityId>;
  /** One depends on the other, or they are the same. */
  linked(a: EntityId, b: EntityId): boolean;
  shareHost(a: EntityId, b: EntityId): boolean;
  /** Is there anything that both depend on? */
  shareBelow(a: EntityId, b: EntityId): boolean;
  /** Neither calls anybody, and some user of the one and some user of the other call a third that calls nobody. */
  usedBeside(a: EntityId, b: EntityId): boolean;
  /** Neither calls anybody, and somebody calls both. */
  usedByOne(a: EntityId, b: EntityId): boolean;
  /** Is trouble at `node` what this cause would bring about? */
  explains(cause: Cause, node: EntityId): boolean;
  /** Steps from people; large when nobody leads there. */
  depth(node: EntityId): number;
}

const far = 1_000;
const hostKinds: ReadonlySet<string> = new Set(['noisy_neighbour', 'host_saturated']);

export function makeReach(graph: Graph, atMs: number, pastMs: number): Reach {
  const below = new Map<EntityId, ReadonlySet<EntityId>>();
  const fed = new Map<EntityId, ReadonlySet<EntityId>>();
  // A callee that fell silent may have lost its edge: what was valid a little earlier still counts.
  const calleesOf = (node: EntityId): readonly EntityId[] => [...new Set([...graph.callees(node, atMs), ...graph.callees(node, pastMs)])];
  const closure = (node: EntityId, held: Map<EntityId, ReadonlySet<EntityId>>, goesOn: (each: EntityId) => boolean): ReadonlySet<EntityId> => {
    const known = held.get(node);
    if (known !== undefined) return known;
    const seen = new Set<EntityId>([node]);
    for (const each of seen) if (goesOn(each)) for (const callee of calleesOf(each)) seen.add(callee);
    held.set(node, seen);
    return seen;
  };
  const dependsOn = (node: EntityId): ReadonlySet<EntityId> => closure(node, below, (each) => each === node || !each.startsWith('queue:'));
  /** Whom it gives work to, in the end. */
  const feeds = (node: EntityId): ReadonlySet<EntityId> => closure(node, fed, () => true);
  const hostsOf = (node: EntityId): readonly EntityId[] => node.startsWith('host:') ? [node] : graph.nodes.get(node)?.hosts ?? [];
  const shareHost = (a: EntityId, b: EntityId): boolean => hostsOf(a).some((host) => hostsOf(b).includes(host));
  const isLast = (node: EntityId): boolean => !node.startsWith('service:') && !node.startsWith('host:') && !node.startsWith('queue:') && calleesOf(node).length === 0;
  let depths: Map<EntityId, number> | null = null;
  return {
    services: [...graph.nodes.keys()].filter((node) => node.startsWith('service:')).length, dependsOn, shareHost,
    shareBelow(a, b) {
      const other = dependsOn(b);
      for (const each of dependsOn(a)) if (other.has(each)) return true;
      return false;
    },
    usedByOne(a, b) {
      if (!isLast(a) || !isLast(b)) return false;
      const other = new Set(graph.callers(b, pastMs));
      return graph.callers(a, pastMs).some((caller) => other.has(caller));
    },
    usedBeside(a, b) {
      if (!isLast(a) || !isLast(b)) return false;
      const beside = (node: EntityId): EntityId[] => graph.callers(node, pastMs).flatMap(calleesOf).filter((each) => each !== a && each !== b && isLast(each));
      const other = new Set(beside(b));
      return beside(a).some((each) => other.has(each));
    },
    linked: (a, b) => dependsOn(a).has(b) || dependsOn(b).has(a),
    explains(cause, node) {
      const reach = dependsOn(node);
      if (reach.has(cause.entity)) return true;
      const places = placesOf(cause);
      if (places.length > 0 && [...reach].some((each) => hostsOf(each).some((host) => places.includes(host)))) return true;
      if (hostKinds.has(cause.kind) && [...reach].some((each) => shareHost(each, cause.entity))) return true;
      // Whoever waits for messages suffers when they stop; whoever is behind a broken service gets less to do.
      return feeds(cause.entity).has(node);
    },
    depth(node) {
      depths ??= depthsOf(graph, atMs);
      return depths.get(node) ?? far;
    },
  };
}

/** The machines that are to blame: by themselves, or as those of a zone. */
function placesOf({ entity, evidence }: Cause): readonly EntityId[] {
  if (entity.startsWith('host:')) return [entity];
  return entity.startsWith('zone:') ? evidence.flatMap((each) => (each.kind === 'co_location' ? [each.host] : [])) : [];
}

function depthsOf(graph: Graph, atMs: number): Map<EntityId, number> {
  const depth = new Map<EntityId, number>();
  let front: EntityId[] = ['user', ...[...graph.nodes.keys()].filter((node) => node !== 'user' && graph.callers(node, atMs).length === 0)];
  for (let level = 0; front.length > 0; level++) {
    const next: EntityId[] = [];
    for (const node of front) {
      if (depth.has(node)) continue;
      depth.set(node, level);
      next.push(...graph.callees(node, atMs));
    }
    front = next;
  }
  return depth;
}
