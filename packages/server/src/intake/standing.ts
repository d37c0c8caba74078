/**
 * Who has sent little of late. The last part of the log, and of what waits for the disk, is kept for them: while one source
 * sends more than the server can work off, others still get through.
 */
export interface Standing {
  /** Bytes of this source were taken. */
  note(source: string, bytes: number): void;
  /** Less than a tenth of what all sources sent in the last half to whole minute. */
  isSmall(source: string): boolean;
}

const smallShare = 0.1;
const windowMs = 30_000;
/** Sources that are told apart; those beyond count as one, and are then hardly small. */
const sourcesMax = 1_000;
const others = '';

interface Window { readonly bySource: Map<string, number>; sum: number }

export function makeStanding(nowMs: () => number): Standing {
  const empty = (): Window => ({ bySource: new Map(), sum: 0 });
  let [now, before] = [empty(), empty()];
  let sinceMs = nowMs();

  function turn(): void {
    const passed = nowMs() - sinceMs;
    if (passed < windowMs) return;
    before = passed < 2 * windowMs ? now : empty();
    now = empty();
    sinceMs = nowMs();
  }
  const nameIn = ({ bySource }: Window, source: string): string => (bySource.has(source) || bySource.size < sourcesMax ? source : others);
  const bytesIn = (window: Window, source: string): number => window.bySource.get(nameIn(window, source)) ?? 0;

  return {
    note(source, bytes) {
      turn();
      const name = nameIn(now, source);
      now.bySource.set(name, (now.bySource.get(name) ?? 0) + bytes);
      now.sum += bytes;
    },
    isSmall(source) {
      turn();
      return bytesIn(now, source) + bytesIn(before, source) < smallShare * (now.sum + before.sum);
    },
  };
}
