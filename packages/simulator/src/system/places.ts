import type { Random } from '../random.ts';
import { restOf } from './levers.ts';
import type { Host, Service } from './system.ts';

const instancesPerHost = 7;

/** Two to four instances of each service, spread over zones first, and over machines that have room. */
export function placeInstances(random: Random, services: readonly Service[], zones: readonly string[]): Host[] {
  const wanted = services.map(() => random.pick([2, 2, 3, 3, 4]));
  const total = wanted.reduce((sum, count) => sum + count, 0);
  const hosts = Array.from({ length: Math.max(zones.length, Math.ceil(total / instancesPerHost)) }, (_, index): Host => ({
    name: `node-${String(index + 1).padStart(2, '0')}`, id: `host:node-${String(index + 1).padStart(2, '0')}`, zone: zones[index % zones.length], cores: random.pick([8, 16, 32]),
    instances: [], cpu: random.between(0.05, 0.15), memory: random.between(0.3, 0.5), disk: random.between(0.25, 0.6), levers: restOf.host(),
  }));
  services.forEach((service, at) => {
    const first = random.below(zones.length);
    for (let index = 0; index < wanted[at]; index++) {
      const able = hosts.filter((host) => host.zone === zones[(first + index) % zones.length]);
      const host = able.reduce((best, each) => (each.instances.length < best.instances.length ? each : best), random.pick(able));
      const suffix = Array.from({ length: 5 }, () => 'bcdfghjklmnpqrstvwxz2456789'[random.below(27)]).join('');
      const instance = { service, index, name: `${service.name}-${suffix}`, host, levers: restOf.instance(), version: service.version, released: service.version };
      service.instances.push(instance);
      host.instances.push(instance);
    }
  });
  return hosts;
}
