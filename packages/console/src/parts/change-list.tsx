import type { ReactNode } from 'react';
import { entityName, joinReleases, type Names, nodeOf, type Release } from '@clew/words';
import type { Change, Incident } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Time, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';

const shownMax = 8;

/** Changes that an explanation has as evidence. */
export function suspectsOf(incidents: readonly Incident[]): ReadonlySet<string> {
  return new Set(incidents.flatMap((incident) => incident.explanation.causes.flatMap((cause) => cause.evidence.flatMap((each) => (each.kind === 'change' ? [each.changeId] : [])))));
}

/** Newest first, one row for a release; what an explanation suspects is said so. */
export function ChangeList({ changes, names, suspects }: { readonly changes: readonly Change[]; readonly names: Names; readonly suspects: ReadonlySet<string> }): ReactNode {
  const say = useSay();
  if (changes.length === 0) return <p className="quiet">{say('now.noChanges')}</p>;
  return (
    <ul className="changes">
      {joinReleases(changes).slice(0, shownMax).map((release) => (
        <li key={release.changes[0].id}>
          <span className="change-time"><Time at={release.changes[0].atMs} /></span>
          <span className="change-what"><ReleaseLine release={release} names={names} suspects={suspects} /></span>
        </li>
      ))}
    </ul>
  );
}

function ReleaseLine({ release: { told, changes, kind }, names, suspects }: { readonly release: Release; readonly names: Names; readonly suspects: ReadonlySet<string> }): ReactNode {
  const say = useSay();
  const line = <>{told.entity === null ? null : <Link to={linkTo({ page: 'service', id: nodeOf(told.entity) })} className="name" data-row="">{entityName(told.entity, names)}</Link>} {told.what} <span className="faint">· {say(`change.${kind}`)}</span>{changes.some(({ id }) => suspects.has(id)) ? <span className="suspect"> ← {say('now.suspect')}</span> : null}</>;
  if (changes.length === 1) return line;
  // What opens holds no link: a control within a control is neither to a screen reader.
  return (
    <>{line} <details className="release">
      <summary>{say('change.events', { n: changes.length })}</summary>
      <ul>{changes.map((change) => <li key={change.id}><span className="change-time"><Time at={change.atMs} /></span><span className="change-what">{change.what} <span className="faint">· {say(`change.${change.kind}`)}</span></span></li>)}</ul>
    </details></>
  );
}
