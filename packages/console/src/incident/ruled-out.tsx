import type { ReactNode } from 'react';
import type { RuledOut } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { entityName, nodeOf } from '../words/entity.ts';
import { evidenceSentence, ruledOutSentence } from '../words/evidence.ts';
import type { Tongue } from '../words/sentence.ts';
import { Sentence, useSay } from '../words/speak.tsx';

/** What else was looked at, why it is not the cause, and what was seen there. */
export function RuledOutList({ ruledOut, tongue }: { readonly ruledOut: readonly RuledOut[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (ruledOut.length === 0) return <p className="quiet">{say('incident.noneRuledOut')}</p>;
  // The same reason for several is one line, unless there is something to show of one.
  const lines = Map.groupBy(ruledOut, ({ entity, reason, because, evidence }) => (evidence.length > 0 ? entity : `${reason} ${because}`));
  const [comma, colon] = tongue.language === 'zh' ? ['、', '：'] : [', ', ': '];
  return (
    <ul className="ruled-out">
      {[...lines].map(([line, same]) => (
        <li key={line}>
          {same.map((each, at) => <span key={each.entity}>{at === 0 ? '' : comma}<Link to={linkTo({ page: 'service', id: nodeOf(each.entity) })} className="name" data-row="">{entityName(each.entity, tongue.names)}</Link></span>)}{colon}
          <span className="soft"><Sentence pieces={ruledOutSentence(same[0], tongue)} /></span>
          {same[0].evidence.length === 0 ? null : <span className="ruled-out-seen faint"><Sentence pieces={evidenceSentence(same[0].evidence[0], tongue)} /></span>}
        </li>
      ))}
    </ul>
  );
}
