import type { Failure } from '../failures.ts';

/** What faults and harmless events move. All are back at rest before every tick, and then applied again by whatever is active. */

export interface ServiceLevers {
  /** Factor of its own work. */
  slow: number;
  /** Share of requests that fail by its own doing, and how. */
  errors: number;
  failure: Failure | null;
  /** Factor of its traffic beyond what people ask for, and of its capacity. */
  load: number;
  capacity: number;
  /** Added shares of cpu, memory limit, time in collections; milliseconds that the event loop stands. */
  cpu: number;
  memory: number;
  gc: number;
  loopMs: number;
  /** Requests that stand still for as long as a collection or a blocked loop lasts: share and milliseconds. */
  stallShare: number;
  stallMs: number;
  /** Share of each pool that is held and never given back. */
  poolHeld: number;
  /** Requests wait for a free worker. */
  queueMs: number;
  /** Its telemetry does not arrive, though it runs. */
  spansLost: boolean;
  metricsLost: boolean;
  flagOn: boolean;
}

export interface OperationLevers { slow: number; errors: number; failure: Failure | null }

export interface InstanceLevers {
  slow: number;
  errors: number;
  failure: Failure | null;
  /** Since when it does not answer, Infinity when it does; and for how long callers do not know. */
  downSinceMs: number;
  unknownMs: number;
  /** It answers no connection at all (a dead machine), rather than refusing. */
  silent: boolean;
  skewMs: number;
  memory: number;
}

export interface HostLevers { slow: number; cpu: number; disk: number; diskBusy: number; networkErrors: number }

export interface LinkLevers {
  addMs: number;
  loss: number;
  /** Share of calls that fail before they reach anybody. */
  errors: number;
  failure: Failure | null;
  timeoutMs: number;
  retries: number;
}

export interface BackendLevers {
  slow: number;
  errors: number;
  failure: Failure | null;
  down: boolean;
  /** Factor of one statement's time. */
  statement: number;
  statementSlow: number;
  /** Statements that write wait for a lock: share and milliseconds. */
  lockShare: number;
  lockMs: number;
  /** Share of lookups that find something, for caches. */
  hits: number;
  addMs: number;
}

export interface TopicLevers { paused: boolean; perSecond: number; poison: number; failure: Failure | null }

export const restOf = {
  service: (): ServiceLevers => ({
    slow: 1, errors: 0, failure: null, load: 1, capacity: 1, cpu: 0, memory: 0, gc: 0, loopMs: 0, stallShare: 0, stallMs: 0, poolHeld: 0, queueMs: 0,
    spansLost: false, metricsLost: false, flagOn: false,
  }),
  operation: (): OperationLevers => ({ slow: 1, errors: 0, failure: null }),
  instance: (): InstanceLevers => ({ slow: 1, errors: 0, failure: null, downSinceMs: Infinity, unknownMs: 0, silent: false, skewMs: 0, memory: 0 }),
  host: (): HostLevers => ({ slow: 1, cpu: 0, disk: 0, diskBusy: 0, networkErrors: 0 }),
  link: (): LinkLevers => ({ addMs: 0, loss: 0, errors: 0, failure: null, timeoutMs: 0, retries: -1 }),
  backend: (): BackendLevers => ({ slow: 1, errors: 0, failure: null, down: false, statement: -1, statementSlow: 1, lockShare: 0, lockMs: 0, hits: 0.92, addMs: 0 }),
  topic: (): TopicLevers => ({ paused: false, perSecond: Infinity, poison: 0, failure: null }),
} as const;
