import type { EdgeKind, Finding } from '../../model/index.ts';
import { isError, isLatency } from '../facts.ts';
import { sizeOf } from './node-vector.ts';

const kinds = ['waits', 'message', 'runs on'] as const;
/** What is told of each edge, in this order. */
export const edgeColumns: readonly string[] = [...kinds.map((kind) => `is ${kind}`), 'slower', 'failing', 'asked less', 'asked more', 'lost', 'new', 'share of the caller\'s time', 'share of the caller\'s added time', 'share added on the way', 'share of the caller\'s new errors'];

export interface EdgeFacts {
  readonly kind: EdgeKind | 'runs on';
  /** Of the edge itself: what its caller sees. */
  readonly findings: readonly Finding[];
  readonly isLost: boolean;
  readonly isNew: boolean;
  /** Shares, 0..1, of the caller's requests' time before, of what that grew by, of that on the way to the callee, and of their new errors, all at the callee itself. */
  readonly time: number;
  readonly addedTime: number;
  readonly addedOnTheWay: number;
  readonly newErrors: number;
}

export function writeEdge(row: Float32Array, facts: EdgeFacts): void {
  const kind = facts.kind === 'runs on' || facts.kind === 'message' ? facts.kind : 'waits';
  const largest = (of: (finding: Finding) => boolean): number => Math.max(0, ...facts.findings.filter(of).map(sizeOf));
  const values = [
    ...kinds.map((each) => (each === kind ? 1 : 0)), largest((finding) => isLatency(finding) && finding.direction === 'up'), largest((finding) => isError(finding) && finding.direction === 'up'),
    largest((finding) => finding.feature === 'request_rate' && finding.direction !== 'up'), largest((finding) => finding.feature === 'request_rate' && finding.direction === 'up'),
    facts.isLost ? 1 : 0, facts.isNew ? 1 : 0, facts.time, facts.addedTime, facts.addedOnTheWay, facts.newErrors,
  ];
  row.set(values);
}
