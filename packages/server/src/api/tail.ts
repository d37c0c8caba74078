import type { StoredLog } from '@clew/engine';
import type { EventStream } from './stream.ts';

export const tailLimits = {
  /** Lines given out at once; at 5 times a second that is 2,000 lines a second. */
  linesPerTurn: 400,
} as const;

/** What one live tail holds between two turns. More than a turn's lines are left out and counted. */
export interface Tail {
  /** How many more lines this turn takes. */
  room(): number;
  take(taken: { readonly logs: readonly StoredLog[]; readonly skipped: number }): void;
  give(out: EventStream): void;
}

export function openTail(linesPerTurn: number = tailLimits.linesPerTurn): Tail {
  let waiting: StoredLog[] = [];
  let skipped = 0;
  return {
    room: () => linesPerTurn - waiting.length,
    take(taken) {
      waiting.push(...taken.logs);
      skipped += taken.skipped;
    },
    give(out) {
      for (const log of waiting) if (!out.send('log', log)) skipped++;
      waiting = [];
      // Stays due while the client is too slow even for this.
      if (skipped > 0 && out.send('skipped', { count: skipped })) skipped = 0;
    },
  };
}
