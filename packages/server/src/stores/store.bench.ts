// `node packages/server/src/stores/store.bench.ts [--rounds 6] [--flush 0]`
// Spans appended and committed by the thread of the row store, 11 attributes each, every payload distinct. Prints one table.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Batch, Span } from '@clew/otlp';
import { batchOf, keyValues, ns, resource, t0Ms } from './fixture/request.ts';
import { openStore } from './store.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '6' }, flush: { type: 'string', default: '0' } } });
const rounds = Number(values.rounds);
/** Requests between two calls of flush(): 0 leaves commits to the store. */
const flushEvery = Number(values.flush);
const spansPerRequest = 512;
const requestsPerRound = 240;

const routes = ['/cart', '/cart/{id}', '/checkout', '/orders/{id}', '/products', '/products/{id}', '/search', '/users/{id}'];
let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
};
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
const hex = (words: number): string => Array.from({ length: words }, () => (Math.floor(random() * 0xffffffff) + 1).toString(16).padStart(8, '0')).join('');

function spanAt(atMs: number): Span {
  const route = pick(routes);
  const start = ns(atMs + random() * 1000);
  return {
    traceId: hex(4), spanId: hex(2), parentSpanId: random() < 0.2 ? '' : hex(2), flags: 257, name: `GET ${route}`, kind: 1 + Math.floor(random() * 3),
    startTimeUnixNano: start, endTimeUnixNano: start + BigInt(Math.floor(random() * 2e8)), status: { code: random() < 0.02 ? 2 : 0 },
    attributes: keyValues({
      'http.request.method': pick(['GET', 'POST', 'PUT']), 'http.route': route, 'url.path': route.replace('{id}', `${Math.floor(random() * 1e6)}`), 'url.scheme': 'https',
      'server.address': 'shop.example', 'server.port': 443, 'http.response.status_code': random() < 0.02 ? 500 : 200, 'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
      'network.protocol.version': '1.1', 'user.id': `user-${Math.floor(random() * 50_000)}`, 'http.response.body.size': Math.floor(random() * 20_000),
    }),
  };
}

function request(atMs: number): Batch {
  return batchOf({
    resourceSpans: Array.from({ length: 8 }, (_, service) => ({
      resource: resource(`service-${service}`, { 'service.version': '1.4.2', 'host.name': `node-${service % 3}`, 'service.instance.id': `pod-${service}-a` }),
      scopeSpans: [{ scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' }, spans: Array.from({ length: spansPerRequest / 8 }, () => spanAt(atMs)) }],
    })),
  });
}

const rssMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
const folder = mkdtempSync(join(tmpdir(), 'clew-store-bench-'));
try {
  const options = { folder, memoryBytes: 256_000_000, diskBytesMax: 8e9, retentionDays: 7, partitionMinutes: 60 };
  const before = rssMb();
  let store = await openStore(options);
  const opened = rssMb();
  const perSecond: number[] = [];
  let [position, spans, peak] = [0, 0, 0];
  const watch = setInterval(() => { peak = Math.max(peak, rssMb()); }, 50);
  for (let round = 0; round < rounds; round++) {
    const batches = Array.from({ length: requestsPerRound }, (_, i) => request(t0Ms + (round * requestsPerRound + i) * 5));
    const startMs = performance.now();
    for (const [i, batch] of batches.entries()) {
      await store.feed([{ position: ++position, receivedMs: t0Ms + position * 5, batch }]);
      if (flushEvery > 0 && i % flushEvery === 0) await store.flush();
    }
    await store.flush();
    perSecond.push(requestsPerRound * spansPerRequest * 1000 / (performance.now() - startMs));
    spans += requestsPerRound * spansPerRequest;
  }
  clearInterval(watch);
  const counters = await store.counters();
  await store.close();
  store = await openStore(options);
  const { bytes, spans: stored } = await store.rows.query.stats({});
  if (stored !== spans) throw new Error(`${stored} spans of ${spans} are there`);
  const query = async (run: () => Promise<unknown>): Promise<number> => {
    const startMs = performance.now();
    await run();
    return Math.round(performance.now() - startMs);
  };
  const range = { fromMs: t0Ms - 1000, toMs: t0Ms + 3_600_000 };
  const { rows } = store;
  console.log(`${cpus().length} cores (${cpus()[0].model.trim()}), Node ${process.version}; ${spans} spans of 11 attributes, ${spansPerRequest} a request, ${flushEvery === 0 ? 'commits by the store' : `flush() every ${flushEvery} requests`}`);
  console.table({
    'spans/s appended and committed, median': Math.round(perSecond.toSorted((a, b) => a - b)[perSecond.length >> 1]),
    'spans/s, worst round': Math.round(Math.min(...perSecond)),
    'bytes/span on disk after checkpoint': Math.round(bytes / spans * 10) / 10,
    'attributes kept out of the dictionary, a span': Math.round((counters.attributes_wide ?? 0) / spans * 100) / 100,
    'commits': counters.commits,
    'RSS MB before, opened, peak': `${Math.round(before)}, ${Math.round(opened)}, ${Math.round(peak)}`,
    'ms: traces, newest 50': await query(() => rows.query.traces({ ...range, order: 'newest', limit: 50 })),
    'ms: traces, slowest 50': await query(() => rows.query.traces({ ...range, order: 'slowest', limit: 50 })),
    'ms: traces, slowest 50 of one service': await query(() => rows.query.traces({ ...range, service: 'service:service-3', order: 'slowest', limit: 50 })),
    'ms: traces, http.response.status_code=500': await query(() => rows.query.traces({ ...range, attributes: [{ key: 'http.response.status_code', value: '500' }], order: 'newest', limit: 50 })),
    'ms: traces, user.id=user-49999': await query(() => rows.query.traces({ ...range, attributes: [{ key: 'user.id', value: 'user-49999' }], order: 'newest', limit: 50 })),
    'ms: red of a service, 1 min steps': await query(() => rows.query.red({ ...range, service: 'service:service-3', stepMs: 60_000 })),
    'ms: trace by id that is not there': await query(() => rows.query.trace({ traceId: 'f'.repeat(32), limit: 1000 })),
  });
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
