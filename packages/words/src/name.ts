import type { EntityId, Node } from '@clew/engine';

/** Names for entity ids. An id is readable by its grammar; a node's own name is better where we have it. */
export type Names = ReadonlyMap<EntityId, string>;

export function namesOf(nodes: readonly { readonly node: Node }[]): Names {
  return new Map(nodes.map(({ node }) => [node.id, nodeName(node)]));
}

/** With its system, once: `orders (postgresql)`; a database that is only numbered is called after it: `redis 0`. */
export function nodeName({ kind, name, system }: Pick<Node, 'kind' | 'name' | 'system'>): string {
  if (kind === 'user') return 'users';
  const bare = nameWithoutSystem({ name, system });
  if (kind === 'database' && system !== '' && /^\d+$/.test(bare)) return `${system} ${bare}`;
  return system === '' || kind === 'service' || name.toLowerCase().includes(system.toLowerCase()) ? name : `${name} (${system})`;
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
    case 'database': {
      const [system, ...database] = rest.split('/');
      const name = database.join('/');
      return name === '' ? system : /^\d+$/.test(name) ? `${system} ${name}` : `${name} (${system})`;
    }
    case 'edge': return rest.split('→').map((end) => entityName(end, names)).join(' → ');
    case 'user': return 'users';
    // Of a service that is not on the map any more: the name without its namespace and environment.
    case 'service': return (rest.split('/').at(-1) ?? rest).replace(/@[^@]*$/, '');
    default: return rest;
  }
}

const idStart = /^(service|database|queue|external|host|zone|instance|operation|edge):/;

/** Whether text is an entity's id: then it is to be told by its name. */
export function isEntityId(text: string): boolean {
  return idStart.test(text);
}
