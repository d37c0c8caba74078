import type { Announcement } from './faults/fault.ts';
import type { Instance, Service } from './system/system.ts';

/** What people and platforms do to the system, as log records in the names of the conventions. */

const info = 9;
const warning = 13;

export function nextVersion(service: Service): string {
  const [major, minor, patch] = service.version.split('.').map(Number);
  return service.index % 4 === 0 ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** Every other team's pipeline tells of its releases; of the others only the version tells. */
export function tellDeploy(service: Service, version: string): Announcement[] {
  if (service.index % 2 === 1) return [];
  return service.instances.slice(0, 1).map((instance) => ({
    instance, severity: info, body: `Deployment of ${service.name} ${version} finished`, event: 'deployment.finished',
    attributes: { 'deployment.id': `${service.name}-${version}`, 'deployment.name': service.name, 'deployment.status': 'succeeded', 'service.name': service.name },
  }));
}

export function tellConfig(service: Service, key: string, value: string): Announcement[] {
  return service.instances.map((instance) => ({ instance, severity: info, body: `Configuration reloaded: ${key} = ${value}`, event: 'config.change', attributes: { 'config.key': key, 'config.value': value } }));
}

export function tellFlag(service: Service, flag: string, variant: string): Announcement[] {
  return service.instances.map((instance) => ({
    instance, severity: info, body: `Flag ${flag} evaluates to ${variant}`, event: 'feature_flag.evaluation',
    attributes: { 'feature_flag.key': flag, 'feature_flag.result.variant': variant, 'feature_flag.provider.name': 'flagd' },
  }));
}

/** A Kubernetes event about a pod, told by the watcher that runs beside another instance. */
export function tellRestart(instance: Instance, reason: string): Announcement[] {
  return [{ instance, severity: warning, body: `Container of ${instance.name} was restarted`, event: 'k8s.event', attributes: { 'k8s.event.reason': reason, 'k8s.object.name': instance.name, 'k8s.pod.name': instance.name } }];
}
