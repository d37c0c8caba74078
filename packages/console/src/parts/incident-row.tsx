import type { ReactNode } from 'react';
import { formatDuration, headline, plain, stateKey, type Tongue } from '@clew/words';
import { useClock } from '../clock.ts';
import type { Incident } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { CauseVerdictWord } from '../incident/cause-verdict.tsx';
import { SameFaults } from '../incident/same-as.tsx';
import { Time, useSay } from '../words/speak.tsx';
import { CauseLine } from './incident-lead.tsx';
import { Link } from './link.tsx';
import { healthOf, Mark } from './mark.tsx';

/** One incident in a list. */
export function IncidentRow({ incident, same = [], tongue }: { readonly incident: Incident; /** Others that were the same fault. */ readonly same?: readonly Incident[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const nowMs = useClock();
  const lasted = formatDuration(Math.max(0, (incident.resolvedMs ?? nowMs) - incident.onsetMs), tongue.language);
  return (
    <li>
      <span className="incident-mark"><Mark health={healthOf(incident)} size={14} /></span>
      <div>
        <p className="incident-title"><Link to={linkTo({ page: 'incident', id: incident.id })} data-row="">{plain(headline(incident, tongue))}</Link></p>
        <p className="incident-cause"><CauseLine incident={incident} tongue={tongue} /> <CauseVerdictWord incident={incident} tongue={tongue} /></p>
      </div>
      <p className="incident-facts"><span>{say(stateKey(incident))}</span><span>{say('incident.severity', { severity: say(`severity.${incident.severity}`) })}</span><Time at={incident.onsetMs} /><span className="num">{incident.resolvedMs === null ? say('incident.for', { duration: lasted }) : say('incidents.lasted', { duration: lasted })}</span><span className="num">{say('incidents.findings', { n: incident.findingIds.length })}</span></p>
      <SameFaults same={same} tongue={tongue} />
    </li>
  );
}
