import { parentPort, workerData } from 'node:worker_threads';
import { openEngine } from '@clew/engine';
import type { Engine, EngineSettings, EntityId, FeatureValue, Finding, Incident, Position, SeriesBand, World } from '@clew/engine';
import { reasonOf } from '../errors.ts';
import type { Judged } from '../intake/counters.ts';
import { keepShape } from '../memory/kept-shapes.ts';
import { openAutoencoderModel } from '../models/autoencoder.ts';
import { openGraphNetModel } from '../models/graph-net.ts';
import type { ModelRuntime } from '../models/served.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { makeUnpacker } from './parcel.ts';
import type { Parcel } from './parcel.ts';
import { collectWhenQuiet } from './quiet.ts';
import type { ViewRecord } from './view.ts';

/** The engine's thread: takes records in order, gives out what came of them, writes checkpoints when told to. */
export interface EngineWorkerData {
  readonly checkpointPath: string;
  readonly settings: EngineSettings;
  /** Version of the program: a state of another version is not gone on with. */
  readonly version: string;
  readonly modelRuntime: ModelRuntime;
}
export type ToEngine =
  | { readonly type: 'feed'; readonly id: number; readonly parcel: Parcel }
  | { readonly type: 'flush'; readonly id: number }
  | { readonly type: 'series'; readonly id: number; readonly key: string }
  | { readonly type: 'features'; readonly id: number; readonly entity: EntityId };
export type FromEngine =
  | { readonly type: 'opened'; readonly reached: Position; readonly world: World; readonly note: string }
  | { readonly type: 'fed'; readonly id: number; readonly findings: readonly Finding[]; readonly incidents: readonly Incident[]; readonly to: Position; readonly judged: readonly Judged[] }
  | { readonly type: 'world'; readonly world: World; readonly position: Position }
  | { readonly type: 'answer'; readonly id: number; readonly value: SeriesBand | null | readonly FeatureValue[] }
  | { readonly type: 'flushed'; readonly id: number; readonly reached: Position }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };

interface Saved { readonly version: string; readonly settings: string; readonly position: Position; readonly state: unknown }

/** While many panes close at once (catching up), the world is given out no more often than this. */
const worldEveryMs = 250;

const port = parentPort;
if (port === null) throw new Error('BUG: engine-worker.ts runs as a worker only');
const { checkpointPath, settings, version, modelRuntime } = workerData as EngineWorkerData;
/** What a state rests on. The budget is not of it: what was learnt stays when people set another number. */
const settingsText = JSON.stringify({ ...settings, detection: { ...settings.detection, falseAlarmsPerDay: null } });

const served = await openAutoencoderModel(modelRuntime);
const graphNet = await openGraphNetModel(modelRuntime);
const { engine, position, note: checkpointNote } = await openFromCheckpoint();
const note = [served.note, graphNet.note, checkpointNote].filter((each) => each !== '').join(' ');
let taken = position;
let saved = position;
let worldSentAt = 0;
let worldTimer: NodeJS.Timeout | null = null;
port.postMessage({ type: 'opened', reached: position, world: tell(), note } satisfies FromEngine);

/** Records with data that were taken; ticks come always. */
let fed = 0;
collectWhenQuiet(() => fed);

let queue = Promise.resolve();
const unpack = makeUnpacker();
port.on('message', (message: ToEngine) => {
  // What shapes are told of stands in the first parcel that has them, whatever becomes of its records.
  const records = message.type === 'feed' ? unpack(message.parcel) : [];
  queue = queue.then(() => handle(message, records)).catch((error: unknown) => {
    port.postMessage({ type: 'failed', id: message.id, reason: reasonOf(error) } satisfies FromEngine);
  });
});

async function handle(message: ToEngine, records: readonly ViewRecord[]): Promise<void> {
  if (message.type === 'feed') return feed(message.id, records);
  if (message.type === 'series') return answer(message.id, engine.series(message.key));
  if (message.type === 'features') return answer(message.id, engine.features(message.entity));
  if (taken !== saved) {
    await writeCheckpoint(checkpointPath, { version, settings: settingsText, position: taken, state: engine.lend() } satisfies Saved);
    saved = taken;
  }
  port?.postMessage({ type: 'flushed', id: message.id, reached: saved } satisfies FromEngine);
}

function answer(id: number, value: Extract<FromEngine, { readonly type: 'answer' }>['value']): void {
  port?.postMessage({ type: 'answer', id, value } satisfies FromEngine);
}

function feed(id: number, records: readonly ViewRecord[]): void {
  const findings = new Map<string, Finding>();
  const incidents = new Map<string, Incident>();
  const judged: Judged[] = [];
  let panesClosed = 0;
  let isTold = false;
  for (const record of records) {
    if (record.position <= taken) continue;
    if (record.batch !== null) {
      fed++;
      keepShape(record.batch);
    }
    const step = record.notice === undefined ? engine.feed(record.batch, record.receivedMs) : engine.tell(record.notice, record.receivedMs);
    isTold ||= record.notice !== undefined;
    taken = record.position;
    if (step.leftOut !== null && record.batch !== null) judged.push({ position: record.position, signal: record.batch.signal, ...step.leftOut });
    panesClosed += step.panesClosed;
    for (const finding of step.findings) findings.set(finding.id, finding);
    for (const incident of step.incidents) incidents.set(incident.id, incident);
  }
  // Whoever told us something waits to see it.
  if (isTold) sendWorld();
  // A finding may come between two panes: whoever hears of its incident must find it in the world.
  else if (panesClosed > 0 || findings.size > 0) publishWorld();
  port?.postMessage({ type: 'fed', id, findings: [...findings.values()], incidents: [...incidents.values()], to: taken, judged } satisfies FromEngine);
}

function publishWorld(): void {
  if (worldTimer !== null) return;
  const waitMs = worldSentAt + worldEveryMs - performance.now();
  if (waitMs <= 0) {
    sendWorld();
    return;
  }
  worldTimer = setTimeout(() => { worldTimer = null; sendWorld(); }, waitMs);
}

/** Posting a message makes the copy. */
function tell(): World {
  const world = engine.lendWorld();
  return { ...world, counters: { ...world.counters, ...served.counters(), ...graphNet.counters() } };
}

function sendWorld(): void {
  worldSentAt = performance.now();
  port?.postMessage({ type: 'world', world: tell(), position: taken } satisfies FromEngine);
}

async function openFromCheckpoint(): Promise<{ engine: Engine; position: Position; note: string }> {
  const fresh = (why: string): { engine: Engine; position: Position; note: string } => ({ engine: openEngine(settings, undefined, served.model, undefined, graphNet.model), position: 0, note: why });
  const read = await readCheckpoint(checkpointPath);
  if (read === null) return fresh('');
  if (read === 'damaged') return fresh('The engine\'s checkpoint is damaged; its state is made again from the log.');
  const found = read.value as Saved;
  if (found.version !== version || found.settings !== settingsText) return fresh('The engine\'s settings or version changed; its state is made again from the log.');
  try {
    return { engine: openEngine(settings, found.state, served.model, undefined, graphNet.model), position: found.position, note: '' };
  } catch (error) {
    return fresh(`The engine cannot go on from its checkpoint (${reasonOf(error)}); its state is made again from the log.`);
  }
}
