import type { ReactNode } from 'react';
import type { Finding } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { entityName } from '../words/entity.ts';
import { findingLine, type Tongue } from '../words/sentence.ts';
import { Time, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';

/** `more`: how many stand folded behind a finding, by its id. */
export function FindingList({ findings, tongue, more }: { readonly findings: readonly Finding[]; readonly tongue: Tongue; readonly more?: ReadonlyMap<string, number> }): ReactNode {
  const say = useSay();
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <li key={finding.id}>
          <span className="change-time"><Time at={finding.onsetMs} /></span>
          <span className="change-what">{finding.active ? <><Mark health={finding.symptom ? 'broken' : 'watch'} size={10} /> </> : null}<Link to={linkTo({ page: 'service', id: finding.node })} className="name" data-row="">{entityName(finding.entity, tongue.names)}</Link> {findingLine(finding, tongue)}{finding.active ? null : <span className="faint"> {say('service.over')}</span>}{(more?.get(finding.id) ?? 0) > 0 ? <span className="faint"> {say('incident.moreFindings', { n: more?.get(finding.id) ?? 0 })}</span> : null}</span>
        </li>
      ))}
    </ul>
  );
}
