import { Random } from '../random.ts';
import { makeBackends, type Stores } from './backends.ts';
import { restOf } from './levers.ts';
import { logLinesOf, openNames, routeOf, rpcName, type Names } from './names.ts';
import { placeInstances } from './places.ts';
import { measure } from './reach.ts';
import type { Entry, Language, Link, Operation, Pool, Rhythm, Service, Step, System, Topic } from './system.ts';

export interface SystemOptions { readonly seed: number; readonly services: number }

export const servicesMin = 5;
export const servicesMax = 500;
const layersMax = 8;
/** More spans than this for one request would make everything else rare. */
const spansPerRequestMax = 70;
/** Share of services in each layer behind the front doors, first to last. */
const layerShares = [0.2, 0.22, 0.19, 0.15, 0.11, 0.08, 0.05] as const;

/** A random system: front doors, layers of services behind them, stores, third parties, queues, machines in three zones. */
export function makeSystem({ seed, services: count }: SystemOptions): System {
  const random = new Random(seed, 11);
  const names = openNames(random);
  const spaced = random.chance(0.5);
  const environment = random.chance(0.5) ? 'production' : '';
  const layers = layersOf(count, random);
  const services = layers.map((layer, index) => makeService(random, names, index, layer, spaced ? `team-${1 + random.below(Math.max(2, Math.ceil(count / 25)))}` : '', environment));
  const stores = makeBackends(random, names, count);
  const links: Link[] = [];
  const workers = chooseWorkers(random, services);
  connect(random, services, workers, links);
  for (const service of services) equip(random, service, stores, names);
  const topics = [...workers].map((worker) => makeTopic(random, names, worker, services));
  const entries = makeEntries(random, services, workers);
  const spansPerRequest = balance(services, entries, topics);
  for (const link of links) link.timeoutMs = timeoutOf(link);
  const zones = ['a', 'b', 'c'].map((letter) => `zone-${letter}`);
  const hosts = placeInstances(random, services, zones);
  return { seed, services, links, backends: [...stores.databases, ...stores.caches, ...stores.externals], topics, hosts, zones, entries, spansPerRequest };
}

function layersOf(count: number, random: Random): number[] {
  const doors = Math.max(1, Math.min(8, Math.round(count / 24)));
  const depth = Math.min(layersMax, 2 + Math.ceil(Math.log2(count / 3)));
  const shares = layerShares.slice(0, depth - 1);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const layers = Array.from({ length: doors }, () => 0);
  for (let layer = 1; layer < depth && layers.length < count; layer++) layers.push(layer);
  while (layers.length < count) {
    let left = random.next() * total;
    layers.push(1 + Math.max(0, shares.findIndex((share) => (left -= share) <= 0)));
  }
  return layers.slice(0, count).sort((a, b) => a - b);
}

const languages: readonly Language[] = ['java', 'java', 'nodejs', 'nodejs', 'go', 'go', 'python', 'dotnet'];

function makeService(random: Random, names: Names, index: number, layer: number, namespace: string, environment: string): Service {
  const name = layer === 0 ? names.service(random.pick(['gateway', 'web', 'bff', 'edge'])) : names.service();
  const old = random.chance(0.3);
  const key = `${namespace === '' ? name : `${namespace}/${name}`}${environment === '' ? '' : `@${environment}`}`;
  const service: Service = {
    index, name, namespace, environment, id: `service:${key}`, language: random.pick(languages), old, protocol: layer > 0 && random.chance(0.4) ? 'grpc' : 'http', layer,
    port: 8000 + random.below(900), operations: [], instances: [], pools: [], version: `${random.integer(1, 5)}.${random.below(20)}.${random.below(30)}`,
    utilization: random.between(0.18, 0.45), memory: random.between(0.35, 0.65), memoryLimitBytes: random.pick([256, 512, 1024, 2048]) * 1_048_576,
    logLines: logLinesOf(name, random), flag: random.chance(0.25) ? `${name.split('-')[0]}-${random.pick(['v2', 'fast-path', 'new-ranking', 'rework', 'beta'])}` : '', levers: restOf.service(),
  };
  const taken = new Set<string>();
  for (let tries = 0; taken.size < (layer === 0 ? 4 : 1 + random.below(3)) && tries < 12; tries++) {
    const { method, route } = routeOf(name, random, tries);
    const spoken = service.protocol === 'grpc' ? rpcName(name, random, tries) : `${method} ${route}`;
    if (taken.has(spoken)) continue;
    taken.add(spoken);
    service.operations.push(makeOperation(random, service, spoken, method, route));
  }
  return service;
}

function makeOperation(random: Random, service: Service, name: string, method: string, route: string): Operation {
  return {
    service, index: service.operations.length, name, method, route, selfMs: 1.5 * Math.exp(0.9 * Math.abs(random.normal())) + (random.chance(0.1) ? random.between(10, 60) : 0),
    sigma: random.between(0.25, 0.6), steps: [], parallel: random.chance(0.3), refusedShare: random.chance(0.2) ? random.between(0.002, 0.02) : 0,
    errorShare: random.chance(0.3) ? random.between(0.0002, 0.003) : 0, levers: restOf.operation(), visits: 0, meanMs: 0,
  };
}

/** About an eighth of the services behind the first layer work on messages only. */
function chooseWorkers(random: Random, services: readonly Service[]): Set<Service> {
  const able = services.filter((service) => service.layer >= 2);
  return new Set(random.shuffle(able).slice(0, Math.floor(able.length / 8)));
}

