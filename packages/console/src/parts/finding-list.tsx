import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { entityName, findingLine, type Tongue } from '@clew/words';
import { announceRow } from '../api/verdicts.ts';
import { MaintenanceChip } from '../finding/maintenance-chip.tsx';
import { VerdictWord } from '../finding/verdict-buttons.tsx';
import type { Finding } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Time, useSay } from '../words/speak.tsx';
import { Bones } from './answered.tsx';
import { Link } from './link.tsx';
import { Mark } from './mark.tsx';

const FindingDetail = lazy(async () => ({ default: (await import('../finding/finding-detail.tsx')).FindingDetail }));

/** One finding opens in place; which one is in the address. `more`: how many stand folded behind a finding, by its id. */
export function FindingList({ findings, tongue, more }: { readonly findings: readonly Finding[]; readonly tongue: Tongue; readonly more?: ReadonlyMap<string, number> }): ReactNode {
  const { filters } = useRoute();
  return <ul className="findings">{findings.map((finding) => <FindingRow key={finding.id} finding={finding} tongue={tongue} more={more?.get(finding.id) ?? 0} opened={filters.finding === finding.id} />)}</ul>;
}

function FindingRow({ finding, tongue, more, opened }: { readonly finding: Finding; readonly tongue: Tongue; readonly more: number; readonly opened: boolean }): ReactNode {
  const say = useSay();
  useEffect(() => announceRow(finding), [finding]);
  return (
    <li data-finding={finding.id} className={opened ? 'opened' : undefined}>
      <span className="change-time"><Time at={finding.onsetMs} /></span>
      <span className="change-what">
        {finding.active ? <><Mark health={finding.symptom ? 'broken' : 'watch'} size={10} /> </> : null}<Link to={linkTo({ page: 'service', id: finding.node })} className="name" data-row="">{entityName(finding.entity, tongue.names)}</Link> {findingLine(finding, tongue)}{finding.active ? null : <span className="faint"> {say('service.over')}</span>}{more > 0 ? <span className="faint"> {say('incident.moreFindings', { n: more })}</span> : null} <MaintenanceChip finding={finding} /> <VerdictWord finding={finding} /> <Why finding={finding} opened={opened} />
      </span>
      {opened ? <div className="finding-place"><FindingInPlace finding={finding} tongue={tongue} /></div> : null}
    </li>
  );
}

/** The way into a finding, and out of it again. */
export function Why({ finding, opened }: { readonly finding: Finding; readonly opened: boolean }): ReactNode {
  const say = useSay();
  return <button type="button" className="plain why-button" data-row="" aria-expanded={opened} onClick={() => setFilters({ finding: opened ? '' : finding.id })}>{say(opened ? 'finding.close' : 'finding.open')}</button>;
}

export function FindingInPlace({ finding, tongue }: { readonly finding: Finding; readonly tongue: Tongue }): ReactNode {
  return <Suspense fallback={<Bones rows={5} widths={[60, 20]} />}><FindingDetail finding={finding} tongue={tongue} /></Suspense>;
}
