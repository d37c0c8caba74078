import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { complaints } from './fixture/conforms.ts';
import { atMs, finding, incident, traceId } from './fixture/world.ts';
import { routeTable } from './openapi.ts';
import { openRefinements } from '../refine/refinements.ts';
import { openLookBacks } from './look-back/look-backs.ts';
import { makeRoutes } from './routes.ts';

type Json = Readonly<Record<string, any>>;
let served: Served;
let document: Json;
beforeAll(async () => {
  served = await serveApi(makeContext());
  document = await get('/openapi.json');
});
afterAll(() => served.close());

async function get(path: string, init?: RequestInit): Promise<Json> {
  return (await fetch(`${served.url}/api/v1${path}`, init)).json() as Promise<Json>;
}

/** One real request for every path of the document. */
const asks: Readonly<Record<string, { readonly ask: string; readonly body?: unknown }>> = {
  'GET /health': { ask: '/health' },
  'GET /self': { ask: '/self' },
  'GET /access': { ask: '/access' },
  'GET /ingest': { ask: '/ingest' },
  'GET /config': { ask: '/config' },
  'GET /now': { ask: '/now' },
  'GET /graph': { ask: '/graph' },
  'GET /services': { ask: '/services' },
  'GET /services/:id': { ask: '/services/service%3Acheckout' },
  'GET /services/:id/features': { ask: '/services/checkout/features' },
  'GET /services/:id/red': { ask: '/services/checkout/red?step=10000' },
  'GET /incidents': { ask: '/incidents' },
  'GET /incidents/:id': { ask: `/incidents/${incident.id}` },
  'GET /findings': { ask: '/findings' },
  'GET /findings/:id': { ask: `/findings/${finding.id}` },
  'POST /findings/:id/verdict': { ask: `/findings/${finding.id}/verdict`, body: { verdict: 'noise' } },
  'POST /incidents/:id/verdict': { ask: `/incidents/${incident.id}/verdict`, body: { cause: 'checkout' } },
  'GET /series': { ask: `/series?key=${encodeURIComponent(finding.series)}` },
  'GET /detection': { ask: '/detection' },
  'GET /features': { ask: '/features' },
  'GET /detectors': { ask: '/detectors' },
  'GET /maintenance': { ask: '/maintenance' },
  'POST /maintenance': { ask: '/maintenance', body: { entity: 'checkout', to: atMs + 3_600_000, reason: 'upgrade' } },
  'DELETE /maintenance/:id': { ask: '/maintenance/m-upgrade' },
  'GET /backtests': { ask: '/backtests' },
  'POST /backtests': { ask: '/backtests', body: { from: atMs - 3_600_000, to: atMs, detectors: ['level'], against: null } },
  'GET /backtests/:id': { ask: '/backtests/bt-1' },
  'DELETE /backtests/:id': { ask: '/backtests/bt-1' },
  'GET /incidents/:id/refined': { ask: `/incidents/${incident.id}/refined` },
  'POST /incidents/:id/replay': { ask: `/incidents/${incident.id}/replay` },
  'GET /incidents/:id/replay/:backtest': { ask: `/incidents/${incident.id}/replay/bt-2` },
  'GET /traces': { ask: '/traces?service=checkout&attribute=a=b&attribute=c=d=e' },
  'GET /traces/:id': { ask: `/traces/${traceId}` },
  'GET /logs': { ask: '/logs?severity=9' },
  'GET /metrics': { ask: '/metrics' },
  'GET /metrics/:name': { ask: '/metrics/http.server.request.duration?read=p95' },
  'GET /metrics/:name/look-back': { ask: '/metrics/http.server.request.duration/look-back?read=p95' },
  'GET /services/:id/look-back': { ask: '/services/checkout/look-back?read=errors' },
  'GET /attributes': { ask: '/attributes?signal=logs' },
  'GET /demo': { ask: '/demo' },
  'GET /metrics/:name/points': { ask: '/metrics/queue.depth/points' },
  'GET /profiles': { ask: '/profiles?service=checkout' },
  'GET /profiles/:id': { ask: '/profiles/000001-0000000001' },
  'GET /profiles/:id/flame': { ask: `/profiles/000001-0000000001/flame?span=00000000000000a1` },
  'GET /otlp/traces/:id': { ask: `/otlp/traces/${traceId}` },
  'GET /otlp/logs': { ask: '/otlp/logs' },
  'GET /otlp/metrics/:name': { ask: '/otlp/metrics/queue.depth' },
  'GET /otlp/profiles/:id': { ask: '/otlp/profiles/000001-0000000001' },
  'POST /demo': { ask: '/demo', body: { action: 'start' } },
  'POST /demo/faults': { ask: '/demo/faults', body: { name: 'slow-database' } },
  'DELETE /demo/faults': { ask: '/demo/faults' },
  'POST /session': { ask: '/session', body: { token: 'none is asked for' } },
  'DELETE /session': { ask: '/session' },
};

