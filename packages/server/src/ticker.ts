/** Ticks let event time go on while nothing arrives, so that the last panes close and silence is noticed. */
export interface TickerOptions {
  /** A tick is due after so long without a record. */
  readonly silenceMs: number;
  /** No more ticks so long after the last data: an abandoned server comes to rest. */
  readonly restAfterMs: number;
  readonly checkEveryMs: number;
  /** Arrival of the newest data in the log; 0 when there never was any. */
  readonly lastDataMs: number;
  nowMs(): number;
  tick(): Promise<unknown>;
}

export interface Ticker {
  /** Data arrived. */
  sawData(atMs: number): void;
  lastDataMs(): number;
  close(): void;
}

export const tickerDefaults = { silenceMs: 10_000, restAfterMs: 3_600_000, checkEveryMs: 1_000 } as const;

export function openTicker(options: TickerOptions): Ticker {
  let lastDataMs = options.lastDataMs;
  let lastRecordMs = lastDataMs;
  let isTicking = false;
  const timer = setInterval(() => {
    const nowMs = options.nowMs();
    if (lastDataMs === 0 || isTicking || nowMs - lastRecordMs < options.silenceMs || nowMs - lastDataMs > options.restAfterMs) return;
    isTicking = true;
    // A tick that could not be appended is simply due again at the next check; the log itself reports a disk that fails.
    options.tick().then(() => { lastRecordMs = nowMs; }, () => undefined).finally(() => { isTicking = false; });
  }, options.checkEveryMs);
  timer.unref();
  return {
    sawData(atMs) { lastDataMs = Math.max(lastDataMs, atMs); lastRecordMs = Math.max(lastRecordMs, atMs); },
    lastDataMs: () => lastDataMs,
    close: () => clearInterval(timer),
  };
}
