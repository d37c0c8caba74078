import type { Cause, EntityId, Evidence, Finding, RuledOut, RuledOutReason } from '../model/index.ts';
import { isSuspect, nodeOf } from './by-change.ts';
import type { Facts } from './facts.ts';
import { seriesEvidence } from './facts.ts';
import type { Candidate } from './fuse.ts';
import { explainLimits as limits } from './limits.ts';
import { calleesOf } from './path.ts';

/** Everything else that had findings, was changed, or stands right behind the symptoms: looked at, and why it is not the cause. */
export function ruleOut(facts: Facts, causes: readonly Cause[], candidates: readonly Candidate[]): RuledOut[] {
  const accused = new Set(causes.map((cause) => cause.entity));
  const [best] = causes;
  const onPath = new Set(causes.flatMap((cause) => cause.path.map((step) => step.entity)));
  const looked = new Set<EntityId>([...facts.byNode.keys(), ...onPath, ...candidates.map((each) => each.entity)]);
  for (const change of facts.changes) {
    const node = nodeOf(change);
    if (node !== null && change.atMs >= facts.onsetMs - limits.changeWindowMs) looked.add(node);
  }
  for (const node of facts.affected) for (const callee of calleesOf(node, facts)) looked.add(callee);
  const touched = facts.touched();
  const isBehind = (entity: EntityId): boolean => touched?.has(entity) ?? facts.affected.some((node) => facts.dependsOn(node).has(entity));
  const out: RuledOut[] = [];
  for (const entity of [...looked].sort()) {
    if (accused.has(entity) || entity === 'user') continue;
    const verdict = reasonFor(entity, facts, best ?? null, isBehind(entity));
    out.push({ entity, ...verdict });
  }
  return out.sort((a, b) => rank(b, facts) - rank(a, facts)).slice(0, limits.ruledOut);
}

/** What people would have suspected first: findings and changes before mere neighbours. */
function rank(one: RuledOut, facts: Facts): number {
  return (facts.byNode.get(one.entity) ?? []).length * 2 + (one.evidence.some((each) => each.kind === 'change') ? 3 : 0);
}

function reasonFor(entity: EntityId, facts: Facts, best: Cause | null, behind: boolean): { reason: RuledOutReason; because: EntityId | null; evidence: Evidence[] } {
  const findings = facts.byNode.get(entity) ?? [];
  const changes = facts.changes.filter((change) => nodeOf(change) === entity && change.atMs >= facts.onsetMs - limits.changeWindowMs);
  const evidence: Evidence[] = [
    ...changes.slice(-2).map((change): Evidence => ({ kind: 'change', changeId: change.id, what: change.what, beforeOnsetMs: facts.onsetMs - change.atMs })),
    ...findings.slice(0, 3).map(seriesEvidence),
  ];
  const because = best?.entity ?? null;
  const symptoms = findings.filter((finding) => finding.symptom);
  if (symptoms.length > 0 && best !== null && facts.dependsOn(entity).has(best.entity)) return { reason: 'symptom_of_callee', because: explainerOf(entity, facts, best), evidence };
  if (findings.length > 0 && findings.every(isTraffic)) return { reason: 'traffic_explains', because, evidence };
  if (!behind) return { reason: 'not_on_path', because, evidence };
  if (changes.length > 0 && changes.every((change) => !isSuspect(change, facts))) return { reason: 'after_onset', because, evidence };
  if (findings.length === 0 && changes.length === 0) return { reason: 'within_normal', because: null, evidence };
  return { reason: 'no_trace_share', because, evidence };
}

function isTraffic(finding: Finding): boolean {
  return finding.feature === 'request_rate' || finding.feature === 'log_rate' || finding.feature === 'network_io';
}

/** The callee through which the trouble comes: the next step towards the cause. */
function explainerOf(entity: EntityId, facts: Facts, best: Cause): EntityId {
  const direct = calleesOf(entity, facts).filter((callee) => facts.dependsOn(callee).has(best.entity));
  return direct.find((callee) => callee === best.entity || facts.byNode.has(callee)) ?? best.entity;
}
