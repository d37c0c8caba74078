import type { Evidence } from '../model/index.ts';
import { claim } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';

const errorSeverity = 17;

/** Lines of warning or error that a service had not written before, or writes far more often, since the symptoms began. */
export function byLog(facts: Facts): Claim[] {
  const claims: Claim[] = [];
  for (const [node, findings] of facts.byNode) {
    const evidence: Evidence[] = [];
    let strength = 0;
    let detail = '';
    for (const finding of findings) {
      if (finding.feature !== 'log_template' || finding.onsetMs < facts.onsetMs - limits.beforeMs) continue;
      const after = facts.templatesAfter().get(`${node} ${finding.subject}`);
      if (after === undefined) continue;
      const isNew = finding.direction === 'new';
      evidence.push({
        kind: 'log_template', template: after.text, count: after.count, baselineCount: facts.templatesBefore().get(`${node} ${finding.subject}`)?.count ?? 0,
        isNew, severity: after.severity, service: node, traces: after.exemplars.slice(0, limits.traces),
      });
      const weight = (isNew ? 1 : 0.7) * (after.severity >= errorSeverity ? 1 : 0.6);
      if (weight <= strength) continue;
      strength = weight;
      detail = after.text;
    }
    if (evidence.length > 0) claims.push(claim('log', node, strength, evidence.slice(0, 4), { detail }));
  }
  return claims;
}
