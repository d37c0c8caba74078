import type { Finding } from '../model/index.ts';
import { beganMs, bestCause } from './case.ts';
import type { Case } from './case.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';

/** Fewer people come to a front door than should. */
export function isOfVisitors({ symptom, feature, direction, node }: Finding, reach: Reach): boolean {
  return symptom && feature === 'request_rate' && direction !== 'up' && reach.depth(node) <= 1;
}

/**
 * People who stay away make nobody slow and nothing fail; and that something is slow or fails behind a front door does not keep people
 * from it. So what began clearly later is no part of such an incident. Not so where the door itself is in trouble: then it may only
 * not be heard of.
 */
export function isAsideFromVisitors(finding: Finding, one: Case, reach: Reach, paneMs: number): boolean {
  if (finding.onsetMs < beganMs(one) + limits.onTopPanes * paneMs) return false;
  const symptoms = [...one.findings.values()].filter(({ symptom }) => symptom);
  if (!isOfVisitors(finding, reach)) return symptoms.length > 0 && symptoms.every((each) => isOfVisitors(each, reach));
  const best = bestCause(one.explanation);
  return best !== null && best.entity !== finding.node && !best.entity.startsWith('zone:') && !reach.shareHost(best.entity, finding.node) && !symptoms.some((each) => isOfVisitors(each, reach));
}
