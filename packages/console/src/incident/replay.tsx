import { useState, type ReactNode } from 'react';
import { entityName, formatConfidence, formatShare, knownCause, type Tongue } from '@clew/words';
import { useAnswer, usePolling } from '../api/answer.ts';
import { ApiError, sendJson } from '../api/client.ts';
import { tell } from '../copy.ts';
import type { Incident, ReplayResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { sayKind } from '../words/strings.ts';
import { Time, useSay } from '../words/speak.tsx';

const askMs = 700;

/** The log around the incident through the engine as it is today, and both tellings side by side. Which replay is shown is in the address. */
export function ReplayBox({ incident, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const { filters: { replay } } = useRoute();
  const [busy, setBusy] = useState(false);
  const path = `/incidents/${encodeURIComponent(incident.id)}/replay`;
  const answer = useAnswer<ReplayResponse>(replay === undefined ? null : `${path}/${encodeURIComponent(replay)}`);
  const { data, error } = answer;
  const isRunning = data?.state === 'running';
  usePolling(answer, askMs, isRunning);
  const start = (): void => {
    setBusy(true);
    sendJson<ReplayResponse>('POST', path).then(({ id }) => setFilters({ replay: id }), (wrong: unknown) => tell({ key: 'replay.failed', values: { why: wrong instanceof ApiError ? `${wrong.message} ${wrong.next}` : String(wrong) } })).finally(() => setBusy(false));
  };
  return (
    <div className="replay">
      <p><button type="button" disabled={busy || isRunning} onClick={start}>{say('replay.start')}</button> <span className="soft">{say('replay.about')}</span></p>
      {replay !== undefined && error !== undefined ? <p className="quiet">{say('replay.gone')}</p> : null}
      {data === undefined ? null : <Told replay={data} tongue={tongue} />}
    </div>
  );
}

function Told({ replay: { state, progress, reason, kept, today, isWhole }, tongue }: { readonly replay: ReplayResponse; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  switch (state) {
    case 'running': return <p role="status" className="running"><progress max={1} value={progress} /> <span className="num">{formatShare(progress, tongue.language)}</span></p>;
    case 'failed': return <p className="problem" role="alert">{say('replay.failed', { why: reason })}</p>;
    case 'cancelled': return <p className="quiet">{say('backtest.wasCancelled')}</p>;
    case 'done': return <>{today === null ? <p className="replay-nothing">{say('replay.nothing')}</p> : <SideBySide kept={kept} today={today} tongue={tongue} />}{isWhole === false ? <p className="faint small">{say('replay.partly')}</p> : null}</>;
  }
}

function SideBySide({ kept, today, tongue }: { readonly kept: Incident; readonly today: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const row = (title: string, of: (incident: Incident) => string, show: (incident: Incident) => ReactNode = of): ReactNode => (
    <tr key={title} className={of(kept) === of(today) ? undefined : 'differs'}><th scope="row">{title}</th><td>{show(kept)}</td><td>{show(today)}</td><td>{of(kept) === of(today) ? <span className="faint">{say('replay.same')}</span> : <b>{say('replay.differs')}</b>}</td></tr>
  );
  return (
    <div className="wide">
      <table className="replay-table">
        <thead><tr><td /><th scope="col">{say('replay.kept')}</th><th scope="col">{say('replay.today')}</th><td /></tr></thead>
        <tbody>
          {row(say('replay.opened'), ({ openedMs }) => String(openedMs), ({ openedMs }) => <Time at={openedMs} />)}
          {row(say('replay.severity'), ({ severity }) => say(`severity.${severity}`))}
          {row(say('incident.cause'), (incident) => bestOf(incident, tongue) ?? say('cause.notKnown'))}
          {row(say('incident.sure'), ({ explanation }) => formatConfidence(explanation.causes[0]?.confidence ?? 0))}
          {row(say('incident.unknownShare'), ({ explanation }) => formatConfidence(explanation.unknown))}
          {row(say('incident.affected'), ({ blast }) => blast.affected.map((id) => entityName(id, tongue.names)).join(', '))}
        </tbody>
      </table>
    </div>
  );
}

function bestOf(incident: Incident, tongue: Tongue): string | null {
  const best = knownCause(incident);
  return best === null ? null : `${entityName(best.entity, tongue.names)}: ${sayKind(tongue.language, 'cause', best.kind)}${best.detail === '' ? '' : ` · ${best.detail}`}`;
}
