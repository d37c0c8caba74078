import { failures } from '../failures.ts';
import type { Instance, Service } from '../system/system.ts';
import { nextVersion, tellConfig, tellDeploy, tellFlag, tellRestart } from '../changes.ts';
import { edgeId, pickLink, pickService, ramp, type FaultKind, type Strike } from './fault.ts';

/** Faults of the programs themselves: their code, their releases, their settings, their memory. */

const atService = (service: Service, detail: string, apply: Strike['apply'], announce?: Strike['announce']): Strike => ({ entities: [service.id], detail, from: [service], apply, announce });

/** A rolling release: one instance after the other runs the new version. */
function deployed(service: Service, ageMs: number, version: string, each: (instance: Instance) => void): void {
  service.instances.forEach((instance, index) => {
    if (ageMs < index * 6_000) return;
    instance.version = version;
    each(instance);
  });
}

/** The container is killed and comes back: gone for so long after `atMs` in each round of `everyMs`. */
function killed(instance: Instance, ageMs: number, everyMs: number, goneMs: number): boolean {
  const inRound = (ageMs + instance.index * everyMs / 3) % everyMs;
  if (inRound < everyMs - goneMs) return false;
  instance.levers.downSinceMs = 0;
  instance.levers.unknownMs = 0;
  return true;
}

