import type { KeyValue } from '@clew/otlp';

/** Labels that say whose the series is, and are no attributes of a point. */
export interface Identity {
  readonly job: string;
  readonly instance: string;
}

/**
 * Names of resource attributes that an exporter for Prometheus has written with underscores, in the words of the semantic
 * conventions again, so that the service is the same one that its traces tell of. Others stay as they are.
 */
const escaped = new Map([
  'service.version', 'host.name', 'host.id', 'host.type', 'host.arch', 'os.type', 'os.name', 'os.version', 'os.description',
  'process.pid', 'process.runtime.name', 'process.runtime.version', 'process.executable.name', 'process.command',
  'telemetry.sdk.name', 'telemetry.sdk.language', 'telemetry.sdk.version', 'telemetry.distro.name', 'telemetry.distro.version',
  'deployment.environment', 'deployment.environment.name', 'container.id', 'container.name', 'container.image.name',
  'k8s.cluster.name', 'k8s.namespace.name', 'k8s.node.name', 'k8s.pod.name', 'k8s.pod.uid', 'k8s.container.name', 'k8s.deployment.name',
  'k8s.statefulset.name', 'k8s.daemonset.name', 'k8s.replicaset.name', 'k8s.job.name', 'k8s.cronjob.name',
  'cloud.provider', 'cloud.platform', 'cloud.region', 'cloud.availability_zone', 'cloud.account.id',
].map((name) => [name.replaceAll('.', '_'), name]));

/** Resource of a target: who it is by `job` and `instance`, and what its target_info says (name and value in turn). */
export function resourceOf({ job, instance }: Identity, info: readonly string[]): readonly KeyValue[] {
  const attributes: KeyValue[] = [];
  const put = (key: string, value: string): void => {
    if (value !== '') attributes.push({ key, value: { stringValue: value } });
  };
  const parts = job.split('/');
  if (parts.length === 2) put('service.namespace', parts[0]);
  put('service.name', parts.length === 2 ? parts[1] : job);
  put('service.instance.id', instance);
  const known = new Set(attributes.map(({ key }) => key));
  for (let i = 0; i < info.length; i += 2) {
    const key = escaped.get(info[i]) ?? info[i];
    if (!known.has(key)) put(key, info[i + 1]);
  }
  return attributes;
}
