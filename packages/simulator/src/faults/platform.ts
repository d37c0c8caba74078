import { failures } from '../failures.ts';
import type { Backend, Host, Service } from '../system/system.ts';
import { pickBackend, pickHost, pickTopic, ramp, servicesOn, usersOf, type FaultKind, type Place, type Strike } from './fault.ts';

/** Faults of what the programs stand on: stores, queues, machines, zones. */

const atHost = (host: Host, detail: string, apply: Strike['apply']): Strike => ({ entities: [host.id], detail, from: servicesOn(host), apply });

/** Machines that do not answer any more; callers need a while to notice. */
function silence(hosts: readonly Host[], unknownMs: number, ageMs: number): void {
  for (const host of hosts) {
    for (const { levers } of host.instances) Object.assign(levers, { downSinceMs: 0, silent: true, unknownMs: ageMs < unknownMs ? Infinity : 0 });
  }
}

export const platformFaults: readonly FaultKind[] = [
  {
    kind: 'slow_statement', about: 'One statement of a database takes many times as long.', causes: ['slow_database'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'database');
      if (found === null) return null;
      const { backend, users } = found;
      const statement = place.random.pick(backend.statements);
      const factor = place.random.between(20, 80);
      return { entities: [backend.id], detail: statement.text, from: users, apply: () => { Object.assign(backend.levers, { statement: statement.index, statementSlow: factor }); } };
    },
  },
  {
    kind: 'missing_index', about: 'A table grows without an index: one of its statements gets slower and slower.', causes: ['slow_database'], inside: true, gradual: true,
    plan(place) {
      const found = pickBackend(place, 'database', ({ statements }) => statements.some(({ operation }) => operation === 'SELECT' || operation === 'find'));
      if (found === null) return null;
      const { backend, users } = found;
      const statement = place.random.pick(backend.statements.filter(({ operation }) => operation === 'SELECT' || operation === 'find'));
      return { entities: [backend.id], detail: statement.text, from: users, apply: (ageMs) => { Object.assign(backend.levers, { statement: statement.index, statementSlow: 80 ** ramp(ageMs, 0, place.lastsMs * 0.8) }); } };
    },
  },
  {
    kind: 'database_errors', about: 'A database fails a share of its statements.', causes: ['database_errors'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'database');
      const share = place.random.between(0.15, 0.6);
      return found && { entities: [found.backend.id], detail: `${Math.round(share * 100)} % of statements fail`, from: found.users, apply: () => { found.backend.levers.errors = share; } };
    },
  },
  {
    kind: 'database_down', about: 'A database does not answer any more.', causes: ['database_errors', 'down'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'database');
      return found && { entities: [found.backend.id], detail: 'connections are closed', from: found.users, apply: () => { found.backend.levers.down = true; } };
    },
  },
  {
    kind: 'lock_contention', about: 'Statements that write wait for a lock; some give up.', causes: ['slow_database', 'database_errors'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'database', ({ statements }) => statements.some(({ operation }) => operation === 'INSERT' || operation === 'UPDATE' || operation === 'insert' || operation === 'update'));
      const lockMs = place.random.between(300, 1_500);
      return found && { entities: [found.backend.id], detail: `about ${Math.round(lockMs)} ms`, from: found.users, apply: () => { Object.assign(found.backend.levers, { lockShare: 0.8, lockMs, slow: 1.4 }); } };
    },
  },
  {
    kind: 'cache_down', about: 'A cache does not answer; all lookups go to the database behind it.', causes: ['database_errors', 'down', 'slow_database'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'cache');
      if (found === null) return null;
      const behind = databasesBehind(found.users);
      return { entities: [found.backend.id], detail: 'connection refused', from: alsoBehind(place, found.users, behind), apply: () => {
        found.backend.levers.down = true;
        for (const backend of behind) backend.levers.slow = 2.5;
      } };
    },
  },
  {
    kind: 'cache_miss_storm', about: 'A cache has lost its entries; the database behind it has to do all the work.', causes: ['slow_database', 'overload'], inside: true, gradual: false,
    plan(place) {
      const found = pickBackend(place, 'cache');
      if (found === null) return null;
      const behind = databasesBehind(found.users);
      if (behind.length === 0) return null;
      return { entities: [found.backend.id, ...behind.map(({ id }) => id)], detail: 'one lookup in twenty finds something', from: alsoBehind(place, found.users, behind), apply: () => {
        found.backend.levers.hits = 0.05;
        for (const backend of behind) backend.levers.slow = 6;
      } };
    },
  },
  {
    kind: 'queue_stuck', about: 'The consumer of a queue reads nothing any more; messages pile up.', causes: ['consumer_stuck', 'queue_backlog', 'down'], inside: true, gradual: false,
    plan(place) {
      const topic = pickTopic(place);
      return topic && { entities: [topic.operation.service.id, topic.id], detail: topic.name, from: [topic.operation.service], apply: () => { topic.levers.paused = true; } };
    },
  },
  {
    kind: 'slow_consumer', about: 'The consumer of a queue takes so long for each message that it falls behind.', causes: ['queue_backlog', 'slow', 'consumer_stuck'], inside: true, gradual: false,
    plan(place) {
      const topic = pickTopic(place);
      if (topic === null) return null;
      const perSecond = 0.4 * place.perSecond(topic.operation);
      return { entities: [topic.operation.service.id, topic.id], detail: topic.name, from: [topic.operation.service], apply: () => { topic.levers.perSecond = perSecond; topic.operation.levers.slow = 25; } };
    },
  },
  {
    kind: 'poison_message', about: 'Messages of a new shape cannot be read by the consumer.', causes: ['errors', 'consumer_stuck'], inside: true, gradual: false,
    plan(place) {
      const topic = pickTopic(place);
      const share = place.random.between(0.25, 0.7);
      return topic && { entities: [topic.operation.service.id, topic.id], detail: topic.name, from: [topic.operation.service], apply: () => { topic.levers.poison = share; topic.levers.failure = failures.poison; } };
    },
  },
  {
    kind: 'noisy_neighbour', about: 'A foreign job on a machine takes processor from all that runs there.', causes: ['noisy_neighbour', 'host_saturated'], inside: true, gradual: false,
    plan(place) {
      const host = pickHost(place);
      const factor = place.random.between(6, 14);
      return host && atHost(host, `own work ×${factor.toFixed(1)}`, () => { Object.assign(host.levers, { slow: factor, cpu: 0.7 }); });
    },
  },
  {
    kind: 'host_down', about: 'A machine is gone; callers need 40 s to notice.', causes: ['down', 'host_saturated', 'restarts', 'network'], inside: true, gradual: false,
    plan(place) {
      const host = pickHost(place);
      return host && atHost(host, host.name, (ageMs) => silence([host], 40_000, ageMs));
    },
  },
  {
    kind: 'zone_outage', about: 'All machines of a zone are gone; callers need 50 s to notice, the rest carries the load.', causes: ['down', 'host_saturated', 'network', 'overload'], inside: true, gradual: false,
    plan(place) {
      const zone = place.random.pick(place.system.zones);
      const hosts = place.system.hosts.filter((host) => host.zone === zone);
      const services = [...new Set(hosts.flatMap(servicesOn))];
      return { entities: [`zone:${zone}`, ...hosts.map(({ id }) => id)], detail: zone, from: services, apply: (ageMs) => silence(hosts, 50_000, ageMs) };
    },
  },
  {
    kind: 'disk_full', about: 'The disk of a machine fills up; then what writes there fails.', causes: ['disk_full', 'host_saturated', 'errors'], inside: true, gradual: true,
    plan(place) {
      const host = pickHost(place);
      if (host === null) return null;
      const fullMs = place.lastsMs * place.random.between(0.3, 0.5);
      return { ...atHost(host, `full after ${Math.round(fullMs / 1000)} s`, (ageMs) => {
        host.levers.disk = (1 - host.disk) * ramp(ageMs, 0, fullMs);
        if (ageMs >= fullMs) for (const { levers } of host.instances) Object.assign(levers, { errors: 0.7, failure: failures.disk });
      }), saturatedMs: fullMs * Math.max(0, 0.9 - host.disk) / (1 - host.disk) };
    },
  },
  {
    kind: 'disk_slow', about: 'The disk of a machine is slow; everything on it waits for it.', causes: ['host_saturated', 'slow', 'noisy_neighbour'], inside: true, gradual: false,
    plan(place) {
      const host = pickHost(place);
      const factor = place.random.between(6, 14);
      return host && atHost(host, `×${factor.toFixed(1)}`, () => { Object.assign(host.levers, { slow: factor, diskBusy: 1 }); });
    },
  },
  {
    kind: 'clock_skew', about: 'The clock of a machine jumps ahead; tokens that it issues or checks are refused.', causes: ['host_saturated', 'errors', 'config_change'], inside: true, gradual: false,
    plan(place) {
      const host = pickHost(place);
      const skewMs = place.random.between(3_000, 20_000) * (place.random.chance(0.5) ? 1 : -1);
      return host && atHost(host, `${(skewMs / 1000).toFixed(1)} s`, () => { for (const { levers } of host.instances) Object.assign(levers, { skewMs, errors: 0.6, failure: failures.skewed }); });
    },
  },
];

function databasesBehind(users: readonly Service[]): Backend[] {
  return [...new Set(users.flatMap((service) => service.pools.map((pool) => pool.backend)))];
}

/** Whoever shares the databases behind the cache waits as well. */
function alsoBehind({ system }: Place, users: readonly Service[], databases: readonly Backend[]): Service[] {
  return [...new Set([...users, ...databases.flatMap((backend) => usersOf(system, backend))])];
}
