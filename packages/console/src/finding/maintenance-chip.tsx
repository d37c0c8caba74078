import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { Finding, Maintenance, MaintenanceResponse } from '../model.ts';
import { useSay, Time } from '../words/speak.tsx';

/** Beside a finding that announced work covers. In a list the reason is in its title; `whole` says it. */
export function MaintenanceChip({ finding, work, whole = false }: { readonly finding: Finding; readonly work?: Maintenance | null; readonly whole?: boolean }): ReactNode {
  const say = useSay();
  const { data } = useAnswer<MaintenanceResponse>(finding.maintenance === null || work !== undefined ? null : '/maintenance');
  if (finding.maintenance === null) return null;
  const found = work ?? data?.maintenance.find(({ id }) => id === finding.maintenance) ?? null;
  const reason = found === null ? '' : found.reason;
  if (!whole) return <span className="verdict-word" title={reason === '' ? undefined : reason}>{say('maintenance.under')}</span>;
  return <span><span className="verdict-word">{say('maintenance.under')}</span>{found === null ? null : <span className="break"> {reason === '' ? '' : `${reason}, `}{say('maintenance.until')} <Time at={found.toMs} /></span>}</span>;
}
