import { demand, slowdown } from './host.ts';
import { httpClient, cacheClient, databaseClient, grpcStatus, rpc, setOutcome } from './semconv.ts';
import { Severity, SpanKind, type Attributes, type Value, type SpanRecord } from './records.ts';
import { book, freeFrom, leak, noteWait } from './slots.ts';
import { serve } from './serve.ts';
import { Failure, type Frame, type Instance, type Service } from './state.ts';
import { statements, type Statement, type StatementName } from './statements.ts';

/** What an operation can do. Each verb moves the frame's clock forward and throws a Failure when it does not come off. */

const LANGUAGE_TIMEOUT: Readonly<Record<string, string>> = {
  java: 'java.net.SocketTimeoutException', nodejs: 'TimeoutError', python: 'requests.exceptions.ReadTimeout', go: 'context.DeadlineExceeded',
  dotnet: 'System.Threading.Tasks.TaskCanceledException', ruby: 'Net::ReadTimeout', rust: 'hyper::Error::Timeout',
};
const POOL_WAIT_MS = 2_000;
/** Above this share of its memory limit a collector with a heap spends most of its time collecting. */
const THRASH_SHARE = 0.86;
const NETWORK_MS = 0.35;
/** Share of a statement's time that is CPU of the database server; the rest waits for disk and locks. */
const DATABASE_CPU_SHARE = 0.08;
/** Now and then something takes far longer for no reason that anybody ever learns. */
const HICCUP_SHARE = 0.004;
const HICCUP_TIMES = 8;

export function memoryBytes(instance: Instance): number {
  return instance.service.spec.memoryMiB.base * 2 ** 20 + instance.leakedBytes;
}

export function work(frame: Frame, medianMs: number, sigma = 0.45): void {
  const { shop, instance } = frame;
  const hiccup = shop.random.chance(HICCUP_SHARE) ? HICCUP_TIMES : 1;
  const cpuMs = shop.random.lognormal(medianMs, sigma) * hiccup * instance.slow * instance.service.slow;
  const full = memoryBytes(instance) / (instance.service.spec.memoryMiB.limit * 2 ** 20);
  const thrash = full > THRASH_SHARE ? 1 + (full - THRASH_SHARE) * 60 : 1;
  demand(instance.host, frame.atMs, cpuMs * thrash * shop.cpuScale);
  instance.cpuMs += cpuMs * thrash * shop.cpuScale;
  frame.atMs += cpuMs * thrash * slowdown(instance.host, frame.atMs);
}

/** Time that is spent waiting for something that is no CPU of ours and no span: a lock, a local disk. */
export function wait(frame: Frame, medianMs: number, sigma = 0.4): void {
  frame.atMs += frame.shop.random.lognormal(medianMs, sigma);
}

export function startSpan(frame: Frame, kind: SpanKind, name: string, attributes: Record<string, Value>): SpanRecord {
  const span: SpanRecord = {
    resource: frame.instance.resource, traceId: frame.span.traceId, spanId: frame.shop.random.hex(2), parentId: frame.span.spanId, parentRemote: false,
    name, kind, startMs: frame.atMs, endMs: frame.atMs, attributes, status: 0, statusMessage: '', events: [], links: [],
  };
  frame.shop.out.spans.push(span);
  return span;
}

export function failSpan(span: SpanRecord, type: string, message = ''): void {
  span.status = 2;
  span.statusMessage = message;
  span.attributes['error.type'] = type;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly retries?: number;
  /** The caller can do without the answer: a failure is logged, not passed on. */
  readonly optional?: boolean;
}

/** Calls an operation of another service and waits for its answer. Returns false when an optional call failed. */
export function call(frame: Frame, serviceName: string, operation: string, options: CallOptions = {}): boolean {
  const callee = frame.shop.services.get(serviceName) as Service;
  const settings = frame.shop.levers.clients.get(`${frame.instance.service.spec.name}>${serviceName}`);
  const timeoutMs = settings?.timeoutMs ?? options.timeoutMs ?? 3_000;
  const retries = settings?.retries ?? options.retries ?? 0;
  for (let attempt = 0; ; attempt++) {
    const failure = tryCall(frame, callee, operation, timeoutMs, attempt);
    if (failure === null) return true;
    if (failure.business) throw failure;
    if (attempt < retries) {
      log(frame, Severity.warn, `Retrying call to ${serviceName}: attempt ${attempt + 2} after ${failure.message}`);
      frame.atMs += frame.shop.random.lognormal(25 * 2 ** attempt, 0.3);
      continue;
    }
    log(frame, options.optional ? Severity.warn : Severity.error, `Call to ${serviceName} failed: ${failure.message}`, { 'error.type': failure.type });
    if (options.optional) return false;
    throw failure;
  }
}

