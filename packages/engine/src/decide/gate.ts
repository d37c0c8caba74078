import type { EntityId, Finding, Pane } from '../model/index.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';

/** What the gate may look at. */
export interface Scene {
  readonly pane: Pane;
  readonly paneMs: number;
  readonly reach: Reach;
  /** All findings that are active now, by node. */
  readonly activeByNode: ReadonlyMap<EntityId, readonly Finding[]>;
  /** Is a normal known for this series? */
  readonly isKnown: (series: string) => boolean;
  /** Nodes that call it, now or until lately. */
  readonly callers: (node: EntityId) => readonly EntityId[];
  /** Nodes that people call directly. */
  readonly entries: ReadonlySet<EntityId>;
}

/** Findings of the group that people would want to be woken for, given all that is known in this pane. */
export function weighty(findings: readonly Finding[], scene: Scene): Finding[] {
  const kept = findings.filter((finding) => isWeighty(finding, scene));
  if (kept.length === 0 || trafficExplains(kept, scene)) return [];
  return kept;
}

function isWeighty(finding: Finding, scene: Scene): boolean {
  const agePanes = (scene.pane.endMs - finding.detectedMs) / scene.paneMs;
  if (isLimitNear(finding)) return true;
  if (!finding.symptom) return false;
  if (finding.feature === 'queue_lag') return agePanes >= limits.lagPanes || consumerFell(finding, scene);
  if (finding.feature === 'request_rate') return scene.entries.has(finding.node) ? agePanes >= (finding.observed < limits.emptyShare * finding.expected.mid ? limits.emptyPanes : limits.entryLossPanes) : isMissed(finding, scene);
  if (!finding.entity.startsWith('service:') && !finding.entity.startsWith('operation:')) return agePanes >= limits.lonePanes;
  return !finding.feature.startsWith('latency_') || finding.entity.startsWith('operation:') || !isMix(finding, scene);
}

/** Somebody suffers from the silence: a caller that fails or waits, or a queue that fills because nobody reads it. Else only its telemetry may be missing. */
function isMissed(finding: Finding, scene: Scene): boolean {
  const agePanes = (scene.pane.endMs - finding.detectedMs) / scene.paneMs;
  const fills = (node: EntityId): boolean => (scene.activeByNode.get(node) ?? []).some((other) => other.feature === 'queue_lag' && other.direction !== 'down');
  const callers = scene.callers(finding.node);
  // Whether the queues fill, or have had time to, was asked before the silence became a symptom.
  if (callers.length > 0 && callers.every((caller) => caller.startsWith('queue:'))) return true;
  return callers.some((caller) => (caller.startsWith('queue:') && (fills(caller) || fills(finding.node) || agePanes >= limits.unreadPanes))
    || (scene.activeByNode.get(caller) ?? []).some((other) => other.feature === 'error_share' || other.feature.startsWith('latency_')));
}

/** What fills up and does not empty by itself: a pool or a processor that is busier by the minute is load. */
const filling: ReadonlySet<string> = new Set(['memory_utilization', 'heap_utilization', 'disk_utilization']);

/** A resource that grows steadily towards its limit and will be there soon. */
export function isLimitNear(finding: Finding): boolean {
  if (finding.direction !== 'trend' || finding.unit !== '1' || finding.observed < limits.limitNearShare || !filling.has(finding.feature)) return false;
  const slope = (finding.observed - finding.expected.mid) / Math.max(1, finding.lastMs - finding.onsetMs);
  return slope > 0 && (1 - finding.observed) / slope < limits.limitNearMs;
}

function consumerFell(finding: Finding, scene: Scene): boolean {
  const near = [finding.node, ...scene.reach.dependsOn(finding.node)];
  return near.some((node) => (scene.activeByNode.get(node) ?? []).some((other) => other.feature === 'request_rate' && (other.direction === 'absent' || other.direction === 'down')));
}

/**
 * A service as a whole looks slower when its requests shift towards slow operations. When most of its requests belong
 * to operations with a known normal, and none of those is out of range, that is what happened.
 */
function isMix(finding: Finding, scene: Scene): boolean {
  if ((scene.activeByNode.get(finding.node) ?? []).some((other) => other.entity.startsWith('operation:') && other.feature.startsWith('latency_'))) return false;
  const prefix = `operation:${finding.node.slice('service:'.length)}|`;
  let known = 0;
  let total = 0;
  for (const [entity, red] of scene.pane.red) {
    if (!entity.startsWith(prefix)) continue;
    total += red.count;
    if (scene.isKnown(`${entity} ${finding.feature} `)) known += red.count;
  }
  return total > 0 && known / total >= limits.mixKnownShare;
}

