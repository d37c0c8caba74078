import { useState, type FormEvent, type ReactNode } from 'react';
import { entityName, type Names, nodeName } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { ApiError, sendJson } from '../api/client.ts';
import { refresh } from '../api/live.ts';
import { useClock } from '../clock.ts';
import { tell } from '../copy.ts';
import type { Maintenance, ServicesResponse } from '../model.ts';
import { fromField, MomentField, toField } from '../parts/moment-field.tsx';
import type { StringKey } from '../words/strings.ts';
import { Time, useSay } from '../words/speak.tsx';

const lengthMs = 2 * 3_600_000;
const reasonCharsMax = 500;

function send(method: 'POST' | 'DELETE', path: string, done: StringKey, body?: unknown): Promise<void> {
  return sendJson(method, path, body).then(() => {
    tell({ key: done });
    refresh();
  }, (error: unknown) => tell({ key: 'maintenance.failed', values: { why: error instanceof ApiError ? error.message || error.code : String(error) } }));
}

/** Work that was announced, and a form to announce more. */
export function MaintenanceList({ maintenance, names }: { readonly maintenance: readonly Maintenance[]; readonly names: Names }): ReactNode {
  const say = useSay();
  const nowMs = useClock();
  return (
    <>
      <p className="soft">{say('maintenance.about')}</p>
      {maintenance.length === 0 ? <p className="quiet maintenance-none">{say('maintenance.none')}</p> : (
        <div className="wide"><table className="maintenance">
          <thead><tr><th scope="col">{say('maintenance.on')}</th><th scope="col">{say('maintenance.from')}</th><th scope="col">{say('maintenance.to')}</th><th scope="col">{say('maintenance.reason')}</th><th scope="col"><span className="hidden">{say('maintenance.end')}</span></th></tr></thead>
          <tbody>{maintenance.map(({ id, entity, fromMs, toMs, reason }) => (
            <tr key={id}>
              <th scope="row" className="break">{entity === null ? say('maintenance.everything') : entityName(entity, names)}</th>
              <td>{fromMs <= nowMs ? <b>{say('maintenance.now')}</b> : <Time at={fromMs} />}</td><td><Time at={toMs} /></td><td className="soft break">{reason === '' ? '–' : reason}</td>
              <td className="number"><button type="button" className="plain" data-row="" onClick={() => void send('DELETE', `/maintenance/${encodeURIComponent(id)}`, 'maintenance.ended')}>{say(fromMs <= nowMs ? 'maintenance.end' : 'maintenance.cancel')}</button></td>
            </tr>
          ))}</tbody>
        </table></div>
      )}
      <Announce />
    </>
  );
}

function Announce(): ReactNode {
  const say = useSay();
  const services = useAnswer<ServicesResponse>('/services').data?.services ?? [];
  const [from, setFrom] = useState(() => toField(Date.now()));
  const [to, setTo] = useState(() => toField(Date.now() + lengthMs));
  const [entity, setEntity] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const wrong = !(fromField(to) > fromField(from));
  const announce = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    void send('POST', '/maintenance', 'maintenance.announced', { entity: entity === '' ? null : entity, from: fromField(from), to: fromField(to), reason }).finally(() => setBusy(false));
  };
  return (
    <form className="search-form announce" aria-label={say('maintenance.announce')} onSubmit={announce}>
      <label className="field"><span>{say('maintenance.on')}</span><select value={entity} onChange={(event) => setEntity(event.target.value)}><option value="">{say('maintenance.everything')}</option>{[...services].filter(({ node }) => node.kind !== 'user').sort((a, b) => nodeName(a.node).localeCompare(nodeName(b.node))).map(({ node }) => <option key={node.id} value={node.id}>{nodeName(node)}</option>)}</select></label>
      <MomentField label={say('maintenance.from')} name="from" value={from} onChange={setFrom} />
      <MomentField label={say('maintenance.to')} name="to" value={to} onChange={setTo} />
      <label className="field announce-reason"><span>{say('maintenance.reason')}</span><input value={reason} maxLength={reasonCharsMax} placeholder={say('maintenance.reasonHint')} autoComplete="off" onChange={(event) => setReason(event.target.value)} /></label>
      <button type="submit" disabled={busy || wrong}>{say('maintenance.announce')}</button>
      {wrong ? <span role="alert" className="wrong">{say('time.badRange')}</span> : null}
    </form>
  );
}
