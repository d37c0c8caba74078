import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineSettings, EntityId, FeatureValue, Finding, Incident, Position, SeriesBand, World } from '@clew/engine';
import { CodedError } from '../errors.ts';
import type { ModelRuntime } from '../models/served.ts';
import type { Judged } from '../intake/counters.ts';
import { hold, release } from '../memory/lease.ts';
import type { EngineWorkerData, FromEngine, ToEngine } from './engine-worker.ts';
import { makePacker } from './parcel.ts';
import { maxYoungGenerationSizeMb } from './view.ts';
import type { View } from './view.ts';

export interface EngineViewOptions {
  readonly folder: string;
  readonly settings: EngineSettings;
  readonly version: string;
  /** What computes trained models; the engine's typed arrays when not given. */
  readonly modelRuntime?: ModelRuntime;
  /** After a closed pane; may skip worlds that were out of date at once. */
  onWorld(world: World): void;
  /** All records up to `to` were taken; `records` are those of which something was late or over a limit. */
  onJudged?(to: Position, records: readonly Judged[]): void;
  onStep(step: { readonly findings: readonly Finding[]; readonly incidents: readonly Incident[] }): void;
}

export interface EngineView extends View {
  world(): World;
  /** Position of the last record that `world` knows of. */
  told(): Position;
  /** A series with its expected band, as the engine's thread has it now; null when it is not known (any more). */
  series(key: string): Promise<SeriesBand | null>;
  features(entity: EntityId): Promise<readonly FeatureValue[]>;
  /** Words for people when the state was not gone on with; else empty. */
  readonly note: string;
}

type Opened = Extract<FromEngine, { readonly type: 'opened' }>;
type Message = ToEngine extends infer Each ? Each extends ToEngine ? Omit<Each, 'id'> : never : never;

const emptyWorld: World = { atMs: 0, paneMs: 0, nodes: [], edges: [], changes: [], findings: [], incidents: [], detection: { budgetPerDay: 0, spent: 0, series: 0, tests: 0, threshold: 0, detectors: [], noisiest: [], maintenance: [], version: '' }, counters: {} };

/** The engine as a view of the log, in a thread of its own. */
export async function openEngineView(options: EngineViewOptions): Promise<EngineView> {
  await mkdir(options.folder, { recursive: true });
  const workerData: EngineWorkerData = { checkpointPath: join(options.folder, 'checkpoint'), settings: options.settings, version: options.version, modelRuntime: options.modelRuntime ?? 'arrays' };
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { workerData, name: 'clew-engine', resourceLimits: { maxYoungGenerationSizeMb } });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let nextId = 1;
  let ended: Error | null = null;
  let isClosing = false;

  let open: (message: Opened) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const opening = new Promise<Opened>((resolve, reject) => { [open, fail] = [resolve, reject]; });
  let reached: Position = 0;
  let world: World = emptyWorld;
  let told: Position = 0;

  const end = (error: Error): void => {
    ended ??= error;
    fail(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', (error) => end(error as Error));
  worker.on('exit', () => end(new CodedError('internal', isClosing ? 'the engine is closed' : 'the engine\'s thread ended')));
  worker.on('message', (message: FromEngine) => {
    if (message.type === 'opened') {
      ({ reached, world } = message);
      told = reached;
      open(message);
      return;
    }
    if (message.type === 'world') {
      world = message.world;
      told = message.position;
      options.onWorld(world);
      return;
    }
    if (message.type === 'flushed') reached = message.reached;
    if (message.type === 'fed') options.onJudged?.(message.to, message.judged);
    if (message.type === 'fed' && message.findings.length + message.incidents.length > 0) options.onStep(message);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'failed') asked?.reject(new Error(message.reason));
    else asked?.resolve(message.type === 'answer' ? message.value : undefined);
  });
  const { note } = await opening;

  const ask = (message: Message): Promise<unknown> => new Promise((resolve, reject) => {
    if (ended !== null) return reject(ended);
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ ...message, id } satisfies ToEngine);
  });

  const pack = makePacker();

  return {
    note,
    world: () => world,
    told: () => told,
    reached: () => reached,
    series: (key) => ask({ type: 'series', key }) as Promise<SeriesBand | null>,
    features: (entity) => ask({ type: 'features', entity }) as Promise<readonly FeatureValue[]>,
    async feed(records) {
      hold(records);
      await ask({ type: 'feed', parcel: pack(records) }).finally(() => release(records));
    },
    flush: async () => { await ask({ type: 'flush' }); },
    async close() {
      isClosing = true;
      await worker.terminate();
    },
  };
}

/** Stands in for an engine that cannot be opened: knows nothing and takes nothing. */
export function makeBrokenEngine(reason: unknown): EngineView {
  return { note: '', world: () => emptyWorld, told: () => 0, reached: () => 0, series: () => Promise.reject(reason), features: () => Promise.reject(reason), feed: () => Promise.reject(reason), flush: () => Promise.resolve(), close: () => Promise.resolve() };
}
