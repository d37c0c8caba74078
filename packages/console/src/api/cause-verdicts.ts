import { tell } from '../copy.ts';
import type { EntityId, Incident, IncidentResponse } from '../model.ts';
import { ApiError, sendJson } from './client.ts';
import { refresh } from './live.ts';

/** Tells the server what the cause was; null takes it back. Resolves once it is kept and known, or has been refused and said so. */
export async function judge({ id }: Pick<Incident, 'id'>, cause: EntityId | null): Promise<void> {
  try {
    await sendJson<IncidentResponse>('POST', `/incidents/${encodeURIComponent(id)}/verdict`, { cause });
    tell({ key: cause === null ? 'verdict.told.none' : 'causeVerdict.told' });
    refresh();
  } catch (error) {
    tell({ key: 'verdict.failed', values: { why: error instanceof ApiError ? error.message || error.code : String(error) } });
  }
}

/** What the keys `y` and `n` do: the page of an incident says it while it is shown. */
export interface CauseKeys { confirm(): void; deny(): void }
let current: CauseKeys | undefined;

export function announceCause(keys: CauseKeys): () => void {
  current = keys;
  return () => { if (current === keys) current = undefined; };
}

export function pressCauseKey(which: keyof CauseKeys): boolean {
  current?.[which]();
  return current !== undefined;
}