describe('the document', () => {
  test('names every route of the table and no other', () => {
    const documented = Object.entries(document.paths as Json).flatMap(([path, methods]) => Object.keys(methods as Json).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
    expect(documented.sort()).toEqual(makeRoutes('', openLookBacks(), openRefinements(() => 0)).map((route) => `${route.method} ${route.path}`).sort());
  });

  test('has a request in this test for every answer route', () => {
    const answers = makeRoutes('', openLookBacks(), openRefinements(() => 0)).filter((route) => route.kind === 'answer' && route.path !== '/openapi.json');
    expect(Object.keys(asks).sort()).toEqual(answers.map((route) => `${route.method} ${route.path}`).sort());
  });

  test('refers to nothing that it does not hold', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    expect(refs.filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('"$id"');
  });

  test('docs/guides/api.md has the same routes', () => {
    expect(readFileSync(new URL('../../../../docs/guides/api.md', import.meta.url), 'utf8')).toContain(routeTable(makeRoutes('', openLookBacks(), openRefinements(() => 0))));
  });

  test('describes parameters with their types, bounds and defaults', () => {
    const parameters: Json[] = document.paths['/traces'].get.parameters;
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 1000, default: 50 });
    expect(parameters.find(({ name }) => name === 'attribute')).toMatchObject({ required: false, explode: true, schema: { type: 'array' } });
    expect(parameters.find(({ name }) => name === 'order')?.schema.enum).toEqual(['newest', 'slowest']);
  });
});

describe('every answer is as the document says', () => {
  test.each(Object.entries(asks))('%s', async (route, { ask, body }) => {
    const [method, path] = route.split(' ');
    const response = await fetch(`${served.url}/api/v1${ask}`, {
      method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const given = await response.json() as Json;
    expect(response.status, JSON.stringify(given)).toBe(200);
    const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    expect(complaints(document, operation.responses['200'].content['application/json'].schema, given)).toEqual([]);
  });

  test('errors too', async () => {
    const error = await get('/services/nobody');
    expect(complaints(document, { $ref: '#/components/schemas/Error' }, error)).toEqual([]);
    expect(error.error).toMatchObject({ code: 'unknown_id', value: 'nobody' });
  });
});

describe('what the answers say', () => {
  test('/now draws the first page', async () => {
    const now = await get('/now');
    const checkout = now.nodes.find((each: Json) => each.node.id === 'service:checkout');
    expect(checkout.rate).toHaveLength(60);
    expect(checkout.rate.slice(-6)).toEqual([50, null, 50, 50, 50, 50]);
    expect(checkout.rate[0]).toBe(null);
    expect(checkout.p99Ms.at(-1)).toBe(55.12);
    expect(checkout.saturation).toEqual({ metric: 'pool_utilization orders', share: 0.97 });
    expect(checkout.lastChange.what).toBe('2.4.0 → 2.4.1');
    expect(checkout.incidentIds).toEqual([incident.id]);
    expect(now.edges.find((each: Json) => each.edge.from === 'service:checkout')).toMatchObject({ errorShare: 0.1, p95Ms: 3500 });
  });

  test('/ingest says of every refusal what its sender can do', async () => {
    expect((await get('/ingest')).lastRefused).toMatchObject([{ reason: 'span_id', next: expect.stringContaining('Correct it in the sender') }, { reason: 'wrong_path', next: 'Send traces, metrics and logs to /v1/traces, /v1/metrics and /v1/logs.' }]);
  });

  test('/self counts the streams and what they dropped', async () => {
    expect(await get('/self')).toEqual({ rssBytes: 100_000_000, api_streams_open: 0, api_events_dropped: 0 });
  });

  test('/graph?at= shows the edges and the health of then', async () => {
    const now = await get('/now');
    const before = await get(`/graph?at=${now.atMs - 120_000}`);
    expect(before.edges).toHaveLength(3);
    expect(before.nodes.find((each: Json) => each.node.id === 'service:checkout')).toMatchObject({ health: 'healthy', incidentIds: [] });
    const during = await get(`/graph?at=${now.atMs - 30_000}`);
    expect(during.edges).toHaveLength(4);
    expect(during.nodes.find((each: Json) => each.node.id === 'service:checkout')).toMatchObject({ health: 'broken', incidentIds: [incident.id] });
  });

  test('/incidents/:id says what broke, why and how sure', async () => {
    const page = await get(`/incidents/${incident.id}`);
    expect(page.summary).toBe('12 % of requests to checkout fail (normally 0.2 %), since 10:15:23 UTC, 1 min ago. Cause: payment-db (postgresql), slow database queries (“SELECT * FROM orders WHERE customer = ?” takes 3.5 s, normally 50 ms); 93 % sure.');
    expect(page.findings).toHaveLength(2);
    expect(page.changes).toHaveLength(1);
  });

  test('/incidents?state=unresolved leaves the resolved out', async () => {
    expect((await get('/incidents?state=unresolved')).incidents.map((each: Json) => each.id)).toEqual([incident.id]);
  });
});
