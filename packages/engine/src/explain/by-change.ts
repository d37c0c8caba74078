import type { Change, ChangeKind, EntityId } from '../model/index.ts';
import { claim } from './facts.ts';
import type { Claim, Facts, Hint } from './facts.ts';
import { explainLimits as limits } from './limits.ts';

const hints: Readonly<Partial<Record<ChangeKind, Hint>>> = { deployment: 'deployment', version: 'deployment', feature_flag: 'flag', config: 'config' };

/** Things done to an entity shortly before the symptoms began; the nearer, the more suspect. */
export function byChange(facts: Facts): Claim[] {
  const best = new Map<EntityId, { change: Change; strength: number }>();
  for (const change of facts.changes) {
    const node = nodeOf(change);
    if (node === null || !isSuspect(change, facts)) continue;
    const strength = Math.exp(-Math.max(0, facts.onsetMs - change.atMs) / tenMinutesMs) * (hints[change.kind] === undefined ? 0.4 : 1);
    const known = best.get(node);
    if (known === undefined || strength > known.strength) best.set(node, { change, strength });
  }
  return [...best].map(([node, { change, strength }]) => claim('change', node, strength, [
    { kind: 'change', changeId: change.id, what: change.what, beforeOnsetMs: facts.onsetMs - change.atMs },
  ], { hint: hints[change.kind] ?? null, detail: change.what }));
}

const tenMinutesMs = 600_000;

export function isSuspect(change: Change, facts: Facts): boolean {
  return change.atMs >= facts.onsetMs - limits.changeWindowMs && change.atMs <= facts.onsetMs + limits.changeSlackMs;
}

/** The node that was touched; instances stand for their service. */
export function nodeOf(change: Change): EntityId | null {
  const { entity } = change;
  if (entity === null || !entity.startsWith('instance:')) return entity;
  const hash = entity.indexOf('#');
  return hash < 0 ? null : `service:${entity.slice('instance:'.length, hash)}`;
}