export const serviceFaults: readonly FaultKind[] = [
  {
    kind: 'service_slow', about: 'A service takes several times as long for its own work.', causes: ['slow', 'overload', 'cpu_saturated'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      const factor = place.random.between(4, 12);
      return service && atService(service, `own work ×${factor.toFixed(1)}`, () => { service.levers.slow = factor; });
    },
  },
  {
    kind: 'service_errors', about: 'A service fails a share of its requests.', causes: ['errors'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      const share = place.random.between(0.12, 0.6);
      return service && atService(service, `${Math.round(share * 100)} % of requests fail`, () => { service.levers.errors = share; service.levers.failure = failures.nullValue; });
    },
  },
  {
    kind: 'service_down', about: 'All instances of a service stop and do not come back.', causes: ['down', 'restarts', 'errors'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ layer }) => layer > 0);
      return service && atService(service, 'no instance left', () => {
        for (const { levers } of service.instances) {
          levers.downSinceMs = 0;
          levers.unknownMs = 0;
        }
      });
    },
  },
  {
    kind: 'bad_instance', about: 'One instance of a service fails or is slow, the others are well.', causes: ['errors', 'slow', 'restarts', 'down'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      if (service === null) return null;
      const instance = place.random.pick(service.instances);
      const fails = place.random.chance(0.6);
      return { ...atService(service, `${instance.name} ${fails ? 'fails' : 'is slow'}`, () => {
        if (fails) instance.levers.errors = 0.8;
        else instance.levers.slow = 14;
      }), entities: [service.id, `instance:${service.id.slice('service:'.length)}#${instance.name}`] };
    },
  },
  {
    kind: 'bad_deploy_slow', about: 'A release makes a service slow.', causes: ['bad_deploy', 'slow'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      if (service === null) return null;
      const factor = place.random.between(4, 10);
      const version = nextVersion(service);
      return atService(service, `${version}: own work ×${factor.toFixed(1)}`, (ageMs) => deployed(service, ageMs, version, (instance) => { instance.levers.slow = factor; }), (phase) => tellDeploy(service, phase === 'begin' ? version : service.version));
    },
  },
  {
    kind: 'bad_deploy_errors', about: 'A release makes a service fail.', causes: ['bad_deploy', 'errors'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      if (service === null) return null;
      const share = place.random.between(0.2, 0.7);
      const version = nextVersion(service);
      return atService(service, `${version}: ${Math.round(share * 100)} % of requests fail`, (ageMs) => deployed(service, ageMs, version, ({ levers }) => { levers.errors = share; levers.failure = failures.badValue; }), (phase) => tellDeploy(service, phase === 'begin' ? version : service.version));
    },
  },
  {
    kind: 'memory_leak', about: 'A service\'s memory fills up; collections take over, then containers are killed.', causes: ['memory_leak', 'restarts'], inside: true, gradual: true,
    plan(place) {
      const service = pickService(place);
      if (service === null) return null;
      const fullMs = place.lastsMs * place.random.between(0.55, 0.75);
      const room = 1 - service.memory;
      return { ...atService(service, `full after ${Math.round(fullMs / 1000)} s`, (ageMs) => {
        const { levers } = service;
        levers.memory = room * ramp(ageMs, 0, fullMs);
        const short = ramp(service.memory + levers.memory, 0.86, 1);
        levers.gc = 0.5 * short;
        levers.stallShare = 0.6 * short;
        levers.stallMs = 700;
        levers.slow = 1 + 2 * short;
        if (ageMs > fullMs) for (const instance of service.instances) if (killed(instance, ageMs, 60_000, 15_000)) instance.levers.memory = -room;
      }), saturatedMs: fullMs * (0.9 - service.memory) / room };
    },
  },
  {
    kind: 'oom_restarts', about: 'Containers of a service are killed for their memory again and again.', causes: ['restarts', 'memory_leak'], inside: true, gradual: true,
    plan(place) {
      const service = pickService(place);
      if (service === null) return null;
      const roundMs = place.random.between(60_000, 90_000);
      return { ...atService(service, `a round takes ${Math.round(roundMs / 1000)} s`, (ageMs) => {
        for (const instance of service.instances) {
          const inRound = ((ageMs + instance.index * roundMs / 3) % roundMs) / roundMs;
          instance.levers.memory = (0.98 - service.memory) * inRound;
          // Whoever calls it while it dies is refused.
          if (inRound < 0.75) continue;
          instance.levers.downSinceMs = 0;
          instance.levers.unknownMs = Infinity;
        }
      }, (phase) => (phase === 'begin' ? service.instances.slice(0, 1).flatMap((instance) => tellRestart(instance, 'OOMKilled')) : [])) };
    },
  },
  {
    kind: 'cpu_saturated', about: 'A service needs more processor than it has.', causes: ['cpu_saturated', 'overload', 'slow'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      const added = place.random.between(0.75, 1.1);
      return service && atService(service, 'a busy loop beside the requests', () => { service.levers.cpu = added; service.levers.slow = 2; });
    },
  },
  {
    kind: 'gc_pressure', about: 'A service spends a large part of its time collecting garbage.', causes: ['memory_leak', 'slow', 'cpu_saturated'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ language }) => language === 'java' || language === 'dotnet');
      const share = place.random.between(0.3, 0.5);
      return service && atService(service, `${Math.round(share * 100)} % of time in collections`, () => {
        Object.assign(service.levers, { gc: share, stallShare: share, stallMs: 600, slow: 1.5, memory: 0.9 - service.memory });
      });
    },
  },
  {
    kind: 'loop_blocked', about: 'The event loop or the worker threads of a service are blocked.', causes: ['slow', 'cpu_saturated', 'overload'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ language }) => language === 'nodejs' || language === 'python');
      const stallMs = place.random.between(250, 900);
      return service && atService(service, `blocked for ${Math.round(stallMs)} ms at a time`, () => { Object.assign(service.levers, { loopMs: stallMs / 2, stallShare: 0.55, stallMs }); });
    },
  },
  {
    kind: 'pool_exhausted', about: 'Connections of a service are taken and never given back.', causes: ['pool_exhausted'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ pools }) => pools.length > 0);
      const held = place.random.between(0.95, 1.2);
      return service && atService(service, `pool of ${service.pools[0].backend.name}`, (ageMs) => { service.levers.poolHeld = held * ramp(ageMs, -2_000, 4_000); });
    },
  },
  {
    kind: 'config_error', about: 'A reloaded setting points a service to something that is not there.', causes: ['config_change', 'errors'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place);
      const share = place.random.between(0.3, 0.9);
      return service && atService(service, 'endpoint.url', () => { service.levers.errors = share; service.levers.failure = failures.configuration; },
        (phase) => tellConfig(service, 'endpoint.url', phase === 'begin' ? 'http://localhost:1' : 'http://backend'));
    },
  },
  {
    kind: 'flag_bad', about: 'A feature flag is switched on whose code is slow or fails.', causes: ['flag_change', 'slow', 'errors'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ flag }) => flag !== '');
      if (service === null) return null;
      const fails = place.random.chance(0.5);
      return atService(service, `${service.flag} = on`, () => {
        service.levers.flagOn = true;
        if (fails) Object.assign(service.levers, { errors: 0.4, failure: failures.flagged });
        else service.levers.slow = 8;
      }, (phase) => tellFlag(service, service.flag, phase === 'begin' ? 'on' : 'off'));
    },
  },
  {
    kind: 'retry_storm', about: 'A client gives up too early and tries again and again; the callee works for nobody.', causes: ['config_change', 'overload', 'errors', 'slow'], inside: true, gradual: false,
    plan(place) {
      const link = pickLink(place);
      if (link === null) return null;
      const means = link.to.operations.map((operation) => operation.meanMs);
      const timeoutMs = Math.max(1, 0.7 * Math.min(...means));
      return { ...atService(link.from, `timeout of calls to ${link.to.name}: ${timeoutMs.toFixed(0)} ms`, () => {
        Object.assign(link.levers, { timeoutMs, retries: 4 });
        link.to.levers.load = 2.2;
      }, (phase) => tellConfig(link.from, `${link.to.name}.client.timeout`, phase === 'begin' ? `${timeoutMs.toFixed(0)}ms` : `${link.timeoutMs}ms`)), entities: [link.from.id, edgeId(link)], from: [link.from, link.to] };
    },
  },
  {
    kind: 'timeout_cascade', about: 'A service hangs; its callers wait, run out of workers, and hang as well.', causes: ['slow', 'down', 'overload'], inside: true, gradual: false,
    plan(place) {
      const service = pickService(place, ({ layer }) => layer >= 2);
      if (service === null) return null;
      const callers = place.system.links.filter((link) => link.to === service).map((link) => link.from);
      return atService(service, 'requests hang', (ageMs) => {
        Object.assign(service.levers, { stallShare: 0.85, stallMs: 20_000 });
        for (const caller of callers) caller.levers.queueMs = 500 * ramp(ageMs, 10_000, 40_000);
      });
    },
  },
];
