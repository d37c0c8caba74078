import type { Level } from '../case.ts';

/** One row of the checklist. */
export interface Item {
  readonly number: number;
  /** The strictest that the item asks; a case of it may ask less. */
  readonly level: Level;
  /** Where the sentence stands: a section of the OTLP specification, a published .proto file, another standard, or "nowhere" for policies. */
  readonly source: string;
  /** The sentence, in our own words. */
  readonly sentence: string;
  /** Why no case can see it from outside; empty for items that have cases. */
  readonly untestable: string;
}

type Letter = 'M' | 'S' | 'P';
export type Row = readonly [number: number, letter: Letter, source: string, sentence: string, untestable?: string];
const levels: Readonly<Record<Letter, Level>> = { M: 'MUST', S: 'SHOULD', P: 'POLICY' };

export const toItems = (rows: readonly Row[]): readonly Item[] => rows.map(([number, letter, source, sentence, untestable = '']) => ({ number, level: levels[letter], source, sentence, untestable }));
