import type { EntityId, Evidence, Finding } from '../model/index.ts';
import { claim, isError, isLatency, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import type { Contrast } from './contrast.ts';
import { weights } from './weights.ts';

/** Services that fell silent though they are still called; and virtual nodes that refuse nearly everything. */
export function bySilence(facts: Facts, errors: Contrast): Claim[] {
  const claims: Claim[] = [];
  for (const [node, findings] of facts.byNode) {
    const silent = findings.find((finding) => finding.entity === node && isGone(finding));
    if (silent !== undefined) claims.push(claimSilence(facts, errors, node, silent, findings));
    const refusing = findings.find((finding) => finding.entity === node && isError(finding) && finding.observed >= weights.refusingShare);
    // Whoever says 503 is there.
    const answers = errors.gains.some((gain) => gain.node === node && /^\d{3}$/.test(gain.errorType));
    if (refusing !== undefined && !answers && isVirtual(facts, node)) claims.push(claim('silence', node, 0.8, [seriesEvidence(refusing)], { hint: 'gone' }));
  }
  return claims;
}

function isGone(finding: Finding): boolean {
  return finding.feature === 'request_rate' && finding.symptom && (finding.direction === 'absent' || finding.observed <= weights.goneShare * finding.expected.mid);
}

/** Nodes that a claim of silence is about. */
export function goneNodes(claims: readonly Claim[]): ReadonlySet<EntityId> {
  return new Set(claims.filter((each) => each.hint === 'gone').map((each) => each.entity));
}

function claimSilence(facts: Facts, errors: Contrast, node: EntityId, silent: Finding, findings: readonly Finding[]): Claim {
  const evidence: Evidence[] = [{ kind: 'silence', sinceMs: silent.onsetMs }, seriesEvidence(silent)];
  // Its callers' failures that began at themselves are calls that nobody answered.
  const callers = facts.graph.callers(node, facts.onsetMs - facts.paneMs);
  const unanswered = errors.gains.filter((gain) => gain.node === node || callers.includes(gain.node));
  const share = unanswered.reduce((sum, gain) => sum + gain.share, 0);
  for (const gain of unanswered.slice(0, 2)) {
    evidence.push({ kind: 'error_origin', share: gain.share, errors: gain.count, operation: gain.operation, errorType: gain.errorType, traces: gain.traces });
  }
  for (const finding of findings) if (finding.feature === 'restarts') evidence.push(seriesEvidence(finding));
  const called = callers.some((caller) => caller !== 'user');
  // Calls that go unanswered hurt the callers. Where they do not, it may be only its telemetry that is missing.
  const hurt = callers.some((caller) => (facts.byNode.get(caller) ?? []).some((finding) => isError(finding) || isLatency(finding)));
  const strength = !called ? 0.2 : hurt ? 0.6 + 0.4 * share : 0.35;
  // A front door that nobody comes to any more: the service may be well and the road to it closed.
  return claim('silence', node, strength, evidence, { hint: called && hurt ? 'gone' : null });
}

function isVirtual(facts: Facts, node: EntityId): boolean {
  const kind = facts.graph.nodes.get(node)?.kind;
  return kind === 'database' || kind === 'queue' || kind === 'external';
}
