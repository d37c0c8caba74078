/**
 * Attributes as the present semantic conventions name them, whatever version they were sent under (otlp §4). Rows keep what
 * was sent; this is how it is read. Where the old and the new name are both there, the new one counts.
 */
import type { Attributes, AttributeValue } from '../model/index.ts';
import { SpanKind } from '../model/index.ts';
import { databaseSystem, httpMethod, httpVersion, rpcSystem, transport } from './convention-values.ts';
import { droppedAttributes, renamedAttributes, renamedValues } from './deprecated.ts';
import { rpcStatusName } from './failure.ts';

export interface ConventionContext {
  /** Of the span; what `net.peer.*` names depends on the side. */
  readonly kind?: SpanKind;
  /** Present name of the metric that the attributes tell apart: short names such as `state` mean something on some metrics only. */
  readonly metric?: string;
}

/** Old name with dots behind it → present one: what stands behind stays. */
const renamedPrefixes: readonly (readonly [string, string])[] = [
  ['k8s.pod.labels.', 'k8s.pod.label.'], ['container.labels.', 'container.label.'],
  ['rpc.connect_rpc.request.metadata.', 'rpc.request.metadata.'], ['rpc.connect_rpc.response.metadata.', 'rpc.response.metadata.'],
  ['rpc.grpc.request.metadata.', 'rpc.request.metadata.'], ['rpc.grpc.response.metadata.', 'rpc.response.metadata.'],
  ['otel.library.', 'otel.scope.'],
];

/** Renamed, but not in the table of the conventions' model: it calls them "uncategorized", or is younger than they are. */
const alsoRenamed: ReadonlyMap<string, string> = new Map([
  ['messaging.destination', 'messaging.destination.name'], ['messaging.temp_destination', 'messaging.destination.temporary'],
  ['messaging.kafka.destination.partition', 'messaging.destination.partition.id'], ['messaging.rocketmq.client_group', 'messaging.consumer.group.name'],
  ['db.sql.table', 'db.collection.name'], ['db.redis.database_index', 'db.namespace'], ['db.cosmosdb.status_code', 'db.response.status_code'],
  ['enduser.role', 'user.roles'], ['rpc.grpc.status_code', 'rpc.status_code'], ['rpc.jsonrpc.error_code', 'rpc.status_code'],
  ['http.resend_count', 'http.request.resend_count'], ['http.retry_count', 'http.request.resend_count'],
  ['http.request_content_length', 'http.request.header.content-length'], ['http.response_content_length', 'http.response.header.content-length'],
  ['gen_ai.system', 'gen_ai.provider.name'], ['gen_ai.usage.prompt_tokens', 'gen_ai.usage.input_tokens'], ['gen_ai.usage.completion_tokens', 'gen_ai.usage.output_tokens'],
]);

/** Names whose meaning depends on the metric: a `state` is a pool's only on metrics of pools. */
const onlyOfPools: ReadonlySet<string> = new Set(['state', 'pool.name']);
const cpuModeSuffix = '.cpu.state';

const asText = (value: AttributeValue): AttributeValue => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);
const asInt = (value: AttributeValue): AttributeValue => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value);
const ofText = (change: (text: string) => string) => (value: AttributeValue): AttributeValue => (typeof value === 'string' || typeof value === 'number' ? change(String(value)) : value);

/** What becomes of a value, by the present name. Senders write numbers as text and text as numbers (otlp §4.10). */
const values: Readonly<Record<string, (value: AttributeValue) => AttributeValue>> = {
  'http.request.method': ofText(httpMethod),
  'http.response.status_code': asInt,
  'network.transport': ofText(transport),
  'network.protocol.version': ofText(httpVersion),
  'server.port': asInt, 'client.port': asInt, 'network.peer.port': asInt, 'network.local.port': asInt,
  'db.system.name': ofText(databaseSystem),
  'db.namespace': asText, 'db.response.status_code': asText, 'messaging.destination.partition.id': asText,
  'rpc.system.name': ofText(rpcSystem),
  'rpc.status_code': ofText(rpcStatusName),
};

/** The present name of an attribute, and null for one that was given up. A name that needs more than a rename is given back as it is. */
export function presentName(sent: string, { metric = '' }: ConventionContext = {}): string | null {
  if (droppedAttributes.has(sent)) return null;
  if (onlyOfPools.has(sent)) return metric.startsWith('db.client.connection') ? renamedAttributes.get(sent) ?? sent : sent;
  if (sent.endsWith(cpuModeSuffix)) return 'cpu.mode';
  const renamed = renamedAttributes.get(sent) ?? alsoRenamed.get(sent);
  if (renamed !== undefined) return renamed;
  const prefix = renamedPrefixes.find(([old]) => sent.startsWith(old));
  return prefix === undefined ? sent : prefix[1] + sent.slice(prefix[0].length);
}

/** True where a name takes more than a rename: other attributes or the side of the call decide, or it becomes several. */
export const hasRule = (sent: string): boolean => Object.hasOwn(rules, sent);

const changedValues: ReadonlySet<string> = new Set([...Object.keys(values), ...[...renamedValues.keys()].map((pair) => pair.slice(0, pair.indexOf('=')))]);
/** True where values under this present name may have been called otherwise. */
export const hasOldValues = (name: string): boolean => changedValues.has(name);

/** The value under its present name. */
export function presentValue(name: string, value: AttributeValue): AttributeValue {
  const changed = Object.hasOwn(values, name) ? values[name](value) : value;
  return typeof changed === 'string' ? renamedValues.get(`${name}=${changed}`) ?? changed : changed;
}

