import type { ReactNode } from 'react';
import type { Cause, Explanation } from '../model.ts';
import { setFilters } from '../navigate.ts';
import { entityName } from '../words/entity.ts';
import { evidenceSentence } from '../words/evidence.ts';
import { formatConfidence } from '../words/format.ts';
import { plain, sayKind, type Tongue } from '../words/sentence.ts';
import { useSay } from '../words/speak.tsx';

/** How sure, and of what else: choosing another candidate shows its thread. What is not known is a bar of its own. */
export function Sure({ explanation, chosen, tongue }: { readonly explanation: Explanation; readonly chosen: number; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { outside = 0 } = explanation;
  return (
    <ul className="sure-list">
      {explanation.causes.map((cause, at) => (
        <li key={`${cause.entity} ${cause.kind}`}>
          <button type="button" aria-pressed={at === chosen} data-row="" onClick={() => setFilters({ cause: at === 0 ? '' : String(at) })}>
            <span>{entityName(cause.entity, tongue.names)} <span className="soft">{sayKind(tongue.language, 'cause', cause.kind)}</span></span>
            <span className="num">{formatConfidence(cause.confidence)}</span>
            <span className="sure-bar"><span className={at === chosen ? 'chosen' : undefined} style={{ width: `${100 * cause.confidence}%` }} /></span>
            {at === 0 && cause.against.length === 0 ? null : <span className="sure-against soft"><WhyNot cause={cause} best={explanation.causes[0]} tongue={tongue} /></span>}
          </button>
        </li>
      ))}
      {outside === 0 ? null : <NotKnown words={say('incident.outsideShare')} share={outside} />}
      <NotKnown words={say('incident.unknownShare')} share={explanation.unknown - outside} />
    </ul>
  );
}

function NotKnown({ words, share }: { readonly words: string; readonly share: number }): ReactNode {
  return <li className="sure-unknown"><span>{words}</span><span className="num">{formatConfidence(share)}</span><span className="sure-bar"><span className="not-known" style={{ width: `${100 * share}%` }} /></span></li>;
}

/** What speaks against a candidate; of one against which nothing speaks, why it is not the first. */
function WhyNot({ cause, best, tongue }: { readonly cause: Cause; readonly best: Cause; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const [strongest] = cause.against;
  if (strongest !== undefined) return say('sure.against', { what: plain(evidenceSentence(strongest, tongue)) });
  return cause.evidence.length < best.evidence.length ? say('sure.nothingAgainst', { n: cause.evidence.length, best: best.evidence.length }) : say('sure.weaker');
}
