import type { EntityId, Evidence, Finding } from '../model/index.ts';
import { claim, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';

/** Messages that pile up: does the consumer do less than it did, or do the producers send more? */
export function byQueue(facts: Facts): Claim[] {
  const claims: Claim[] = [];
  const seen = new Set<EntityId>();
  for (const finding of facts.findings) {
    const consumer = consumerOf(facts, finding);
    if (consumer === null || seen.has(consumer)) continue;
    seen.add(consumer);
    claims.push(...weigh(facts, consumer));
  }
  return claims;
}

/** The service that should take the messages: named by the lag, or the one that reads a queue and has fallen silent. */
function consumerOf(facts: Facts, finding: Finding): EntityId | null {
  if (finding.feature === 'queue_lag' && finding.direction !== 'down') {
    if (finding.node.startsWith('service:')) return finding.node;
    const readers = facts.graph.callees(finding.node, facts.onsetMs - facts.paneMs);
    return readers.length === 1 ? readers[0] : finding.node;
  }
  if (!isFall(finding) || finding.entity !== finding.node) return null;
  const queues = facts.graph.callers(finding.node, facts.onsetMs - facts.paneMs).filter((caller) => caller.startsWith('queue:'));
  // A reader of a queue into which less is written has nothing to do; it is not stuck.
  const starved = queues.every((queue) => (facts.byNode.get(queue) ?? []).some((other) => other.entity === queue && isFall(other)));
  return queues.length > 0 && !starved ? finding.node : null;
}

function isFall(finding: Finding): boolean {
  return finding.feature === 'request_rate' && (finding.direction === 'absent' || finding.direction === 'down');
}

function weigh(facts: Facts, consumer: EntityId): Claim[] {
  const own = facts.byNode.get(consumer) ?? [];
  const queues = facts.graph.callers(consumer, facts.onsetMs - facts.paneMs).filter((caller) => caller.startsWith('queue:'));
  const lags = facts.findings.filter((finding) => finding.feature === 'queue_lag' && finding.direction !== 'down' && (finding.node === consumer || queues.includes(finding.node)));
  const falls = own.filter((finding) => isFall(finding) && (finding.entity === consumer || finding.entity.startsWith('operation:')));
  const more = queues.flatMap((queue) => facts.byNode.get(queue) ?? []).filter((finding) => finding.feature === 'request_rate' && finding.direction === 'up');
  const evidence: Evidence[] = [...lags, ...falls].map(seriesEvidence);
  if (falls.some((finding) => finding.direction === 'absent')) evidence.push({ kind: 'silence', sinceMs: Math.min(...falls.map((finding) => finding.onsetMs)) });
  if (falls.length > 0) return [claim('queue', consumer, lags.length > 0 ? 1 : 0.7, evidence, { hint: 'stuck' })];
  const queue = queues[0] ?? consumer;
  return [claim('queue', queue, more.length > 0 ? 0.8 : 0.5, [...evidence, ...more.map(seriesEvidence)], { hint: 'backlog' })];
}