/** Every service finds callers above it, mostly in the layer just above; a few are known to everybody. */
function connect(random: Random, services: readonly Service[], workers: ReadonlySet<Service>, links: Link[]): void {
  for (const callee of services) {
    if (callee.layer === 0 || workers.has(callee)) continue;
    const near = services.filter((caller) => caller.layer === callee.layer - 1);
    const above = services.filter((caller) => caller.layer < callee.layer);
    const known = random.chance(0.06);
    const wanted = known ? Math.min(above.length, 6 + random.below(6)) : 1 + random.below(3);
    const callers = new Set<Service>([random.pick(near.length > 0 ? near : above)]);
    for (let i = 1; i < wanted; i++) callers.add(random.chance(0.7) && near.length > 0 && !known ? random.pick(near) : random.pick(above));
    for (const caller of callers) connectPair(random, caller, callee, links);
  }
}

function connectPair(random: Random, from: Service, to: Service, links: Link[]): void {
  const link: Link = { from, to, timeoutMs: 0, retries: random.pick([0, 0, 1, 1, 2]), wayMs: random.between(0.3, 1.5), levers: restOf.link() };
  links.push(link);
  const first = random.below(from.operations.length);
  const optional = random.chance(0.2);
  from.operations.forEach((operation, index) => {
    if (index !== first && !random.chance(0.55)) return;
    operation.steps.push({ kind: 'call', link, operation: random.pick(to.operations), probability: random.pick([1, 1, 1, 0.7, 0.4]), optional });
  });
}

/** Databases, caches and third parties of one service. */
function equip(random: Random, service: Service, stores: Stores, names: Names): void {
  if (service.layer === 0) return;
  const leaf = service.operations.every((operation) => operation.steps.length === 0);
  if (leaf || random.chance(0.5)) {
    const backend = random.pick(stores.databases);
    const pool: Pool = { service, backend, max: random.pick([5, 10, 10, 20]), use: random.between(0.12, 0.35), wanted: 0 };
    service.pools.push(pool);
    const cache = random.chance(0.3) ? random.pick(stores.caches) : null;
    for (const operation of service.operations) {
      const own = random.shuffle(backend.statements).slice(0, 1 + random.below(2));
      for (const statement of own) operation.steps.unshift({ kind: 'query', pool, statement, probability: random.pick([1, 1, 0.6]), optional: false });
      if (cache !== null) operation.steps.unshift({ kind: 'cached', cache, pool, statement: random.pick(backend.statements), probability: 1, optional: true });
    }
  } else if (random.chance(0.15)) {
    const cache = random.pick(stores.caches);
    for (const operation of service.operations) operation.steps.unshift({ kind: 'cached', cache, pool: null, statement: null, probability: 0.8, optional: true });
  }
  const waiting = stores.externals.filter((backend) => !stores.used.has(backend));
  if (waiting.length === 0 || service.layer > 5 || !random.chance(0.35)) return;
  stores.used.add(waiting[0]);
  for (const operation of service.operations) operation.steps.push({ kind: 'external', backend: waiting[0], ms: random.between(40, 180), path: `/v1/${names.thing()}s`, probability: random.pick([1, 0.6]), optional: random.chance(0.2) });
}

function makeTopic(random: Random, names: Names, worker: Service, services: readonly Service[]): Topic {
  const thing = names.thing();
  const system = random.pick(['kafka', 'kafka', 'rabbitmq'] as const);
  const name = `${thing}.${random.pick(['created', 'changed', 'events', 'requested'])}.${worker.index}`;
  const operation = worker.operations[0];
  const topic: Topic = { system, name, id: `queue:${system}/${name}`, group: worker.name, operation: { ...operation, name: `process ${name}`, refusedShare: 0 }, sameTrace: random.chance(0.4), pending: [], levers: restOf.topic() };
  const able = services.filter((service) => service.layer < worker.layer && service !== worker);
  const producers = random.shuffle(able).slice(0, random.integer(1, 3));
  for (const producer of producers) random.pick(producer.operations).steps.push({ kind: 'publish', topic, probability: random.pick([1, 0.7, 0.4]), optional: true });
  worker.operations.splice(0, worker.operations.length, topic.operation);
  return topic;
}

function makeEntries(random: Random, services: readonly Service[], workers: ReadonlySet<Service>): Entry[] {
  const doors = services.filter((service) => service.layer === 0 && !workers.has(service));
  return doors.flatMap((service, index) => {
    const rhythm: Rhythm = index === 0 ? 'people' : random.pick(['people', 'people', 'office', 'machines']);
    const popularity = 1 / (1 + 0.35 * index);
    return service.operations.map((operation): Entry => ({ operation, weight: popularity * random.between(0.4, 1), rhythm }));
  });
}

/** Thins calls out until a request has no more spans than it may; returns how many it has. */
function balance(services: readonly Service[], entries: readonly Entry[], topics: readonly Topic[]): number {
  const steps = services.flatMap((service) => service.operations.flatMap((operation) => operation.steps)).filter((step: Step) => step.kind === 'call');
  for (;;) {
    const spans = measure(services, entries, topics);
    if (spans <= spansPerRequestMax || steps.every((step) => step.probability <= 0.1)) return spans;
    for (const step of steps) step.probability = Math.max(0.1, step.probability * 0.94);
  }
}

/** Twelve times what it takes on average, from a second up: what people write into configurations, rounded. */
function timeoutOf(link: Link): number {
  const mean = Math.max(...link.to.operations.map((operation) => operation.meanMs));
  return [1000, 2000, 3000, 5000, 10_000].find((each) => each >= 12 * mean) ?? 15_000;
}
