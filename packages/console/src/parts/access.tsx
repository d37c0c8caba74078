import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '@clew/words';
import type { AccessDoor, AccessKey, AccessResponse } from '../model.ts';
import { Rich, Time, useLanguage, useSay } from '../words/speak.tsx';

/** Ports and keys: what listens, who may come in, and when each key was used last. No secret is known here. */
export function Access({ access }: { readonly access: AccessResponse }): ReactNode {
  const say = useSay();
  const { certificate, keys } = access;
  return (
    <>
      <section><h2>{say('access.title')}</h2><div className="wide"><table role="table" className="stack">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('access.serves')}</th><th role="columnheader" scope="col">{say('access.address')}</th><th role="columnheader" scope="col">{say('access.tls')}</th><th role="columnheader" scope="col">{say('access.who')}</th></tr></thead>
        <tbody role="rowgroup">{access.doors.map((door) => (
          <tr role="row" key={`${door.serves} ${door.address}`}><th role="rowheader" scope="row">{say(`access.serves.${door.serves}`)}</th><td role="cell" className="whole break"><code>{door.address}</code></td><td role="cell" className={door.tls || door.loopback ? undefined : 'strong'}>{say(door.tls ? 'access.tls' : 'access.noTls')}</td><td role="cell" data-label={say('access.who')}><Who door={door} access={access} /></td></tr>
        ))}</tbody>
      </table></div>
      {certificate === null ? null : <p className="quiet"><Rich name="access.certificate" values={{ subject: certificate.subject, at: <Time at={certificate.toMs} /> }} /></p>}</section>
      <section><h2>{say('access.keys')}</h2>{keys.length === 0 ? <p className="quiet">{say('access.noKeys')}</p> : (
        <div className="wide"><table role="table" className="stack">
          <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('access.name')}</th><th role="columnheader" scope="col">{say('access.scope')}</th><th role="columnheader" scope="col">{say('access.used')}</th><th role="columnheader" scope="col">{say('access.secrets')}</th><th role="columnheader" scope="col">{say('access.quota')}</th></tr></thead>
          <tbody role="rowgroup">{keys.map((key) => <KeyRow key={key.name} row={key} />)}</tbody>
        </table></div>
      )}</section>
    </>
  );
}

function Who({ door, access }: { readonly door: AccessDoor; readonly access: AccessResponse }): ReactNode {
  const say = useSay();
  const asked = [
    ...(door.clientCertificates ? [say('access.certificates')] : []),
    ...((door.serves === 'otlp' ? access.needed.ingest : access.needed.api) ? [say('access.key')] : []),
  ];
  return asked.length === 0 ? say('access.anyone') : asked.join(', ');
}

function KeyRow({ row }: { readonly row: AccessKey }): ReactNode {
  const say = useSay();
  const oldUntilMs = row.secrets.reduce((latest, { expiresMs }) => Math.max(latest, expiresMs ?? 0), 0);
  return (
    <tr role="row" className={row.revokedMs === null ? undefined : 'faint'}>
      <th role="rowheader" scope="row"><code>{row.name}</code></th>
      <td role="cell" data-label={say('access.scope')}>{say(`access.scope.${row.scope}`)}</td>
      <td role="cell" data-label={say('access.used')}>{row.lastUsedMs === null ? <span className="faint">{say('access.never')}</span> : <Time at={row.lastUsedMs} />}</td>
      <td role="cell" data-label={say('access.secrets')}>{row.revokedMs !== null ? say('access.revoked') : oldUntilMs === 0 ? row.secrets.length : <Rich name="access.rotating" values={{ n: row.secrets.length, at: <Time at={oldUntilMs} /> }} />}</td>
      <td role="cell" data-label={say('access.quota')}><Limits quota={row.quota} /></td>
    </tr>
  );
}

function Limits({ quota }: { readonly quota: AccessKey['quota'] }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const names = (['itemsPerSecond', 'bytesPerSecond', 'services', 'series', 'attributes'] as const).filter((name) => quota[name] !== null);
  if (names.length === 0) return <span className="faint">{say('access.unlimited')}</span>;
  return names.map((name) => {
    const value = quota[name] ?? 0;
    return say(`access.quota.${name}`, { n: name === 'bytesPerSecond' ? formatBytes(value, language) : formatNumber(value, language, 12) });
  }).join(', ');
}
