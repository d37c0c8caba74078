import type { Random } from '../random.ts';
import type { Backend, Host, Instance, Link, Operation, Service, System, Topic } from '../system/system.ts';
import type { Attributes } from '../wire/attributes.ts';

/** One kind of fault: what it is called, whom it blames, and how it is planted into a system. */
export interface FaultKind {
  readonly kind: string;
  readonly about: string;
  /** Kinds of cause that name it rightly, best first (the engine's, explain/kinds.ts). */
  readonly causes: readonly string[];
  /** Can the cause itself be seen in the telemetry, or only what it does? */
  readonly inside: boolean;
  /** It builds up: when it can first be told from noise is looked for, and not simply its onset. */
  readonly gradual: boolean;
  /** Chooses where it strikes and how hard; null when the system has no such place. */
  plan(place: Place): Strike | null;
}

/** What a fault may look at when it chooses where to strike. */
export interface Place {
  readonly system: System;
  readonly random: Random;
  /** Length of the fault. */
  readonly lastsMs: number;
  /** Expected requests a second of an operation around the onset. */
  perSecond(operation: Operation): number;
}

export interface Strike {
  /** Ids of what is to blame, as the engine names them: the first is the best answer, the others are right too. */
  readonly entities: readonly string[];
  readonly detail: string;
  /** Services from which the trouble spreads to their callers. */
  readonly from: readonly Service[];
  /** Age at which a resource has so little left (a tenth of its limit) that it can be told, where there is one. */
  readonly saturatedMs?: number;
  /** Moves the levers for the tick at `ageMs` since onset. */
  apply(ageMs: number, entryFactors: number[]): void;
  /** What is written where it begins and where it ends. */
  announce?(phase: 'begin' | 'end'): readonly Announcement[];
}

/** A log record that tells of a change. */
export interface Announcement { readonly instance: Instance; readonly severity: number; readonly body: string; readonly event: string; readonly attributes: Attributes }

export const edgeId = (link: Link): string => `edge:${link.from.id}→${link.to.id}`;

/** Services that take part in requests of people, not only now and then. */
export function busyServices({ system, perSecond }: Place, least = 0.15): Service[] {
  return system.services.filter((service) => service.operations.some((operation) => perSecond(operation) >= least));
}

export function pickService(place: Place, suits: (service: Service) => boolean = () => true): Service | null {
  const able = busyServices(place).filter(suits);
  return able.length === 0 ? null : place.random.pick(able);
}

export function usersOf(system: System, backend: Backend): Service[] {
  return system.services.filter((service) => service.operations.some((operation) => operation.steps.some((step) =>
    (step.kind === 'query' && step.pool.backend === backend) || (step.kind === 'external' && step.backend === backend) || (step.kind === 'cached' && (step.cache === backend || step.pool?.backend === backend)))));
}

export function pickBackend(place: Place, kind: Backend['kind'], suits: (backend: Backend) => boolean = () => true): { readonly backend: Backend; readonly users: Service[] } | null {
  const busy = new Set(busyServices(place));
  const able = place.system.backends.filter((backend) => backend.kind === kind && suits(backend) && usersOf(place.system, backend).some((service) => busy.has(service)));
  if (able.length === 0) return null;
  const backend = place.random.pick(able);
  return { backend, users: usersOf(place.system, backend) };
}

export function pickLink(place: Place, suits: (link: Link) => boolean = () => true): Link | null {
  const busy = new Set(busyServices(place));
  const able = place.system.links.filter((link) => busy.has(link.from) && busy.has(link.to) && suits(link));
  return able.length === 0 ? null : place.random.pick(able);
}

export function pickHost(place: Place): Host | null {
  const busy = new Set(busyServices(place));
  const able = place.system.hosts.filter((host) => host.instances.some((instance) => busy.has(instance.service)));
  return able.length === 0 ? null : place.random.pick(able);
}

export function pickTopic(place: Place): Topic | null {
  const able = place.system.topics.filter((topic) => place.perSecond(topic.operation) >= 0.15);
  return able.length === 0 ? null : place.random.pick(able);
}

export function servicesOn(host: Host): Service[] {
  return [...new Set(host.instances.map((instance) => instance.service))];
}

/** Share of the way from `from` to `to`, 0 … 1. */
export function ramp(ageMs: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (ageMs - from) / (to - from)));
}
