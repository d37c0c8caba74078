import type { EntityId, Node, NodeSummary } from '../model.ts';

/** Names for entity ids. An id is readable by its grammar; a node's own name is better where we have it. */
export type Names = ReadonlyMap<EntityId, string>;

export function namesOf(nodes: readonly Pick<NodeSummary, 'node'>[]): Names {
  return new Map(nodes.map(({ node }) => [node.id, nodeName(node)]));
}

/** A database that is only numbered is called after its system: `redis 0`. */
export function nodeName({ kind, name, system }: Pick<Node, 'kind' | 'name' | 'system'>): string {
  const bare = nameWithoutSystem({ name, system });
  return kind === 'database' && system !== '' && /^\d+$/.test(bare) ? `${system} ${bare}` : name;
}

/** `orders (postgresql)` → `orders`, where the system is said beside it. */
export function nameWithoutSystem({ name, system }: Pick<Node, 'name' | 'system'>): string {
  return system !== '' && name.endsWith(` (${system})`) ? name.slice(0, -system.length - 3) : name;
}

export function kindOf(id: EntityId): string {
  const colon = id.indexOf(':');
  return colon < 0 ? id : id.slice(0, colon);
}

/** `operation:checkout|server|POST /cart` → `POST /cart`; empty for what is no operation. */
export function operationOf(id: EntityId): string {
  return kindOf(id) === 'operation' ? id.split('|').slice(2).join('|') : '';
}

/** The node that an entity stands on: itself, or the service of an operation or instance, or the caller of an edge. */
export function nodeOf(id: EntityId): EntityId {
  const rest = id.slice(id.indexOf(':') + 1);
  switch (kindOf(id)) {
    case 'operation': return `service:${rest.split('|')[0]}`;
    case 'instance': return `service:${rest.split('#')[0]}`;
    case 'edge': return rest.split('→')[0];
    default: return id;
  }
}

export function entityName(id: EntityId, names: Names): string {
  const known = names.get(id);
  if (known !== undefined) return known;
  const rest = id.slice(id.indexOf(':') + 1);
  switch (kindOf(id)) {
    case 'operation': return `${entityName(nodeOf(id), names)} ${operationOf(id)}`;
    case 'instance': return `${entityName(nodeOf(id), names)} (${rest.split('#').slice(1).join('#')})`;
    case 'database': return /^[^/]+\/\d+$/.test(rest) ? rest.replace('/', ' ') : rest;
    case 'edge': return rest.split('→').map((end) => entityName(end, names)).join(' → ');
    default: return rest;
  }
}
