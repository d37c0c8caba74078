import type { EntityId, Finding } from '../model/index.ts';
import type { Contrasts } from './evidence.ts';
import type { Facts } from './facts.ts';

/** Columns of candidates: how much of what is said of them was seen by their callers alone. */
export const unseenEvidence: readonly string[] = ['unseen and answered', 'unseen and unanswered', 'quiet before', 'its calls unanswered', 'unanswered but serving'];
/** Columns of *unknown* and *outside*: what speaks for a cause where no telemetry comes from. */
export const outsideEvidence: readonly string[] = ['unseen and answered', 'unseen and unanswered', 'unanswered calls of one', 'fewer come', 'only fewer come', 'uncovered', 'on the way', 'quiet before', 'most attribute', 'errors without own', 'unanswered but serving'];

interface Share { readonly answered: number; readonly unanswered: number }

export interface Unseen {
  /** By callee: shares of all added time and new errors at calls that no span of its own answers. */
  readonly callees: ReadonlyMap<EntityId, Share>;
  /** Who makes the unanswered calls to two callees or more, and the share of new errors that they are. */
  readonly callers: ReadonlyMap<EntityId, number>;
  readonly way: number;
  /** Callees that leave calls unanswered, and how much of their usual requests they still serve, 0..1: who serves others as ever is not down. */
  readonly serving: ReadonlyMap<EntityId, number>;
}

/** A symptom began so long after its service went quiet that one is not the other's sign. */
const quietMs = 30_000;

export function lookForUnseen(facts: Facts, { latency, errors }: Contrasts): Unseen {
  const callees = new Map<EntityId, Share>();
  for (const { gains } of [latency, errors]) {
    for (const { node, share, unseen, answered } of gains) {
      const known = callees.get(node) ?? { answered: 0, unanswered: 0 };
      callees.set(node, { answered: Math.max(known.answered, share * answered), unanswered: Math.max(known.unanswered, share * (unseen - answered)) });
    }
  }
  const callers = new Map<EntityId, number>();
  const refusing = [...callees].filter(([, { unanswered }]) => unanswered > 0);
  for (const caller of new Set(refusing.flatMap(([callee]) => facts.graph.callers(callee, facts.onsetMs - facts.paneMs)))) {
    const own = refusing.filter(([callee]) => facts.graph.callees(caller, facts.onsetMs - facts.paneMs).includes(callee));
    if (own.length > 1) callers.set(caller, own.reduce((sum, [, { unanswered }]) => sum + unanswered, 0));
  }
  const serving = new Map(refusing.map(([callee, { unanswered }]) => [callee, unanswered * stillServed(facts, callee)]));
  return { callees, callers, serving, way: latency.gains.reduce((sum, { share, way }) => sum + share * way, 0) };
}

/** Against what everybody serves now. */
function stillServed(facts: Facts, node: EntityId): number {
  const before = facts.trafficBefore();
  const after = facts.trafficAfter();
  const all = (traffic: ReadonlyMap<EntityId, { readonly requests: number }>): number => [...traffic.values()].reduce((sum, { requests }) => sum + requests, 0);
  const usual = (before.get(node)?.requests ?? 0) / Math.max(1, all(before));
  const now = (after.get(node)?.requests ?? 0) / Math.max(1, all(after));
  return usual === 0 ? 0 : Math.min(1, now / usual);
}

export function unseenRow(facts: Facts, entity: EntityId, { callees, callers, serving }: Unseen): number[] {
  const own = callees.get(entity);
  return [own?.answered ?? 0, own?.unanswered ?? 0, isQuietBefore(facts, entity) ? 1 : 0, callers.get(entity) ?? 0, serving.get(entity) ?? 0];
}

function isQuietBefore(facts: Facts, entity: EntityId): boolean {
  return (facts.byNode.get(entity) ?? []).some((finding) => finding.entity === entity && isFewer(finding) && finding.onsetMs <= facts.onsetMs - quietMs);
}

function isFewer({ feature, direction }: Finding): boolean {
  return feature === 'request_rate' && (direction === 'down' || direction === 'absent' || direction === 'missing');
}

export function outsideRow(facts: Facts, candidates: readonly { readonly entity: EntityId }[], { callees, callers, serving, way }: Unseen, coverage: number): number[] {
  const shares = [...callees.values()];
  const doors = facts.affected.filter((node) => facts.graph.callers(node, facts.onsetMs - facts.paneMs).includes('user'));
  const fewer = facts.symptoms.some((finding) => isFewer(finding) && doors.includes(finding.node));
  const { byService } = facts.standing();
  return [
    shares.reduce((sum, { answered }) => sum + answered, 0), shares.reduce((sum, { unanswered }) => sum + unanswered, 0), Math.max(0, ...callers.values()),
    fewer ? 1 : 0, facts.symptoms.every(isFewer) ? 1 : 0, 1 - coverage, way, candidates.some(({ entity }) => isQuietBefore(facts, entity)) ? 1 : 0,
    Math.max(0, ...[...byService.values()].map(([best]) => best.share * best.contrast)), callees.size === 0 && facts.symptoms.some(({ feature }) => feature === 'error_share') ? 1 : 0,
    [...serving.values()].reduce((sum, each) => sum + each, 0),
  ];
}
