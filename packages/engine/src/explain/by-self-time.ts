import type { Evidence } from '../model/index.ts';
import { contrastTime } from './contrast.ts';
import type { Contrast } from './contrast.ts';
import { claim, isLatency } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { weights } from './weights.ts';

/** Where the added latency is spent. Says nothing when no latency is to be explained. */
export function contrastOfLatency(facts: Facts): Contrast {
  const slow = facts.symptoms.filter(isLatency);
  return slow.length === 0 ? { gains: [], requests: 0 } : contrastTime(facts, slow);
}

export function bySelfTime(contrast: Contrast): Claim[] {
  return contrast.gains.filter((gain) => gain.share >= weights.leastShare).map((gain) => {
    const evidence: Evidence[] = [{
      kind: 'self_time', share: gain.share, beforeMs: gain.before, afterMs: gain.after, operation: gain.operation, traces: gain.traces, baselineTraces: gain.baselineTraces,
    }];
    if (gain.statement !== '') evidence.push({ kind: 'statement', text: gain.statement, beforeMs: gain.before, afterMs: gain.after });
    return claim('self_time', gain.node, gain.share, evidence, { detail: gain.statement !== '' ? gain.statement : gain.operation });
  });
}
