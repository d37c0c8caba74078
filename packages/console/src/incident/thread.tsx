import type { ReactNode } from 'react';
import { distinct, entityName, findingLine, kindOf, nodeOf, relativeTo, type Tongue } from '@clew/words';
import type { Cause, Finding, PathStep } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { sayKind } from '../words/strings.ts';
import { glued, Time, useSay } from '../words/speak.tsx';

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
            {at === 0 ? <span className="thread-role">{say(last === 0 && known ? 'incident.symptomAndCause' : 'incident.symptom')}</span> : at === last && known ? <span className="thread-role">{say('incident.cause')}</span> : null}
            <Link to={linkTo({ page: 'service', id: nodeOf(step.entity) })} className="name" data-row="">{entityName(step.entity, tongue.names)}</Link>
            {kindOf(step.entity) === 'service' ? null : <span className="faint"> {sayKind(tongue.language, 'kind', kindOf(step.entity))}</span>}
          </p>
          {at === last ? <p className="thread-line-words" title={cause.detail}>{sayKind(tongue.language, 'cause', cause.kind)}{cause.detail === '' ? null : <> · <code>{cause.detail}</code></>}</p> : null}
          <StepLines step={step} findings={findings} tongue={tongue} linesAbove={at === last ? 1 : 0} symptomMs={at === 0 ? null : symptomMs} />
        </li>
      ))}
    </ol>
  );
}

/** A step is at most so many lines beneath its name, the last of them its onset. */
const linesMost = 3;

/** The findings that say most about the step, each with something of its own; the rest are in the timeline. */
function StepLines({ step, findings, tongue, linesAbove, symptomMs }: { readonly step: PathStep; readonly findings: readonly Finding[]; readonly tongue: Tongue; readonly linesAbove: number; readonly symptomMs: number | null }): ReactNode {
  const say = useSay();
  const mine = new Set(step.findingIds);
  const own = findings.filter((finding) => mine.has(finding.id));
  const shown = distinct(own, step.entity).slice(0, linesMost - linesAbove - 1);
  const left = own.length - shown.length;
  return (
    <>
      {shown.map((finding) => {
        const said = `${nodeOf(finding.entity) === step.entity || finding.entity === step.edge ? '' : `${entityName(finding.entity, tongue.names)}: `}${findingLine(finding, tongue)}`;
        return <p key={finding.id} className="soft thread-line-words" title={said}>{glued(said)}</p>;
      })}
      <p className="faint num thread-line-words"><Onset step={step} symptomMs={symptomMs} tongue={tongue} />{left > 0 ? <span title={say('incident.moreFindings', { n: left })}> · +{left}</span> : null}</p>
    </>
  );
}

function Onset({ step: { onsetMs }, symptomMs, tongue }: { readonly step: PathStep; readonly symptomMs: number | null; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  if (onsetMs === null) return say('incident.noOnset');
  return <><Time at={onsetMs} />{symptomMs === null ? null : <> · {relativeTo(symptomMs, onsetMs, tongue)}</>}</>;
}
