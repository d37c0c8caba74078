import { type About, entityName, groupRuledOut, nodeOf, ruledOutSentence, type SameReason, seenThere } from '@clew/words';
import type { ReactNode } from 'react';
import type { RuledOut } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Sentence, useSay } from '../words/speak.tsx';

/** Lines that are told at once; the others stand behind one. */
const shownMost = 6;

/** What else was looked at, why it is not the cause, and what was seen there: one line a reason. */
export function RuledOutList({ ruledOut, about }: { readonly ruledOut: readonly RuledOut[]; readonly about: About }): ReactNode {
  const say = useSay();
  if (ruledOut.length === 0) return <p className="quiet">{say('incident.noneRuledOut')}</p>;
  const all = groupRuledOut(ruledOut);
  const list = (some: readonly SameReason[]): ReactNode => <ul className="ruled-out">{some.map((same) => <Reason key={`${same.reason} ${same.because}`} same={same} about={about} />)}</ul>;
  // One line is not worth folding.
  if (all.length <= shownMost + 1) return list(all);
  return <>{list(all.slice(0, shownMost))}<details className="more"><summary>{say('now.moreFindings', { n: all.length - shownMost })}</summary>{list(all.slice(shownMost))}</details></>;
}

function Reason({ same, about }: { readonly same: SameReason; readonly about: About }): ReactNode {
  const say = useSay();
  const [comma, colon] = about.language === 'zh' ? ['、', '：'] : [', ', ': '];
  const seen = same.all.map((each) => ({ entity: each.entity, words: seenThere(each, about) })).filter(({ words }) => words !== '');
  const link = (entity: string): ReactNode => <Link to={linkTo({ page: 'service', id: nodeOf(entity) })} className="name" data-row="">{entityName(entity, about.names)}</Link>;
  return (
    <li>
      {same.all.map(({ entity }, at) => <span key={entity}>{at === 0 ? '' : comma}{link(entity)}</span>)}{colon}
      <span className="soft"><Sentence pieces={ruledOutSentence(same, about)} /></span>
      {seen.length === 0 ? null : seen.length === 1 ? <span className="ruled-out-seen faint">{seen[0].words}</span>
        : <details className="ruled-out-seen"><summary>{say('incident.seenThere', { n: seen.length })}</summary><ul>{seen.map(({ entity, words }) => <li key={entity} className="faint">{entityName(entity, about.names)}{colon}{words}</li>)}</ul></details>}
    </li>
  );
}
