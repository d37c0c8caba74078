import { failures, type Failure } from './failures.ts';
import type { Random } from './random.ts';
import type { Conditions } from './system/conditions.ts';
import type { Backend, Instance, Link, Operation, Pool, Statement, Step, Topic } from './system/system.ts';
import type { Tally } from './tally.ts';
import { tellFailure, tellRequest } from './tell.ts';
import type { Outbox } from './wire/outbox.ts';
import { Shapes } from './wire/shapes.ts';

/** One request may not make more spans than this: retries of retries end here. */
const spansMax = 1_500;
/** Waiting for a connection to a machine that is gone. */
const connectMs = 1_000;
const poolTimeoutMs = 3_000;
const statementTimeoutMs = 8_000;
const neverMs = 30_000;

type Cached = Extract<Step, { kind: 'cached' }>;

/**
 * Plays requests through a system, one by one and span by span, under the conditions of the tick. Each method returns when
 * it was done (milliseconds) and leaves in `failure` how it ended. Without an outbox nothing is written: the truth about a
 * fault is found by playing the same requests with it and without it.
 */
export class Requests {
  failure: Failure | null = null;
  readonly #conditions: Conditions;
  readonly #outbox: Outbox | null;
  readonly #tally: Tally | null;
  readonly #shapes = new Shapes();
  readonly #trace = new Uint32Array(4);
  #random: Random;
  #spans = 0;

  constructor(conditions: Conditions, random: Random, outbox: Outbox | null, tally: Tally | null) {
    this.#conditions = conditions;
    this.#outbox = outbox;
    this.#tally = tally;
    this.#random = random;
  }

  /** The dice of the next tick. */
  roll(random: Random): void {
    this.#random = random;
  }

  /** A request of somebody outside. */
  request(operation: Operation, atMs: number): number {
    this.#begin();
    const instance = this.#instanceOf(operation, atMs);
    if (instance === null || instance.levers.downSinceMs <= atMs) {
      this.#tally?.missed(operation.service);
      this.failure = failures.refused;
      return atMs;
    }
    return this.#serve(operation, instance, atMs, 0, 0);
  }

  /** A message of the topic that is due; false when nobody is there to take it. */
  message(topic: Topic, index: number, atMs: number): boolean {
    const { operation } = topic;
    const instance = this.#instanceOf(operation, atMs);
    if (instance === null || instance.levers.downSinceMs <= atMs) return false;
    const message = topic.pending[index];
    this.#begin();
    if (topic.sameTrace) this.#trace.set(message.trace);
    const high = this.#random.word();
    const low = this.#random.word();
    this.failure = null;
    const endMs = this.#work(operation, instance, atMs, high, low, topic.levers.poison, topic.levers.failure);
    const { failure } = this;
    this.#write(instance, this.#shapes.process(topic, failure), high, low, topic.sameTrace ? message.span[0] : 0, topic.sameTrace ? message.span[1] : 0, atMs, endMs, topic.sameTrace ? null : [...message.trace, ...message.span]);
    this.#tally?.served(operation, endMs - atMs, failure !== null);
    return true;
  }

