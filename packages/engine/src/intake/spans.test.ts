import { readRequest, writeRequest } from '@clew/otlp';
import type { KeyValue, Span } from '@clew/otlp';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SpanRows, SpanShape } from '../model/index.ts';
import { readSpans } from './spans.ts';

type Attributes = Readonly<Record<string, string | number | boolean>>;

const toKeyValues = (attributes: Attributes): KeyValue[] => Object.entries(attributes).map(([key, value]) =>
  ({ key, value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { intValue: value } }));

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
type Kind = keyof typeof kinds;

interface Sent { readonly kind: Kind; readonly name?: string; readonly attributes?: Attributes; readonly status?: number; readonly service?: string }

function read(sent: readonly Sent[]): SpanRows {
  const toSpan = ({ kind, name = 'work', attributes = {}, status = 0 }: Sent, at: number): Span => ({
    traceId: '1'.repeat(32), spanId: (at + 1).toString(16).padStart(16, '0'), kind: kinds[kind], name, status: { code: status },
    startTimeUnixNano: 1_790_000_000_000_000_000n, endTimeUnixNano: 1_790_000_000_050_000_000n, attributes: toKeyValues(attributes),
  });
  const resourceSpans = sent.map((each, at) => ({ resource: { attributes: toKeyValues({ 'service.name': each.service ?? 'shop' }) }, scopeSpans: [{ spans: [toSpan(each, at)] }] }));
  const batch = readRequest('traces', writeRequest('traces', { resourceSpans }));
  if (batch.signal !== 'traces') throw new Error('BUG: not traces');
  return readSpans(batch, 0);
}

const shapeOf = (sent: Sent): SpanShape => read([sent]).shapes[0];
const failed = (sent: Sent): readonly [boolean, string] => {
  const rows = read([sent]);
  return [rows.failed[0] === 1, rows.errorTypes[rows.errorType[0]]];
};

test.each<[string, Kind, Attributes, number, boolean, string]>([
  ['server 404 is no error', 'server', { 'http.response.status_code': 404 }, 0, false, ''],
  ['server 503 is', 'server', { 'http.response.status_code': 503 }, 0, true, '503'],
  ['client 404 is', 'client', { 'http.response.status_code': 404 }, 0, true, '404'],
  ['a status sent as text under its old name', 'server', { 'http.status_code': '500' }, 0, true, '500'],
  ['an explicit OK stands', 'server', { 'http.response.status_code': 500 }, 1, false, ''],
  ['status ERROR alone', 'internal', {}, 2, true, ''],
  ['error.type is told', 'client', { 'error.type': 'timeout' }, 2, true, 'timeout'],
  ['gRPC server NOT_FOUND is no error', 'server', { 'rpc.grpc.status_code': 5 }, 0, false, ''],
  ['gRPC client NOT_FOUND is', 'client', { 'rpc.grpc.status_code': 5 }, 0, true, 'NOT_FOUND'],
  ['gRPC server UNAVAILABLE as a name', 'server', { 'rpc.status_code': 'UNAVAILABLE' }, 0, true, 'UNAVAILABLE'],
  ['gRPC server code as text', 'server', { 'rpc.response.status_code': '13' }, 0, true, 'INTERNAL'],
  ['the new spelling wins', 'server', { 'rpc.grpc.status_code': 13, 'rpc.status_code': 'OK' }, 0, false, ''],
])('errors: %s', (_, kind, attributes, status, isError, type) => {
  expect(failed({ kind, attributes, status })).toEqual([isError, type]);
});

