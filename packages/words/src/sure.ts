import type { Cause } from '@clew/engine';
import { formatConfidence } from './format.ts';
import type { Language } from './language.ts';
import { plain, type Piece } from './piece.ts';
import { say } from './say.ts';
import { againstSentence, tellEvidence, type About } from './evidence.ts';

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

/** What speaks against a candidate, or why it stands below the first one; nothing of the first, against which nothing speaks. */
export function whyLower(cause: Cause, best: Cause, about: About): Piece[] {
  const { language } = about;
  const [strongest] = tellEvidence(cause.against, about, againstSentence).facts;
  if (strongest !== undefined) return [say(language, cause === best ? 'lower.first' : 'lower.against', { what: plain(strongest.pieces) })];
  if (cause === best) return [];
  return [cause.evidence.length < best.evidence.length ? say(language, 'lower.fewer', { n: cause.evidence.length, best: best.evidence.length }) : say(language, 'lower.weaker')];
}
