import type { Change } from '@clew/engine';

/** Changes that are one for the reader, oldest first, and the one of them that tells most. */
export interface Release { readonly told: Change; readonly changes: readonly Change[]; readonly kind: Change['kind'] }

/** What was changed tells more than how: a version more than the containers that stop and start for it. */
const telling: readonly Change['kind'][] = ['version', 'deployment', 'feature_flag', 'config', 'scale', 'restart', 'other', 'kubernetes'];
/** One release makes a handful of events: a version, a deployment, containers that stop and start. */
export const releaseMs = 120_000;

/** Changes of one entity that begin within so long of the first are one; newest first. What names no entity stands alone. */
export function joinReleases(changes: readonly Change[]): Release[] {
  return [...Map.groupBy(changes, ({ entity, id }) => entity ?? id).values()].flatMap((own) => {
    const releases: Change[][] = [];
    for (const change of [...own].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))) {
      const last = releases.at(-1);
      if (last !== undefined && change.atMs - last[0].atMs <= releaseMs) last.push(change);
      else releases.push([change]);
    }
    return releases.map((some) => ({ told: some.reduce((best, each) => (telling.indexOf(each.kind) < telling.indexOf(best.kind) ? each : best)), changes: some, kind: kindOf(some) }));
  }).sort((a, b) => b.changes[0].atMs - a.changes[0].atMs || (a.told.id < b.told.id ? -1 : 1));
}

/** A new version that was deployed is a deployment, whoever saw it first. */
function kindOf(changes: readonly Change[]): Change['kind'] {
  const kinds = telling.filter((kind) => changes.some((change) => change.kind === kind));
  return kinds.includes('deployment') ? 'deployment' : (kinds[0] ?? changes[0].kind);
}
