import { SpanKind } from '../model/index.ts';
import type { Peer } from '../model/index.ts';
import { cut } from './attributes.ts';
import { databaseSystem, rpcSystem } from './convention-values.ts';
import { hostOf } from './conventions.ts';
import { databaseOperation, destination, messagingOperation, messagingType, rpcMethod } from './operation.ts';
import type { FieldText } from './operation.ts';
import { Field } from './span-fields.ts';

/**
 * Whom a span talks to by its own attributes, in the order of otlp §4.9. The kind of node follows from what is spoken:
 * db.* makes a database and messaging.* a queue even where a peer name is sent as well, which then only helps to name it.
 */
export function peerOf(kind: SpanKind, text: FieldText): Peer | null {
  if (kind === SpanKind.consumer) return queuePeer(kind, text);
  if (kind !== SpanKind.client && kind !== SpanKind.producer) return null;
  return databasePeer(text) ?? callPeer(kind, text);
}

function callPeer(kind: SpanKind, text: FieldText): Peer | null {
  if (text(Field.messagingSystem) !== '') {
    // Polling takes from the queue: whoever polls is no caller of it.
    return messagingType(kind, text) === 'receive' ? null : queuePeer(kind, text);
  }
  const model = text(Field.genAi);
  return model === '' ? externalPeer(text) : external(`gen_ai/${model}`, 'gen_ai', text, []);
}

function databasePeer(text: FieldText): Peer | null {
  const sent = text(Field.dbSystem);
  if (sent === '') return null;
  const system = databaseSystem(sent);
  const name = text(Field.dbNamespace) || text(Field.peerName) || text(Field.address) || hostOf(text(Field.connection)).host || text(Field.networkAddress);
  return {
    id: name === '' ? `database:${system}` : `database:${system}/${name}`,
    kind: 'database',
    name: name === '' ? system : `${name} (${system})`,
    system,
    operation: databaseOperation(text),
    serviceNames: [],
  };
}

function queuePeer(kind: SpanKind, text: FieldText): Peer | null {
  const system = text(Field.messagingSystem);
  const name = destination(text) || text(Field.peerName) || (system === '' ? '' : text(Field.address));
  if (name === '') return null;
  const spoken = system || 'messaging';
  return { id: `queue:${spoken}/${name}`, kind: 'queue', name: `${name} (${spoken})`, system: spoken, operation: messagingOperation(kind, text), serviceNames: [] };
}

function externalPeer(text: FieldText): Peer | null {
  const peer = text(Field.peerName);
  const host = text(Field.address);
  const port = text(Field.port);
  const names = [peer, host, firstLabel(host)].filter((each) => each !== '');
  if (peer !== '') return external(peer, '', text, names);
  const rpc = rpcMethod(text);
  if (rpc.includes('/')) return external(rpc.slice(0, rpc.lastIndexOf('/')), rpcSystem(text(Field.rpcSystem)), text, names);
  if (host !== '') return external(withPort(host, port), '', text, names);
  const url = urlHost(text(Field.url));
  if (url !== '') return external(url, '', text, [url, firstLabel(url)].filter((each) => each !== ''));
  const address = text(Field.networkAddress);
  return address === '' ? null : external(withPort(address, text(Field.networkPort)), '', text, []);
}

function external(name: string, system: string, text: FieldText, serviceNames: readonly string[]): Peer {
  const operation = rpcMethod(text) || `${text(Field.method)} ${text(Field.urlTemplate)}`.trim();
  return { id: `external:${cut(name)}`, kind: 'external', name: cut(name), system, operation, serviceNames };
}

/** Ports that everybody leaves out are left out, so that one peer is one node. */
function withPort(host: string, port: string): string {
  return port === '' || port === '80' || port === '443' || host.endsWith(`:${port}`) ? host : `${host}:${port}`;
}

function urlHost(url: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.replace(/:(?:80|443)$/, '');
}

/** `payment.shop.svc.cluster.local` → `payment`. Only inside a cluster: `api.cards.example` is not the service `api`. */
function firstLabel(host: string): string {
  const name = host.replace(/:\d+$/, '');
  return /\.svc(\.|$)|\.(local|internal|consul)$/.test(name) ? name.split('.', 1)[0] : '';
}
