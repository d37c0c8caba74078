import { Severity, type Attributes, type ResourceRecord } from './records.ts';
import { makeSlots, type Slots } from './slots.ts';
import type { Instance, Service, ServiceSpec, Shop } from './state.ts';

/** Processes of services: how they come, go and come again. */

const GC_PAUSE_MS: Readonly<Record<ServiceSpec['language'], number>> = { java: 28, dotnet: 14, go: 1.2, nodejs: 6, python: 4, ruby: 9, rust: 0 };
const SDK_LANGUAGE: Readonly<Record<ServiceSpec['language'], string>> = { java: 'java', dotnet: 'dotnet', go: 'go', nodejs: 'nodejs', python: 'python', ruby: 'ruby', rust: 'rust' };
const RUNTIME: Readonly<Record<ServiceSpec['language'], readonly [string, string]>> = {
  java: ['OpenJDK Runtime Environment', '21.0.8'], dotnet: ['.NET', '9.0.4'], go: ['go', 'go1.25.3'], nodejs: ['nodejs', '24.11.0'], python: ['CPython', '3.13.2'], ruby: ['ruby', '3.4.1'], rust: ['rustc', '1.90.0'],
};
const SCOPE: Readonly<Record<ServiceSpec['language'], string>> = {
  java: 'io.opentelemetry.spring-webmvc-6.0', dotnet: 'OpenTelemetry.Instrumentation.AspNetCore', go: 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp', nodejs: '@opentelemetry/instrumentation-http', python: 'opentelemetry.instrumentation.fastapi', ruby: 'OpenTelemetry::Instrumentation::Rack', rust: 'tracing-opentelemetry',
};

export const namespaceName = 'shop';
export const environmentName = 'production';

/** Time that a container needs to be back after it was killed. */
const RESTART_MS = 9_000;
const DRAIN_MS = 400;

export function makeInstance(shop: Shop, service: Service, index: number, atMs: number): Instance {
  const { spec } = service;
  const host = shop.hosts.get(spec.hosts[index]);
  if (host === undefined) throw new Error(`BUG: no host ${spec.hosts[index]}`);
  const pod = `${spec.name}-${shop.random.hex(2).slice(0, 9)}-${shop.random.hex(1).slice(0, 5)}`;
  const pools = new Map<string, Slots>(Object.entries(spec.pools ?? {}).map(([database, max]) => [database, makeSlots(max)]));
  const gcPauseMs = GC_PAUSE_MS[spec.language];
  return {
    service, pod, host, version: service.version, resource: makeResource(spec, service.version, pod, host.name), pools,
    address: `10.42.${spec.port % 200}.${shop.random.integer(2, 250)}`, workers: makeSlots(spec.workers), startedMs: atMs, downUntilMs: 0, excludedFromMs: Infinity,
    slow: 1, errorProbability: 0, leakedBytes: 0, cpuMs: 0, cpuReadMs: 0,
    gc: { nextMs: atMs + shop.random.exponential(40_000), pauseMs: gcPauseMs, count: 0, sumMs: 0 }, durations: new Map(),
  };
}

function makeResource(spec: ServiceSpec, version: string, pod: string, hostName: string): ResourceRecord {
  const [runtime, runtimeVersion] = RUNTIME[spec.language];
  return {
    transport: spec.transport ?? 'protobuf',
    scope: SCOPE[spec.language],
    attributes: {
      'service.name': spec.name, 'service.namespace': namespaceName, 'service.version': version, 'service.instance.id': pod, 'deployment.environment.name': environmentName,
      'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.language': SDK_LANGUAGE[spec.language], 'telemetry.sdk.version': '1.44.0',
      'host.name': hostName, 'k8s.node.name': hostName, 'k8s.pod.name': pod, 'k8s.namespace.name': namespaceName, 'k8s.deployment.name': spec.name,
      'process.runtime.name': runtime, 'process.runtime.version': runtimeVersion, 'process.pid': 1,
    },
  };
}

