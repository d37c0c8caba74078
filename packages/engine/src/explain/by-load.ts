import type { EntityId, Finding } from '../model/index.ts';
import { claim, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';

/** Below the first, more requests at the front doors are the day's course; from the second on no system that was built for the first carries them. */
const [leastTimes, plainTimes] = [1.5, 3];
const [doorsShown, shortShown] = [2, 3];
/** Features that tell of what ran short. */
const shortages: ReadonlySet<string> = new Set(['cpu_usage', 'cpu_utilization', 'event_loop_lag', 'pool_pending', 'pool_utilization', 'threads_used']);

/**
 * More people than the system can carry: requests at the front doors by which the symptoms stand are several times what they were. The
 * cause is none of the services that gave way, it came from outside of all of them; what ran short first is evidence. Callers that try
 * again are no people: only who is called by nobody else's request counts as a door, and how many requests came there.
 */
export function byLoad(facts: Facts): Claim[] {
  const doors = facts.graph.callees('user', facts.onsetMs - facts.paneMs).map((door) => ({ door, ...facts.load(door) })).filter(({ usual, now }) => usual > 0 && now >= leastTimes * usual);
  if (doors.length === 0) return [];
  const below = doors.map(({ door }) => facts.feeds(door));
  const reached = facts.affected.filter((node) => below.some((fed) => fed.has(node)));
  if (reached.length === 0) return [];
  const times = doors.reduce((sum, { now }) => sum + now, 0) / doors.reduce((sum, { usual }) => sum + usual, 0);
  const strength = Math.min(1, (times - leastTimes) / (plainTimes - leastTimes)) * (reached.length / facts.affected.length);
  const findings = (nodes: readonly EntityId[], is: (finding: Finding) => boolean, most: number): Finding[] => nodes.flatMap((node) => (facts.byNode.get(node) ?? []).filter(is).slice(0, 1)).slice(0, most);
  const largest = doors.toSorted((a, b) => b.now - b.usual - (a.now - a.usual) || (a.door < b.door ? -1 : 1)).map(({ door }) => door);
  const evidence = [
    ...findings(largest, (finding) => finding.entity === finding.node && finding.feature === 'request_rate' && finding.direction === 'up', doorsShown),
    ...findings(reached, ({ feature, direction }) => shortages.has(feature) && direction === 'up', shortShown),
  ];
  return [claim('load', 'user', strength, evidence.map(seriesEvidence), { detail: largest[0] })];
}

/** Column of candidates, and of *unknown* and *outside*. */
export const loadEvidence: readonly string[] = ['load'];
