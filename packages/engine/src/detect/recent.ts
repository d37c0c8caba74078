import type { Room } from './rooms.ts';
import { fromTwoBytes, toTwoBytes } from '../base/two-bytes.ts';

/** The newest transformed values of a series, to start over from: for their median and spread 0.2 % (two-bytes.ts) is near enough. They go round in `length` cells. */
export interface Recent extends Room {
  /** All that ever came. */
  recents: number;
}

/** `from`: where in the room they begin. */
export function pushRecent(recent: Recent, from: number, length: number, y: number): void {
  recent.cells[recent.at + from + recent.recents % length] = toTwoBytes(y);
  recent.recents++;
}

/** Oldest first, `most` at most. */
export function readRecent({ cells, at, recents }: Recent, from: number, length: number, most: number): number[] {
  const many = Math.min(most, length, recents);
  return Array.from({ length: many }, (_, index) => fromTwoBytes(cells[at + from + (recents - many + index) % length]));
}
