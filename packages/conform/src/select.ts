import type { Case, Door } from './case.ts';
import { idOf } from './result.ts';

/** Whether a run of a case is asked for: item numbers, ranges, or words that all stand in its id, as in `37,64-78,traces/grpc`. */
export function makeSelect(only: string): (each: Case, door: Door | null) => boolean {
  const terms = only.split(',').map((term) => term.trim()).filter((term) => term !== '');
  if (terms.length === 0) return () => true;
  return (each, door) => terms.some((term) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(term);
    if (range !== null) return each.item >= Number(range[1]) && each.item <= Number(range[2] ?? range[1]);
    const parts = idOf(each, door).split('/');
    return term.split('/').every((word) => parts.includes(word));
  });
}
