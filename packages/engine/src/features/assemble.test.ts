import { expect, test } from 'vitest';
import type { Attribution, Pane } from '../model/index.ts';
import { openStory, panesOf, spanId, t0, traceId, valueOf } from './fixture/story.ts';
import type { StorySpan } from './fixture/story.ts';

const db = { 'db.system.name': 'postgresql', 'db.namespace': 'orders', 'db.query.summary': 'SELECT orders', 'server.address': 'pg' };

/** shop calls payment, which asks its database. */
const checkout: readonly StorySpan[] = [
  { service: 'shop', id: 1, kind: 'server', name: 'POST /checkout', at: 0, ms: 100, attributes: { 'http.route': '/checkout', 'http.request.method': 'POST' } },
  { service: 'shop', id: 2, parent: 1, kind: 'client', name: 'POST', at: 10, ms: 80, attributes: { 'server.address': 'payment' } },
  { service: 'payment', id: 3, parent: 2, kind: 'server', name: 'POST /pay', at: 20, ms: 60 },
  { service: 'payment', id: 4, parent: 3, kind: 'client', name: 'SELECT', at: 25, ms: 40, attributes: db },
];

function attributionOf(pane: Pane, operation: string): Attribution {
  const found = pane.attributions.find((each) => each.operation === operation);
  if (found === undefined) throw new Error(`no attribution of ${operation} among ${pane.attributions.map((each) => each.operation).join(', ')}`);
  return found;
}

function selfOf(pane: Pane, operation: string): Record<string, number> {
  return Object.fromEntries(attributionOf(pane, operation).self.map(({ node, operation: name, selfMs }) => [`${node} ${name}`, selfMs]));
}

const shop = 'operation:shop|server|POST /checkout';

test('self time: each node has what its children do not cover', () => {
  const [pane] = panesOf(openStory(), checkout);
  expect(selfOf(pane, shop)).toEqual({
    'service:shop POST /checkout': 20,
    'service:shop → payment': 20,
    'service:payment POST /pay': 20,
    'database:postgresql/orders SELECT orders': 40,
  });
  expect(attributionOf(pane, shop)).toMatchObject({ requests: 1, errors: 0, totalMs: 100, slowest: { traceId: traceId(1), spanId: spanId(1) } });
  expect(attributionOf(pane, 'operation:payment|server|POST /pay').self[0]).toMatchObject({ node: 'database:postgresql/orders', statement: 'SELECT orders', selfMs: 40, spans: 1 });
});

test('parallel children count once in their parent', () => {
  const [pane] = panesOf(openStory(), [
    { service: 'shop', id: 1, kind: 'server', name: 'GET /', at: 0, ms: 100 },
    { service: 'shop', id: 2, parent: 1, name: 'a', at: 10, ms: 50 },
    { service: 'shop', id: 3, parent: 1, name: 'b', at: 40, ms: 40 },
  ]);
  expect(selfOf(pane, 'operation:shop|server|GET /')).toEqual({ 'service:shop GET /': 30, 'service:shop a': 50, 'service:shop b': 40 });
});

test('children that ended panes before their parent are still its children', () => {
  const panes = panesOf(openStory(), [
    { service: 'shop', id: 1, kind: 'server', name: 'GET /', at: 1_000, ms: 30_000 },
    { service: 'shop', id: 2, parent: 1, name: 'early', at: 2_000, ms: 3_000 },
  ], 3);
  expect(selfOf(panes[3], 'operation:shop|server|GET /')).toEqual({ 'service:shop GET /': 27_000, 'service:shop early': 3_000 });
});

test('clock skew: a server span outside its client is moved inside, so nothing is negative', () => {
  for (const skew of [-2_000, 2_000]) {
    const spans = checkout.map((each) => (each.service === 'payment' ? { ...each, at: each.at + 5_000 + skew } : { ...each, at: each.at + 5_000 }));
    const [pane] = panesOf(openStory(), spans);
    expect(selfOf(pane, shop)).toMatchObject({ 'service:shop → payment': 20, 'service:payment POST /pay': 20, 'database:postgresql/orders SELECT orders': 40 });
  }
});

test('spans that are their own parent, rings of parents and negative durations do no harm and are counted', () => {
  const features = openStory();
  const [pane] = panesOf(features, [
    { service: 'a', id: 1, parent: 1, kind: 'server', name: 'self', at: 0, ms: 5 },
    { service: 'a', id: 2, parent: 3, kind: 'server', name: 'ring', at: 0, ms: 20 },
    { service: 'a', id: 3, parent: 4, name: 'ring 3', at: 2, ms: 10 },
    { service: 'a', id: 4, parent: 2, name: 'ring 4', at: 3, ms: 10 },
    { service: 'a', id: 5, parent: 4, name: 'tail', at: 4, ms: 1 },
    { service: 'a', id: 6, kind: 'server', name: 'backwards', at: 50, ms: -20 },
  ]);
  expect(features.counters).toMatchObject({ spans_own_parent: 1, cyclic_parents: 1 });
  expect(pane.red.get('service:a')?.count).toBe(3);
  for (const each of pane.attributions.flatMap(({ self }) => self)) expect(each.selfMs).toBeGreaterThanOrEqual(0);
});

test('errors begin at the deepest failed span, and inner spans without status let them pass', () => {
  const [pane] = panesOf(openStory(), [
    { service: 'shop', id: 1, kind: 'server', name: 'POST /checkout', at: 0, ms: 100, failed: true },
    { service: 'shop', id: 2, parent: 1, name: 'place order', at: 5, ms: 90 },
    { service: 'shop', id: 3, parent: 2, kind: 'client', name: 'POST', at: 10, ms: 80, failed: true },
    { service: 'payment', id: 4, parent: 3, kind: 'server', name: 'POST /pay', at: 20, ms: 60, attributes: { 'http.response.status_code': '503' } },
  ]);
  expect(attributionOf(pane, shop).origins).toMatchObject([{ node: 'service:payment', operation: 'POST /pay', errorType: '503', count: 1, exemplar: { spanId: spanId(4) } }]);
});