test.each<[string, Kind, string, Attributes, string]>([
  ['route', 'server', 'GET', { 'http.request.method': 'GET', 'http.route': '/cart/:id' }, 'GET /cart/:id'],
  ['route, old method', 'server', 'GET', { 'http.method': 'PUT', 'http.route': '/cart' }, 'PUT /cart'],
  ['rpc', 'server', 'x', { 'rpc.method': 'pay.Payment/Charge' }, 'pay.Payment/Charge'],
  ['rpc, old', 'server', 'x', { 'rpc.service': 'pay.Payment', 'rpc.method': 'Charge' }, 'pay.Payment/Charge'],
  ['messaging', 'consumer', 'x', { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders', 'messaging.operation': 'deliver' }, 'process orders'],
  ['query summary', 'client', 'x', { 'db.system.name': 'mysql', 'db.query.summary': 'SELECT carts' }, 'SELECT carts'],
  ['query text', 'client', 'x', { 'db.system': 'mysql', 'db.statement': 'select * from `carts` where id = 5' }, 'SELECT carts'],
  ['span name', 'server', 'HTTP GET', {}, 'HTTP GET'],
  ['ids in names', 'server', 'GET /user/4711/items/6f1c2a90-1b2c-4d5e-8f90-123456789abc?x=1', {}, 'GET /user/{id}/items/{id}'],
  ['versions stay', 'server', 'GET /api/v2/items', {}, 'GET /api/v2/items'],
  ['no name', 'internal', '', {}, 'unnamed'],
])('operation: %s', (_, kind, name, attributes, expected) => {
  expect(shapeOf({ kind, name, attributes }).operation).toBe(expected);
});

test.each<[string, Kind, Attributes, string | undefined]>([
  ['database by namespace', 'client', { 'db.system': 'postgresql', 'db.name': 'orders', 'server.address': 'pg' }, 'database:postgresql/orders'],
  ['database, renamed system, by address', 'client', { 'db.system': 'mssql', 'net.peer.name': 'sql-1' }, 'database:microsoft.sql_server/sql-1'],
  ['queue', 'producer', { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'mail' }, 'queue:rabbitmq/mail'],
  ['polling is no call', 'client', { 'messaging.system': 'kafka', 'messaging.destination.name': 'mail', 'messaging.operation.type': 'receive' }, undefined],
  ['peer name first', 'client', { 'peer.service': 'cards', 'server.address': 'a.example' }, 'external:cards'],
  ['rpc service before address', 'client', { 'rpc.method': 'cards.Cards/Charge', 'server.address': 'a.example' }, 'external:cards.Cards'],
  ['address, usual port', 'client', { 'server.address': 'api.cards.example', 'server.port': '443' }, 'external:api.cards.example'],
  ['address, other port', 'client', { 'net.peer.name': 'cards', 'net.peer.port': 8080 }, 'external:cards:8080'],
  ['url', 'client', { 'http.url': 'https://u:p@api.cards.example:443/x' }, 'external:api.cards.example'],
  ['network address last', 'client', { 'network.peer.address': '10.1.2.3' }, 'external:10.1.2.3'],
  ['model', 'client', { 'gen_ai.system': 'openai', 'server.address': 'x' }, 'external:gen_ai/openai'],
  ['nothing', 'client', {}, undefined],
  ['a server calls nobody', 'server', { 'server.address': 'me' }, undefined],
])('peer: %s', (_, kind, attributes, expected) => {
  expect(shapeOf({ kind, attributes }).peer?.id).toBe(expected);
});

test('statements lose their literals', () => {
  expect(shapeOf({ kind: 'client', attributes: { 'db.system': 'mysql', 'db.query.text': "SELECT *\n FROM t WHERE a = 'x' AND b IN (1, 2,3)" } }).statement).toBe('SELECT * FROM t WHERE a = ? AND b IN (?)');
});

test('the new name wins over the old one in whatever order they come', () => {
  expect(shapeOf({ kind: 'client', attributes: { 'db.system': 'old', 'db.system.name': 'new' } }).peer?.id).toBe('database:new');
  expect(shapeOf({ kind: 'client', attributes: { 'db.system.name': 'new', 'db.system': 'old' } }).peer?.id).toBe('database:new');
});

const words = fc.constantFrom('a', 'b', 'c');
const anySpan: fc.Arbitrary<Sent> = fc.record({
  kind: fc.constantFrom<Kind>('internal', 'server', 'client', 'producer', 'consumer'),
  name: words, service: words,
  attributes: fc.dictionary(fc.constantFrom('http.route', 'http.request.method', 'rpc.method', 'rpc.service', 'db.system', 'db.namespace', 'db.query.text', 'db.operation', 'messaging.system', 'messaging.destination.name', 'messaging.operation', 'server.address', 'server.port', 'net.peer.name', 'url.full', 'network.peer.address', 'peer.service', 'junk'), fc.oneof(words, fc.nat(3)), { maxKeys: 6 }),
});

test('a shape found by numbers says the same as the span read alone', () => {
  fc.assert(fc.property(fc.array(anySpan, { minLength: 1, maxLength: 20 }), (spans) => {
    const rows = read(spans);
    for (const [at, each] of spans.entries()) {
      const { source, ...found } = rows.shapes[rows.shape[at]];
      const { source: alone, ...expected } = shapeOf(each);
      expect(found).toEqual(expected);
      expect(rows.sources[source].name).toBe(each.service);
      expect(alone).toBe(0);
    }
  }), { numRuns: 150 });
});
