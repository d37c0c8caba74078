import { restOf } from './levers.ts';
import type { System } from './system.ts';

const rest = {
  service: restOf.service(), operation: restOf.operation(), instance: restOf.instance(), host: restOf.host(),
  link: restOf.link(), backend: restOf.backend(), topic: restOf.topic(),
} as const;

/** Puts every lever back; what is active moves them again. */
export function restAll(system: System): void {
  for (const service of system.services) {
    Object.assign(service.levers, rest.service);
    for (const operation of service.operations) Object.assign(operation.levers, rest.operation);
    for (const instance of service.instances) {
      Object.assign(instance.levers, rest.instance);
      instance.version = instance.released;
    }
  }
  for (const host of system.hosts) Object.assign(host.levers, rest.host);
  for (const link of system.links) Object.assign(link.levers, rest.link);
  for (const backend of system.backends) Object.assign(backend.levers, rest.backend);
  for (const topic of system.topics) Object.assign(topic.levers, rest.topic);
}
