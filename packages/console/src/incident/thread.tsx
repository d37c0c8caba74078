import type { ReactNode } from 'react';
import type { Cause, Finding, PathStep } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { entityName, kindOf, nodeOf } from '../words/entity.ts';
import { formatDuration } from '../words/format.ts';
import { findingLine, sayKind, type Tongue } from '../words/sentence.ts';
import { Time, useSay } from '../words/speak.tsx';

/** The explanation, read downwards: one line from the symptom to the cause. */
export function Thread({ cause, findings, tongue, known }: { readonly cause: Cause; readonly findings: readonly Finding[]; readonly tongue: Tongue; readonly known: boolean }): ReactNode {
  const say = useSay();
  const symptomMs = cause.path.find((step) => step.onsetMs !== null)?.onsetMs ?? null;
  const last = cause.path.length - 1;
  return (
    <ol className={known ? 'thread' : 'thread frayed'}>
      {cause.path.map((step, at) => (
        <li key={step.entity} className={at === last ? 'thread-step end' : 'thread-step'}>
          <p className="thread-name">
            {at === 0 ? <span className="thread-role">{say('incident.symptom')}</span> : at === last && known ? <span className="thread-role">{say('incident.cause')}</span> : null}
            <Link to={linkTo({ page: 'service', id: nodeOf(step.entity) })} className="name" data-row="">{entityName(step.entity, tongue.names)}</Link>
            {kindOf(step.entity) === 'service' ? null : <span className="faint"> {sayKind(tongue.language, 'kind', kindOf(step.entity))}</span>}
          </p>
          {at === last ? <p>{sayKind(tongue.language, 'cause', cause.kind)}{cause.detail === '' ? null : <> · <code>{cause.detail}</code></>}</p> : null}
          <StepFindings step={step} findings={findings} tongue={tongue} />
          <p className="faint num"><Onset step={step} symptomMs={at === 0 ? null : symptomMs} tongue={tongue} /></p>
        </li>
      ))}
    </ol>
  );
}

const findingsShown = 3;

/** The findings that say most about the step: of the step itself, felt by people, furthest from normal. */
function StepFindings({ step, findings, tongue }: { readonly step: PathStep; readonly findings: readonly Finding[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const mine = new Set(step.findingIds);
  const own = (finding: Finding): number => (finding.entity === step.entity ? 2 : 0) + (finding.symptom ? 1 : 0);
  const ranked = findings.filter((finding) => mine.has(finding.id)).sort((a, b) => own(b) - own(a) || b.score - a.score || (a.id < b.id ? -1 : 1));
  return <>{ranked.slice(0, findingsShown).map((finding) => <p key={finding.id} className="soft">{finding.entity === step.entity ? '' : `${entityName(finding.entity, tongue.names)}: `}{findingLine(finding, tongue)}</p>)}{ranked.length > findingsShown ? <p className="faint">{say('incident.moreFindings', { n: ranked.length - findingsShown })}</p> : null}</>;
}

function Onset({ step: { onsetMs }, symptomMs, tongue: { language } }: { readonly step: PathStep; readonly symptomMs: number | null; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (onsetMs === null) return say('incident.noOnset');
  const awayMs = symptomMs === null ? null : symptomMs - onsetMs;
  return <><Time at={onsetMs} />{awayMs === null ? null : <> · {Math.abs(awayMs) < 1000 ? say('incident.same') : say(awayMs > 0 ? 'incident.before' : 'incident.after', { duration: formatDuration(Math.abs(awayMs), language) })}</>}</>;
}