function tryCall(frame: Frame, callee: Service, operation: string, timeoutMs: number, attempt: number): Failure | null {
  const { shop, instance } = frame;
  const caller = instance.service.spec;
  const target = callee.spec;
  const attributes = target.protocol === 'grpc'
    ? rpc(caller, operation, target.name, target.port)
    : httpClient(caller, operation, { host: target.name, port: target.port, scheme: 'http' }, frame.errand);
  if (attempt > 0) attributes['http.request.resend_count'] = attempt;
  const span = startSpan(frame, SpanKind.client, target.protocol === 'grpc' ? operation : operation.split(' ')[0], attributes);
  const startMs = frame.atMs;
  const chosen = pickInstance(callee, startMs);
  if (chosen === null || chosen.downUntilMs > startMs) {
    if (chosen !== null) chosen.excludedFromMs = Math.min(chosen.excludedFromMs, startMs + 3_000);
    frame.atMs = span.endMs = startMs + shop.random.lognormal(1.2, 0.3);
    const message = `connect ECONNREFUSED ${chosen?.address ?? target.name}:${target.port}`;
    failSpan(span, 'ECONNREFUSED', message);
    return new Failure(503, 'ECONNREFUSED', message);
  }
  attributes['network.peer.address'] = chosen.address;
  const extraMs = shop.levers.network.get(`${caller.name}>${target.name}`) ?? 0;
  const oneWay = (): number => shop.random.lognormal(NETWORK_MS, 0.3) + (extraMs === 0 ? 0 : shop.random.lognormal(extraMs, 0.3));
  const outcome = serve(shop, chosen, operation, { traceId: span.traceId, parentId: span.spanId, peer: instance.address }, frame.errand, startMs + oneWay());
  const endMs = outcome.endMs + oneWay();
  if (endMs - startMs > timeoutMs) {
    frame.atMs = span.endMs = startMs + timeoutMs;
    const type = LANGUAGE_TIMEOUT[caller.language];
    failSpan(span, type, `deadline of ${timeoutMs} ms exceeded`);
    return new Failure(504, type, `deadline of ${timeoutMs} ms exceeded`);
  }
  frame.atMs = span.endMs = endMs;
  setOutcome(attributes, caller, target.protocol, outcome.status);
  if (outcome.status < 400) return null;
  const type = target.protocol === 'grpc' ? grpcStatus(outcome.status) : String(outcome.status);
  failSpan(span, type);
  return new Failure(outcome.status < 500 ? outcome.status : 502, type, `${target.name} answered ${type}`, outcome.status < 500);
}

/** Round robin over the instances that the balancer believes in; one that is down is still chosen until the balancer has noticed. */
function pickInstance(service: Service, atMs: number): Instance | null {
  const count = service.instances.length;
  for (let i = 0; i < count; i++) {
    const instance = service.instances[service.turn++ % count];
    if (instance.downUntilMs > atMs && instance.excludedFromMs <= atMs) continue;
    return instance;
  }
  return null;
}

export function query(frame: Frame, name: StatementName): void {
  const { shop, instance } = frame;
  const statement: Statement = statements[name];
  const pool = instance.pools.get(statement.database);
  if (pool === undefined) throw new Error(`BUG: ${instance.service.spec.name} has no pool for ${statement.database}`);
  const freeAtMs = freeFrom(pool, frame.atMs);
  if (freeAtMs - frame.atMs > POOL_WAIT_MS) {
    noteWait(pool, frame.atMs, frame.atMs + POOL_WAIT_MS);
    frame.atMs += POOL_WAIT_MS;
    throw new Failure(500, poolException(instance), `Timed out after ${POOL_WAIT_MS} ms waiting for a connection from pool ${statement.database}`);
  }
  if (freeAtMs > frame.atMs) {
    noteWait(pool, frame.atMs, freeAtMs);
    frame.atMs = freeAtMs;
  }
  const heldFromMs = frame.atMs;
  const server = `${statement.database}-db.shop.internal`;
  const span = startSpan(frame, SpanKind.client, `${statement.operation} ${statement.table}`, databaseClient(statement, server));
  const host = shop.hosts.get('db-1');
  const median = shop.levers.statementMs.get(name) ?? statement.ms;
  const ms = shop.random.lognormal(median, 0.45);
  if (host !== undefined) {
    demand(host, frame.atMs, ms * DATABASE_CPU_SHARE * shop.cpuScale);
    frame.atMs += ms * slowdown(host, frame.atMs) + shop.random.lognormal(NETWORK_MS, 0.3);
  }
  span.endMs = frame.atMs;
  book(pool, heldFromMs, frame.atMs);
  if (shop.random.chance(instance.service.connectionLeakProbability)) leak(pool, frame.atMs);
  if (shop.random.chance(0.00008)) {
    failSpan(span, '40001', 'could not serialize access due to concurrent update');
    throw new Failure(500, 'SerializationFailure', 'could not serialize access due to concurrent update');
  }
}

