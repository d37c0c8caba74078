import { missingSentence, startSentence, type Tongue } from '@clew/words';
import type { ReactNode } from 'react';
import type { Explanation } from '../model.ts';
import { Sentence, useSay } from '../words/speak.tsx';

/** What nobody sends yet and would tell the candidates apart; nothing where nothing is lacking. */
export function WouldSettle({ explanation: { wouldSettle = [] }, tongue }: { readonly explanation: Explanation; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (wouldSettle.length === 0) return null;
  return <><h2 className="what-now">{say('settle.title')}</h2><ul className="evidence-words">{wouldSettle.map((each) => <li key={each.kind}><Sentence pieces={startSentence(missingSentence(each, tongue))} /></li>)}</ul></>;
}
