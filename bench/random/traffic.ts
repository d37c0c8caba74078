import type { KeyValue, LogsData, MetricsData, Span, TracesData } from '@clew/otlp';
import type { Random, System } from './system.ts';

export type FaultKind = 'slow_service' | 'errors_service' | 'bad_deploy' | 'slow_backend' | 'backend_errors' | 'cpu' | 'down' | 'bad_instance' | 'pool';

/** A planted fault. `service` and `backend` are indexes; a harmless deploy elsewhere may mislead. */
export interface Fault { readonly kind: FaultKind; readonly service: number; readonly backend: number; readonly startMs: number; readonly endMs: number; readonly strength: number }
export interface Decoy { readonly service: number; readonly atMs: number }

interface Emitted { readonly service: number; readonly instance: number; readonly spans: Span[] }
interface Outcome { readonly ms: number; readonly failed: boolean }

/** Simulates requests one by one; time only as an argument. */
export class Traffic {
  readonly #system: System;
  readonly #random: Random;
  readonly #faults: readonly Fault[];
  readonly #decoys: readonly Decoy[];
  #emitted = new Map<string, Emitted>();
  #errors: { service: number; instance: number; atMs: number; traceId: string; spanId: string; text: string }[] = [];

  constructor(system: System, random: Random, faults: readonly Fault[], decoys: readonly Decoy[]) {
    this.#system = system;
    this.#random = random;
    this.#faults = faults;
    this.#decoys = decoys;
  }

