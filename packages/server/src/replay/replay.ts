import { openEngine } from '@clew/engine';
import type { EngineSettings, Incident, Step, World } from '@clew/engine';
import { CodedError } from '../errors.ts';
import { readCheckpoint, writeCheckpoint } from '../views/checkpoint.ts';
import type { ReplaySource } from './source.ts';

export interface ReplayOptions {
  readonly settings: EngineSettings;
  /** Where to go on from and save to; null = from the beginning, nothing is saved. */
  readonly checkpointPath: string | null;
  /** A checkpoint is written after so many records. */
  readonly checkpointRecords: number;
  onRecord?(records: number): void;
}

export interface ReplayResult {
  readonly records: number;
  readonly panesClosed: number;
  /** Arrival of the first and the last record, on the replay's own clock; 0 when there was none. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Every incident there ever was, in its last state, by onset and then id. */
  readonly incidents: readonly Incident[];
  /** The world at the end. */
  readonly world: World;
}

interface Reached {
  position: number;
  records: number;
  panesClosed: number;
  firstMs: number;
  lastMs: number;
  readonly incidents: Map<string, Incident>;
}
interface Saved extends Reached { readonly identity: string; readonly settings: string; readonly state: unknown }

/**
 * Feeds a recorded log through the engine, with no clock but the records' own. Same input, same settings: same result,
 * also when it was killed and went on from a checkpoint.
 */
export async function replay(source: ReplaySource, options: ReplayOptions): Promise<ReplayResult> {
  const { settings, checkpointPath } = options;
  const settingsText = JSON.stringify(settings);
  const saved = checkpointPath === null ? null : await readSaved(checkpointPath, source.identity, settingsText);
  const engine = openEngine(settings, saved?.state);
  const reached: Reached = saved ?? { position: 0, records: 0, panesClosed: 0, firstMs: 0, lastMs: 0, incidents: new Map() };
  const take = ({ panesClosed, incidents }: Step): void => {
    reached.panesClosed += panesClosed;
    for (const incident of incidents) reached.incidents.set(incident.id, incident);
  };

  for await (const { position, receivedMs, batch, notice } of source.read(reached.position, reached.lastMs)) {
    take(notice === undefined ? engine.feed(batch, receivedMs) : engine.tell(notice, receivedMs));
    if (reached.records === 0) reached.firstMs = receivedMs;
    reached.position = position;
    reached.records += 1;
    reached.lastMs = receivedMs;
    if (checkpointPath !== null && reached.records % options.checkpointRecords === 0) {
      await writeCheckpoint(checkpointPath, { ...reached, identity: source.identity, settings: settingsText, state: engine.lend() } satisfies Saved);
    }
    options.onRecord?.(reached.records);
  }
  // One tick past the end of the data, so that the last panes close.
  if (reached.records > 0) take(engine.feed(null, reached.lastMs + 2 * settings.paneMs + settings.latenessMs));
  const { records, panesClosed, firstMs, lastMs } = reached;
  const incidents = [...reached.incidents.values()].sort((a, b) => a.onsetMs - b.onsetMs || (a.id < b.id ? -1 : 1));
  return { records, panesClosed, firstMs, lastMs, incidents, world: engine.world() };
}

async function readSaved(path: string, identity: string, settings: string): Promise<Saved | null> {
  const read = await readCheckpoint(path);
  if (read === null) return null;
  const saved = read === 'damaged' ? null : (read.value as Saved);
  if (saved === null || saved.identity !== identity || saved.settings !== settings) throw new CodedError('bad_checkpoint', path);
  return saved;
}

/** JSON with the members of every object in one order, so that equal results are equal bytes. */
export function toCanonicalJson(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (isRecord(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each), 2)}\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