function poolException(instance: Instance): string {
  const byLanguage: Readonly<Record<string, string>> = { java: 'java.sql.SQLTransientConnectionException', go: 'pgxpool.ErrAcquireTimeout', nodejs: 'TimeoutError', python: 'sqlalchemy.exc.TimeoutError', dotnet: 'Npgsql.NpgsqlException' };
  return byLanguage[instance.service.spec.language] ?? 'PoolTimeoutError';
}

/** Asks the cache; false is a miss, and so is a cache that cannot be reached. */
export function cached(frame: Frame, operation: 'GET' | 'SET' | 'DEL' | 'HGETALL' | 'HSET', key: string, hitShare = 0.9): boolean {
  const { shop } = frame;
  const span = startSpan(frame, SpanKind.client, operation, cacheClient(operation, key));
  if (shop.levers.cacheDown) {
    frame.atMs = span.endMs = frame.atMs + shop.random.lognormal(110, 0.25);
    failSpan(span, 'ECONNREFUSED', 'connect ECONNREFUSED 10.40.0.21:6379');
    log(frame, Severity.warn, `Cache unavailable, going on without: connect ECONNREFUSED 10.40.0.21:6379`);
    return false;
  }
  frame.atMs += shop.random.lognormal(0.45, 0.4);
  span.endMs = frame.atMs;
  return operation !== 'GET' && operation !== 'HGETALL' ? true : shop.random.chance(hitShare);
}

/** For what lives nowhere else: without the cache there is no answer. */
export function stored(frame: Frame, operation: 'HGETALL' | 'HSET' | 'DEL', key: string): void {
  cached(frame, operation, key, 1);
  if (frame.shop.levers.cacheDown) throw new Failure(500, 'io.lettuce.core.RedisConnectionException', 'Unable to connect to cache.shop.internal:6379');
}

export interface ExternalCall { readonly host: string; readonly operation: string; readonly ms: number; readonly timeoutMs: number; readonly retries?: number; readonly refuseShare?: number; readonly refuseStatus?: number }

/** Calls somebody else's API. */
export function external(frame: Frame, target: ExternalCall): void {
  for (let attempt = 0; ; attempt++) {
    const failure = tryExternal(frame, target, attempt);
    if (failure === null) return;
    if (failure.business || attempt >= (target.retries ?? 0)) {
      if (!failure.business) log(frame, Severity.error, `Request to ${target.host} failed: ${failure.message}`, { 'error.type': failure.type });
      throw failure;
    }
    log(frame, Severity.warn, `Retrying request to ${target.host}: attempt ${attempt + 2} after ${failure.message}`);
    frame.atMs += frame.shop.random.lognormal(60 * 2 ** attempt, 0.3);
  }
}

function tryExternal(frame: Frame, target: ExternalCall, attempt: number): Failure | null {
  const { shop, instance } = frame;
  const spec = instance.service.spec;
  const behaviour = shop.levers.externals.get(target.host) ?? { timesSlower: 1, errorProbability: 0 };
  const attributes = httpClient(spec, target.operation, { host: target.host, port: 443, scheme: 'https' }, frame.errand);
  if (attempt > 0) attributes['http.request.resend_count'] = attempt;
  const span = startSpan(frame, SpanKind.client, target.operation.split(' ')[0], attributes);
  const ms = shop.random.lognormal(target.ms * behaviour.timesSlower, 0.3);
  if (ms > target.timeoutMs) {
    frame.atMs = span.endMs = frame.atMs + target.timeoutMs;
    const type = LANGUAGE_TIMEOUT[spec.language];
    failSpan(span, type, `no answer within ${target.timeoutMs} ms`);
    return new Failure(504, type, `no answer within ${target.timeoutMs} ms`);
  }
  frame.atMs = span.endMs = frame.atMs + ms;
  const status = shop.random.chance(behaviour.errorProbability + 0.0006) ? 503 : shop.random.chance(target.refuseShare ?? 0) ? target.refuseStatus ?? 402 : 200;
  setOutcome(attributes, spec, 'http', status);
  if (status < 400) return null;
  failSpan(span, String(status));
  return new Failure(status < 500 ? status : 502, String(status), `${target.host} answered ${status}`, status < 500);
}

/** Runs the branches beside one another: the frame goes on when the last is done, and fails when one failed. */
export function together(frame: Frame, ...branches: ((frame: Frame) => void)[]): void {
  let endMs = frame.atMs;
  let failed: unknown = null;
  for (const branch of branches) {
    const side: Frame = { ...frame };
    try {
      branch(side);
    } catch (failure) {
      failed ??= failure;
    }
    endMs = Math.max(endMs, side.atMs);
  }
  frame.atMs = endMs;
  if (failed !== null) throw failed;
}

export function log(frame: Frame, severity: Severity, body: string, attributes: Attributes = {}): void {
  frame.shop.out.logs.push({ resource: frame.instance.resource, atMs: frame.atMs, severity, body, attributes, traceId: frame.span.traceId, spanId: frame.span.spanId, eventName: '' });
}