  /** All telemetry of [fromMs, toMs), `rate` requests a second. */
  step(fromMs: number, toMs: number, rate: number): { traces: TracesData; logs: LogsData; metrics: MetricsData } {
    this.#emitted = new Map();
    this.#errors = [];
    const mean = (rate * (toMs - fromMs)) / 1000;
    const count = Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()));
    for (let i = 0; i < count; i++) {
      const entry = this.#weighted();
      this.#serve(entry.service, entry.operation, fromMs + this.#random() * (toMs - fromMs), this.#hex(32), '', 0);
    }
    return { traces: this.#traces(toMs), logs: this.#logs(toMs), metrics: this.#metrics(toMs) };
  }

  #active(kind: FaultKind, nowMs: number): Fault | undefined {
    return this.#faults.find((fault) => fault.kind === kind && nowMs >= fault.startMs && nowMs < fault.endMs);
  }

  #serve(service: number, operation: number, startMs: number, traceId: string, parentSpanId: string, depth: number): Outcome {
    const it = this.#system.services[service];
    const op = it.operations[operation];
    const spanId = this.#hex(16);
    const instance = Math.floor(this.#random() * it.hosts.length);
    const faultHere = (kind: FaultKind): Fault | undefined => { const fault = this.#active(kind, startMs); return fault?.service === service ? fault : undefined; };
    let selfMs = op.selfMs * Math.exp(0.3 * this.#normal());
    let failed = this.#random() < 0.001;
    const slow = faultHere('slow_service') ?? faultHere('cpu') ?? faultHere('pool');
    if (slow !== undefined) selfMs = selfMs * slow.strength + 30 * slow.strength * this.#random();
    const broken = faultHere('errors_service') ?? faultHere('bad_deploy');
    if (broken !== undefined && this.#random() < 0.15 + 0.05 * broken.strength) failed = true;
    const bad = faultHere('bad_instance');
    if (bad !== undefined && instance === 0 && this.#random() < 0.7) failed = true;
    const raisedHere = failed;
    let atMs = startMs + selfMs / 2;
    let longestMs = 0;
    for (const call of op.backends) {
      const outcome = this.#backend(call.backend, call.ms, call.statement, atMs, traceId, spanId, service, instance);
      failed ||= outcome.failed;
      atMs += outcome.ms;
    }
    for (const call of depth < 8 ? op.calls : []) {
      if (this.#random() > call.probability) continue;
      const outcome = this.#call(service, instance, call.to, call.operation, atMs, traceId, spanId, depth);
      failed ||= outcome.failed;
      if (op.parallel) longestMs = Math.max(longestMs, outcome.ms);
      else atMs += outcome.ms;
    }
    const endMs = atMs + longestMs + selfMs / 2;
    const status = failed ? 500 : 200;
    this.#emit(service, instance, this.#span(traceId, spanId, parentSpanId, it.old ? `HTTP GET ${op.name}` : `GET ${op.name}`, 2, startMs, endMs, failed, it.old
      ? [text('http.method', 'GET'), text('http.route', op.name), number('http.status_code', status)]
      : [text('http.request.method', 'GET'), text('http.route', op.name), number('http.response.status_code', status), ...(failed ? [text('error.type', '500')] : [])]));
    if (raisedHere) this.#errors.push({ service, instance, atMs: endMs, traceId, spanId, text: `unhandled failure in handler ${op.name} after ${selfMs.toFixed(1)} ms` });
    return { ms: endMs - startMs, failed };
  }

  #call(from: number, instance: number, to: number, operation: number, startMs: number, traceId: string, parent: string, depth: number): Outcome {
    const spanId = this.#hex(16);
    const target = this.#system.services[to];
    const down = this.#active('down', startMs);
    let outcome: Outcome;
    if (down?.service === to) outcome = { ms: 1 + this.#random(), failed: true };
    else {
      const networkMs = 0.3 + this.#random() * 0.5;
      const inner = this.#serve(to, operation, startMs + networkMs / 2, traceId, spanId, depth + 1);
      outcome = { ms: inner.ms + networkMs, failed: inner.failed };
    }
    const old = this.#system.services[from].old;
    const peer = old ? [text('http.method', 'GET'), text('net.peer.name', target.name), text('http.url', `http://${target.name}:8080${target.operations[operation].name}`)]
      : [text('http.request.method', 'GET'), text('server.address', target.name), number('server.port', 8080), text('url.full', `http://${target.name}:8080${target.operations[operation].name}`)];
    const type = outcome.failed ? [text('error.type', down?.service === to ? 'ECONNREFUSED' : '500')] : [];
    this.#emit(from, instance, this.#span(traceId, spanId, parent, 'GET', 3, startMs, startMs + outcome.ms, outcome.failed, [...peer, ...type]));
    return outcome;
  }

  #backend(index: number, ms: number, statement: string, startMs: number, traceId: string, parent: string, service: number, instance: number): Outcome {
    const backend = this.#system.backends[index];
    const slow = this.#active('slow_backend', startMs);
    const broken = this.#active('backend_errors', startMs);
    const tookMs = ms * Math.exp(0.35 * this.#normal()) * (slow?.backend === index ? 4 * slow.strength : 1);
    const failed = this.#random() < 0.0005 || (broken?.backend === index && this.#random() < 0.1 + 0.1 * broken.strength);
    const old = this.#system.services[service].old;
    const attributes = backend.kind === 'external'
      ? (old ? [text('http.method', 'POST'), text('http.url', `https://${backend.name}/v1`), text('net.peer.name', backend.name)] : [text('http.request.method', 'POST'), text('server.address', backend.name), text('url.full', `https://${backend.name}/v1`)])
      : (old ? [text('db.system', backend.system), text('db.name', backend.name), text('db.statement', statement)] : [text('db.system.name', backend.system), text('db.namespace', backend.name), text('db.query.text', statement)]);
    this.#emit(service, instance, this.#span(traceId, this.#hex(16), parent, backend.kind === 'external' ? 'POST' : 'SELECT', 3, startMs, startMs + tookMs, failed, [...attributes, ...(failed ? [text('error.type', backend.kind === 'external' ? '503' : 'DatabaseError')] : [])]));
    return { ms: tookMs, failed };
  }

  #span(traceId: string, spanId: string, parentSpanId: string, name: string, kind: number, startMs: number, endMs: number, failed: boolean, attributes: KeyValue[]): Span {
    return { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano: nanos(startMs), endTimeUnixNano: nanos(endMs), attributes, status: { code: failed ? 2 : 0 }, flags: 257 };
  }

  #emit(service: number, instance: number, span: Span): void {
    const key = `${service}/${instance}`;
    const held = this.#emitted.get(key) ?? { service, instance, spans: [] };
    held.spans.push(span);
    this.#emitted.set(key, held);
  }

  #resource(service: number, instance: number, nowMs: number): { attributes: KeyValue[] } {
    const it = this.#system.services[service];
    const deployed = this.#faults.find((fault) => fault.kind === 'bad_deploy' && fault.service === service && nowMs >= fault.startMs)?.startMs
      ?? this.#decoys.find((decoy) => decoy.service === service && nowMs >= decoy.atMs)?.atMs;
    const version = deployed === undefined ? it.version : `${it.version}-next`;
    return { attributes: [text('service.name', it.name), text('service.version', version), text('service.instance.id', `${it.name}-${instance}`), text('host.name', `node-${it.hosts[instance]}`)] };
  }

  #traces(nowMs: number): TracesData {
    return { resourceSpans: [...this.#emitted.values()].map(({ service, instance, spans }) => ({ resource: this.#resource(service, instance, nowMs), scopeSpans: [{ scope: { name: 'sdk' }, spans }] })) };
  }

  #logs(nowMs: number): LogsData {
    return { resourceLogs: this.#errors.map(({ service, instance, atMs, traceId, spanId, text: line }) => ({ resource: this.#resource(service, instance, nowMs), scopeLogs: [{ scope: { name: 'log' }, logRecords: [{ timeUnixNano: nanos(atMs), severityNumber: 17, severityText: 'ERROR', body: { stringValue: line }, traceId, spanId }] }] })) };
  }

  #metrics(nowMs: number): MetricsData {
    const resourceMetrics = this.#system.services.flatMap((service, index) => service.hosts.map((_, instance) => {
      const cpu = this.#active('cpu', nowMs)?.service === index ? 0.97 : 0.2 + 0.05 * this.#normal();
      const pool = this.#active('pool', nowMs)?.service === index;
      const gauge = (name: string, unit: string, value: number) => ({ name, unit, gauge: { dataPoints: [{ timeUnixNano: nanos(nowMs), asDouble: value }] } });
      return { resource: this.#resource(index, instance, nowMs), scopeMetrics: [{ scope: { name: 'process' }, metrics: [
        gauge('process.cpu.utilization', '1', Math.min(1, Math.max(0, cpu + 0.01 * this.#normal()))), gauge('process.memory.usage', 'By', 2e8 * (1 + 0.02 * this.#normal())),
        ...(service.operations.some((op) => op.backends.length > 0) ? [gauge('db.client.connection.count', '{connection}', pool ? 10 : 2 + Math.floor(this.#random() * 3)), gauge('db.client.connection.max', '{connection}', 10), gauge('db.client.connection.pending_requests', '{request}', pool ? 20 + Math.floor(10 * this.#random()) : 0)] : []),
      ] }] };
    }));
    return { resourceMetrics };
  }

  #weighted(): { service: number; operation: number } {
    let left = this.#random() * this.#system.entries.reduce((sum, entry) => sum + entry.weight, 0);
    return this.#system.entries.find((entry) => (left -= entry.weight) <= 0) ?? this.#system.entries[0];
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  #hex(digits: number): string {
    return `1${Array.from({ length: digits - 1 }, () => Math.floor(this.#random() * 16).toString(16)).join('')}`;
  }
}

function text(key: string, value: string): KeyValue {
  return { key, value: { stringValue: value } };
}

function number(key: string, value: number): KeyValue {
  return { key, value: { intValue: value } };
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
