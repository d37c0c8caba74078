import type { EntityId, Finding } from '../model/index.ts';
import { claim, isError, isLatency, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { strengthOf } from './kinds.ts';
import { calleesOf } from './path.ts';

/** Requests of which so many fail are done elsewhere, by whoever can. */
const leastFailing = 0.5;
const slackPanes = 2;
const behindShown = 3;

/**
 * A backend fails, and others of its users get slow at the same time: they do its work, as databases do when the cache before them is
 * gone. That is felt by services that never ask the one that fails, so that no trace of theirs leads to it. As strong as the share of
 * its requests that fail. Nothing where they only get slow together: which of them began is not told by that.
 */
export function byFallback(facts: Facts): Claim[] {
  return [...facts.byNode].filter(([node]) => isBackend(node)).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([node, findings]) => {
    const failing = findings.find((finding) => finding.entity === node && isError(finding) && finding.direction === 'up' && finding.observed >= leastFailing);
    if (failing === undefined) return [];
    const users = facts.graph.callers(node, facts.onsetMs - facts.paneMs);
    const beside = new Set(users.flatMap((user) => calleesOf(user, facts)).filter((each) => each !== node && isBackend(each)));
    const slow = [...beside].sort().flatMap((each) => slowWith(failing, facts.byNode.get(each) ?? [], each, facts));
    return slow.length === 0 ? [] : [claim('fallback', node, Math.min(1, failing.observed), [failing, ...slow.slice(0, behindShown)].map(seriesEvidence))];
  });
}

function isBackend(entity: EntityId): boolean {
  return entity.startsWith('database:') || entity.startsWith('external:');
}

function slowWith({ onsetMs }: Finding, findings: readonly Finding[], entity: EntityId, { paneMs }: Facts): Finding[] {
  return findings.filter((finding) => finding.entity === entity && isLatency(finding) && finding.direction === 'up' && Math.abs(finding.onsetMs - onsetMs) <= slackPanes * paneMs).slice(0, 1);
}

/** Those that do the work of this candidate. */
export function standInsOf(claims: readonly Claim[]): EntityId[] {
  return claims.filter(({ source }) => source === 'fallback').flatMap(({ entity, evidence }) => evidence.flatMap((each) => (each.kind === 'series' && each.entity !== entity ? [each.entity] : [])));
}

/** Columns of candidates: others do its work; it does the work of another. */
export const fallbackEvidence: readonly string[] = ['fallback', 'stands in'];

export function fallbackRow(entity: EntityId, claims: readonly Claim[], all: readonly { readonly claims: readonly Claim[] }[]): number[] {
  return [strengthOf(claims, 'fallback'), Math.max(0, ...all.filter((each) => standInsOf(each.claims).includes(entity)).map((each) => strengthOf(each.claims, 'fallback')))];
}
