import { demand } from './host.ts';
import { exceptionEvent, grpcStatus, httpServer, rpc, setOutcome } from './semconv.ts';
import { Severity, SpanKind, type Attributes, type SpanRecord, type Value } from './records.ts';
import { book, freeFrom } from './slots.ts';
import { Failure, type Errand, type Frame, type Instance, type Shop } from './state.ts';
import { restart } from './instances.ts';

/** One instance answers one request: waits for a worker and for the collector, runs the operation, writes the server span. */

export interface Outcome { readonly endMs: number; readonly status: number }
export interface Origin { readonly traceId: string; readonly parentId: string; readonly peer: string }

/** A request that found no worker for so long is turned away. */
const ACCEPT_WAIT_MS = 5_000;
/** Failures that every program has now and then. */
const STRAY_ERROR_SHARE = 0.00012;
const DURATION_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

export function serve(shop: Shop, instance: Instance, operation: string, origin: Origin, errand: Errand, atMs: number): Outcome {
  const { spec } = instance.service;
  const attributes = spec.protocol === 'grpc' ? rpc(spec, operation, spec.name, spec.port) : httpServer(spec, operation, errand, origin.peer, instance);
  if (spec.protocol === 'grpc') attributes['network.peer.address'] = origin.peer;
  const span = openSpan(shop, instance, origin, SpanKind.server, operation, attributes, atMs);
  const frame: Frame = { shop, instance, span, errand, atMs };
  const status = runOperation(frame, operation);
  setOutcome(attributes, spec, spec.protocol, status);
  span.endMs = frame.atMs;
  recordDuration(instance, operation, status, frame.atMs - atMs);
  afterRequest(shop, instance, frame.atMs);
  return { endMs: frame.atMs, status };
}

export function openSpan(shop: Shop, instance: Instance, origin: Origin, kind: SpanKind, name: string, attributes: Record<string, Value>, atMs: number): SpanRecord {
  const span: SpanRecord = {
    resource: instance.resource, traceId: origin.traceId, spanId: shop.random.hex(2), parentId: origin.parentId, parentRemote: origin.parentId !== '',
    name, kind, startMs: atMs, endMs: atMs, attributes, status: 0, statusMessage: '', events: [], links: [],
  };
  shop.out.spans.push(span);
  return span;
}

/** Returns the status that is answered. Also used for consumers and jobs, which answer nobody. */
export function runOperation(frame: Frame, operation: string): number {
  const { instance, shop } = frame;
  const freeAtMs = freeFrom(instance.workers, frame.atMs);
  let workingFromMs = frame.atMs;
  try {
    if (freeAtMs - frame.atMs > ACCEPT_WAIT_MS) {
      frame.atMs += ACCEPT_WAIT_MS;
      throw new Failure(503, 'ServiceUnavailable', 'request queue is full');
    }
    workingFromMs = freeAtMs;
    frame.atMs = collect(shop, instance, freeAtMs);
    stumble(frame, operation);
    const run = instance.service.spec.operations[operation];
    if (run === undefined) throw new Error(`BUG: ${instance.service.spec.name} has no operation ${operation}`);
    run(frame);
    book(instance.workers, workingFromMs, frame.atMs);
    return 200;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (freeAtMs < Infinity) book(instance.workers, workingFromMs, frame.atMs);
    return fail(frame, failure);
  }
}

/** Waits out a pause of the garbage collector when the moment falls into one. */
function collect(shop: Shop, instance: Instance, atMs: number): number {
  const { gc } = instance;
  if (gc.pauseMs === 0) return atMs;
  let now = atMs;
  while (gc.nextMs <= now) {
    const pauseMs = shop.random.lognormal(gc.pauseMs, 0.4);
    gc.count++;
    gc.sumMs += pauseMs;
    if (gc.nextMs + pauseMs > now) now = gc.nextMs + pauseMs;
    gc.nextMs += pauseMs + shop.random.exponential(45_000) + 5_000;
  }
  return now;
}

