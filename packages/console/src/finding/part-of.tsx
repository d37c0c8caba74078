import type { ReactNode } from 'react';
import type { Tongue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { IncidentsResponse } from '../model.ts';
import { IncidentRow } from '../parts/incident-row.tsx';
import { WhatNow } from '../parts/incident-lead.tsx';

/** The incident that explains a finding: why, how sure and what now are told before the finding's own details. */
export function PartOf({ incidentIds, tongue }: { readonly incidentIds: readonly string[]; readonly tongue: Tongue }): ReactNode {
  const { data } = useAnswer<IncidentsResponse>('/incidents', { live: true });
  const incident = data?.incidents.find(({ id }) => id === incidentIds[0]);
  if (incident === undefined) return null;
  return <div className="part-of"><ul className="incident-list"><IncidentRow incident={incident} tongue={tongue} /></ul><WhatNow incident={incident} tongue={tongue} /></div>;
}