test('a failed call that nobody answered blames whom it called; one that was made good blames nobody', () => {
  const [pane] = panesOf(openStory(), [
    { service: 'shop', id: 1, kind: 'server', name: 'GET /', at: 0, ms: 100, failed: true },
    { service: 'shop', id: 2, parent: 1, kind: 'client', name: 'GET', at: 5, ms: 10, failed: true, attributes: { 'server.address': 'api.cards.example', 'server.port': '443', 'error.type': 'ECONNREFUSED' } },
    { service: 'shop', id: 11, trace: 2, kind: 'server', name: 'GET /again', at: 0, ms: 100 },
    { service: 'shop', id: 12, trace: 2, parent: 11, kind: 'client', name: 'GET', at: 5, ms: 10, failed: true, attributes: { 'server.address': 'api.cards.example' } },
  ]);
  expect(attributionOf(pane, 'operation:shop|server|GET /').origins).toMatchObject([{ node: 'external:api.cards.example', errorType: 'ECONNREFUSED' }]);
  expect(attributionOf(pane, 'operation:shop|server|GET /again').origins).toEqual([]);
});

test('edges and virtual nodes: answered calls join services, others name what they called, roots come from the user', () => {
  const features = openStory();
  const [pane] = panesOf(features, checkout);
  expect([...features.graph.edges.values()].map(({ id, kind }) => [id, kind])).toEqual([
    ['edge:service:payment→database:postgresql/orders', 'database'],
    ['edge:service:shop→service:payment', 'call'],
    ['edge:user→service:shop', 'entry'],
  ]);
  expect(pane.red.get('edge:service:shop→service:payment')).toMatchObject({ count: 1, errors: 0 });
  expect(valueOf(pane, 'database:postgresql/orders', 'latency_p95')).toBeCloseTo(40, 0);
  expect(features.graph.callees('service:shop', t0)).toEqual(['service:payment']);
  expect(features.graph.callers('service:shop', t0)).toEqual(['user']);
  expect(features.graph.nodes.get('database:postgresql/orders')).toMatchObject({ kind: 'database', name: 'orders (postgresql)', system: 'postgresql' });
});

test('a callee that no longer answers is known by the name it answered to', () => {
  const features = openStory();
  const named = { 'server.address': '10.0.0.7', 'server.port': 8080 };
  const [, pane] = panesOf(features, [
    { service: 'shop', id: 1, kind: 'client', name: 'GET', at: 0, ms: 10, attributes: named },
    { service: 'payment', id: 2, parent: 1, kind: 'server', name: 'GET /', at: 1, ms: 8 },
    { service: 'shop', id: 3, trace: 2, kind: 'client', name: 'GET', at: 10_000, ms: 10, failed: true, attributes: named },
  ], 1);
  expect(pane.red.get('edge:service:shop→service:payment')).toMatchObject({ count: 1, errors: 1 });
  expect([...features.graph.nodes.keys()].filter((id) => id.startsWith('external:'))).toEqual([]);
});

test('messages: the queue stands between producer and consumer, whether joined by link or by parent', () => {
  const queue = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
  for (const byLink of [true, false]) {
    const features = openStory();
    const join = byLink ? { trace: 2, links: [[1, 2]] as const } : { trace: 1, parent: 2 };
    const [, pane] = panesOf(features, [
      { service: 'shop', id: 1, kind: 'server', name: 'POST /', at: 0, ms: 50 },
      { service: 'shop', id: 2, parent: 1, kind: 'producer', name: 'send', at: 10, ms: 5, attributes: { ...queue, 'messaging.operation': 'publish' } },
      { service: 'mail', id: 3, kind: 'consumer', name: 'process', at: 12_000, ms: 200, ...join },
    ], 1);
    expect([...features.graph.edges.keys()].sort()).toEqual(['edge:queue:kafka/orders→service:mail', 'edge:service:shop→queue:kafka/orders', 'edge:user→service:shop']);
    expect(pane.red.get('service:mail')?.count).toBe(1);
    expect(pane.attributions.map((each) => each.operation)).toEqual(['operation:mail|consumer|process']);
  }
});

test('a consumer and its producer that name no queue are joined directly', () => {
  const features = openStory();
  panesOf(features, [
    { service: 'shop', id: 1, kind: 'producer', name: 'send', at: 0, ms: 5 },
    { service: 'mail', id: 2, trace: 2, kind: 'consumer', name: 'handle', at: 100, ms: 5, links: [[1, 1]] },
  ]);
  expect([...features.graph.edges.keys()]).toEqual(['edge:service:shop→service:mail']);
});

test('client and server spans that share one id (Zipkin) are still caller and callee', () => {
  const features = openStory();
  const [pane] = panesOf(features, [
    { service: 'shop', id: 1, kind: 'client', name: 'GET', at: 0, ms: 30 },
    { service: 'payment', id: 1, kind: 'server', name: 'GET /', at: 5, ms: 20 },
    { service: 'payment', id: 2, parent: 1, name: 'inner', at: 6, ms: 5 },
  ]);
  expect(pane.red.get('edge:service:shop→service:payment')?.count).toBe(1);
  expect(selfOf(pane, 'operation:payment|server|GET /')).toEqual({ 'service:payment GET /': 15, 'service:payment inner': 5 });
});
