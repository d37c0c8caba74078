import type { ReactNode } from 'react';
import { headline, leadsTo, plain, type Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { Incident, IncidentsResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Rich, Time, useSay } from '../words/speak.tsx';

/** An incident that turned out to be the fault of another one leads on: its findings, and what is known by now, stand there. */
export function SameAs({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const { data } = useAnswer<IncidentsResponse>('/incidents', { live: true });
  const into = incident.mergedInto;
  if (into === null) return null;
  const target = data === undefined ? null : leadsTo(incident, data.incidents);
  return <p className="same-as"><Rich name="merged.into" values={{ incident: <Link to={linkTo({ page: 'incident', id: target?.id ?? into })} data-row="">{target === null ? into : plain(headline(target, tongue))}</Link> }} /></p>;
}

/** Two faults that began as one incident: each says where the other is told. */
export function Apart({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const all = useAnswer<IncidentsResponse>('/incidents', { live: true }).data?.incidents ?? [];
  const told = (id: string): ReactNode => {
    const other = all.find((each) => each.id === id);
    return <Link to={linkTo({ page: 'incident', id })} data-row="">{other === undefined ? id : plain(headline(other, tongue))}</Link>;
  };
  const from = all.find(({ timeline }) => timeline.some(({ kind, subject }) => kind === 'divided' && subject === incident.id));
  return (
    <>
      {incident.timeline.filter(({ kind }) => kind === 'divided').map(({ subject }) => <p key={subject} className="same-as"><Rich name="apart.other" values={{ incident: told(subject) }} /></p>)}
      {from === undefined ? null : <p className="same-as"><Rich name="apart.from" values={{ incident: told(from.id) }} /></p>}
    </>
  );
}

/** In a list: those that were the same fault, behind one line. */
export function SameFaults({ same, tongue }: { readonly same: readonly Incident[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (same.length === 0) return null;
  return (
    <details className="same-faults">
      <summary>{say('merged.more', { n: same.length })}</summary>
      <ul>{same.map((each) => <li key={each.id}><Time at={each.onsetMs} /> <Link to={linkTo({ page: 'incident', id: each.id })}>{plain(headline(each, tongue))}</Link></li>)}</ul>
    </details>
  );
}
