import type { Cause, Explanation, Finding } from '../model/index.ts';
import { beganMs, bestCause } from './case.ts';
import type { Case } from './case.ts';
import { couldMake } from './knock-on.ts';
import { decideLimits as limits } from './limits.ts';
import type { Reach } from './reach.ts';
import { onsetOf } from './relate.ts';
import type { ExplainAlone } from './relate.ts';

/** What leaves an incident to become one of its own, and what each of the two is then explained by; null where the answer stays as it is. */
export interface Division { readonly leaving: readonly Finding[]; readonly theirs: Explanation; readonly staying: Explanation | null; readonly besideMs: number | null }

/**
 * A second fault that began soon after the first may have joined its incident before anybody knew a cause, or because it struck on the
 * first one's way. Null while all may be one fault.
 */
export function divide(one: Case, reach: Reach, paneMs: number, explainAlone: ExplainAlone): Division | null {
  const best = bestCause(one.explanation);
  if (best === null) return null;
  const symptoms = [...one.findings.values()].filter((finding) => finding.symptom);
  const apart = byPlace(best, symptoms, reach, paneMs, explainAlone);
  // What came on top of another fault is not asked for a third.
  return apart ?? (typeof one.besideMs === 'number' ? null : onTop(best, one, symptoms, reach, paneMs, explainAlone));
}

/**
 * The best cause explains only some of the symptoms, what began with the incident and what began later are each surely explained by
 * another place, and neither place depends on the other. What it was opened for stays.
 */
function byPlace(best: Cause, symptoms: readonly Finding[], reach: Reach, paneMs: number, explainAlone: ExplainAlone): Division | null {
  if (best.confidence < limits.divideConfidence) return null;
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
  return { leaving, theirs, staying: mine, besideMs: null };
}

/**
 * Symptoms that began clearly later, of a kind that their node did not show before, and that against the time of the first fault alone
 * are surely explained by another place.
 */
function onTop(best: Cause, one: Case, symptoms: readonly Finding[], reach: Reach, paneMs: number, explainAlone: ExplainAlone): Division | null {
  if (best.confidence < limits.distinctConfidence) return null;
  const since = beganMs(one);
  const isEarly = ({ onsetMs }: Finding): boolean => onsetMs < since + limits.onTopPanes * paneMs;
  const shown = new Set(symptoms.filter(isEarly).map((finding) => `${finding.node} ${familyOf(finding)}`));
  const late = symptoms.filter((finding) => finding.active && !isEarly(finding) && !shown.has(`${finding.node} ${familyOf(finding)}`));
  const families = new Set(symptoms.filter(isEarly).map(familyOf));
  const unlike = late.filter((finding) => !families.has(familyOf(finding)));
  for (const asked of unlike.length === late.length ? [late] : [late, unlike]) {
    if (asked.length === 0) continue;
    const besideMs = since + paneMs;
    const theirs = explainAlone(asked, besideMs);
    const other = bestCause(theirs);
    if (other === null || other.confidence < limits.distinctConfidence) continue;
    if (one.explanation.causes.some((cause) => cause.confidence >= limits.bindingConfidence && cause.entity === other.entity)) continue;
    if (isOfMachine(other) || couldMake(best, other, reach)) continue;
    const leaving = asked.filter((finding) => reach.explains(other, finding.node));
    if (leaving.length > 0 && leaving.length < symptoms.length) return { leaving, theirs, staying: null, besideMs };
  }
  return null;
}

/** Slow is slow, by whichever quantile and wherever it is measured. */
function familyOf({ feature }: Finding): string {
  return feature.startsWith('latency_') || feature === 'self_time' ? 'slow' : feature;
}

function isOfMachine({ entity }: Cause): boolean {
  return entity.startsWith('host:') || entity.startsWith('zone:');
}
