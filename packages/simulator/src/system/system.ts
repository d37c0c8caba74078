import type { BackendLevers, HostLevers, InstanceLevers, LinkLevers, OperationLevers, ServiceLevers, TopicLevers } from './levers.ts';

/** A system of services: what stands still is written once by topology.ts, what faults and the hour move are the levers. */

export type Language = 'java' | 'nodejs' | 'go' | 'python' | 'dotnet';

export interface Service {
  readonly index: number;
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  /** As the engine names it. */
  readonly id: string;
  readonly language: Language;
  /** Attribute names of the conventions before their stable versions. */
  readonly old: boolean;
  readonly protocol: 'http' | 'grpc';
  readonly layer: number;
  readonly port: number;
  readonly operations: Operation[];
  readonly instances: Instance[];
  readonly pools: Pool[];
  readonly version: string;
  /** Share of its capacity that is used when traffic is at its usual peak. */
  readonly utilization: number;
  /** Share of the memory limit in use when nothing is wrong. */
  readonly memory: number;
  readonly memoryLimitBytes: number;
  /** What it writes about itself, in its own words. */
  readonly logLines: readonly string[];
  /** Flag that its code asks for, or empty. */
  readonly flag: string;
  readonly levers: ServiceLevers;
}

export interface Operation {
  readonly service: Service;
  readonly index: number;
  readonly name: string;
  readonly method: string;
  readonly route: string;
  /** Own work of a request: median, and sigma of its logarithm. */
  readonly selfMs: number;
  readonly sigma: number;
  readonly steps: Step[];
  readonly parallel: boolean;
  /** Share of requests that end in an expected 404 or 409. */
  readonly refusedShare: number;
  readonly errorShare: number;
  readonly levers: OperationLevers;
  /** Expected visits for one request of people, and expected milliseconds of one visit. */
  visits: number;
  meanMs: number;
}

export type Step =
  | { readonly kind: 'call'; readonly link: Link; readonly operation: Operation; probability: number; readonly optional: boolean }
  | { readonly kind: 'query'; readonly pool: Pool; readonly statement: Statement; probability: number; readonly optional: boolean }
  | { readonly kind: 'cached'; readonly cache: Backend; readonly pool: Pool | null; readonly statement: Statement | null; probability: number; readonly optional: boolean }
  | { readonly kind: 'external'; readonly backend: Backend; readonly ms: number; readonly path: string; probability: number; readonly optional: boolean }
  | { readonly kind: 'publish'; readonly topic: Topic; probability: number; readonly optional: boolean };

/** All calls of one service to another go over one link: client settings and the way between. */
export interface Link {
  readonly from: Service;
  readonly to: Service;
  timeoutMs: number;
  readonly retries: number;
  readonly wayMs: number;
  readonly levers: LinkLevers;
}

export interface Backend {
  readonly kind: 'database' | 'cache' | 'external';
  readonly system: string;
  readonly name: string;
  readonly address: string;
  readonly id: string;
  readonly statements: Statement[];
  readonly levers: BackendLevers;
}

export interface Statement { readonly index: number; readonly operation: string; readonly table: string; readonly text: string; readonly ms: number }

/** Connections of a service to a database. */
export interface Pool {
  readonly service: Service;
  readonly backend: Backend;
  readonly max: number;
  /** Share in use at the usual peak. */
  readonly use: number;
  /** Share wanted now, more than 1 when requests wait; set every tick. */
  wanted: number;
}

export interface Topic {
  readonly system: 'kafka' | 'rabbitmq';
  readonly name: string;
  readonly id: string;
  readonly group: string;
  readonly operation: Operation;
  /** The consumer goes on in the producer's trace; else it begins its own and links to it. */
  readonly sameTrace: boolean;
  readonly pending: Message[];
  readonly levers: TopicLevers;
}

export interface Message { readonly dueMs: number; readonly trace: readonly [number, number, number, number]; readonly span: readonly [number, number] }

export interface Instance {
  readonly service: Service;
  readonly index: number;
  readonly name: string;
  readonly host: Host;
  readonly levers: InstanceLevers;
  /** What it runs now, and what it runs when no fault says otherwise. */
  version: string;
  released: string;
}

export interface Host {
  readonly name: string;
  readonly id: string;
  readonly zone: string;
  readonly cores: number;
  readonly instances: Instance[];
  /** Shares of cpu, memory and disk that others use. */
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly levers: HostLevers;
}

/** A kind of request that people or partners make, with its share of all requests at the usual peak. */
export interface Entry { readonly operation: Operation; readonly weight: number; readonly rhythm: Rhythm }
/** Whose day it follows. */
export type Rhythm = 'people' | 'office' | 'machines';

export interface System {
  readonly seed: number;
  readonly services: readonly Service[];
  readonly links: readonly Link[];
  readonly backends: readonly Backend[];
  readonly topics: readonly Topic[];
  readonly hosts: readonly Host[];
  readonly zones: readonly string[];
  readonly entries: readonly Entry[];
  /** Spans of one request, on average. */
  readonly spansPerRequest: number;
}
