import type { SelfResponse } from './api/types.ts';
import { shapeCounts } from './intake/decode.ts';
import type { Intake } from './intake/intake.ts';
import type { SegmentLog } from './log/segment-log.ts';
import type { Store } from './stores/store.ts';
import type { EngineView } from './views/engine-view.ts';
import type { Feeder } from './views/feeder.ts';

const storeEveryMs = 5_000;

export interface SelfOptions {
  readonly log: SegmentLog;
  readonly intake: Intake;
  readonly feeder: Feeder;
  readonly store: Store;
  readonly engine: EngineView;
  quotasUnsaved(): number;
}

/** The process about itself, by name. Sizes of the store are asked for from time to time, the rest is read when asked for. */
export function makeSelf({ log, intake, feeder, store, engine, quotasUnsaved }: SelfOptions): { read(): SelfResponse; close(): void } {
  let rows: SelfResponse = {};
  let askedAt: readonly string[] = [];
  const ask = (): void => {
    // A server at rest sleeps: where nothing has come since the last time but one, the store has nothing new to say.
    const at = `${log.bounds().last} ${store.reached()}`;
    if (askedAt.length === 2 && askedAt.every((each) => each === at)) return;
    askedAt = [...askedAt.slice(-1), at];
    Promise.all([store.rows.query.stats({}), store.counters()]).then(([stats, counters]) => {
      rows = Object.fromEntries(Object.entries({ ...stats, ...counters }).filter(([, value]) => value !== null).map(([name, value]) => [`store_${name}`, value as number]));
    }, () => { rows = {}; });
  };
  ask();
  const timer = setInterval(ask, storeEveryMs);
  timer.unref();
  return {
    close: () => clearInterval(timer),
    read() {
      const { first, last } = log.bounds();
      const { rss, heapUsed, external } = process.memoryUsage();
      const lags = Object.entries(feeder.lags()).flatMap(([view, lag]) => [[`${view}_lag_records`, lag.records], [`${view}_reread_records`, lag.reread], [`${view}_missed_records`, lag.missed], [`${view}_failed`, Number(lag.hasFailed)]] as const);
      return {
        process_rss_bytes: rss, process_heap_bytes: heapUsed, process_external_bytes: external,
        log_bytes: log.bytes(), log_pending_bytes: log.pendingBytes(), log_first_position: first, log_last_position: last,
        door_connections_open: intake.doorCounts.connectionsOpen, door_connections: intake.doorCounts.connections, door_connections_refused: intake.doorCounts.connectionsRefused,
        intake_held_bytes: intake.budget.usedBytes(), intake_memory_lent_bytes: intake.pool.lentBytes(), intake_memory_free_bytes: intake.pool.freeBytes(), intake_dedup_requests: intake.dedup.size(), intake_dedup_forgotten_early: intake.dedup.forgottenEarly(),
        intake_known_spans: intake.spans.size(), intake_known_spans_forgotten_early: intake.spans.forgottenEarly(), intake_sources_over_limit: intake.counters.sourcesOverLimit(),
        keys_quotas_unsaved: quotasUnsaved(),
        ...Object.fromEntries(Object.entries(intake.warnings.counts()).map(([name, value]) => [`intake_warned_${name}`, value])),
        ...Object.fromEntries(Object.entries(shapeCounts()).map(([name, value]) => [`intake_${name}`, value])),
        ...Object.fromEntries(lags),
        ...rows,
        ...Object.fromEntries(Object.entries(engine.world().counters).map(([name, value]) => [`engine_${name}`, value])),
      };
    },
  };
}
