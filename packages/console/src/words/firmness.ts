import type { Cause } from '../model.ts';
import { formatConfidence } from './format.ts';
import { say } from './sentence.ts';
import type { Language } from './strings.ts';

/** How much an answer carries: what is thin must read thin and look thin wherever it is told. */
export type Firmness = 'firm' | 'likely' | 'thin';

const firmFrom = 0.8;
const likelyFrom = 0.5;
/** One piece of evidence may be chance: it makes an answer a grade less firm, however sure it is. */
const piecesForFirm = 2;

export function firmnessOf({ confidence, evidence }: Pick<Cause, 'confidence' | 'evidence'>): Firmness {
  if (confidence < likelyFrom) return 'thin';
  const single = evidence.length < piecesForFirm;
  if (confidence < firmFrom) return single ? 'thin' : 'likely';
  return single ? 'likely' : 'firm';
}

/** `93 % sure`, `likely, 62 % sure`, `thin evidence, 41 % sure`. */
export function sureWords(cause: Pick<Cause, 'confidence' | 'evidence'>, language: Language): string {
  return say(language, `sure.${firmnessOf(cause)}`, { share: formatConfidence(cause.confidence) });
}
