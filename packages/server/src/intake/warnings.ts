import { warningWords } from '@clew/otlp';
import type { Batch, Warning } from '@clew/otlp';

/** A sender that does the same again and again is told once in a while: its SDK logs every warning that it is given. */
const quietMs = 60_000;
/** Sources that are remembered for that; beyond it the oldest is forgotten, and may be told sooner. */
const sourcesMax = 10_000;

/** What was kept and is still worth saying: told in the partial success, and counted always. */
export interface Warnings {
  /** Words for the sender, or null where there is nothing to say, or it was said a short while ago. */
  tell(batch: Batch, source: string, nowMs: number): string | null;
  counts(): Readonly<Record<Warning, number>>;
}

export function makeWarnings(): Warnings {
  const counts: Record<Warning, number> = { duplicate_key: 0, infinite_bound: 0, entity_ref: 0 };
  const toldMs = new Map<string, number>();
  return {
    counts: () => ({ ...counts }),
    tell({ warnings }, source, nowMs) {
      if (warnings.size === 0) return null;
      for (const [warning, count] of warnings) counts[warning] += count;
      const last = toldMs.get(source);
      if (last !== undefined && nowMs - last < quietMs) return null;
      toldMs.delete(source);
      toldMs.set(source, nowMs);
      if (toldMs.size > sourcesMax) for (const oldest of toldMs.keys()) { toldMs.delete(oldest); break; }
      return `All was kept, but: ${[...warnings].map(([warning, count]) => `${count} × ${warningWords[warning]}`).join('; ')}`;
    },
  };
}
