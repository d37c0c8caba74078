import type { ReactNode } from 'react';
import { type About, againstSentence, evidenceSentence, formatNumber, startSentence, tellEvidence, templateText, type Tongue } from '@clew/words';
import { TracePair } from '../draw/mini-waterfall.tsx';
import type { Cause, Change, Evidence, Finding } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Sentence, useSay } from '../words/speak.tsx';
import { changeDiff } from './change-diff.tsx';
import { EvidenceSeries } from './evidence-series.tsx';

/** Evidence in words, what was seen; what models reckon stands behind a fold, and opens by itself only where there is nothing else. */
export function EvidenceList({ evidence, about, against = false }: { readonly evidence: readonly Evidence[]; readonly about: About; readonly against?: boolean }): ReactNode {
  const say = useSay();
  const { facts, statistics } = tellEvidence(evidence, about, against ? againstSentence : evidenceSentence);
  return (
    <>
      {facts.length === 0 ? null : <ul className="evidence-words">{facts.map(({ pieces }, at) => <li key={at}><Sentence pieces={startSentence(pieces)} /></li>)}</ul>}
      {statistics.length === 0 ? null : <details className="more" open={facts.length === 0}><summary>{say('incident.statistics')}</summary><ul className="evidence-words">{statistics.map((pieces, at) => <li key={at}><Sentence pieces={pieces} /></li>)}</ul></details>}
    </>
  );
}

const statementCharsInWords = 80;

export interface Shown { readonly cause: Cause; readonly findings: readonly Finding[]; readonly changes: readonly Change[]; readonly about: About; readonly endMs: number }

/** Evidence as it can be seen: traces side by side, the series with what was normal, the log lines, what a change put in place of what. */
export function picturesOf(shown: Shown): ReactNode[] {
  return shown.cause.evidence.flatMap((each, at) => {
    const drawn = picture(each, shown);
    return drawn === null ? [] : [<article key={at} className="picture"><p className="picture-words"><Sentence pieces={startSentence(evidenceSentence(each, shown.about))} /></p>{drawn}</article>];
  });
}

function picture(evidence: Evidence, { cause: { entity }, findings, changes, about, endMs }: Shown): ReactNode {
  switch (evidence.kind) {
    case 'self_time': return evidence.traces.length === 0 ? null : <TracePair slow={evidence.traces[0]} typical={evidence.baselineTraces[0]} spoken={{ operation: evidence.operation, entity, isError: false }} names={about.names} />;
    case 'error_origin': return evidence.traces.length === 0 ? null : <TracePair slow={evidence.traces[0]} typical={undefined} spoken={{ operation: evidence.operation, entity, isError: true }} names={about.names} />;
    case 'series': return <EvidenceSeries evidence={evidence} finding={findings.find((each) => each.id === evidence.findingId)} tongue={about} endMs={endMs} />;
    case 'log_template': return <LogTemplate evidence={evidence} tongue={about} fromMs={about.onsetMs} toMs={endMs} />;
    // A short one has been read in the sentence already.
    case 'statement': return evidence.text.length <= statementCharsInWords ? null : <pre className="statement" tabIndex={0}>{evidence.text}</pre>;
    case 'change': return changeDiff(evidence.changeId, changes, about);
    case 'co_location': case 'downstream_healthy': case 'silence': case 'attribute': case 'mechanism': case 'effect': case 'graph_pattern': return null;
  }
}

const marginMs = 300_000;
function LogTemplate({ evidence, tongue, fromMs, toMs }: { readonly evidence: Extract<Evidence, { kind: 'log_template' }>; readonly tongue: Tongue; readonly fromMs: number; readonly toMs: number }): ReactNode {
  const say = useSay();
  const most = Math.max(evidence.count, evidence.baselineCount, 1);
  const bar = (label: string, count: number, strong: boolean): ReactNode => <div className="count-bar"><span>{label}</span><span className="count-track"><span className={strong ? 'strong' : undefined} style={{ width: `${(100 * count) / most}%` }} /></span><span className="num">{formatNumber(count, tongue.language, 9)}</span></div>;
  return (
    <div className="log-template">
      <pre tabIndex={0}>{evidence.template.split('<*>').flatMap((part, at) => (at === 0 ? [part] : [<span key={at} className="varies">⟨…⟩</span>, part]))}</pre>
      {bar(say('incident.observed'), evidence.count, true)}
      {bar(say('incident.normal'), evidence.baselineCount, false)}
      <p><Link data-row="" to={linkTo({ page: 'logs' }, { service: evidence.service, text: templateText(evidence.template) }, { kind: 'between', fromMs: fromMs - marginMs, toMs })}>{say('incident.openLogs')}</Link></p>
    </div>
  );
}
