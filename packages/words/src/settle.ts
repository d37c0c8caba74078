import type { MissingData } from '@clew/engine';
import { fill } from './fill.ts';
import { listed, named, type Piece, type Tongue } from './piece.ts';
import { hasSentence, template } from './say.ts';

/** What nobody sends yet, and that would tell the candidates apart. */
export function missingSentence({ kind, entities }: MissingData, tongue: Tongue): Piece[] {
  const who = listed(entities.map((entity) => named(entity, tongue)), tongue);
  const key = `settle.${kind}`;
  // A kind of data that is not known here yet is said as it was sent.
  if (!hasSentence(key)) return [`${kind}: `, ...who];
  return fill<readonly Piece[]>(template(tongue.language, key), { who }, () => 0).flat();
}
