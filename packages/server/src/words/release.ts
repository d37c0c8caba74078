import type { Change, ChangeKind } from '@clew/engine';

/** Changes that are one for the reader, oldest first, and the one of them that tells most. */
export interface Release { readonly told: Change; readonly changes: readonly Change[] }

/** What was changed tells more than how: a version more than the containers that stop and start for it. */
const telling: readonly ChangeKind[] = ['version', 'deployment', 'feature_flag', 'config', 'scale', 'restart', 'other', 'kubernetes'];
/** One release makes a handful of events: a version, a deployment, containers that stop and start. The console has the same figure. */
export const releaseMs = 120_000;

/** Changes of one entity that begin within so long of the first are one. What names no entity stands alone. */
export function joinReleases(changes: readonly Change[]): Release[] {
  return [...Map.groupBy(changes, ({ entity, id }) => entity ?? id).values()].flatMap((own) => {
    const releases: Change[][] = [];
    for (const change of own.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))) {
      const last = releases.at(-1);
      if (last !== undefined && change.atMs - last[0].atMs <= releaseMs) last.push(change);
      else releases.push([change]);
    }
    return releases.map((some) => ({ told: some.reduce((best, each) => (telling.indexOf(each.kind) < telling.indexOf(best.kind) ? each : best)), changes: some }));
  });
}
