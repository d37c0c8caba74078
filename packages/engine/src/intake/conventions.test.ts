/** Old semantic conventions are read as the present ones: every rule of otlp §4 that takes more than a rename, and the table. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readRequest, writeRequest } from '@clew/otlp';
import type { KeyValue } from '@clew/otlp';
import { describe, expect, test } from 'vitest';
import { SpanKind } from '../model/index.ts';
import type { Attributes, PointRows } from '../model/index.ts';
import { hostOf, presentAttributes, presentName } from './conventions.ts';
import { droppedAttributes, renamedAttributes, renamedMetrics } from './deprecated.ts';
import { intake } from './intake.ts';
import { presentMetric } from './renamed.ts';
import { fieldOfName } from './span-fields.ts';

const { client, server, producer, consumer } = SpanKind;

describe.each<[string, (readonly [SpanKind, Attributes, Attributes])[]]>([
  ['HTTP (§4.1)', [
    [server, { 'http.method': 'GET' }, { 'http.request.method': 'GET' }],
    [server, { 'http.method': 'get' }, { 'http.request.method': 'GET' }],
    [server, { 'http.method': 'PROPFIND' }, { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' }],
    [server, { 'http.status_code': 503 }, { 'http.response.status_code': 503 }],
    [server, { 'http.status_code': '200' }, { 'http.response.status_code': 200 }],
    [client, { 'http.response.status_code': '404' }, { 'http.response.status_code': 404 }],
    [client, { 'http.url': 'https://a/b' }, { 'url.full': 'https://a/b' }],
    [server, { 'http.target': '/cart/7?size=2#top' }, { 'url.path': '/cart/7', 'url.query': 'size=2' }],
    [server, { 'http.target': '/cart' }, { 'url.path': '/cart' }],
    [server, { 'http.scheme': 'https' }, { 'url.scheme': 'https' }],
    [client, { 'http.host': 'api.example:8443' }, { 'server.address': 'api.example', 'server.port': 8443 }],
    [client, { 'http.host': '[::1]:80' }, { 'server.address': '::1', 'server.port': 80 }],
    [server, { 'http.host': 'shop.example' }, { 'http.request.header.host': 'shop.example', 'server.address': 'shop.example' }],
    [server, { 'http.client_ip': '10.0.0.1' }, { 'client.address': '10.0.0.1' }],
    [server, { 'http.server_name': 'shop' }, { 'server.address': 'shop' }],
    [server, { 'net.host.name': 'shop', 'net.host.port': '8080' }, { 'server.address': 'shop', 'server.port': 8080 }],
    [client, { 'net.peer.name': 'pay', 'net.peer.port': '443' }, { 'server.address': 'pay', 'server.port': 443 }],
    [producer, { 'net.peer.name': 'kafka-1' }, { 'server.address': 'kafka-1' }],
    [server, { 'net.peer.name': 'phone', 'net.peer.port': 50_000 }, { 'client.address': 'phone', 'client.port': 50_000 }],
    [client, { 'net.peer.ip': '10.0.0.2' }, { 'network.peer.address': '10.0.0.2' }],
    [client, { 'net.sock.peer.addr': '10.0.0.2', 'net.sock.peer.port': 5432, 'net.sock.peer.name': 'db' }, { 'network.peer.address': '10.0.0.2', 'network.peer.port': 5432 }],
    [server, { 'net.sock.host.addr': '10.0.0.3', 'net.sock.host.port': 80 }, { 'network.local.address': '10.0.0.3', 'network.local.port': 80 }],
    [client, { 'net.transport': 'ip_tcp' }, { 'network.transport': 'tcp' }], [client, { 'net.transport': 'ip_udp' }, { 'network.transport': 'udp' }], [client, { 'net.transport': 'inproc' }, {}],
    [client, { 'net.protocol.name': 'http', 'net.protocol.version': '2.0' }, { 'network.protocol.name': 'http', 'network.protocol.version': '2' }],
    [server, { 'http.flavor': '1.1' }, { 'network.protocol.name': 'http', 'network.protocol.version': '1.1' }],
    [server, { 'http.flavor': '3.0' }, { 'network.protocol.name': 'http', 'network.protocol.version': '3' }], [server, { 'http.flavor': 'QUIC' }, { 'network.protocol.name': 'quic' }],
    [client, { 'net.sock.family': 'inet' }, { 'network.type': 'ipv4' }], [client, { 'net.sock.family': 'inet6' }, { 'network.type': 'ipv6' }], [client, { 'net.sock.family': 'unix' }, { 'network.transport': 'unix' }],
    [server, { 'http.user_agent': 'curl' }, { 'user_agent.original': 'curl' }],
    [server, { 'http.request_content_length': 5, 'http.response_content_length_uncompressed': 9 }, { 'http.request.header.content-length': 5, 'http.response.body.size': 9 }],
    [client, { 'http.resend_count': 1 }, { 'http.request.resend_count': 1 }], [client, { 'http.retry_count': 2 }, { 'http.request.resend_count': 2 }],
    [server, { 'http.route': '/cart/:id' }, { 'http.route': '/cart/:id' }],
    [server, { 'http.method': 'PUT', 'http.request.method': 'GET' }, { 'http.request.method': 'GET' }],
  ]],
  ['RPC (§4.2)', [
    [client, { 'rpc.system': 'apache_dubbo' }, { 'rpc.system.name': 'dubbo' }], [client, { 'rpc.system': 'connect_rpc' }, { 'rpc.system.name': 'connectrpc' }], [client, { 'rpc.system': 'grpc' }, { 'rpc.system.name': 'grpc' }],
    [client, { 'rpc.service': 'pay.Payment', 'rpc.method': 'Charge' }, { 'rpc.method': 'pay.Payment/Charge' }],
    [client, { 'rpc.service': 'pay.Payment', 'rpc.method': 'pay.Payment/Charge' }, { 'rpc.method': 'pay.Payment/Charge' }],
    [client, { 'rpc.grpc.status_code': 14 }, { 'rpc.status_code': 'UNAVAILABLE' }], [client, { 'rpc.grpc.status_code': '4' }, { 'rpc.status_code': 'DEADLINE_EXCEEDED' }],
    [client, { 'rpc.response.status_code': 'OK' }, { 'rpc.status_code': 'OK' }], [client, { 'rpc.connect_rpc.error_code': 'not_found' }, { 'rpc.status_code': 'NOT_FOUND' }],
    [client, { 'rpc.jsonrpc.error_code': -32_601 }, { 'rpc.status_code': '-32601' }],
    [client, { 'rpc.grpc.request.metadata.tenant': 'a' }, { 'rpc.request.metadata.tenant': 'a' }],
    [client, { 'rpc.grpc.status_code': 13, 'rpc.status_code': 'OK' }, { 'rpc.status_code': 'OK' }],
  ]],
  ['databases (§4.3)', [
    ...Object.entries({ mssql: 'microsoft.sql_server', oracle: 'oracle.db', db2: 'ibm.db2', dynamodb: 'aws.dynamodb', redshift: 'aws.redshift', cosmosdb: 'azure.cosmosdb', spanner: 'gcp.spanner', hanadb: 'sap.hana', h2: 'h2database', postgresql: 'postgresql' })
      .map(([old, now]) => [client, { 'db.system': old }, { 'db.system.name': now }] as const),
    [client, { 'db.name': 'orders' }, { 'db.namespace': 'orders' }], [client, { 'db.redis.database_index': 3 }, { 'db.namespace': '3' }], [client, { 'db.elasticsearch.cluster.name': 'e' }, { 'db.namespace': 'e' }],
    [client, { 'db.statement': 'SELECT 1', 'db.operation': 'SELECT' }, { 'db.query.text': 'SELECT 1', 'db.operation.name': 'SELECT' }],
    ...['db.sql.table', 'db.cassandra.table', 'db.mongodb.collection', 'db.cosmosdb.container'].map((old) => [client, { [old]: 't' }, { 'db.collection.name': 't' }] as const),
    [client, { 'db.connection_string': 'postgresql://me:secret@db.example:5433/orders' }, { 'server.address': 'db.example', 'server.port': 5433 }],
    [client, { 'db.cosmosdb.status_code': 429 }, { 'db.response.status_code': '429' }],
    [client, { 'db.user': 'me', 'db.instance.id': 'i', 'db.jdbc.driver_classname': 'x', 'db.mssql.instance_name': 'y' }, {}],
  ]],
  ['messaging (§4.4)', [
    [producer, { 'messaging.operation': 'publish' }, { 'messaging.operation.type': 'send' }], [consumer, { 'messaging.operation': 'deliver' }, { 'messaging.operation.type': 'process' }],
    [consumer, { 'messaging.operation.type': 'receive' }, { 'messaging.operation.type': 'receive' }],
    [consumer, { 'messaging.kafka.destination.partition': 3 }, { 'messaging.destination.partition.id': '3' }],
    [consumer, { 'messaging.kafka.consumer.group': 'g' }, { 'messaging.consumer.group.name': 'g' }], [consumer, { 'messaging.eventhubs.consumer.group': 'g' }, { 'messaging.consumer.group.name': 'g' }],
    [producer, { 'messaging.client_id': 'c', 'messaging.kafka.message.offset': 7 }, { 'messaging.client.id': 'c', 'messaging.kafka.offset': 7 }],
    [consumer, { 'messaging.servicebus.destination.subscription_name': 's' }, { 'messaging.destination.subscription.name': 's' }],
    [producer, { 'messaging.destination': 'orders', 'messaging.temp_destination': true }, { 'messaging.destination.name': 'orders', 'messaging.destination.temporary': true }],
    [consumer, { 'net.peer.name': 'broker' }, { 'server.address': 'broker' }],
  ]],
  ['peers and environment (§4.5), resources (§4.6), flags (§4.7), GenAI (§4.8)', [
    [client, { 'peer.service': 'pay' }, { 'service.peer.name': 'pay' }], [server, { 'deployment.environment': 'staging' }, { 'deployment.environment.name': 'staging' }],
    [server, { 'enduser.role': 'admin' }, { 'user.roles': 'admin' }], [client, { 'tls.client.server_name': 'pay' }, { 'server.address': 'pay' }],
    [server, { 'otel.library.name': 'l', 'otel.library.version': '1' }, { 'otel.scope.name': 'l', 'otel.scope.version': '1' }],
    [server, { 'code.function': 'run', 'code.namespace': 'a.B' }, { 'code.function.name': 'a.B.run' }], [server, { 'code.function': 'run' }, { 'code.function.name': 'run' }],
    [server, { 'code.filepath': 'a.ts', 'code.lineno': 3, 'code.column': 4 }, { 'code.file.path': 'a.ts', 'code.line.number': 3, 'code.column.number': 4 }],
    [server, { 'exception.escaped': true, 'error.message': 'x' }, {}],
    [server, { 'container.runtime': 'docker', 'container.labels.tier': 'web', 'k8s.pod.labels.app': 'shop' }, { 'container.runtime.name': 'docker', 'container.label.tier': 'web', 'k8s.pod.label.app': 'shop' }],
    [server, { 'cloud.platform': 'azure_vm' }, { 'cloud.platform': 'azure.vm' }], [server, { 'os.type': 'z_os' }, { 'os.type': 'zos' }],
    [server, { 'process.executable.build_id.profiling': 'ab' }, { 'process.executable.build_id.htlhash': 'ab' }],
    [server, { 'process.cpu.state': 'kernel' }, { 'cpu.mode': 'system' }],
    [server, { 'feature_flag.variant': 'on', 'feature_flag.provider_name': 'p', 'feature_flag.evaluation.reason': 'r' }, { 'feature_flag.result.variant': 'on', 'feature_flag.provider.name': 'p', 'feature_flag.result.reason': 'r' }],
    [server, { 'vcs.repository.ref.name': 'main' }, { 'vcs.ref.head.name': 'main' }],
    [client, { 'gen_ai.system': 'openai', 'gen_ai.usage.prompt_tokens': 5, 'gen_ai.usage.completion_tokens': 7, 'gen_ai.prompt': 'x' }, { 'gen_ai.provider.name': 'openai', 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 7 }],
  ]],
  ['what is not renamed', [
    [server, { state: 'idle', 'pool.name': 'p', mine: [1, null], __proto__x: 'y', constructor: 'c' }, { state: 'idle', 'pool.name': 'p', mine: [1, null], __proto__x: 'y', constructor: 'c' }],
  ]],
])('%s', (_, cases) => {
  test.each(cases.map(([kind, sent, wanted]) => [JSON.stringify(sent), kind, sent, wanted] as const))('%s', (_name, kind, sent, wanted) => expect(presentAttributes(sent, { kind })).toEqual(wanted));
});

test('the same the other way round: the new name wins wherever it stands', () => {
  for (const sent of [{ 'http.status_code': 200, 'http.response.status_code': 500 }, { 'http.response.status_code': 500, 'http.status_code': 200 }]) expect(presentAttributes(sent)).toEqual({ 'http.response.status_code': 500 });
});

test.each([
  ['mysql://u:p@db:3306/x', 'db', '3306'], ['Server=tcp:sql.example,1433;User=a;Password=b', 'sql.example', '1433'], ['Data Source=ora;Port=1521', 'ora', '1521'],
  ['host=pg port=5432 password=secret', 'pg', '5432'], ['jdbc:postgresql://[::1]:5432/x', '::1', '5432'], ['mongodb://u:p@m1:27017,m2:27017/x', 'm1', '27017'], ['redis:6379', 'redis', '6379'], ['nonsense', '', ''],
])('host of %s', (connection, host, port) => expect(hostOf(connection)).toEqual({ host, port }));

describe('the table', () => {
  test('is what the script makes of the conventions\' own list', () => {
    execFileSync(process.execPath, [fileURLToPath(new URL('../../../../scripts/semconv.mjs', import.meta.url)), '--check']);
    expect([renamedAttributes.size > 90, renamedMetrics.size > 65, droppedAttributes.size > 15]).toEqual([true, true, true]);
  });
  test('no name is renamed to one that is itself old', () => {
    for (const [old, now] of [...renamedAttributes, ...renamedMetrics]) expect([old, renamedAttributes.get(now) ?? renamedMetrics.get(now)]).toEqual([old, undefined]);
  });
  test('spans: what the engine reads under its present name it reads under every old one, as the same field', () => {
    // These name the span\'s own side, and addresses are read for the other side alone.
    const ownSide = new Set(['http.server_name', 'net.host.name', 'net.host.port']);
    const missing = [...renamedAttributes].filter(([old, now]) => fieldOfName.has(now) && !ownSide.has(old) && (fieldOfName.get(old) ?? -16) >> 4 !== (fieldOfName.get(now) ?? 0) >> 4);
    expect(missing).toEqual([]);
  });
  test('short names mean something on metrics of pools alone', () => {
    expect([presentName('state', { metric: 'db.client.connection.count' }), presentName('state', { metric: 'jvm.thread.count' })]).toEqual(['db.client.connection.state', 'state']);
  });
});

describe('metrics', () => {
  test.each([
    ['http.server.duration', 'ms', 'http.server.request.duration', 's', 1e-3], ['rpc.client.duration', 'ms', 'rpc.client.call.duration', 's', 1e-3], ['http.server.duration', 's', 'http.server.request.duration', 's', 1],
    ['db.client.connections.wait_time', 'ms', 'db.client.connection.wait_time', 's', 1e-3], ['messaging.publish.duration', 'ms', 'messaging.client.operation.duration', 's', 1e-3],
    ['db.client.connections.usage', '{connection}', 'db.client.connection.count', '{connection}', 1], ['k8s.deployment.desired_pods', '{pod}', 'k8s.deployment.pod.desired', '{pod}', 1], ['mine', 'ms', 'mine', 'ms', 1],
  ])('%s in %s', (sent, unit, name, now, factor) => expect(presentMetric(sent, unit)).toEqual({ name, unit: now, factor }));

  const toKeyValues = (attributes: Readonly<Record<string, string | number>>): KeyValue[] => Object.entries(attributes).map(([key, value]) => ({ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } }));
  const read = (name: string, unit: string, attributes: Readonly<Record<string, string | number>>): PointRows => intake(readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [
    { name, unit, histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: '5', count: 3, sum: 1500, bucketCounts: [1, 2], explicitBounds: [500], attributes: toKeyValues(attributes) }] } },
  ] }] }] })), 0) as PointRows;

  test('durations in milliseconds become seconds, sums and bounds alike; labels are read as their present names', () => {
    const rows = read('http.client.duration', 'ms', { 'http.method': 'get', 'http.status_code': '200', 'net.peer.name': 'pay', 'http.flavor': '2.0' });
    expect([[...rows.value], [...rows.bucketBounds], rows.series[0].metric, rows.series[0].unit]).toEqual([[1.5], [0.5, Infinity], 'http.client.request.duration', 's']);
    expect(Object.fromEntries(rows.series[0].attributes)).toEqual({ 'http.request.method': 'GET', 'http.response.status_code': '200', 'server.address': 'pay', 'network.protocol.name': 'http', 'network.protocol.version': '2' });
  });
  test('an old and a new writer of one series are one series', () => {
    const key = (rows: PointRows): string => rows.series[0].key;
    expect(key(read('http.server.duration', 'ms', { 'http.method': 'GET', 'http.scheme': 'https' }))).toBe(key(read('http.server.request.duration', 's', { 'http.request.method': 'GET', 'url.scheme': 'https' })));
  });
  test('of a label that is there under both names the new one counts', () => {
    for (const labels of [{ 'http.method': 'PUT', 'http.request.method': 'GET' }, { 'http.request.method': 'GET', 'http.method': 'PUT' }]) expect(read('http.server.duration', 'ms', labels).series[0].attributes).toEqual([['http.request.method', 'GET']]);
  });
});