/** What can go wrong before the operation has done anything: the bug of a version, a bad instance, a stray. */
function stumble(frame: Frame, operation: string): void {
  const { instance, shop } = frame;
  const { bug } = instance.service;
  if (bug !== null && bug.version === instance.version && bug.operation === operation && shop.random.chance(bug.probability)) {
    frame.atMs += shop.random.lognormal(2, 0.3);
    throw new Failure(500, bug.type, bug.message);
  }
  if (shop.random.chance(instance.errorProbability)) throw new Failure(500, 'IOError', 'read /var/run/config: input/output error');
  if (shop.random.chance(STRAY_ERROR_SHARE)) throw new Failure(500, 'InternalError', 'unexpected end of stream');
}

/** 4xx are answers; 5xx are errors of the span. A failure that a callee passed up (502, 504) did not begin here: no exception is noted. */
function fail(frame: Frame, failure: Failure): number {
  const { span, instance } = frame;
  const { spec } = instance.service;
  if (failure.business) return failure.status;
  span.status = 2;
  const beganHere = failure.status === 500 || failure.status === 503 && failure.type === 'ServiceUnavailable';
  span.attributes['error.type'] = beganHere ? failure.type : spec.protocol === 'grpc' ? grpcStatus(failure.status) : String(failure.status);
  if (beganHere) {
    const attributes = exceptionEvent(spec.language, failure.type, failure.message, spec.name);
    span.events.push({ atMs: frame.atMs, name: 'exception', attributes });
    frame.shop.out.logs.push({
      resource: instance.resource, atMs: frame.atMs, severity: Severity.error, body: `Request failed: ${failure.type}: ${failure.message}`,
      attributes: { 'exception.type': failure.type, 'exception.message': failure.message }, traceId: span.traceId, spanId: span.spanId, eventName: '',
    });
  }
  return failure.status;
}

function recordDuration(instance: Instance, operation: string, status: number, ms: number): void {
  const { spec } = instance.service;
  const key = `${operation} ${status}`;
  let durations = instance.durations.get(key);
  if (durations === undefined) {
    const grpc = spec.protocol === 'grpc';
    durations = {
      metric: grpc ? 'rpc.server.call.duration' : 'http.server.request.duration', attributes: durationAttributes(operation, status, grpc),
      buckets: Array.from({ length: DURATION_BOUNDS_S.length + 1 }, () => 0), count: 0, sum: 0, min: Infinity, max: 0,
    };
    instance.durations.set(key, durations);
  }
  const seconds = ms / 1000;
  let bucket = 0;
  while (bucket < DURATION_BOUNDS_S.length && seconds > DURATION_BOUNDS_S[bucket]) bucket++;
  durations.buckets[bucket]++;
  durations.count++;
  durations.sum += seconds;
  durations.min = Math.min(durations.min, seconds);
  durations.max = Math.max(durations.max, seconds);
}

function durationAttributes(operation: string, status: number, grpc: boolean): Attributes {
  const error: Attributes = status >= 500 ? { 'error.type': grpc ? grpcStatus(status) : String(status) } : {};
  if (grpc) return { 'rpc.system.name': 'grpc', 'rpc.method': operation, 'rpc.response.status_code': grpcStatus(status), ...error };
  const [method, route] = operation.split(' ');
  return { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status, 'url.scheme': 'http', ...error };
}

export const durationBounds: readonly number[] = DURATION_BOUNDS_S;

function afterRequest(shop: Shop, instance: Instance, atMs: number): void {
  const { service } = instance;
  demand(instance.host, atMs, 0.2 * shop.cpuScale);
  if (service.leakBytesPerRequest === 0) return;
  instance.leakedBytes += service.leakBytesPerRequest * shop.random.lognormal(1, 0.2);
  const limitBytes = service.spec.memoryMiB.limit * 2 ** 20;
  if (service.spec.memoryMiB.base * 2 ** 20 + instance.leakedBytes > limitBytes && instance.downUntilMs <= atMs) restart(shop, instance, atMs, 'OOMKilled');
}
