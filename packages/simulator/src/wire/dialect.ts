import type { Failure } from '../failures.ts';
import type { Backend, Link, Operation, Service, Statement, Topic } from '../system/system.ts';
import type { Attributes } from './attributes.ts';

/** Attribute names of the semantic conventions: the stable ones, and those that older instrumentation still sends. */

const grpcCodes: Readonly<Record<string, number>> = {
  OK: 0, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, ALREADY_EXISTS: 6, RESOURCE_EXHAUSTED: 8, INTERNAL: 13, UNAVAILABLE: 14, UNAUTHENTICATED: 16,
};

export function grpcStatus(status: number): string {
  switch (status) {
    case 401: return 'UNAUTHENTICATED';
    case 404: return 'NOT_FOUND';
    case 409: return 'ALREADY_EXISTS';
    case 429: return 'RESOURCE_EXHAUSTED';
    case 502: case 503: return 'UNAVAILABLE';
    case 504: return 'DEADLINE_EXCEEDED';
    default: return status >= 500 ? 'INTERNAL' : 'OK';
  }
}

/** Outcome of a request on either side; `answered` is 0 where no answer came. */
function outcome(service: Service, protocol: Service['protocol'], failure: Failure | null): Attributes {
  const answered = failure === null ? 200 : failure.status;
  if (protocol === 'grpc') {
    const name = answered === 0 ? (failure?.type === 'timeout' ? 'DEADLINE_EXCEEDED' : 'UNAVAILABLE') : grpcStatus(answered);
    return service.old ? { 'rpc.grpc.status_code': grpcCodes[name] ?? 2 } : { 'rpc.response.status_code': name };
  }
  return answered === 0 ? {} : { [service.old ? 'http.status_code' : 'http.response.status_code']: answered };
}

/** Its own error is named by its type, one that was answered by its status. */
function errorType(failure: Failure | null, own: boolean): Attributes {
  if (failure === null) return {};
  return { 'error.type': own || failure.status === 0 ? failure.type : String(failure.status) };
}

export function serverAttributes(operation: Operation, failure: Failure | null): Attributes {
  const { service } = operation;
  const said: Attributes = { ...outcome(service, service.protocol, failure), ...(failure !== null && failure.status >= 500 ? errorType(failure, true) : {}) };
  if (service.protocol === 'grpc') return { ...rpc(service, operation), ...said };
  if (service.old) return { 'http.method': operation.method, 'http.route': operation.route, 'http.scheme': 'http', 'net.host.name': service.name, 'net.host.port': service.port, ...said };
  return { 'http.request.method': operation.method, 'http.route': operation.route, 'url.scheme': 'http', 'server.address': service.name, 'server.port': service.port, ...said };
}

function rpc(service: Service, operation: Operation): Attributes {
  if (!service.old) return { 'rpc.system.name': 'grpc', 'rpc.method': operation.name };
  const [pack, method] = operation.name.split('/');
  return { 'rpc.system': 'grpc', 'rpc.service': pack, 'rpc.method': method };
}

export function clientAttributes(link: Link, operation: Operation, failure: Failure | null): Attributes {
  const { from, to } = link;
  const host = from.index % 3 === 0 ? `${to.name}.svc.cluster.local` : to.name;
  const said: Attributes = { ...outcome(from, to.protocol, failure), ...errorType(failure, false) };
  const peer: Attributes = from.old ? { 'net.peer.name': host, 'net.peer.port': to.port } : { 'server.address': host, 'server.port': to.port };
  if (to.protocol === 'grpc') {
    const [pack, method] = operation.name.split('/');
    return { ...(from.old ? { 'rpc.system': 'grpc', 'rpc.service': pack, 'rpc.method': method } : { 'rpc.system.name': 'grpc', 'rpc.method': operation.name }), ...peer, ...said };
  }
  if (from.old) return { 'http.method': operation.method, 'http.url': `http://${host}:${to.port}${operation.route}`, ...peer, ...said };
  return { 'http.request.method': operation.method, 'url.full': `http://${host}:${to.port}${operation.route}`, 'url.template': operation.route, ...peer, ...said };
}

export function queryAttributes(service: Service, backend: Backend, statement: Statement, failure: Failure | null): Attributes {
  const said: Attributes = failure === null ? {} : { 'error.type': failure.type };
  const port = backend.system === 'postgresql' ? 5432 : backend.system === 'mysql' ? 3306 : 27_017;
  if (service.old) return { 'db.system': backend.system, 'db.name': backend.name, 'db.statement': statement.text, 'db.operation': statement.operation, 'net.peer.name': backend.address, 'net.peer.port': port, ...said };
  return {
    'db.system.name': backend.system, 'db.namespace': backend.name, 'db.operation.name': statement.operation, 'db.collection.name': statement.table,
    'db.query.text': statement.text, 'server.address': backend.address, 'server.port': port, ...said,
  };
}

export function cacheAttributes(service: Service, backend: Backend, failure: Failure | null): Attributes {
  const said: Attributes = failure === null ? {} : { 'error.type': failure.type };
  if (service.old) return { 'db.system': 'redis', 'db.operation': 'GET', 'net.peer.name': backend.address, 'net.peer.port': 6379, ...said };
  return { 'db.system.name': 'redis', 'db.operation.name': 'GET', 'server.address': backend.address, 'server.port': 6379, ...said };
}

export function externalAttributes(service: Service, backend: Backend, path: string, failure: Failure | null): Attributes {
  const said: Attributes = { ...outcome(service, 'http', failure), ...errorType(failure, false) };
  if (service.old) return { 'http.method': 'POST', 'http.url': `https://${backend.address}${path}`, 'net.peer.name': backend.address, 'net.peer.port': 443, ...said };
  return { 'http.request.method': 'POST', 'url.full': `https://${backend.address}${path}`, 'server.address': backend.address, 'server.port': 443, ...said };
}

export function messageAttributes(service: Service, topic: Topic, type: 'send' | 'process', failure: Failure | null): Attributes {
  const said: Attributes = failure === null ? {} : { 'error.type': failure.type };
  const group: Attributes = type === 'process' ? { 'messaging.consumer.group.name': topic.group } : {};
  const named: Attributes = service.old ? { 'messaging.operation': type === 'send' ? 'publish' : 'process' } : { 'messaging.operation.name': type, 'messaging.operation.type': type };
  return { 'messaging.system': topic.system, 'messaging.destination.name': topic.name, ...named, ...group, 'server.address': 'broker.internal', ...said };
}

/** The resource of one process. */
export function processAttributes(service: Service, version: string, instance: { readonly name: string; readonly host: { readonly name: string; readonly zone: string } }): Attributes {
  const place: Attributes = service.index % 5 === 4
    ? { 'host.name': instance.host.name, 'process.pid': 1 }
    : { 'k8s.pod.name': instance.name, 'k8s.node.name': instance.host.name };
  return {
    'service.name': service.name, ...(service.namespace === '' ? {} : { 'service.namespace': service.namespace }),
    ...(service.environment === '' ? {} : { [service.old ? 'deployment.environment' : 'deployment.environment.name']: service.environment }),
    'service.version': version, 'service.instance.id': instance.name, 'telemetry.sdk.language': service.language, 'telemetry.sdk.name': 'opentelemetry',
    'cloud.availability_zone': instance.host.zone, ...place,
  };
}
