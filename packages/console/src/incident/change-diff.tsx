import type { ReactNode } from 'react';
import { entityName, joinReleases, type Tongue } from '@clew/words';
import type { Change } from '../model.ts';
import { sayKind } from '../words/strings.ts';
import { Time } from '../words/speak.tsx';
import { lineDiff } from './line-diff.ts';

/** What was before and what came instead, for every part of the release that the change belongs to; null when nobody sent it. */
export function changeDiff(changeId: string, changes: readonly Change[], tongue: Tongue): ReactNode {
  const release = joinReleases(changes).find((each) => each.changes.some(({ id }) => id === changeId));
  const parts = (release?.changes ?? []).filter(({ from, to }) => from !== to);
  if (parts.length === 0) return null;
  return (
    <div className="change-diff">
      {parts.map((change) => (
        <figure key={change.id}>
          <figcaption><Time at={change.atMs} /> <b>{change.entity === null ? '' : entityName(change.entity, tongue.names)}</b> <span className="faint">{sayKind(tongue.language, 'change', change.kind)}</span></figcaption>
          <pre tabIndex={0}>{lineDiff(change.from, change.to).map(({ sign, text }, at) => (sign === ' ' ? <span key={at}>  {text}{'\n'}</span> : sign === '-' ? <del key={at}>- {text}{'\n'}</del> : <ins key={at}>+ {text}{'\n'}</ins>))}</pre>
        </figure>
      ))}
    </div>
  );
}
