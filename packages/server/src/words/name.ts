import type { EntityId, Node } from '@clew/engine';

/** What entities are called, by id. Names come from telemetry: untrusted, never HTML, here on one line and bounded. */
export interface Names {
  of(entity: EntityId): string;
}

const nameCharsMax = 120;
const kindWords: Readonly<Record<string, string>> = { host: 'host', queue: 'queue', zone: 'zone' };

export function makeNames(nodes: readonly Node[]): Names {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const of = (entity: EntityId): string => {
    const node = byId.get(entity);
    if (node !== undefined) return sayPlain(nameOfNode(node));
    const colon = entity.indexOf(':');
    if (colon === -1) return sayPlain(entity === 'user' ? 'people' : entity);
    const kind = entity.slice(0, colon);
    const rest = entity.slice(colon + 1);
    if (kind === 'edge') {
      const [from, to = ''] = rest.split('→');
      return `${of(from)} → ${of(to)}`;
    }
    if (kind === 'operation') {
      const [service, , ...operation] = rest.split('|');
      return sayPlain(`${of(`service:${service}`)} ${operation.join('|')}`);
    }
    if (kind === 'instance') return sayPlain(`${of(`service:${rest.split('#', 1)[0]}`)} instance ${rest.slice(rest.indexOf('#') + 1)}`);
    if (kind === 'database') {
      const [system, ...database] = rest.split('/');
      const name = database.join('/');
      return sayPlain(name === '' ? system : /^\d+$/.test(name) ? `${system} ${name}` : `${name} (${system})`);
    }
    return sayPlain(kind in kindWords ? `${kindWords[kind]} ${rest}` : rest);
  };
  return { of };
}

/** `orders (postgresql)`: the system once, whether or not the name says it already. */
function nameOfNode(node: Node): string {
  if (node.kind === 'user') return 'people';
  // A database that is only numbered: `redis 0`.
  const number = node.kind === 'database' && node.system !== '' ? /^(\d+)(?: \((.+)\))?$/.exec(node.name) : null;
  if (number !== null && (number[2] === undefined || number[2] === node.system)) return `${node.system} ${number[1]}`;
  if (node.system === '' || node.kind === 'service' || node.name.toLowerCase().includes(node.system.toLowerCase())) return node.name;
  return `${node.name} (${node.system})`;
}

/** Control characters, line ends and direction marks out, at most so many characters: text from telemetry on one line. */
export function sayPlain(text: string, charsMax: number = nameCharsMax): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return plain.length > charsMax ? `${plain.slice(0, charsMax - 1)}…` : plain;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function sayList(items: readonly string[], shownMax: number = 3): string {
  if (items.length === 0) return 'nothing';
  if (items.length === 1) return items[0];
  if (items.length <= shownMax) return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
  return `${items.slice(0, shownMax - 1).join(', ')} and ${items.length - shownMax + 1} more`;
}