/** All attributes of one owner under their present names, with the rules that take more than one name. */
export function presentAttributes(sent: Attributes, context: ConventionContext = {}): Attributes {
  const present = new Map<string, AttributeValue>();
  const old = new Map<string, AttributeValue>();
  const put = (name: string, value: AttributeValue): void => { if (!old.has(name)) old.set(name, value); };
  for (const [name, value] of Object.entries(sent)) {
    if (hasRule(name)) {
      rules[name](value, put, sent, context);
      continue;
    }
    const now = presentName(name, context);
    if (now === null) continue;
    if (now === name) present.set(name, presentValue(name, value));
    else put(now, presentValue(now, value));
  }
  for (const [name, value] of old) if (!present.has(name)) present.set(name, value);
  return Object.fromEntries(present);
}

type Put = (name: string, value: AttributeValue) => void;
type Rule = (value: AttributeValue, put: Put, sent: Attributes, context: ConventionContext) => void;

const calls = ({ kind }: ConventionContext): boolean => kind === SpanKind.client || kind === SpanKind.producer;
/** The side that `net.peer.*` names: whoever is called, or whoever calls. */
const peerSide = (context: ConventionContext): 'server' | 'client' => (context.kind === SpanKind.server ? 'client' : 'server');

const rules: Readonly<Record<string, Rule>> = {
  'http.method': (value, put) => {
    const now = presentValue('http.request.method', value);
    put('http.request.method', now);
    if (now === '_OTHER' && value !== '_OTHER') put('http.request.method_original', value);
  },
  'http.target': (value, put) => {
    if (typeof value !== 'string') return;
    const [, path, query] = /^([^?#]*)(?:\?([^#]*))?/.exec(value) ?? [];
    put('url.path', path ?? '');
    if (query !== undefined) put('url.query', query);
  },
  'http.host': (value, put, _, context) => {
    if (typeof value !== 'string') return;
    if (!calls(context)) put('http.request.header.host', value);
    const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(value) ?? [];
    if (host === undefined) return;
    put('server.address', host.replace(/^\[|\]$/g, ''));
    if (port !== undefined) put('server.port', Number(port));
  },
  'http.flavor': (value, put) => {
    const flavor = String(value);
    const isOther = /^(?:SPDY|QUIC)$/i.test(flavor);
    put('network.protocol.name', isOther ? flavor.toLowerCase() : 'http');
    if (!isOther) put('network.protocol.version', presentValue('network.protocol.version', flavor));
  },
  'net.peer.name': (value, put, _, context) => put(`${peerSide(context)}.address`, value),
  'net.sock.peer.name': () => undefined,
  'net.peer.port': (value, put, _, context) => put(`${peerSide(context)}.port`, asInt(value)),
  'net.transport': (value, put) => {
    const now = presentValue('network.transport', value);
    if (now !== '') put('network.transport', now);
  },
  'net.sock.family': (value, put) => {
    if (value === 'unix') put('network.transport', 'unix');
    else put('network.type', value === 'inet' ? 'ipv4' : value === 'inet6' ? 'ipv6' : value);
  },
  'db.connection_string': (value, put) => {
    const { host, port } = hostOf(String(value));
    if (host !== '') put('server.address', host);
    if (port !== '') put('server.port', Number(port));
  },
  'rpc.service': () => undefined,
  'rpc.method': (value, put, sent) => {
    const service = sent['rpc.service'];
    put('rpc.method', typeof value === 'string' && !value.includes('/') && typeof service === 'string' && service !== '' ? `${service}/${value}` : value);
  },
  'code.function': (value, put, sent) => {
    const space = sent['code.namespace'];
    put('code.function.name', typeof space === 'string' && space !== '' && typeof value === 'string' ? `${space}.${value}` : value);
  },
  'code.namespace': (value, put, sent) => { if (sent['code.function'] === undefined && sent['code.function.name'] === undefined) put('code.namespace', value); },
};

/** Every name under which an attribute may have been sent, the present one first: for searches over stored rows. */
export function namesOf(present: string): readonly string[] {
  const isCpuMode = present === 'cpu.mode' ? ['process.cpu.state', 'system.cpu.state', 'container.cpu.state'] : [];
  return [...new Set([present, ...[...renamedAttributes, ...alsoRenamed, ...ruledNames].filter(([old, now]) => now === present && !onlyOfPools.has(old)).map(([old]) => old), ...isCpuMode])];
}

/** Names that a rule turns into one other, whatever stands beside them. */
const ruledNames: readonly (readonly [string, string])[] = [['http.method', 'http.request.method'], ['net.transport', 'network.transport']];

/** Host and port of a connection string: a URL, `Server=host,port;…`, `host=… port=…`, or `host:port`. Credentials are not looked at. */
export function hostOf(connection: string): { readonly host: string; readonly port: string } {
  const url = /^[a-z][a-z0-9+.:-]*?:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/:?#,]*)(?::(\d+))?/i.exec(connection);
  const pair = /(?:^|[;\s])(?:server|data source|host|addr(?:ess)?)\s*=\s*(?:tcp:)?([^;,\s:]+)(?:[,:](\d+))?/i.exec(connection);
  const plain = /^([\w.-]+):(\d+)$/.exec(connection);
  const found = url ?? pair ?? plain;
  const port = found?.[2] ?? /(?:^|[;\s])port\s*=\s*(\d+)/i.exec(connection)?.[1] ?? '';
  return { host: (found?.[1] ?? '').replace(/^\[|\]$/g, ''), port };
}
