import type { Cause, EntityId, Evidence, Finding } from '../model/index.ts';
import type { Claim, Facts } from './facts.ts';
import { standInsOf } from './by-fallback.ts';
import { candidateEvidence, evidenceTable, unknownEvidence } from './evidence.ts';
import type { Contrasts, EvidenceTable } from './evidence.ts';
import { seriesEvidence } from './facts.ts';
import { kindOf } from './kinds.ts';
import { candidateWeights, outsideWeights, unknownWeights } from './learnt-weights.ts';
import { explainLimits as limits } from './limits.ts';
import { pathTo } from './path.ts';
import { sourceWeights, weights } from './weights.ts';

export interface Candidate {
  readonly entity: EntityId;
  readonly claims: readonly Claim[];
  /** Share of the symptoms that it can explain by its place in the graph. */
  readonly coverage: number;
  /** 0..1; with those of all candidates and of *unknown* it sums to 1. */
  readonly share: number;
}

export interface Fused {
  readonly causes: readonly Cause[];
  readonly unknown: number;
  /** Part of `unknown`. */
  readonly outside: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** Rows of the table. */
  readonly entities: readonly EntityId[];
  readonly evidence: EvidenceTable;
}

/**
 * Claims → ranked causes that sum, with `unknown`, to 1. A conditional logit (McFadden 1974) over the candidates and the answer
 * *unknown*: each has a utility, linear in its evidence (evidence.ts), and its share is the softmax of the utilities. The
 * weights are learnt on simulated incidents alone (trainer/fusion, docs/models/fusion.md).
 */
export function fuse(facts: Facts, claims: readonly Claim[], contrasts: Contrasts): Fused {
  const byEntity = new Map<EntityId, Claim[]>();
  for (const each of claims) byEntity.set(each.entity, [...(byEntity.get(each.entity) ?? []), each]);
  const placed = [...byEntity].map(([entity, own]) => ({ entity, claims: own, coverage: coverageOf(entity, own, facts) })).filter(({ coverage }) => coverage > 0);
  const evidence = evidenceTable(facts, placed, contrasts);
  const odds = placed.map((_, at) => Math.exp(utilityOf(candidateUtilities, evidence.candidates[at])));
  const outsideOdds = Math.exp(utilityOf(outsideUtilities, evidence.unknown));
  const total = odds.reduce((sum, each) => sum + each, Math.exp(utilityOf(unknownUtilities, evidence.unknown)) + outsideOdds);
  const candidates: Candidate[] = placed.map((each, at) => ({ ...each, share: odds[at] / total }));
  candidates.sort((a, b) => b.share - a.share || (a.entity < b.entity ? -1 : 1));
  const touched = facts.touched();
  // What the bad requests never reach is ruled out by that, which says more than a hundredth of a chance; machines and people are in no trace.
  const isReached = (entity: EntityId): boolean => touched === null || touched.has(entity) || !facts.graph.nodes.has(entity) || entity === 'user';
  const named = candidates.slice(0, limits.causes).filter(({ entity, share }, at) => share >= weights.leastConfidence || (at < limits.causesAlways && share >= weights.leastOfFirst && isReached(entity)));
  const causes = named.map((each) => toCause(each, each.share, facts));
  return { causes, unknown: 1 - causes.reduce((sum, cause) => sum + cause.confidence, 0), outside: outsideOdds / total, candidates, entities: placed.map(({ entity }) => entity), evidence };
}

const candidateUtilities = candidateEvidence.map((name) => candidateWeights[name] ?? 0);
const unknownUtilities = unknownEvidence.map((name) => unknownWeights[name] ?? 0);
const outsideUtilities = unknownEvidence.map((name) => outsideWeights[name] ?? (name === 'any' ? -9 : 0));

function utilityOf(utilities: readonly number[], evidence: Float64Array): number {
  return utilities.reduce((sum, weight, at) => sum + weight * evidence[at], 0);
}

/** Share of affected nodes that depend on the entity; for what shares a machine, on a victim there; for consumers, itself. */
function coverageOf(entity: EntityId, claims: readonly Claim[], facts: Facts): number {
  const isPlace = entity.startsWith('host:') || entity.startsWith('zone:');
  const hosts = isPlace || claims.some((each) => each.source === 'host') ? facts.hostsOf(entity) : [];
  const meant = [entity, ...standInsOf(claims)];
  let covered = 0;
  for (const node of facts.affected) {
    const reach = facts.dependsOn(node);
    const shares = hosts.length > 0 && [...reach].some((each) => facts.graph.nodes.get(each)?.hosts.some((host) => hosts.includes(host)) === true);
    // Less to do spreads the other way: to those whom the cause calls.
    const starved = facts.symptoms.every((finding) => finding.node !== node || finding.feature === 'request_rate') && facts.feeds(entity).has(node);
    // More to do as well, from people to all that they use.
    const crowded = entity === 'user' && facts.feeds(entity).has(node);
    if (meant.some((each) => reach.has(each)) || shares || starved || crowded) covered++;
  }
  return facts.affected.length === 0 ? 0 : covered / facts.affected.length;
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

/** Symptoms at nodes that depend neither on the candidate nor on those that do its work. */
function unexplained(entity: EntityId, candidate: Candidate, facts: Facts): Finding[] {
  if (candidate.coverage === 1 || facts.hostsOf(entity).length > 0 && candidate.claims.some((each) => each.source === 'host' || each.source === 'attribute')) return [];
  const meant = [entity, ...standInsOf(candidate.claims)];
  return facts.symptoms.filter((finding) => !meant.some((each) => facts.dependsOn(finding.node).has(each))).slice(0, 3);
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
