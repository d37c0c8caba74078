import type { ReactNode } from 'react';
import type { Explanation, MissingData } from '../model.ts';
import { entityName, kindOf } from '../words/entity.ts';
import { fill, hasString, template } from '../words/strings.ts';
import { type Piece, sayKind, type Tongue } from '../words/sentence.ts';
import { Sentence, useSay } from '../words/speak.tsx';

/** What nobody sends yet and would tell the candidates apart; nothing where nothing is lacking. */
export function WouldSettle({ explanation: { wouldSettle = [] }, tongue }: { readonly explanation: Explanation; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (wouldSettle.length === 0) return null;
  return <><h2 className="what-now">{say('settle.title')}</h2><ul className="evidence-words">{wouldSettle.map((each) => <li key={each.kind}><Sentence pieces={missingSentence(each, tongue)} /></li>)}</ul></>;
}

function missingSentence({ kind, entities }: MissingData, tongue: Tongue): Piece[] {
  const { language } = tongue;
  const comma = language === 'zh' ? '、' : ', ';
  const who = entities.flatMap((entity, at): Piece[] => [...(at === 0 ? [] : [comma]), kindOf(entity) === 'host' ? `${sayKind(language, 'kind', 'host')} ${entityName(entity, tongue.names)}` : { entity, name: entityName(entity, tongue.names) }]);
  const key = `settle.${kind}`;
  // A kind of data that this page does not know yet is said as it was sent.
  if (!hasString(key)) return [`${kind}: `, ...who];
  return fill<Piece[]>(template(language, key), { who }, () => 0).flatMap((part) => part);
}