/** Only slower, not failing, not very slow, and right when far more requests came: load, and the system carries it. */
function trafficExplains(findings: readonly Finding[], scene: Scene): boolean {
  return findings.every((finding) => finding.feature.startsWith('latency_') && finding.observed < limits.surgeLatencyRatio * finding.expected.mid
    && (scene.activeByNode.get(finding.node) ?? []).some((other) => isSurge(other) && other.onsetMs <= finding.onsetMs + scene.paneMs));
}

function isSurge(finding: Finding): boolean {
  return finding.feature === 'request_rate' && finding.direction === 'up' && finding.observed >= limits.surgeRatio * finding.expected.mid;
}

/** Those who call it tell the same of their calls: other processes, other clocks. What takes longer inside takes longer to them. */
function isSeenByCallers({ node, feature }: Finding, scene: Scene): boolean {
  const family = feature === 'self_time' ? 'latency' : feature.replace(/_p\d+$/, '');
  return scene.callers(node).some((caller) => caller !== 'user' && (scene.activeByNode.get(caller) ?? []).some((other) => other.entity === `edge:${caller}→${node}` && other.feature.startsWith(family)));
}

/** What it depends on fails or is slow since about then, as others' calls tell. */
function isSeenBelow({ node, onsetMs }: Finding, scene: Scene): boolean {
  for (const callee of scene.reach.dependsOn(node)) {
    if (callee === node) continue;
    if ((scene.activeByNode.get(callee) ?? []).some((other) => other.entity === callee && other.direction === 'up' && (other.feature === 'error_share' || other.feature.startsWith('latency_'))
      && Math.abs(other.onsetMs - onsetMs) <= limits.togetherPanes * scene.paneMs)) return true;
  }
  return false;
}

/** Its own time, its own calls or its own log tell the same: measured apart from how its requests end. */
function isSeenInside({ node, feature, onsetMs }: Finding, scene: Scene): boolean {
  const isLatency = feature.startsWith('latency_');
  return (scene.activeByNode.get(node) ?? []).some((other) => !other.symptom && (other.direction === 'up' || other.direction === 'new') && Math.abs(other.onsetMs - onsetMs) <= limits.togetherPanes * scene.paneMs
    && (other.entity.startsWith(`edge:${node}→`) ? other.feature === 'error_share' || other.feature.startsWith('latency_') : isLatency ? other.feature === 'self_time' : logFeatures.has(other.feature)));
}

const logFeatures: ReadonlySet<string> = new Set(['error_log_rate', 'log_template']);

/** Two operations of a service have no request in common. */
function isOfTwoOperations(findings: readonly Finding[]): boolean {
  const operations = new Map<string, EntityId>();
  return findings.some(({ entity, node, feature }) => {
    if (!entity.startsWith('operation:')) return false;
    const family = `${node} ${feature.replace(/_p\d+$/, '')}`;
    const other = operations.get(family);
    operations.set(family, entity);
    return other !== undefined && other !== entity;
  });
}

/** Two witnesses, or one that does not go away. A service and its operations, or two quantiles, speak of the same requests: faint, they are one. */
export function isEnough(findings: readonly Finding[], scene: Scene): boolean {
  const witnesses = new Set(findings.map((finding) => `${finding.node} ${finding.feature.replace(/_p\d+$/, '')}`));
  if (witnesses.size >= 2 || (findings.length >= 2 && findings.some((finding) => finding.score >= limits.loneScore)) || isOfTwoOperations(findings)) return true;
  if (findings.some((finding) => isSeenByCallers(finding, scene) || isSeenBelow(finding, scene) || isSeenInside(finding, scene))) return true;
  return findings.some((finding) => scene.pane.endMs - finding.detectedMs >= (finding.score >= limits.loneScore ? limits.lonePanes : limits.faintPanes) * scene.paneMs || hasWaited(finding));
}

/** Lost traffic, a queue and a limit that is near have waited for what speaks for them already; so has own time, which is steady where latency is not, and this far off is nothing else. */
function hasWaited(finding: Finding): boolean {
  if (finding.feature === 'self_time') return finding.score >= limits.ownTimeScore && finding.observed >= limits.ownTimeRatio * finding.expected.mid;
  return finding.feature === 'request_rate' || finding.feature === 'queue_lag' || finding.direction === 'absent' || isLimitNear(finding);
}
