import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from './case.ts';
import type { Result } from './result.ts';

/** How a run of a case ended; what it sent is not kept. */
export type KeptResult = Pick<Result, 'reason' | 'tookMs'> & { readonly outcome: Outcome };

/** Results of a long run as they come, a line of JSON each, so that one that was ended in the middle goes on where it was. */
export interface Kept {
  /** By id. */
  readonly results: ReadonlyMap<string, KeptResult>;
  add(result: Result): void;
  /** All were asked: the next run begins anew. */
  finish(): void;
}

/** `of` says what was asked, and how; results of anything else are thrown away. A last line that was cut is passed over. */
export function openKept(path: string, of: string): Kept {
  const results = new Map<string, KeptResult>();
  const [head, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [''];
  if (head === JSON.stringify({ of })) {
    for (const line of lines) {
      const read = readLine(line);
      if (read !== null) results.set(read.id, read);
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, [JSON.stringify({ of }), ...[...results].map(([id, result]) => JSON.stringify({ ...result, id })), ''].join('\n'));
  return {
    results,
    add: ({ id, outcome, reason, tookMs }) => appendFileSync(path, `${JSON.stringify({ id, outcome, reason, tookMs: Math.round(tookMs) })}\n`),
    finish: () => rmSync(path, { force: true }),
  };
}

function readLine(line: string): (KeptResult & { readonly id: string }) | null {
  try {
    return JSON.parse(line) as KeptResult & { readonly id: string };
  } catch {
    return null;
  }
}
