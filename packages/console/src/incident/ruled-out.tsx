import type { ReactNode } from 'react';
import type { RuledOut } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { entityName, nodeOf } from '../words/entity.ts';
import { evidenceSentence, ruledOutSentence } from '../words/evidence.ts';
import type { Tongue } from '../words/sentence.ts';
import { Sentence, useSay } from '../words/speak.tsx';

/** Lines that are told at once; the others stand behind one. */
const shownMost = 6;

/** What else was looked at, why it is not the cause, and what was seen there. */
export function RuledOutList({ ruledOut, tongue }: { readonly ruledOut: readonly RuledOut[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (ruledOut.length === 0) return <p className="quiet">{say('incident.noneRuledOut')}</p>;
  // The same reason for several is one line, unless there is something to show of one.
  const lines = Map.groupBy(ruledOut, ({ entity, reason, because, evidence }) => (evidence.length > 0 ? entity : `${reason} ${because}`));
  const all = [...lines.values()];
  const list = (some: readonly (readonly RuledOut[])[]): ReactNode => <ul className="ruled-out">{some.map((same) => <Line key={same.map(({ entity }) => entity).join(' ')} same={same} tongue={tongue} />)}</ul>;
  // One line is not worth folding.
  if (all.length <= shownMost + 1) return list(all);
  return <>{list(all.slice(0, shownMost))}<details className="more"><summary>{say('now.moreFindings', { n: all.length - shownMost })}</summary>{list(all.slice(shownMost))}</details></>;
}

function Line({ same, tongue }: { readonly same: readonly RuledOut[]; readonly tongue: Tongue }): ReactNode {
  const [comma, colon] = tongue.language === 'zh' ? ['、', '：'] : [', ', ': '];
  const [first] = same;
  return (
    <li>
      {same.map((each, at) => <span key={each.entity}>{at === 0 ? '' : comma}<Link to={linkTo({ page: 'service', id: nodeOf(each.entity) })} className="name" data-row="">{entityName(each.entity, tongue.names)}</Link></span>)}{colon}
      <span className="soft"><Sentence pieces={ruledOutSentence(first, tongue)} /></span>
      {first.evidence.length === 0 ? null : <span className="ruled-out-seen faint"><Sentence pieces={evidenceSentence(first.evidence[0], tongue)} /></span>}
    </li>
  );
}
