import type { Evidence } from '../model/index.ts';
import { contrastTime, wayMark } from './contrast.ts';
import type { Contrast } from './contrast.ts';
import { claim, isLatency } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { weights } from './weights.ts';

/** Where the added latency is spent. Says nothing when no latency is to be explained. */
export function contrastOfLatency(facts: Facts): Contrast {
  const slow = facts.symptoms.filter(isLatency);
  return slow.length === 0 ? { gains: [], requests: 0 } : contrastTime(facts, slow);
}

export function bySelfTime(facts: Facts, contrast: Contrast): Claim[] {
  return contrast.gains.filter((gain) => gain.share >= weights.leastShare).map((gain) => {
    const evidence: Evidence[] = [{
      kind: 'self_time', share: gain.share, beforeMs: gain.before, afterMs: gain.after, operation: gain.operation, traces: gain.traces, baselineTraces: gain.baselineTraces,
    }];
    if (gain.statement !== '') evidence.push({ kind: 'statement', text: gain.statement, beforeMs: gain.before, afterMs: gain.after });
    const detail = gain.statement !== '' ? gain.statement : gain.operation;
    if (!gain.operation.startsWith(wayMark)) return claim('self_time', gain.node, gain.share, evidence, { detail });
    const callee = `service:${gain.operation.slice(wayMark.length)}`;
    // Requests that wait at the door of a callee that is short of something are that callee's matter.
    const isShort = (facts.byNode.get(callee) ?? []).some((finding) => !finding.symptom && finding.direction === 'up' && shortages.has(finding.feature));
    return isShort ? claim('self_time', callee, gain.share, evidence, { detail }) : claim('self_time', gain.node, gain.share, evidence, { detail, hint: 'network' });
  });
}

const shortages: ReadonlySet<string> = new Set(['cpu_utilization', 'cpu_usage', 'eventloop_utilization', 'eventloop_delay', 'gc_share', 'memory_utilization', 'heap_utilization', 'active_requests', 'restarts']);
