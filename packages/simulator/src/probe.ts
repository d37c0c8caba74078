import { Random } from './random.ts';
import { Requests } from './serve.ts';
import { Weather } from './system/conditions.ts';
import { restAll } from './system/rest.ts';
import type { Operation, Service, System } from './system/system.ts';
import type { Strike } from './faults/fault.ts';
import { Tally } from './tally.ts';

/** Requests that a probe plays: when a place is looked for, and when it is found and the truth is written down. */
export const glance = 800;
export const stare = 3_200;
/** Time before a probe over which queues may build up. */
const leadMs = 40_000;
/** Fewer requests than this in a probe say nothing about an operation. */
const leastRequests = 20;
/** The least that a person could tell from noise: three more failures in a hundred, a third on the median, a sixth of the requests slower than nine tenths were, or half of them gone. */
const leastErrors = 0.03;
const leastSlower = 1.35;
const leastLost = 0.5;
const leastFailures = 4;
/** And it must be this many standard deviations from what chance does. */
const deviations = 3.3;

/** How requests fare at one moment, without anything harmless going on. */
export interface Fare { readonly tally: Tally; readonly perSecond: number; readonly probed: number }

export function probe(system: System, spansPerSecond: number, atMs: number, strike: Strike | null, ageMs: number, probed = glance): Fare {
  const weather = new Weather(system, spansPerSecond);
  const tally = new Tally();
  const random = new Random(system.seed, 71, atMs);
  const requests = new Requests(weather, random, null, tally);
  const tickMs = 1_000;
  for (let age = Math.max(0, ageMs - leadMs); age <= ageMs; age += tickMs) {
    restAll(system);
    weather.entryFactors.fill(1);
    strike?.apply(age, weather.entryFactors);
    weather.step(atMs - ageMs + age, tickMs);
  }
  const perSecond = weather.entryRates.reduce((sum, rate) => sum + rate, 0);
  for (let i = 0; i < probed; i++) {
    let left = random.next() * perSecond;
    const entry = system.entries[Math.max(0, weather.entryRates.findIndex((rate) => (left -= rate) <= 0))];
    requests.request(entry.operation, atMs);
  }
  for (const topic of system.topics) {
    if (!topic.levers.paused) for (const [index, message] of topic.pending.entries()) if (!requests.message(topic, index, message.dueMs)) tally.missed(topic.operation.service);
  }
  // Whoever reads one queue may write to another.
  for (const topic of system.topics) topic.pending.length = 0;
  restAll(system);
  return { tally, perSecond, probed };
}

export interface Suffering { readonly service: Service; readonly perMinute: number; readonly operation: string; readonly how: 'fails' | 'slower' | 'silent' }

/**
 * Services whose requests suffer, most first, each with its worst operation and how many of its requests a minute are
 * touched. Only what the strike can reach counts: who calls it, and what those call; and only what is more than chance.
 */
export function compare(system: System, from: readonly Service[], calm: Fare, struck: Fare): Suffering[] {
  const above = spread(from, (service) => callersOf(system, service));
  const reached = spread([...above], (service) => calleesOf(service));
  const worst = new Map<Service, Suffering>();
  for (const operation of calm.tally.operations()) {
    const { service } = operation;
    if (!reached.has(service)) continue;
    const suffering = suffer(operation, calm, struck);
    if (suffering === null || (suffering.how !== 'silent' && !above.has(service))) continue;
    if (suffering.perMinute > (worst.get(service)?.perMinute ?? 0)) worst.set(service, suffering);
  }
  return [...worst.values()].sort((a, b) => b.perMinute - a.perMinute || a.service.index - b.service.index);
}

function spread(from: readonly Service[], next: (service: Service) => Iterable<Service>): Set<Service> {
  const seen = new Set(from);
  for (const service of seen) for (const each of next(service)) seen.add(each);
  return seen;
}

/** Whoever waits for its answer. */
function callersOf(system: System, service: Service): Service[] {
  return system.links.filter((link) => link.to === service).map((link) => link.from);
}

function calleesOf(service: Service): Service[] {
  return service.operations.flatMap((operation) => operation.steps.flatMap((step) => (step.kind === 'call' ? [step.operation.service] : step.kind === 'publish' ? [step.topic.operation.service] : [])));
}

function suffer(operation: Operation, calm: Fare, struck: Fare): Suffering | null {
  const before = calm.tally.of(operation);
  const after = struck.tally.of(operation);
  if (before.count < leastRequests) return null;
  const beforePerMinute = before.count / calm.probed * calm.perSecond * 60;
  const afterPerMinute = after.count / struck.probed * struck.perSecond * 60;
  const made = (perMinute: number, how: Suffering['how']): Suffering => ({ service: operation.service, operation: operation.name, perMinute, how });
  const lost = 1 - afterPerMinute / beforePerMinute;
  if (lost >= leastLost && before.count * lost >= deviations * Math.sqrt(before.count * (2 - lost))) return made(beforePerMinute * lost, 'silent');
  if (after.count < leastRequests) return null;
  const failing = after.errorShare - before.errorShare;
  if (failing >= leastErrors && failing * after.count >= leastFailures) return made(afterPerMinute * failing, 'fails');
  const high = before.sortedMs[Math.floor(before.sortedMs.length * 0.9)];
  const slowShare = after.sortedMs.filter((ms) => ms > 1.1 * high).length / after.count - 0.1;
  const chance = deviations * Math.sqrt(1 / before.count + 1 / after.count);
  const slower = after.sortedMs[after.count >> 1] / before.sortedMs[before.count >> 1];
  // The median of log-normal times wanders by about 1.25 sigma, and sigma is around 0.6.
  const isSlower = slower >= Math.max(leastSlower, Math.exp(0.75 * chance));
  return isSlower || slowShare >= Math.max(0.15, 0.3 * chance) ? made(afterPerMinute * Math.max(slowShare, isSlower ? 0.3 : 0), 'slower') : null;
}
