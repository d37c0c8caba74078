import type { ReactNode } from 'react';
import { entityName, fill, formatDuration, formatNumber, formatShare, formatTime, formatValue, type Tongue } from '@clew/words';
import { useAnswer, usePolling } from '../api/answer.ts';
import { Sparkline } from '../draw/sparkline.tsx';
import type { Refined, RefinedResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { template } from '../words/strings.ts';
import { glued, Sentence, useSay } from '../words/speak.tsx';

const askMs = 500;
/** Calls a trace that differ by less are as many as before. */
const asOften = 0.2;

/** The first answer is the engine's, from memory. This one looks at the stored spans, and takes a moment; what was found a minute ago stays until then. */
export function RefinedBox({ id, tongue }: { readonly id: string; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const answer = useAnswer<RefinedResponse>(`/incidents/${encodeURIComponent(id)}/refined`, { live: true });
  const { data, error } = answer;
  const isRunning = data?.state === 'running';
  usePolling(answer, askMs, isRunning);
  const shown = data?.refined ?? null;
  const reason = data?.state === 'failed' ? data.reason : error?.message;
  return (
    <div className="refined">
      {shown === null ? null : <Found refined={shown} tongue={tongue} />}
      {isRunning && shown === null ? <p role="status" className="running"><progress max={1} value={data.progress} /> <span className="soft">{say('refined.running')}</span></p> : null}
      {reason === undefined ? null : <p className="quiet">{say('refined.failed', { why: reason })}</p>}
    </div>
  );
}

function Found({ refined, tongue }: { readonly refined: Refined; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { language } = tongue;
  const { of, gains: [gain], statement, values, walked, counted } = refined;
  const amount = (value: number): string => (of === 'time' ? formatDuration(value, language) : formatShare(value, language));
  const count = (value: number): string => formatNumber(value, language, 12);
  const times = (value: number): string => formatNumber(value, language, 2);
  return (
    <>
      {gain === undefined ? <p className="quiet">{say('refined.nothing')}</p> : (
        <p><Sentence pieces={fill(template(language, `refined.${of}`), { share: formatShare(gain.share, language), service: { entity: gain.service, name: entityName(gain.service, tongue.names) }, operation: gain.operation, before: amount(gain.before), after: amount(gain.after) })} />{' '}
          {Math.abs(gain.callsAfter / gain.callsBefore - 1) < asOften ? say('refined.callsSame') : say('refined.calls', { before: times(gain.callsBefore), after: times(gain.callsAfter) })}</p>
      )}
      {statement === null ? null : (
        <>
          <p>{statement.beforeMs === null ? say('refined.statementNew', { after: formatDuration(statement.afterMs, language) }) : say('refined.statement', { before: formatDuration(statement.beforeMs, language), after: formatDuration(statement.afterMs, language) })}</p>
          <pre className="statement" tabIndex={0}>{statement.text}</pre>
          {statement.rowsBefore === null || statement.rowsAfter === null ? null : <p>{say('refined.rows', { before: formatNumber(statement.rowsBefore, language, 3), after: formatNumber(statement.rowsAfter, language, 3) })}</p>}
          {statement.table === '' || statement.columns.length === 0 ? null : <p>{say('refined.index', { table: statement.table, columns: statement.columns.join(', ') })}</p>}
        </>
      )}
      {values === null ? null : values.told.length === 0 ? <p className="soft">{say('refined.alike', { n: count(values.tried) })}</p> : (
        <>
          <p>{say(`refined.against.${values.against}`, { n: count(values.tried) })}</p>
          <ul className="evidence-words">{values.told.map(({ key, value, groupShare, restShare }) => <li key={`${key} ${value}`}>{say('refined.value', { key, value, share: formatShare(groupShare, language), rest: formatShare(restShare, language) })}</li>)}</ul>
        </>
      )}
      <Moves moved={refined.moved} onsetMs={refined.after.fromMs} tongue={tongue} />
      <p className="faint small">{say('refined.looked', { before: count(walked.before.spans), after: count(walked.after.spans), share: formatShare(walked.after.share, language) })} {counted.spans === 0 ? null : say('refined.counted', { n: count(counted.spans), share: formatShare(counted.countedMs / counted.askedMs, language) })}</p>
    </>
  );
}

/** Nothing where nothing could be compared: whoever sends traces alone has no metrics to look at. */
function Moves({ moved, onsetMs, tongue }: { readonly moved: Refined['moved']; readonly onsetMs: number; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { language, names } = tongue;
  if (moved.tried === 0) return null;
  const n = formatNumber(moved.tried, language, 12);
  return (
    <>
      <p className={moved.told.length === 0 ? 'soft' : undefined}>{say(moved.told.length === 0 ? 'refined.movedNot' : 'refined.moved', { n })}{moved.left === 0 ? null : ` ${say('refined.movedLeft', { n: formatNumber(moved.left, language, 12) })}`}</p>
      {moved.told.length === 0 ? null : (
        <ul className="moves">{moved.told.map(({ metric, service, unit, read, before, after, atMs, alike, values }) => (
          <li key={`${service} ${metric}`}>
            <Course values={values} label={say('refined.moveCourse', { metric })} markAt={(onsetMs - moved.fromMs) / moved.stepMs} />
            <span>
              <Link to={linkTo({ page: 'metrics' }, { metric, service })}>{metric}</Link> <span className="faint">{entityName(service, names)}</span>{' '}
              {glued(say(read === 'p95' ? 'refined.moveP95' : 'refined.move', { before: formatValue(before, unit, language), after: formatValue(after, unit, language), time: formatTime(atMs, onsetMs) }))}
              {alike === 0 ? null : <span className="faint"> · {say('refined.moveAlike', { n: formatNumber(alike, language) })}</span>}
            </span>
          </li>
        ))}</ul>
      )}
    </>
  );
}

/** From the first value on: a young metric is not squeezed into the end of its line. */
function Course({ values, label, markAt }: { readonly values: readonly (number | null)[]; readonly label: string; readonly markAt: number }): ReactNode {
  const first = Math.max(0, Math.min(Math.floor(markAt), values.findIndex((value) => value !== null)));
  return <Sparkline values={values.slice(first)} label={label} markAt={markAt - first} />;
}
