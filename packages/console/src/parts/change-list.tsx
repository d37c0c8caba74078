import type { ReactNode } from 'react';
import type { Change } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { entityName, nodeOf, type Names } from '../words/entity.ts';
import { Time, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';

const shownMax = 8;

/** Newest first; what an explanation suspects is said so. */
export function ChangeList({ changes, names, suspects }: { readonly changes: readonly Change[]; readonly names: Names; readonly suspects?: ReadonlySet<string> }): ReactNode {
  const say = useSay();
  if (changes.length === 0) return <p className="quiet">{say('now.noChanges')}</p>;
  const newest = [...changes].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? -1 : 1)).slice(0, shownMax);
  return (
    <ul className="changes">
      {newest.map((change) => (
        <li key={change.id}>
          <span className="change-time"><Time at={change.atMs} /></span>
          <span className="change-what">{change.entity === null ? null : <Link to={linkTo({ page: 'service', id: nodeOf(change.entity) })} className="name" data-row="">{entityName(change.entity, names)}</Link>} {change.what} <span className="faint">{say(`change.${change.kind}`)}</span>{suspects?.has(change.id) ? <span className="suspect"> ← {say('now.suspect')}</span> : null}</span>
        </li>
      ))}
    </ul>
  );
}
