import { Session } from 'node:inspector';

/**
 * Coverage of our decoders by V8's own block counters. It must be open before the code that it counts is loaded, and that
 * code then stays slow: it belongs in a thread of its own. New is a block, or a power of two of times through a block in
 * one look, that no look before has seen.
 */
export interface Coverage {
  /** Whether anything since the last look is new; it is remembered. */
  fresh(): boolean;
  /** The same, and nothing is remembered. */
  isFresh(): boolean;
  blocks(): number;
}

interface Range { readonly startOffset: number; readonly endOffset: number; readonly count: number }
interface Script { readonly url: string; readonly functions: readonly { readonly ranges: readonly Range[] }[] }

const isOurs = (url: string): boolean => /\/packages\/(otlp|server)\/src\//.test(url) && !url.includes('/fixture/');

export function openCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Map<string, number>();

  function look(remember: boolean): boolean {
    let isFresh = false;
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      for (const { url, functions } of answer.result as readonly Script[]) {
        if (!isOurs(url)) continue;
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          if (count === 0) continue;
          const key = `${url} ${startOffset} ${endOffset}`;
          const bit = 1 << Math.min(30, Math.floor(Math.log2(count)));
          const bits = seen.get(key) ?? 0;
          if ((bits & bit) !== 0) continue;
          isFresh = true;
          if (remember) seen.set(key, bits | bit);
        }
      }
    });
    return isFresh;
  }

  return { fresh: () => look(true), isFresh: () => look(false), blocks: () => seen.size };
}
