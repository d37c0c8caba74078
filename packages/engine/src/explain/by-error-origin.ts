import type { EntityId } from '../model/index.ts';
import { contrastErrors } from './contrast.ts';
import type { Contrast } from './contrast.ts';
import { claim, isError } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { weights } from './weights.ts';

/** Where the new errors began. Says nothing when no errors are to be explained. */
export function contrastOfErrors(facts: Facts): Contrast {
  const failing = facts.symptoms.filter(isError);
  return failing.length === 0 ? { gains: [], requests: 0 } : contrastErrors(facts, failing);
}

/** `gone`: services that stopped answering. Calls to them fail at the caller, because there is no span of theirs to fail. */
export function byErrorOrigin(facts: Facts, contrast: Contrast, gone: ReadonlySet<EntityId>): Claim[] {
  return contrast.gains.filter((gain) => gain.share >= weights.leastShare).map((gain) => {
    const silent = facts.graph.callees(gain.node, facts.onsetMs - facts.paneMs).find((callee) => gone.has(callee));
    const strength = silent === undefined ? gain.share : gain.share * weights.shareKeptByCallerOfSilent;
    return claim('error_origin', gain.node, strength, [{
      kind: 'error_origin', share: gain.share, errors: gain.count, operation: gain.operation, errorType: gain.errorType, traces: gain.traces,
    }], { detail: gain.errorType !== '' ? gain.errorType : gain.operation });
  });
}
