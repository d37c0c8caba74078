import type { EntityId, Explanation, Finding } from '../model/index.ts';
import { beganMs, bestCause } from './case.ts';
import type { Case } from './case.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';
import { isAsideFromVisitors } from './visitors.ts';

/** `besideMs`: what came on top of a fault that has lasted since then. */
export type ExplainAlone = (findings: readonly Finding[], besideMs?: number | null) => Explanation;

/** Does the symptom belong to the incident? One fault is one incident; what the cause cannot explain and what has a sure cause of its own does not. */
export function belongs(finding: Finding, one: Case, reach: Reach, paneMs: number, explainAlone: ExplainAlone): boolean {
  if (!isConnected(finding, one, reach, paneMs) || isAsideFromVisitors(finding, one, reach, paneMs)) return false;
  const best = bestCause(one.explanation);
  // Where a good part of all suffers, everything that breaks has a reason of its own to show, and it is the storm.
  if (best === null && one.state !== 'resolved' && isStorm(one, reach)) return true;
  const binding = one.explanation.causes.filter((cause) => cause.confidence >= limits.bindingConfidence);
  const felt = one.affected.includes(finding.node);
  const together = Math.abs(finding.onsetMs - one.onsetMs) <= limits.togetherPanes * paneMs;
  if (together && binding.some((cause) => reach.explains(cause, finding.node))) return true;
  if (felt && together) return true;
  const began = atOnce(finding.onsetMs, beganMs(one), paneMs);
  if (best === null && began) return true;
  const own = explainAlone([finding]);
  if (best === null && together) return !isDistinct(own, one.explanation, reach) || isSharedBy(own, one, reach);
  if (isKnockOn(finding, own, one, paneMs)) return true;
  // What begins long after an incident, with a cause of its own, is another one, however near the two causes stand; and what
  // was over comes back only with its own cause.
  if (finding.onsetMs <= one.onsetMs + limits.aftermathPanes * paneMs) return !isDistinct(own, one.explanation, reach) || (began && isBehindOne(own, one.explanation, reach));
  const mine = bestCause(own);
  if (mine !== null && binding.some((cause) => cause.entity === mine.entity)) return true;
  return one.state !== 'resolved' && (mine === null || mine.confidence < limits.distinctConfidence);
}

function isStorm({ findings }: Case, reach: Reach): boolean {
  const least = Math.max(limits.stormNodes, limits.stormShare * reach.services);
  if (findings.size < least) return false;
  const suffer = new Set<EntityId>();
  for (const { active, symptom, node } of findings.values()) if (active && symptom) suffer.add(node);
  return suffer.size >= least;
}

/** What its own cause rests on (a pool that fills, a processor that is busy) began with the incident, though it was felt only later. */
function isKnockOn(finding: Finding, own: Explanation, one: Case, paneMs: number): boolean {
  const mine = bestCause(own);
  const slackMs = limits.togetherPanes * paneMs;
  if (mine === null || one.state === 'resolved' || finding.onsetMs <= one.onsetMs + slackMs) return false;
  return mine.evidence.some((each) => each.kind === 'series' && each.onsetMs >= one.onsetMs - paneMs && each.onsetMs <= one.onsetMs + slackMs);
}

/** Did they begin in the same pane or in two that touch? */
export function atOnce(aMs: number, bMs: number, paneMs: number): boolean {
  return Math.abs(aMs - bMs) <= limits.atOncePanes * paneMs;
}

/**
 * Both blame a backend, and who uses them has another backend in common. Two backends that get worse in the same pane have one reason
 * that nobody sees, such as the cache before them that has lost its entries.
 */
function isBehindOne(own: Explanation, other: Explanation, reach: Reach): boolean {
  const mine = bestCause(own);
  return mine !== null && other.causes.some((cause) => cause.confidence >= limits.bindingConfidence && reach.usedBeside(mine.entity, cause.entity));
}

