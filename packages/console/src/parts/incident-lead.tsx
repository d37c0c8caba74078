import type { ReactNode } from 'react';
import { causeHead, causeWords, firmnessOf, formatConfidence, headline, knownCause, nextStep, notKnownKey, secondLine, type Tongue } from '@clew/words';
import type { Incident } from '../model.ts';
import { CauseVerdictWord } from '../incident/cause-verdict.tsx';
import { linkTo } from '../navigate.ts';
import { glued, Sentence, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';
import { healthOf, Mark } from './mark.tsx';

/** What broke, and beneath it on the thread, why and how sure. */
export function IncidentLead({ incident, tongue, row = false }: { readonly incident: Incident; readonly tongue: Tongue; readonly row?: boolean }): ReactNode {
  const say = useSay();
  const to = linkTo({ page: 'incident', id: incident.id });
  return (
    <article className="lead">
      <h2 className="lead-sentence"><span className="lead-mark"><Mark health={healthOf(incident)} size={16} /></span><span><Sentence pieces={headline(incident, tongue)} /></span></h2>
      <p className="lead-cause"><CauseLine incident={incident} tongue={tongue} /> <CauseVerdictWord incident={incident} tongue={tongue} /> <Link to={to} className="why" data-row={row ? '' : undefined}>{say('cause.why')} ›</Link></p>
      <WhatNow incident={incident} tongue={tongue} />
    </article>
  );
}

/** What a person can do about it; of what is over, nothing. */
export function WhatNow({ incident, tongue: { language } }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  return incident.state === 'resolved' ? null : <p className="lead-next"><b>{say('incident.next')}</b> {nextStep(incident, language)}</p>;
}

/** The cause in one line; *unknown* is said as such. */
export function CauseLine({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const cause = knownCause(incident);
  if (cause !== null) {
    const { detail, fact } = causeWords(cause, tongue);
    const second = secondLine(incident, tongue);
    return <><span className={`knot ${firmnessOf(cause)}`} aria-hidden="true" /><span className="cause-text">{causeHead(cause, tongue)}{detail === '' ? null : <> · <code>{detail}</code></>}</span> <span className="sure num">{say('sure.firm', { share: formatConfidence(cause.confidence) })}</span>{fact === '' ? null : <span className="cause-fact soft"> · {glued(fact)}</span>}{second === '' ? null : <span className="cause-second"> {second}</span>}</>;
  }
  const [best] = incident.explanation.causes;
  const guess = best === undefined || best.kind === 'unknown' ? null : causeWords(best, tongue);
  return <><span className="knot open" aria-hidden="true" /><span className="cause-text"><b>{say(notKnownKey(incident.explanation))}</b>{guess === null ? null : <> {say('cause.bestGuess', { name: guess.name, kind: guess.kind, share: formatConfidence(best?.confidence ?? 0) })}</>}</span></>;
}
