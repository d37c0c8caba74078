import type { Cause, Explanation, Finding } from '../model/index.ts';
import { bestCause } from './case.ts';
import type { Case } from './case.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';
import { onsetOf } from './relate.ts';
import type { ExplainAlone } from './relate.ts';

/** What leaves an incident to become one of its own, and what each of the two is then explained by. */
export interface Division { readonly leaving: readonly Finding[]; readonly theirs: Explanation; readonly staying: Explanation }

/**
 * A second fault that began soon after the first may have joined its incident before anybody knew a cause. Once the best cause explains
 * only some of the symptoms, what began with the incident and what began later are each surely explained by another place, and neither
 * place depends on the other, those are two incidents. What it was opened for stays. Null while all may be one fault.
 */
export function divide(one: Case, reach: Reach, paneMs: number, explainAlone: ExplainAlone): Division | null {
  const best = bestCause(one.explanation);
  if (best === null || best.confidence < limits.divideConfidence) return null;
  const symptoms = [...one.findings.values()].filter((finding) => finding.symptom);
  const covered = symptoms.filter((finding) => reach.explains(best, finding.node));
  const rest = symptoms.filter((finding) => !covered.includes(finding));
  if (covered.length === 0 || rest.length === 0) return null;
  const [staying, leaving] = rest.includes(symptoms[0]) ? [rest, covered] : [covered, rest];
  const apartMs = onsetOf(leaving) - onsetOf(staying);
  if (apartMs <= limits.atOncePanes * paneMs) return null;
  const [mine, theirs] = [explainAlone(staying), explainAlone(leaving)];
  const [own, other] = [bestCause(mine), bestCause(theirs)];
  if (own === null || other === null || own.confidence < limits.divideConfidence || other.confidence < limits.divideConfidence) return null;
  // A machine may be what two services have in common: then they may be one fault.
  if (own.entity === other.entity || reach.linked(own.entity, other.entity) || isOfMachine(own) || isOfMachine(other)) return null;
  return { leaving, theirs, staying: mine };
}

function isOfMachine({ entity }: Cause): boolean {
  return entity.startsWith('host:') || entity.startsWith('zone:');
}
