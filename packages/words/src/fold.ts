import type { EntityId, Finding } from '@clew/engine';
import { measureOf } from './measure.ts';

/** All findings of one node: one row for the reader, the most telling one standing for its twins. */
export interface Folded { readonly node: EntityId; readonly told: Finding; readonly all: readonly Finding[]; readonly onsetMs: number }

const felt = /^(error_share|latency_|request_rate|queue_lag)/;
/** What was sent under a name of its own mostly says again what the spans say. */
const ownName = 'metric';

/** What people feel tells more than what may explain it, the node as a whole more than its operations and instances. */
function telling(finding: Finding, entity: EntityId): number {
  return (felt.test(finding.feature) ? 4 : 0) + (finding.entity === entity ? 2 : 0) + (finding.symptom ? 1 : 0) - (finding.feature.startsWith(ownName) ? 4 : 0);
}

/** Most telling first. */
export function ranked(findings: readonly Finding[], entity: EntityId): Finding[] {
  return [...findings].sort((a, b) => telling(b, entity) - telling(a, entity) || b.score - a.score || (a.id < b.id ? -1 : 1));
}

/** `nodeOf` says where a finding is told; without it, on its own node. */
export function foldByNode(findings: readonly Finding[], nodeOf: (finding: Finding) => EntityId = ({ node }) => node): Folded[] {
  return [...Map.groupBy(findings, nodeOf)].map(([node, own]) => ({ node, told: ranked(own, node)[0], all: ranked(own, node), onsetMs: Math.min(...own.map(({ onsetMs }) => onsetMs)) }));
}

/** The findings that each say something of their own: of those that measure the same, only the most telling. */
export function distinct(findings: readonly Finding[], entity: EntityId): Finding[] {
  const seen = new Set<string>();
  return ranked(findings, entity).filter((finding) => {
    const what = measureOf(finding);
    return !seen.has(what) && seen.add(what).has(what);
  });
}
