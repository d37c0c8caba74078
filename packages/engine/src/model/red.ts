/** Rate, errors, duration of one entity in one pane. Durations in milliseconds, rate in requests a second. */
export interface Red {
  readonly paneMs: number;
  readonly count: number;
  readonly errors: number;
  readonly rate: number;
  /** errors ÷ count, 0 when count is 0. */
  readonly errorShare: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** A resource or application metric of one entity in one pane, rates already taken (per second for counters). */
export interface Sample {
  readonly paneMs: number;
  readonly value: number;
}
