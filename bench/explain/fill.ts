import type { Span, SpanBatch } from '@clew/otlp';
import { readRequest, writeRequest } from '@clew/otlp';
import { openStore } from '../../packages/server/src/stores/store.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';

/**
 * An hour of spans in a row store, through the store's own writer. A few thousand traces are made, encoded and decoded; what the store
 * is fed are their columns, with other ids and times each time. So ids are as random as in life, and attributes repeat more than there.
 */
export interface FillOptions { readonly folder: string; readonly services: number; readonly spans: number; readonly minutes: number; readonly seed: number }
export interface Filled { readonly startMs: number; readonly onsetMs: number; readonly endMs: number; readonly spans: number; readonly filledMs: number; readonly culprit: string; readonly affected: readonly string[]; readonly minutes: number }

export const benchStatement = 'UPDATE payments SET state = $2 WHERE order_id = $1';
const [templates, tracesPerTemplate, depth] = [24, 64, 7];
const startMs = Date.UTC(2026, 4, 12, 8);
const slowMs = 1_200;

export async function fillStore({ folder, services, spans, minutes, seed }: FillOptions): Promise<Filled> {
  const random = makeDice(seed);
  const usual = Array.from({ length: templates }, () => template(services, random, 3));
  const slow = Array.from({ length: templates }, () => template(services, random, slowMs));
  const [endMs, onsetMs] = [startMs + minutes * 60_000, startMs + minutes * 50_000];
  const store = await openStore(storeOptions(folder));
  const beganMs = performance.now();
  let fed = 0;
  for (let position = 1; fed < spans; position++) {
    const atMs = startMs + (fed / spans) * (endMs - startMs);
    const kinds = atMs < onsetMs ? usual : slow;
    const batch = again(kinds[position % kinds.length], atMs, random);
    fed += batch.count;
    await store.feed([{ position, receivedMs: atMs, batch }]);
  }
  await store.flush();
  await store.close();
  return { startMs, onsetMs, endMs, spans: fed, filledMs: performance.now() - beganMs, culprit: idOf(culpritOf(services)), affected: [idOf(0), idOf(culpritOf(services))], minutes };
}

/** One partition for all: where the search is slowest. */
export const storeOptions = (folder: string) => ({ folder, memoryBytes: 256 * 1024 ** 2, diskBytesMax: 64 * 1024 ** 3, retentionDays: 7, partitionMinutes: 240 });

const nameOf = (service: number): string => `service-${service}`;
const idOf = (service: number): string => `service:${nameOf(service)}`;
/** A child of a child of the entry. */
const culpritOf = (services: number): number => Math.min(services - 1, 7);

/** Traces from service 0 down a random tree; service n calls some of those after it. One in about five meets the culprit's database. */
function template(services: number, random: () => number, databaseMs: number): SpanBatch {
  const made = new Map<number, Span[]>();
  const attribute = (key: string, value: string): { key: string; value: { stringValue: string } } => ({ key, value: { stringValue: value } });
  const add = (service: number, span: Span): void => void made.set(service, [...(made.get(service) ?? []), span]);
  const common = (): NonNullable<Span['attributes']> => [
    attribute('http.request.method', 'GET'), attribute('http.response.status_code', '200'), attribute('url.scheme', 'https'), attribute('network.protocol.version', '1.1'),
    attribute('server.address', `shop-${whole(random, 6)}.example`), attribute('tenant', `tenant-${whole(random, 200)}`), attribute('user.tier', random() < 0.3 ? 'gold' : 'plain'), attribute('url.path', `/orders/${whole(random, 100_000)}`),
  ];
  for (let trace = 0; trace < tracesPerTemplate; trace++) {
    const traceId = hex(random, 32);
    const serve = (service: number, parentSpanId: string, atMs: number, level: number): number => {
      const spanId = hex(random, 16);
      let nowMs = atMs + 1 + random() * 4;
      if (service === culpritOf(services)) {
        const tookMs = databaseMs * (0.6 + 0.8 * random());
        add(service, { traceId, spanId: hex(random, 16), parentSpanId: spanId, name: 'UPDATE payments', kind: 3, startTimeUnixNano: ns(nowMs), endTimeUnixNano: ns(nowMs + tookMs), attributes: [attribute('db.system.name', 'postgresql'), attribute('db.query.text', benchStatement), ...common()] });
        nowMs += tookMs;
      }
      const callees = level >= depth ? 0 : whole(random, 3);
      for (let at = 0; at < callees; at++) {
        const callee = service === 0 && random() < 0.2 ? culpritOf(services) : service + 1 + whole(random, Math.min(services - 1, service * 3 + 12));
        if (callee >= services) continue;
        const clientId = hex(random, 16);
        const doneMs = serve(callee, clientId, nowMs + 0.3, level + 1) + 0.3;
        add(service, { traceId, spanId: clientId, parentSpanId: spanId, name: `GET /of-${callee}`, kind: 3, startTimeUnixNano: ns(nowMs), endTimeUnixNano: ns(doneMs), attributes: common() });
        nowMs = doneMs;
      }
      nowMs += random() * 3;
      add(service, { traceId, spanId, ...(parentSpanId === '' ? {} : { parentSpanId }), name: `GET /of-${service}`, kind: 2, startTimeUnixNano: ns(atMs), endTimeUnixNano: ns(nowMs), attributes: common() });
      return nowMs;
    };
    serve(0, '', random() * 500, 0);
  }
  return readRequest('traces', writeRequest('traces', {
    resourceSpans: [...made].map(([service, spans]) => ({ resource: { attributes: [attribute('service.name', nameOf(service)), attribute('service.version', '1.4.2'), attribute('k8s.pod.name', `${nameOf(service)}-a`), attribute('host.name', `node-${service % 12}`)] }, scopeSpans: [{ scope: { name: 'bench', version: '1' }, spans }] })),
  })) as SpanBatch;
}

/** The same columns with ids and times of their own. */
function again(batch: SpanBatch, atMs: number, random: () => number): SpanBatch {
  const [hi, lo] = [mask(random), mask(random)];
  const shift = ns(atMs);
  return { ...batch, traceHi: batch.traceHi.map((word) => word ^ hi), traceLo: batch.traceLo.map((word) => word ^ lo), startNs: batch.startNs.map((each) => each + shift), endNs: batch.endNs.map((each) => each + shift) };
}

const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e3)) * 1_000n;
const whole = (random: () => number, below: number): number => Math.floor(random() * below);
const hex = (random: () => number, digits: number): string => Array.from({ length: digits / 8 }, () => (whole(random, 0xffff_ffff) + 1).toString(16).padStart(8, '0')).join('');
const mask = (random: () => number): bigint => (BigInt(whole(random, 2 ** 32)) << 32n) | BigInt(whole(random, 2 ** 32));
