import type { Cause, EntityId, Evidence, Finding } from '../model/index.ts';
import type { Claim, Facts } from './facts.ts';
import { evidenceTable } from './evidence.ts';
import type { EvidenceTable } from './evidence.ts';
import { seriesEvidence } from './facts.ts';
import { kindOf, strengthOf } from './kinds.ts';
import { explainLimits as limits } from './limits.ts';
import { pathTo } from './path.ts';
import { sourceWeights, weights } from './weights.ts';

export interface Candidate {
  readonly entity: EntityId;
  readonly claims: readonly Claim[];
  /** Share of the symptoms that it can explain by its place in the graph. */
  readonly coverage: number;
  readonly score: number;
}

export interface Fused {
  readonly causes: readonly Cause[];
  readonly unknown: number;
  readonly candidates: readonly Candidate[];
  readonly evidence: EvidenceTable;
}

const traceSources: ReadonlySet<string> = new Set(['self_time', 'error_origin']);
/** Sources that show a cause by themselves; the others only make one likelier. */
const primary: ReadonlySet<string> = new Set(['self_time', 'error_origin', 'silence', 'queue', 'host', 'lead', 'resource']);

/**
 * Claims → ranked causes that sum, with `unknown`, to 1: scores add up as independent reasons (noisy or), are taken down
 * where the entity explains only part of the symptoms, and become confidences by a softmax in which `unknown` competes.
 */
export function fuse(facts: Facts, claims: readonly Claim[], traceRequests: number): Fused {
  const trust = traceRequests / (traceRequests + weights.halfRequests);
  const traced = claims.some((each) => traceSources.has(each.source));
  const byEntity = new Map<EntityId, Claim[]>();
  for (const each of claims) byEntity.set(each.entity, [...(byEntity.get(each.entity) ?? []), each]);
  const candidates: Candidate[] = [];
  for (const [entity, own] of byEntity) {
    const coverage = coverageOf(entity, own, facts);
    if (coverage === 0) continue;
    candidates.push({ entity, claims: own, coverage, score: scoreOf(own, coverage, trust, traced) });
  }
  candidates.sort((a, b) => b.score - a.score || (a.entity < b.entity ? -1 : 1));
  const evidence = evidenceTable(facts, candidates, traceRequests);
  const best = candidates.slice(0, limits.causes);
  const unknownScore = weights.unknown + (traced ? weights.unknownWithoutTraces * (1 - trust) : weights.unknownWithoutTraces);
  const odds = best.map((each) => Math.exp(weights.sharpness * each.score));
  const unknownOdds = Math.exp(weights.sharpness * unknownScore);
  const total = odds.reduce((sum, each) => sum + each, unknownOdds);
  const named = best.map((each, index) => ({ each, confidence: odds[index] / total })).filter(({ confidence }) => confidence >= weights.leastConfidence);
  const causes = named.map(({ each, confidence }) => toCause(each, confidence, facts));
  return { causes, unknown: 1 - causes.reduce((sum, cause) => sum + cause.confidence, 0), candidates, evidence };
}

function scoreOf(claims: readonly Claim[], coverage: number, trust: number, traced: boolean): number {
  const atTraces = claims.some((each) => traceSources.has(each.source) || each.source === 'silence' || each.source === 'queue' || each.source === 'host');
  const shown = claims.some((each) => primary.has(each.source));
  let left = 1;
  for (const source of Object.keys(sourceWeights) as (keyof typeof sourceWeights)[]) {
    let strength = strengthOf(claims, source) * sourceWeights[source];
    if (traceSources.has(source)) strength *= trust;
    else if (traced && !atTraces) strength *= weights.contradictedByTraces;
    left *= 1 - strength;
  }
  // A change or a log line alone accuses nobody of anything.
  const only = shown ? 1 : 0.6;
  return (1 - left) * only * (weights.uncovered + (1 - weights.uncovered) * coverage);
}

/** Share of affected nodes that depend on the entity; for what shares a machine, on a victim there; for consumers, itself. */
function coverageOf(entity: EntityId, claims: readonly Claim[], facts: Facts): number {
  const hosts = claims.some((each) => each.source === 'host') ? hostsOf(entity, facts) : [];
  let covered = 0;
  for (const node of facts.affected) {
    const reach = facts.dependsOn(node);
    const shares = hosts.length > 0 && [...reach].some((each) => facts.graph.nodes.get(each)?.hosts.some((host) => hosts.includes(host)) === true);
    // Less to do spreads the other way: to those whom the cause calls.
    const starved = facts.symptoms.every((finding) => finding.node !== node || finding.feature === 'request_rate') && facts.feeds(entity).has(node);
    if (reach.has(entity) || shares || starved) covered++;
  }
  return facts.affected.length === 0 ? 0 : covered / facts.affected.length;
}

function hostsOf(entity: EntityId, facts: Facts): readonly EntityId[] {
  return entity.startsWith('host:') ? [entity] : facts.graph.nodes.get(entity)?.hosts ?? [];
}

function toCause(candidate: Candidate, confidence: number, facts: Facts): Cause {
  const { entity, claims } = candidate;
  const { kind, by } = kindOf(entity, claims, facts);
  const ordered = [...claims].sort((a, b) => b.strength * sourceWeights[b.source] - a.strength * sourceWeights[a.source]);
  const evidence = distinct(ordered.flatMap((each) => each.evidence));
  const against: Evidence[] = ordered.flatMap((each) => each.against);
  const path = pathTo(entity, facts);
  for (const finding of unexplained(entity, candidate, facts)) against.push(seriesEvidence(finding));
  return {
    entity, kind, detail: by !== null && by.detail !== '' ? by.detail : ordered.find((each) => each.detail !== '')?.detail ?? '',
    confidence, evidence: evidence.slice(0, limits.evidencePerCause), against: against.slice(0, 6), path,
  };
}

/** Symptoms at nodes that do not depend on the candidate. */
function unexplained(entity: EntityId, candidate: Candidate, facts: Facts): Finding[] {
  if (candidate.coverage === 1 || candidate.claims.some((each) => each.source === 'host')) return [];
  return facts.symptoms.filter((finding) => !facts.dependsOn(finding.node).has(entity)).slice(0, 3);
}

function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence.filter((each) => {
    const key = each.kind === 'series' ? `series ${each.findingId}` : JSON.stringify(each);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