  #begin(): void {
    for (let i = 0; i < 4; i++) this.#trace[i] = this.#random.word();
    this.#spans = 0;
    this.failure = null;
  }

  #instanceOf({ service }: Operation, atMs: number): Instance | null {
    const { instances } = service;
    const first = this.#random.below(instances.length);
    for (let i = 0; i < instances.length; i++) {
      const instance = instances[(first + i) % instances.length];
      const { downSinceMs, unknownMs } = instance.levers;
      // Callers notice only after a while that an instance is gone.
      if (downSinceMs > atMs || atMs - downSinceMs < unknownMs) return instance;
    }
    return null;
  }

  #serve(operation: Operation, instance: Instance, atMs: number, parentHigh: number, parentLow: number): number {
    const random = this.#random;
    const high = random.word();
    const low = random.word();
    this.failure = null;
    let endMs: number;
    if (random.next() < operation.refusedShare) {
      endMs = atMs + 0.3 * operation.selfMs * random.lognormal(0.3);
      this.failure = operation.index % 2 === 0 ? failures.notFound : failures.conflict;
    } else endMs = this.#work(operation, instance, atMs, high, low, 0, null);
    const { failure } = this;
    this.#write(instance, this.#shapes.server(operation, failure), high, low, parentHigh, parentLow, atMs, endMs, null);
    this.#tally?.served(operation, endMs - atMs, failure !== null && failure.status >= 500);
    return endMs;
  }

  /** The work of one request: waiting, own work in pieces, and the steps between them. */
  #work(operation: Operation, instance: Instance, atMs: number, high: number, low: number, poison: number, poisoned: Failure | null): number {
    const random = this.#random;
    const { service } = operation;
    const { levers } = service;
    const condition = this.#conditions.services[service.index];
    const pace = condition.pace * instance.levers.slow * instance.host.levers.slow * operation.levers.slow;
    let selfMs = operation.selfMs * pace * random.lognormal(operation.sigma);
    // The heavy tail: a pause, a cold path, a large customer.
    if (random.next() < 0.008) selfMs *= Math.min(12, 1 / Math.sqrt(random.next() + 1e-4));
    if (levers.stallShare > 0 && random.next() < levers.stallShare) selfMs += random.exponential(levers.stallMs);
    let nowMs = atMs + (condition.waitMs > 0 ? condition.waitMs * random.between(0.7, 1.1) : 0) + (levers.queueMs > 0 ? random.exponential(levers.queueMs) : 0);
    const own = this.#ownFailure(operation, instance, condition.turnedAway, poison, poisoned);
    const pieceMs = selfMs / (operation.steps.length + 1);
    if (own !== null) {
      nowMs += own === failures.rejected ? 0.5 : selfMs * random.between(0.1, 0.8);
      this.failure = own;
      if (this.#outbox !== null) tellFailure(this.#outbox, random, instance, own, nowMs, this.#trace, high, low);
      return nowMs;
    }
    nowMs += pieceMs;
    const beganMs = nowMs;
    let failed: Failure | null = null;
    for (const step of operation.steps) {
      if (step.probability < 1 && random.next() >= step.probability) continue;
      const doneMs = this.#step(step, operation, instance, operation.parallel ? beganMs : nowMs, high, low);
      nowMs = operation.parallel ? Math.max(nowMs, doneMs) : doneMs + pieceMs;
      if (this.failure === null || step.optional) continue;
      failed = this.failure;
      break;
    }
    if (operation.parallel) nowMs += selfMs - pieceMs;
    this.failure = failed === null ? null : failed.type === 'timeout' ? failures.deadline : failed === failures.poolTimeout ? failed : failures.upstream;
    if (this.#outbox !== null) tellRequest(this.#outbox, random, instance, failed, nowMs, this.#trace, high, low);
    return nowMs;
  }

  #ownFailure(operation: Operation, instance: Instance, turnedAway: number, poison: number, poisoned: Failure | null): Failure | null {
    const random = this.#random;
    const { levers } = operation.service;
    if (turnedAway > 0 && random.next() < turnedAway) return failures.rejected;
    if (levers.errors > 0 && random.next() < levers.errors) return levers.failure ?? failures.internal;
    if (operation.levers.errors > 0 && random.next() < operation.levers.errors) return operation.levers.failure ?? failures.internal;
    if (instance.levers.errors > 0 && random.next() < instance.levers.errors) return instance.levers.failure ?? failures.internal;
    if (poison > 0 && random.next() < poison) return poisoned ?? failures.poison;
    return random.next() < operation.errorShare ? failures.internal : null;
  }

  #step(step: Step, caller: Operation, instance: Instance, atMs: number, high: number, low: number): number {
    this.failure = null;
    if (this.#spans > spansMax) return atMs;
    switch (step.kind) {
      case 'call': return this.#call(step, caller, instance, atMs, high, low);
      case 'query': return this.#query(step, step.pool, step.statement, caller, instance, atMs, high, low, false);
      case 'cached': return this.#lookUp(step, caller, instance, atMs, high, low);
      case 'external': return this.#external(step, caller, instance, atMs, high, low);
      case 'publish': return this.#publish(step, caller, instance, atMs, high, low);
    }
  }

  #call(step: Extract<Step, { kind: 'call' }>, caller: Operation, instance: Instance, atMs: number, parentHigh: number, parentLow: number): number {
    const random = this.#random;
    const { link, operation } = step;
    const timeoutMs = link.levers.timeoutMs || link.timeoutMs;
    const retries = link.levers.retries < 0 ? link.retries : link.levers.retries;
    let nowMs = atMs;
    for (let attempt = 0; ; attempt++) {
      const beganMs = nowMs;
      const high = random.word();
      const low = random.word();
      let endMs = this.#reach(link, operation, nowMs, high, low);
      let failure: Failure | null = this.failure;
      if (endMs - beganMs > timeoutMs) {
        endMs = beganMs + timeoutMs;
        failure = failures.timedOut;
      }
      this.#write(instance, this.#shapes.call(step, caller, failure), high, low, parentHigh, parentLow, beganMs, endMs, null);
      nowMs = endMs;
      const isExpected = failure === null || failure.status === 404 || failure.status === 409;
      this.failure = isExpected ? null : failure;
      const mayTry = failure !== null && (failure.again || link.levers.retries >= 0 || (failure.status >= 502 && failure.status <= 503));
      if (isExpected || !mayTry || attempt >= retries || this.#spans > spansMax) return nowMs;
      nowMs += random.exponential(25 * 2 ** Math.min(attempt, 4));
    }
  }

  /** There and back, with the work in between. */
  #reach(link: Link, operation: Operation, atMs: number, high: number, low: number): number {
    const random = this.#random;
    const { levers } = link;
    let nowMs = atMs + link.wayMs * random.lognormal(0.3) + (levers.addMs > 0 ? levers.addMs * random.lognormal(0.15) : 0);
    // A lost packet is sent again after 200 ms, then after 400 and so on.
    for (let waitMs = 200; levers.loss > 0 && waitMs < 6_400 && random.next() < levers.loss; waitMs *= 2) nowMs += waitMs;
    this.failure = null;
    if (levers.errors > 0 && random.next() < levers.errors) {
      this.failure = levers.failure ?? failures.reset;
      return nowMs + random.exponential(3);
    }
    const instance = this.#instanceOf(operation, nowMs);
    if (instance === null || instance.levers.downSinceMs <= nowMs) {
      this.#tally?.missed(operation.service);
      const silent = instance !== null && instance.levers.silent;
      this.failure = silent ? failures.unreachable : failures.refused;
      return nowMs + (silent ? connectMs : 1);
    }
    const endMs = this.#serve(operation, instance, nowMs, high, low);
    return endMs + link.wayMs * random.lognormal(0.3) + (levers.addMs > 0 ? levers.addMs * random.lognormal(0.15) : 0);
  }

  #query(step: Step, pool: Pool, statement: Statement, caller: Operation, instance: Instance, atMs: number, parentHigh: number, parentLow: number, isMiss: boolean): number {
    const random = this.#random;
    const { backend } = pool;
    let nowMs = atMs;
    const waitMs = this.#conditions.poolWaitMs(pool);
    if (waitMs > 0) {
      const waitedMs = random.exponential(waitMs);
      if (waitedMs > poolTimeoutMs) {
        this.failure = failures.poolTimeout;
        return nowMs + poolTimeoutMs;
      }
      nowMs += waitedMs;
    }
    const endMs = this.#store(backend, statement, nowMs);
    const { failure } = this;
    const shape = isMiss ? this.#shapes.miss(step as Cached, caller, failure) : this.#shapes.call(step, caller, failure);
    this.#write(instance, shape, random.word(), random.word(), parentHigh, parentLow, nowMs, endMs, null);
    return endMs;
  }

  #store(backend: Backend, statement: Statement, atMs: number): number {
    const random = this.#random;
    const { levers } = backend;
    this.failure = null;
    if (levers.down) {
      this.failure = failures.databaseGone;
      return atMs + random.exponential(4);
    }
    const pace = (this.#conditions.backends.get(backend)?.pace ?? 1) * (levers.statement === statement.index ? levers.statementSlow : 1);
    let tookMs = statement.ms * pace * random.lognormal(0.4) + levers.addMs * random.lognormal(0.3);
    if (random.next() < 0.004) tookMs *= 6;
    const writes = statement.operation !== 'SELECT' && statement.operation !== 'find';
    if (levers.lockShare > 0 && writes && random.next() < levers.lockShare) {
      tookMs += random.exponential(levers.lockMs);
      if (tookMs > levers.lockMs * 2.5) this.failure = failures.lockTimeout;
    }
    if (levers.errors > 0 && random.next() < levers.errors) this.failure = levers.failure ?? failures.database;
    if (tookMs > statementTimeoutMs) {
      this.failure = failures.timedOut;
      tookMs = statementTimeoutMs;
    }
    return atMs + tookMs;
  }

  #lookUp(step: Cached, caller: Operation, instance: Instance, atMs: number, high: number, low: number): number {
    const random = this.#random;
    const { levers } = step.cache;
    this.failure = levers.down || (levers.errors > 0 && random.next() < levers.errors) ? failures.cacheGone : null;
    const doneMs = atMs + 0.5 * random.lognormal(0.4) * (this.#conditions.backends.get(step.cache)?.pace ?? 1) + levers.addMs;
    const gone = this.failure;
    this.#write(instance, this.#shapes.call(step, caller, gone), random.word(), random.word(), high, low, atMs, doneMs, null);
    if (gone === null && random.next() < levers.hits) return doneMs;
    if (step.pool === null || step.statement === null) return doneMs;
    return this.#query(step, step.pool, step.statement, caller, instance, doneMs, high, low, true);
  }

  #external(step: Extract<Step, { kind: 'external' }>, caller: Operation, instance: Instance, atMs: number, high: number, low: number): number {
    const random = this.#random;
    const { levers } = step.backend;
    this.failure = levers.errors > 0 && random.next() < levers.errors ? levers.failure ?? failures.thirdParty : random.next() < 0.0008 ? failures.thirdParty : null;
    let tookMs = this.failure === failures.limited ? random.between(5, 15) : step.ms * (this.#conditions.backends.get(step.backend)?.pace ?? 1) * random.lognormal(0.45);
    if (levers.down) tookMs = neverMs;
    if (tookMs > 10_000) {
      tookMs = 10_000;
      this.failure = failures.timedOut;
    }
    this.#write(instance, this.#shapes.call(step, caller, this.failure), random.word(), random.word(), high, low, atMs, atMs + tookMs, null);
    return atMs + tookMs;
  }

  #publish(step: Extract<Step, { kind: 'publish' }>, caller: Operation, instance: Instance, atMs: number, parentHigh: number, parentLow: number): number {
    const random = this.#random;
    const high = random.word();
    const low = random.word();
    const doneMs = atMs + 1.5 * random.lognormal(0.4);
    this.#write(instance, this.#shapes.call(step, caller, null), high, low, parentHigh, parentLow, atMs, doneMs, null);
    const [a, b, c, d] = this.#trace;
    step.topic.pending.push({ dueMs: doneMs + 15 * random.lognormal(0.6), trace: [a, b, c, d], span: [high, low] });
    return doneMs;
  }

  #write(instance: Instance, shape: Uint8Array, high: number, low: number, parentHigh: number, parentLow: number, startMs: number, endMs: number, link: readonly number[] | null): void {
    this.#spans++;
    this.#outbox?.span(instance, shape, this.#trace, high, low, parentHigh, parentLow, startMs, endMs, link);
  }
}
