import type { Case, Door, Outcome } from './case.ts';
import { doorWords } from './case.ts';
import type { Exchange } from './client/exchange.ts';
import { sectionOf } from './items/table.ts';

export interface Result {
  /** `json/64/ids-in-upper-case/traces/json` */
  readonly id: string;
  readonly case: Case;
  readonly door: Door | null;
  readonly outcome: Outcome;
  /** What was wrong, or why it was skipped; empty where it passed. */
  readonly reason: string;
  readonly exchanges: readonly Exchange[];
  readonly tookMs: number;
}

/** Signs that tell names apart get words. */
const spelled = (name: string): string => name.replaceAll('"', ' quote ').replaceAll(/(^|\s)-(?=[\dI])/g, '$1minus ').replaceAll('µ', 'micro ');
export const slugOf = (name: string): string => spelled(name).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
export const idOf = (each: Case, door: Door | null): string => `${sectionOf(each.item)}/${each.item}/${slugOf(each.name)}${door === null ? '' : `/${doorWords(door)}`}`;

export type Tally = Readonly<Record<Outcome, number>>;
export function tallyOf(results: readonly Result[]): Tally {
  const tally = { pass: 0, fail: 0, differs: 0, skipped: 0 };
  for (const { outcome } of results) tally[outcome]++;
  return tally;
}
