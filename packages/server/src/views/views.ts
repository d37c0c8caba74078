import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '@clew/engine';
import type { Settings } from '../config/table.ts';
import { engineSettings } from '../engine-settings.ts';
import type { ModelRuntime } from '../models/served.ts';
import { CodedError, reasonOf } from '../errors.ts';
import type { Events } from '../events.ts';
import type { Judged } from '../intake/counters.ts';
import { toViewRecord } from '../intake/decode.ts';
import type { SegmentLog } from '../log/segment-log.ts';
import type { Stopping } from '../stopping.ts';
import { storeLimits } from '../stores/duckdb/limits.ts';
import { openStore } from '../stores/store.ts';
import type { Store } from '../stores/store.ts';
import { enginePrint } from './engine-print.ts';
import { makeBrokenEngine, openEngineView } from './engine-view.ts';
import type { EngineView } from './engine-view.ts';
import { openFeeder } from './feeder.ts';
import type { Feeder } from './feeder.ts';
import { openKeeper } from './keeper.ts';

const ringBytesMax = 64 * 1024 * 1024;
/** The store moves rows into its files by itself; this is the latest. */
const storeFlushEveryMs = 60_000;
const engineFlushEveryMs = 30_000;
const trimEveryMs = 5_000;
/** At the end, views may take so long to take what is left; the rest they take from the log after the next start. */
const drainMsMax = 10_000;

export interface ViewsOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly log: SegmentLog;
  readonly events: Events;
  readonly stopping: Stopping;
  /** See EngineViewOptions. */
  onJudged?(to: Position, records: readonly Judged[]): void;
  /** Something does not work any more, and people have to know. */
  onFailure(what: string, reason: string): void;
  /** It works again. */
  onRecovery(what: string): void;
  report(line: string): void;
}

export interface Views {
  readonly store: Store;
  readonly engine: EngineView;
  readonly feeder: Feeder;
}

/** Opens the store and the engine and feeds them from the log. Throws `log_behind` when they know more than the log holds. */
export async function openViews(options: ViewsOptions): Promise<Views> {
  const { settings, log, stopping, onFailure, onRecovery } = options;
  const { store, engine } = await openBoth(options);
  if (engine.note !== '') options.report(`clew: ${engine.note}`);
  if (log.cutOff !== null) options.report(`clew: ${log.cutOff}`);
  const reached = Math.max(store.reached(), engine.reached());
  if (log.bounds().last === 0 && reached > 0) {
    onFailure('The log was empty', `record ${reached} had been read, and the log goes on after it; what only the log held is lost`);
    log.beginAfter(reached);
  }
  const { last } = log.bounds();
  if (reached > last) throw new CodedError('log_behind', settings.data, { detail: `It ends with record ${last}, and record ${reached} has been read.` });
  const feeder = openFeeder({
    log, ringBytesMax, views: { store, engine },
    decode: (record) => toViewRecord(record, settings),
    onFailure: (view, reason) => onFailure(`The ${view} takes in nothing more`, reason),
    onRecovery: (view) => onRecovery(`The ${view} takes in nothing more`),
  });
  for (const [view, { missed }] of Object.entries(feeder.lags())) {
    if (missed > 0) onFailure(`The ${view} has a gap`, `${missed} records had been trimmed from the log before it took them`);
  }
  const keeper = openKeeper({
    log, trimEveryMs, onFailure, onRecovery, replayBytes: settings.logReplayBytes,
    views: [{ name: 'store', view: store, flushEveryMs: storeFlushEveryMs }, { name: 'engine', view: engine, flushEveryMs: engineFlushEveryMs }],
    isExpendable: (name) => name === 'engine' && feeder.lags().engine.hasFailed,
  });
  stopping.add('views', async () => {
    await Promise.race([feeder.drained(), sleep(drainMsMax, undefined, { ref: false })]);
    await feeder.close();
    await keeper.close();
    await keeper.flush();
  });
  return { store, engine, feeder };
}

/** Both at once; when one fails, the other is still known to `stopping`. */
async function openBoth({ settings, version, events, stopping, onFailure, onJudged }: ViewsOptions): Promise<{ readonly store: Store; readonly engine: EngineView }> {
  const { data, storeMemoryBytes, storeBytesMax, retentionDays, partitionMinutes, storeCommitMs } = settings;
  const engineOpening = openEngineView({
    folder: join(data, 'engine'), version: `${version}+${enginePrint()}`, settings: engineSettings(settings), modelRuntime: settings.modelRuntime as ModelRuntime,
    ...(onJudged === undefined ? {} : { onJudged }),
    onWorld: (world) => events.emit('world', world),
    onStep: ({ incidents }) => { for (const incident of incidents) events.emit('incident', incident); },
  }).catch((error: unknown) => {
    // Data is still taken in and can be looked at; what the engine would say is unknown, and said to be so.
    onFailure('The engine did not start', reasonOf(error));
    return makeBrokenEngine(error);
  });
  const storeOpening = openStore({ folder: join(data, 'rows'), memoryBytes: storeMemoryBytes, diskBytesMax: storeBytesMax, retentionDays, partitionMinutes }, { ...storeLimits, commitMs: storeCommitMs });
  const [opened] = await Promise.allSettled([storeOpening, engineOpening]);
  const engine = await engineOpening;
  stopping.add('engine', () => engine.close());
  if (opened.status === 'rejected') throw opened.reason;
  const store = opened.value;
  stopping.add('store', () => store.close());
  return { store, engine };
}
