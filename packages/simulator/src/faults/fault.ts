import type { Random } from '../random.ts';
import type { Backend, Host, Instance, Link, Operation, Service, Step, System, Topic } from '../system/system.ts';
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
  /** What is asked for less than so many times a second is not felt enough. */
  readonly least: number;
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

/** Services with an operation that is asked for often enough to be felt. */
export function busyServices({ system, least, perSecond }: Place): Service[] {
  return system.services.filter((service) => service.operations.some((operation) => perSecond(operation) >= least));
}

export function pickService(place: Place, suits: (service: Service) => boolean = () => true): Service | null {
  return pickOf(place, busyServices(place).filter(suits));
}

function pickOf<T>({ random }: Place, able: readonly T[]): T | null {
  return able.length === 0 ? null : random.pick(able);
}

/** How often steps of this kind are taken, in times a second. */
function stepsPerSecond({ system, perSecond }: Place, counts: (step: Step) => boolean): number {
  let sum = 0;
  for (const service of system.services) for (const operation of service.operations) for (const step of operation.steps) if (counts(step)) sum += perSecond(operation) * step.probability;
  return sum;
}

export function usersOf(system: System, backend: Backend): Service[] {
  return system.services.filter((service) => service.operations.some((operation) => operation.steps.some(uses(backend))));
}

const uses = (backend: Backend) => (step: Step): boolean => (step.kind === 'query' && step.pool.backend === backend) || (step.kind === 'external' && step.backend === backend) || (step.kind === 'cached' && (step.cache === backend || step.pool?.backend === backend));

export function pickBackend(place: Place, kind: Backend['kind'], suits: (backend: Backend) => boolean = () => true): { readonly backend: Backend; readonly users: Service[] } | null {
  const backend = pickOf(place, place.system.backends.filter((each) => each.kind === kind && suits(each) && stepsPerSecond(place, uses(each)) >= place.least));
  return backend && { backend, users: usersOf(place.system, backend) };
}

export function pickLink(place: Place): Link | null {
  return pickOf(place, place.system.links.filter((link) => stepsPerSecond(place, (step) => step.kind === 'call' && step.link === link) >= place.least));
}

/** One of the busier half of the machines. */
export function pickHost(place: Place): Host | null {
  const asked = (host: Host): number => host.instances.reduce((sum, { service }) => sum + service.operations.reduce((so, operation) => so + place.perSecond(operation), 0) / service.instances.length, 0);
  const able = place.system.hosts.map((host) => ({ host, asked: asked(host) })).sort((a, b) => b.asked - a.asked);
  return pickOf(place, able.slice(0, Math.ceil(able.length / 2)))?.host ?? null;
}

export function pickTopic(place: Place): Topic | null {
  return pickOf(place, place.system.topics.filter((topic) => place.perSecond(topic.operation) >= place.least));
}

export function servicesOn(host: Host): Service[] {
  return [...new Set(host.instances.map((instance) => instance.service))];
}

/** Share of the way from `from` to `to`, 0 … 1. */
export function ramp(ageMs: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (ageMs - from) / (to - from)));
}
