import type { ReactNode } from 'react';
import { type About, entityName, formatConfidence, plain, whyLower } from '@clew/words';
import type { Cause, Explanation } from '../model.ts';
import { setFilters } from '../navigate.ts';
import { sayKind } from '../words/strings.ts';
import { useSay } from '../words/speak.tsx';

/** How sure, and of what else: choosing another candidate shows its thread. What is not known is a bar of its own. */
export function Sure({ explanation, chosen, about }: { readonly explanation: Explanation; readonly chosen: number; readonly about: About }): ReactNode {
  const say = useSay();
  const { outside = 0 } = explanation;
  return (
    <ul className="sure-list">
      {explanation.causes.map((cause, at) => (
        <li key={`${cause.entity} ${cause.kind}`}>
          <button type="button" aria-pressed={at === chosen} data-row="" onClick={() => setFilters({ cause: at === 0 ? '' : String(at) })}>
            <span>{entityName(cause.entity, about.names)} <span className="soft">{sayKind(about.language, 'cause', cause.kind)}</span></span>
            <span className="num">{formatConfidence(cause.confidence)}</span>
            <span className="sure-bar"><span className={at === chosen ? 'chosen' : undefined} style={{ width: `${100 * cause.confidence}%` }} /></span>
            <Lower cause={cause} best={explanation.causes[0]} about={about} />
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

/** Why a candidate stands below the first; of the first, what speaks against it. */
function Lower({ cause, best, about }: { readonly cause: Cause; readonly best: Cause; readonly about: About }): ReactNode {
  const words = plain(whyLower(cause, best, about));
  return words === '' ? null : <span className="sure-against soft">{words}</span>;
}
