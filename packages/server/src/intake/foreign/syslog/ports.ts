import type { Settings } from '../../../config/table.ts';
import type { Certificates } from '../../../door/certificates.ts';
import { readAllowed } from './allowed.ts';
import type { SyslogOptions } from './listener.ts';

/** Which ports the settings ask for, and who may send to each. Throws `bad_setting`. */
export function syslogPorts({ syslogHost, syslogFrom, syslogPort, syslogTlsPort }: Settings, certificates: Certificates | null): Pick<SyslogOptions, 'port' | 'tls' | 'allowed'> {
  const isPlain = syslogPort !== 0;
  if (syslogTlsPort === 0 || certificates === null) return { port: isPlain ? syslogPort : null, tls: null, allowed: readAllowed(syslogHost, syslogFrom) };
  // A certificate says who it is as well as an address does.
  const isNamed = certificates.asksClients() && syslogFrom === '';
  return {
    port: isPlain ? syslogPort : null, allowed: isPlain ? readAllowed(syslogHost, syslogFrom) : null,
    tls: { port: syslogTlsPort, certificates, allowed: isNamed ? null : readAllowed(syslogHost, syslogFrom) },
  };
}
