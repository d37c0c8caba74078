import type { Attributes, Value } from './records.ts';
import type { Errand, Instance, ServiceSpec } from './state.ts';
import type { Statement } from './statements.ts';

/** Attribute names of the OpenTelemetry semantic conventions, as each kind of instrumentation writes them. */

const placeholders = /\{(\w+)\}/g;

export function fillRoute(route: string, errand: Errand): string {
  return route.replace(placeholders, (_, name: string) => name === 'userId' ? errand.customer : name === 'orderId' ? errand.order : errand.product);
}

export function httpServer(spec: ServiceSpec, operation: string, errand: Errand, peer: string, instance: Instance): Record<string, Value> {
  const [method, route] = operation.split(' ');
  const path = fillRoute(route, errand);
  if (spec.dialect === 'old') {
    return {
      'http.method': method, 'http.route': route, 'http.target': path, 'http.scheme': 'http', 'http.host': spec.name,
      'net.host.name': spec.name, 'net.host.port': spec.port, 'net.sock.peer.addr': peer, 'http.flavor': '1.1', 'http.user_agent': errand.agent,
    };
  }
  return {
    'http.request.method': method, 'http.route': route, 'url.path': path, 'url.scheme': 'http', 'server.address': spec.name, 'server.port': spec.port,
    'client.address': peer, 'network.peer.address': peer, 'network.protocol.version': '1.1', 'user_agent.original': errand.agent, 'k8s.pod.name': instance.pod,
  };
}

export function httpClient(spec: ServiceSpec, operation: string, target: { readonly host: string; readonly port: number; readonly scheme: string }, errand: Errand): Record<string, Value> {
  const [method, route] = operation.split(' ');
  const authority = target.port === 443 || target.port === 80 ? target.host : `${target.host}:${target.port}`;
  const url = `${target.scheme}://${authority}${fillRoute(route, errand)}`;
  if (spec.dialect === 'old') {
    return { 'http.method': method, 'http.url': url, 'net.peer.name': target.host, 'net.peer.port': target.port, 'http.flavor': '1.1' };
  }
  return {
    'http.request.method': method, 'url.full': url, 'url.template': route, 'server.address': target.host, 'server.port': target.port,
    'network.protocol.name': 'http', 'network.protocol.version': '1.1',
  };
}

const grpcCodes: Readonly<Record<string, number>> = { OK: 0, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, RESOURCE_EXHAUSTED: 8, FAILED_PRECONDITION: 9, INTERNAL: 13, UNAVAILABLE: 14 };

export function grpcStatus(httpStatus: number): string {
  if (httpStatus < 400) return 'OK';
  if (httpStatus === 404) return 'NOT_FOUND';
  if (httpStatus < 500) return 'FAILED_PRECONDITION';
  if (httpStatus === 504) return 'DEADLINE_EXCEEDED';
  return httpStatus === 500 ? 'INTERNAL' : 'UNAVAILABLE';
}

export function rpc(spec: ServiceSpec, operation: string, address: string, port: number): Record<string, Value> {
  const peer = { 'server.address': address, 'server.port': port, 'network.transport': 'tcp', 'network.type': 'ipv4', 'network.protocol.name': 'http', 'network.protocol.version': '2' };
  if (spec.dialect === 'old') {
    const [service, method] = operation.split('/');
    return { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method, ...peer };
  }
  return { 'rpc.system.name': 'grpc', 'rpc.method': operation, ...peer };
}

/** Writes the outcome of a call onto a span's attributes; returns the error.type or empty. */
export function setOutcome(attributes: Record<string, Value>, spec: ServiceSpec, protocol: ServiceSpec['protocol'], status: number): void {
  if (protocol === 'grpc') {
    const name = grpcStatus(status);
    if (spec.dialect === 'old') attributes['rpc.grpc.status_code'] = grpcCodes[name];
    else attributes['rpc.response.status_code'] = name;
  } else if (spec.dialect === 'old') attributes['http.status_code'] = status;
  else attributes['http.response.status_code'] = status;
}

export function databaseClient(statement: Statement, server: string): Record<string, Value> {
  return {
    'db.system.name': 'postgresql', 'db.namespace': statement.database, 'db.operation.name': statement.operation, 'db.collection.name': statement.table,
    'db.query.summary': `${statement.operation} ${statement.table}`, 'db.query.text': statement.text,
    'server.address': server, 'server.port': 5432, 'network.peer.address': '10.40.0.11', 'network.transport': 'tcp',
  };
}

export function cacheClient(operation: string, key: string): Record<string, Value> {
  return {
    'db.system.name': 'redis', 'db.namespace': '0', 'db.operation.name': operation, 'db.query.text': `${operation} ${key}`,
    'server.address': 'cache.shop.internal', 'server.port': 6379, 'network.peer.address': '10.40.0.21', 'network.transport': 'tcp',
  };
}

export function messaging(topic: string, operation: string, type: string, partition: number, key: string): Record<string, Value> {
  return {
    'messaging.system': 'kafka', 'messaging.destination.name': topic, 'messaging.operation.name': operation, 'messaging.operation.type': type,
    'messaging.destination.partition.id': String(partition), 'messaging.kafka.message.key': key,
    'server.address': 'broker.shop.internal', 'server.port': 9092, 'network.transport': 'tcp',
  };
}

export function exceptionEvent(language: ServiceSpec['language'], type: string, message: string, code: string): Attributes {
  return { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack(language, type, message, code) };
}

function stack(language: ServiceSpec['language'], type: string, message: string, code: string): string {
  if (language === 'python') return `Traceback (most recent call last):\n  File "/app/${code}.py", line 118, in handle\n${type}: ${message}`;
  if (language === 'nodejs') return `${type}: ${message}\n    at handle (/app/dist/${code}.js:118:13)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;
  if (language === 'go') return `goroutine 41 [running]:\nmain.handle(...)\n\t/src/${code}.go:118`;
  return `${type}: ${message}\n\tat shop.${code}.Handler.handle(Handler:118)\n\tat shop.${code}.Server.dispatch(Server:64)`;
}
