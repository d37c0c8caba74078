/** A machine: cores that processes share, a disk that fills. */
export interface Host {
  readonly name: string;
  readonly cores: number;
  /** What the system itself takes, in cores. */
  readonly background: number;
  /** Demand of a job that runs beside the requests, in cores. */
  extra: number;
  /** Share (0..1) of the disk in use. */
  disk: number;
  readonly memoryShare: number;
  /** Time over which demand is averaged: longer where requests are rare and stand for more. */
  readonly lookBackSeconds: number;
  /** CPU milliseconds asked for in each of the last seconds; `seconds` says which second a cell belongs to. */
  readonly demandMs: Float64Array;
  readonly seconds: Float64Array;
}

const SECONDS_KEPT = 64;
const LOOK_BACK_SECONDS_MIN = 4;
const LOOK_BACK_REQUESTS = 40;

export function lookBackSeconds(requestsPerSecond: number): number {
  return Math.min(SECONDS_KEPT - 4, Math.max(LOOK_BACK_SECONDS_MIN, Math.round(LOOK_BACK_REQUESTS / requestsPerSecond)));
}

export function makeHost(given: Pick<Host, 'name' | 'cores' | 'background' | 'disk' | 'memoryShare' | 'lookBackSeconds'>): Host {
  return { ...given, extra: 0, demandMs: new Float64Array(SECONDS_KEPT), seconds: new Float64Array(SECONDS_KEPT).fill(-1) };
}

export function demand(host: Host, atMs: number, cpuMs: number): void {
  const second = Math.floor(atMs / 1000);
  const cell = second % SECONDS_KEPT;
  if (host.seconds[cell] !== second) {
    host.seconds[cell] = second;
    host.demandMs[cell] = 0;
  }
  host.demandMs[cell] += cpuMs;
}

/** Cores asked for ÷ cores there are, over the seconds just before; above 1 when there are too few. */
export function load(host: Host, atMs: number, seconds: number = host.lookBackSeconds): number {
  const now = Math.floor(atMs / 1000);
  let sumMs = 0;
  for (let back = 1; back <= seconds; back++) {
    const cell = (now - back) % SECONDS_KEPT;
    if (host.seconds[cell] === now - back) sumMs += host.demandMs[cell];
  }
  return (host.background + host.extra + sumMs / (seconds * 1000)) / host.cores;
}

/** How much longer CPU work takes than on an idle machine: flat at first, ×3 when full, then in proportion to demand. */
export function slowdown(host: Host, atMs: number): number {
  const share = load(host, atMs);
  return share < 1 ? 1 + (0.5 * share ** 6) / (1.25 - share) : 3 * share;
}
