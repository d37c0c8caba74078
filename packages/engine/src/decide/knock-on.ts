import type { Cause, Evidence } from '../model/index.ts';
import type { Reach } from './reach.ts';

/** Errors of those who wait in vain, are turned away, or run out of what others hold. */
const inVain = /^$|time.?d?.?out|deadline|unavailable|refused|reset|closed|connect|pool|overload|exhaust|too.?many|cancel|circuit|upstream|gateway|^(?:408|429|50[234])$/i;
/** A machine that is busy makes slow what runs there, as too many users make all that they reach; one that is full or gone makes it fail, too. */
const busyKinds: ReadonlySet<Cause['kind']> = new Set(['host_saturated', 'noisy_neighbour', 'overload']);
/** Of what was gained, so much by its own doing. */
const ownShare = 0.3;

/**
 * Could the first fault have brought this about? Who depends on it waits, gives up, runs out of connections and turns others away; but
 * no change is made to it, it does not take longer by itself, it raises no errors of its own, and it does not fall silent.
 */
export function couldMake(first: Cause, other: Cause, reach: Reach): boolean {
  const isThere = first.entity.startsWith('zone:') || first.kind === 'overload' || (first.entity.startsWith('host:') && reach.shareHost(first.entity, other.entity));
  return reach.explains(first, other.entity) && !other.evidence.some((each) => isOwn(each, first.kind, isThere));
}

function isOwn(evidence: Evidence, first: Cause['kind'], isThere: boolean): boolean {
  switch (evidence.kind) {
    case 'change': return true;
    case 'self_time': return !isThere && evidence.share >= ownShare;
    case 'error_origin': return (!isThere || busyKinds.has(first)) && evidence.share >= ownShare && !inVain.test(evidence.errorType);
    case 'silence': return !isThere;
    default: return false;
  }
}