/** The process ends and its container comes back by itself: same pod, counters from zero. */
export function restart(shop: Shop, instance: Instance, atMs: number, reason: 'OOMKilled' | 'Error', backMs: number = atMs + RESTART_MS): void {
  instance.downUntilMs = backMs;
  instance.excludedFromMs = Infinity;
  const container = instance.service.spec.name;
  podEvent(shop, instance, atMs, Severity.warn, reason === 'OOMKilled' ? 'OOMKilling' : 'Failed', `Container ${container} terminated: ${reason}, exit code ${reason === 'OOMKilled' ? 137 : 1}`);
  if (backMs === Infinity) return;
  shop.agenda.at(backMs, (nowMs) => comeBack(shop, instance, nowMs));
}

export function comeBack(shop: Shop, instance: Instance, atMs: number): void {
  instance.downUntilMs = 0;
  instance.excludedFromMs = Infinity;
  instance.startedMs = atMs;
  instance.leakedBytes = 0;
  instance.cpuMs = instance.cpuReadMs = 0;
  instance.durations = new Map();
  instance.gc = { ...instance.gc, nextMs: atMs + shop.random.exponential(40_000), count: 0, sumMs: 0 };
  for (const slots of [instance.workers, ...instance.pools.values()]) slots.bookings = slots.waits = [];
  podEvent(shop, instance, atMs, Severity.info, 'Started', `Started container ${instance.service.spec.name}`);
  startLog(shop, instance, atMs);
}

/** A rolling deployment: one instance after the other is replaced by one of the new version. */
export function deploy(shop: Shop, service: Service, version: string, atMs: number, stepMs = 7_000): void {
  const from = service.version;
  service.version = version;
  service.deploys++;
  const revision = shop.random.hex(5);
  service.instances.forEach((old, index) => {
    shop.agenda.at(atMs + index * stepMs, (nowMs) => {
      const fresh = makeInstance(shop, service, index, nowMs + DRAIN_MS);
      const place = service.instances.indexOf(old);
      if (place === -1) return;
      service.instances[place] = fresh;
      podEvent(shop, old, nowMs, Severity.info, 'Killing', `Stopping container ${service.spec.name}`);
      podEvent(shop, fresh, nowMs, Severity.info, 'Started', `Started container ${service.spec.name}`);
      startLog(shop, fresh, nowMs + DRAIN_MS);
      if (index === 0) deploymentEvent(shop, fresh, nowMs + DRAIN_MS, from, version, revision);
    });
  });
}

function deploymentEvent(shop: Shop, instance: Instance, atMs: number, from: string, to: string, revision: string): void {
  const name = instance.service.spec.name;
  shop.out.logs.push({
    resource: instance.resource, atMs, severity: Severity.info, body: `Deployed ${name} ${to} (was ${from})`, traceId: '', spanId: '', eventName: 'deployment',
    attributes: { 'deployment.name': name, 'deployment.id': `${name}-${revision.slice(0, 7)}`, 'deployment.status': 'succeeded', 'service.version': to, 'service.version.previous': from, 'vcs.ref.head.revision': revision },
  });
}

function startLog(shop: Shop, instance: Instance, atMs: number): void {
  const { spec } = instance.service;
  shop.out.logs.push({ resource: instance.resource, atMs, severity: Severity.info, body: `${spec.name} ${instance.version} listening on port ${spec.port}`, attributes: {}, traceId: '', spanId: '', eventName: '' });
}

/** What the cluster says about a pod, as the Collector's Kubernetes events receiver writes it. */
function podEvent(shop: Shop, instance: Instance, atMs: number, severity: Severity, reason: string, message: string): void {
  const attributes: Attributes = {
    'k8s.event.reason': reason, 'k8s.event.count': 1, 'k8s.event.action': '', 'k8s.namespace.name': namespaceName, 'k8s.object.kind': 'Pod', 'k8s.object.name': instance.pod,
  };
  shop.out.logs.push({ resource: instance.resource, atMs, severity, body: message, attributes, traceId: '', spanId: '', eventName: `k8s.${reason}` });
}
