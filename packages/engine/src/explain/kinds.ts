import type { CauseKind, EntityId } from '../model/index.ts';
import type { Claim, Facts, Hint, Source } from './facts.ts';

/** Which kind of cause a hint means on a service, and how it counts against the other hints. */
const meanings: Readonly<Partial<Record<Hint, { readonly kind: CauseKind; readonly weight: number }>>> = {
  pool: { kind: 'pool_exhausted', weight: 1 },
  memory: { kind: 'memory_leak', weight: 1 },
  deployment: { kind: 'bad_deploy', weight: 0.95 },
  flag: { kind: 'flag_change', weight: 0.95 },
  config: { kind: 'config_change', weight: 0.95 },
  cpu: { kind: 'cpu_saturated', weight: 0.8 },
  disk: { kind: 'disk_full', weight: 0.8 },
  network: { kind: 'network', weight: 0.7 },
  // A release restarts what it replaces.
  restarts: { kind: 'restarts', weight: 0.7 },
};
/** Hints that settle it. */
const settled: Readonly<Partial<Record<Hint, CauseKind>>> = {
  gone: 'down', stuck: 'consumer_stuck', backlog: 'queue_backlog', neighbour: 'noisy_neighbour', host: 'host_saturated',
};
/** A hint weaker than this does not name the kind. */
const leastHint = 0.35;

/** What is wrong with the entity, by what was claimed of it. */
export function kindOf(entity: EntityId, claims: readonly Claim[], facts: Facts): { kind: CauseKind; by: Claim | null } {
  for (const each of byStrength(claims)) {
    const kind = each.hint === null ? undefined : settled[each.hint];
    if (kind !== undefined && each.strength >= leastHint) return { kind, by: each };
  }
  const slow = strengthOf(claims, 'self_time');
  const failing = strengthOf(claims, 'error_origin');
  if (entity === 'user') return { kind: 'overload', by: byStrength(claims)[0] ?? null };
  if (entity.startsWith('database:')) return { kind: failing > slow ? 'database_errors' : 'slow_database', by: null };
  if (entity.startsWith('external:')) return { kind: failing > slow ? 'third_party_errors' : 'third_party_slow', by: null };
  if (entity.startsWith('queue:')) return { kind: 'queue_backlog', by: null };
  if (entity.startsWith('host:') || entity.startsWith('zone:')) return { kind: claims.some(({ hint }) => hint === 'disk') ? 'disk_full' : 'host_saturated', by: null };
  let best: { kind: CauseKind; by: Claim; weight: number } | null = null;
  for (const each of byStrength(claims)) {
    const meaning = each.hint === null ? undefined : meanings[each.hint];
    if (meaning === undefined || each.strength < leastHint) continue;
    const weight = each.strength * meaning.weight;
    if (best === null || weight > best.weight) best = { kind: meaning.kind, by: each, weight };
  }
  if (best !== null) return best.kind === 'cpu_saturated' && hasSurge(entity, facts) ? { ...best, kind: 'overload' } : best;
  return { kind: failing > slow || (slow === 0 && hasErrors(entity, facts)) ? 'errors' : 'slow', by: null };
}

function byStrength(claims: readonly Claim[]): Claim[] {
  return [...claims].sort((a, b) => b.strength - a.strength);
}

export function strengthOf(claims: readonly Claim[], source: Source): number {
  return Math.max(0, ...claims.filter((each) => each.source === source).map((each) => each.strength));
}

function hasSurge(entity: EntityId, facts: Facts): boolean {
  return (facts.byNode.get(entity) ?? []).some((finding) => finding.entity === entity && finding.feature === 'request_rate' && finding.direction === 'up');
}

function hasErrors(entity: EntityId, facts: Facts): boolean {
  return (facts.byNode.get(entity) ?? []).some((finding) => finding.feature === 'error_share');
}