/** The finding's own cause would bring about what the incident is about, too. */
function isSharedBy(own: Explanation, one: Case, reach: Reach): boolean {
  const mine = bestCause(own);
  return mine !== null && one.affected.some((node) => reach.explains(mine, node));
}

/** A sure cause of its own that neither depends on the other's cause nor carries it. */
export function isDistinct(own: Explanation, other: Explanation, reach: Reach): boolean {
  const mine = bestCause(own);
  if (mine === null || mine.confidence < limits.distinctConfidence) return false;
  return !other.causes.some((cause) => cause.confidence >= limits.bindingConfidence && (reach.linked(mine.entity, cause.entity) || reach.shareHost(mine.entity, cause.entity)));
}

function isConnected(finding: Finding, one: Case, reach: Reach, paneMs: number): boolean {
  const nodes = new Set([...one.affected, ...one.explanation.causes.slice(0, 2).filter(({ confidence }) => confidence >= limits.nearConfidence).map((cause) => cause.entity)]);
  for (const node of nodes) {
    if (reach.linked(node, finding.node)) return true;
    if (isBound(node, { onsetMs: one.onsetMs, detectedMs: one.openedMs }, finding, reach, paneMs)) return true;
  }
  return one.explanation.causes.some((cause) => cause.confidence >= limits.bindingConfidence && reach.explains(cause, finding.node));
}

/** What began at the same moment on the same machine, or above something that both need. Where requests are few an onset is a guess, so what was noticed at the same moment counts too. */
function isBound(node: EntityId, { onsetMs, detectedMs }: Pick<Finding, 'onsetMs' | 'detectedMs'>, finding: Finding, reach: Reach, paneMs: number): boolean {
  const apartMs = Math.min(Math.abs(finding.onsetMs - onsetMs), Math.abs(finding.detectedMs - detectedMs));
  return (apartMs <= limits.hostPanes * paneMs && reach.shareHost(node, finding.node)) || (apartMs <= limits.sharedPanes * paneMs && reach.shareBelow(node, finding.node));
}

/** Symptoms that hang together by calls, by machine and moment, or by what both need and moment. Order of the input is kept. */
export function cluster(findings: readonly Finding[], reach: Reach, paneMs: number): Finding[][] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const near = groups.filter((group) => group.some((other) => reach.linked(other.node, finding.node) || isBound(other.node, other, finding, reach, paneMs)));
    const merged = [...near.flat(), finding];
    for (const group of near) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}

export interface Part { readonly findings: readonly Finding[]; readonly explanation: Explanation }

/** One cluster may hold several faults: what the best cause leaves over, and what then has a sure cause of its own, is another. */
export function split(findings: readonly Finding[], reach: Reach, paneMs: number, explainAlone: ExplainAlone): Part[] {
  const explanation = explainAlone(findings);
  const best = bestCause(explanation);
  if (best === null) return [{ findings, explanation }];
  const covered = findings.filter((finding) => reach.explains(best, finding.node));
  const rest = findings.filter((finding) => !reach.explains(best, finding.node));
  if (rest.length === 0 || covered.length === 0) return [{ findings, explanation }];
  const mine = explainAlone(covered);
  const parts: Part[] = [];
  let left = rest;
  for (let count = 1; left.length > 0 && count < limits.splits; count++) {
    const other = explainAlone(left);
    const cause = bestCause(other);
    if (cause === null || !isDistinct(other, mine, reach)) break;
    const taken = left.filter((finding) => reach.explains(cause, finding.node));
    if (taken.length === 0 || (atOnce(onsetOf(taken), onsetOf(covered), paneMs) && isBehindOne(other, mine, reach))) break;
    parts.push({ findings: taken, explanation: other });
    left = left.filter((finding) => !taken.includes(finding));
  }
  if (parts.length === 0) return [{ findings, explanation }];
  const main = [...covered, ...left];
  return [{ findings: main, explanation: left.length === 0 ? mine : explainAlone(main) }, ...parts];
}

export function onsetOf(findings: readonly Finding[]): number {
  return Math.min(...findings.map(({ onsetMs }) => onsetMs));
}
