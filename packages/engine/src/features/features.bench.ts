/**
 * Spans a CPU second through intake and features on one thread (decoding not counted; CPU time, so that neighbours on the
 * machine do not show): `node packages/engine/src/features/features.bench.ts`.
 * Traces of 21 spans over 8 services, 11 attributes a span, requests of 512 spans of one service, as exporters send them.
 */
import { readRequest, writeRequest } from '@clew/otlp';
import type { LogBatch, PointBatch, SpanBatch, Span } from '@clew/otlp';
import { intake } from '../intake/intake.ts';
import { defaultSettings } from '../model/index.ts';
import { toKeyValues } from './fixture/story.ts';
import { openFeatures } from './features.ts';

const services = ['gateway', 'cart', 'checkout', 'payment', 'inventory', 'search', 'shipping', 'recommendation'];
const panes = 3;
const perRequest = 512;
const rounds = 7;
const start = 1_790_000_000_000;

function dice(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4294967296;
  };
}

/** One request through the shop: a server span a service, the call to it, and a query in each. */
function trace(random: () => number, atMs: number): { service: string; span: Span }[] {
  const hex = (bytes: number): string => Array.from({ length: bytes }, () => (1 + Math.floor(random() * 255)).toString(16).padStart(2, '0')).join('');
  const traceId = hex(16);
  const found: { service: string; span: Span }[] = [];
  const visit = (at: number, parentSpanId: string, fromMs: number, ms: number): void => {
    const service = services[at];
    const route = `/api/${service}/{id}`;
    const common = {
      'http.request.method': 'GET', 'url.path': `/api/${service}/${Math.floor(random() * 1e6)}`, 'url.scheme': 'https', 'http.response.status_code': random() < 0.01 ? 500 : 200,
      'server.port': 8080, 'client.address': `10.0.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}`, 'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
      'enduser.id': `user-${Math.floor(random() * 1e5)}`, 'thread.id': Math.floor(random() * 64),
    };
    const make = (id: string, parent: string, kind: number, name: string, from: number, length: number, attributes: Record<string, string | number>): void => {
      found.push({ service, span: { traceId, spanId: id, parentSpanId: parent, kind, name, startTimeUnixNano: BigInt(Math.round(from * 1e3)) * 1000n, endTimeUnixNano: BigInt(Math.round((from + length) * 1e3)) * 1000n, attributes: toKeyValues(attributes), status: {} } });
    };
    const id = hex(8);
    make(id, parentSpanId, 2, `GET ${route}`, fromMs, ms, { ...common, 'http.route': route, 'server.address': `${service}.shop` });
    make(hex(8), id, 3, 'SELECT', fromMs + 1, ms * 0.2, { ...common, 'db.system.name': 'postgresql', 'db.namespace': service });
    for (const next of at === 0 ? [1, 2, 5] : at === 2 ? [3, 4, 6] : []) {
      const call = hex(8);
      make(call, id, 3, 'GET', fromMs + ms * 0.25 * (next % 3), ms * 0.3, { ...common, 'server.address': `${services[next]}.shop`, 'network.protocol.version': '1.1' });
      visit(next, call, fromMs + ms * 0.25 * (next % 3) + 1, ms * 0.3 - 2);
    }
  };
  visit(0, '', atMs, 20 + random() * 200);
  return found;
}

/** Batches by pane. */
function makeBatches(spansPerPane: number): (SpanBatch | LogBatch | PointBatch)[][] {
  const random = dice(4_711);
  return Array.from({ length: panes }, (_, pane) => {
    const waiting = new Map<string, Span[]>();
    const batches: (SpanBatch | LogBatch | PointBatch)[] = [];
    const flush = (service: string, spans: Span[]): void => {
      const attributes = toKeyValues({ 'service.name': service, 'service.version': '1.0.0', 'service.instance.id': `${service}-1`, 'host.name': 'node-1', 'telemetry.sdk.language': 'nodejs' });
      batches.push(readRequest('traces', writeRequest('traces', { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] })));
    };
    for (let made = 0; made < spansPerPane;) {
      for (const { service, span } of trace(random, start + pane * defaultSettings.paneMs + random() * 9_500)) {
        const spans = waiting.get(service) ?? [];
        waiting.set(service, spans);
        spans.push(span);
        made++;
        if (spans.length === perRequest) flush(service, spans.splice(0));
      }
    }
    for (const [service, spans] of waiting) if (spans.length > 0) flush(service, spans);
    return batches;
  });
}

const median = (values: number[]): number => values.toSorted((left, right) => left - right)[values.length >> 1];

function measure(name: string, spansPerPane: number): void {
  const batches = makeBatches(spansPerPane);
  const total = batches.flat().reduce((sum, each) => sum + each.count, 0);
  const seconds = { intake: [] as number[], add: [] as number[], close: [] as number[], all: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const features = openFeatures(defaultSettings);
    const spent = { intake: 0, add: 0, close: 0 };
    const timed = <T>(part: keyof typeof spent, work: () => T): T => {
      const from = process.threadCpuUsage();
      const result = work();
      const { user, system } = process.threadCpuUsage(from);
      spent[part] += (user + system) / 1e6;
      return result;
    };
    for (const [at, pane] of batches.entries()) {
      for (const batch of pane) {
        const rows = timed('intake', () => intake(batch, start + (at + 1) * defaultSettings.paneMs));
        timed('add', () => features.add(rows));
      }
      timed('close', () => features.closePane(start + at * defaultSettings.paneMs));
    }
    if (round < 2) continue;
    for (const part of ['intake', 'add', 'close'] as const) seconds[part].push(spent[part]);
    seconds.all.push(spent.intake + spent.add + spent.close);
  }
  const perSpan = (part: keyof typeof seconds): string => `${part} ${(median(seconds[part]) / total * 1e9).toFixed(0)} ns`;
  process.stdout.write(`${name}: ${Math.round(total / median(seconds.all) / 1_000)} k spans a CPU second (${perSpan('intake')}, ${perSpan('add')}, ${perSpan('close')} a span; ${total} spans)\n`);
}

measure('20 k spans/s, all assembled', 150_000);
measure('40 k spans/s, half the traces assembled', 400_000);
