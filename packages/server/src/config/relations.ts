import { CodedError } from '../errors.ts';
import { originShape, readOrigins } from '../intake/cors.ts';
import { flagOf } from './table.ts';
import type { SettingName, Settings } from './table.ts';

const bad = (name: SettingName, settings: Settings, detail: string): CodedError => new CodedError('bad_setting', `${flagOf(name)} = ${settings[name]}`, { detail });

/** What settings must be to one another. Throws `bad_setting`. */
export function checkRelations(settings: Settings): void {
  if (settings.logBytesMax < 2 * settings.logSegmentBytes) throw bad('logBytesMax', settings, `It must be at least twice log-segment-bytes (${settings.logSegmentBytes}).`);
  if (settings.logBytesMax <= settings.logReplayBytes) throw bad('logBytesMax', settings, `It must be more than log-replay-bytes (${settings.logReplayBytes}).`);
  checkTls(settings);
  checkPaths(settings);
  checkCors(settings);
}

function checkTls(settings: Settings): void {
  if (settings.tlsCert !== '' && settings.tlsKey === '') throw bad('tlsCert', settings, 'It needs tls-key.');
  if (settings.tlsKey !== '' && settings.tlsCert === '') throw bad('tlsKey', settings, 'It needs tls-cert.');
  for (const name of ['tlsClientCa', 'tlsConsoleCa', 'tlsSyslogCa'] as const) if (settings[name] !== '' && settings.tlsCert === '') throw bad(name, settings, 'It needs tls-cert and tls-key.');
  if (settings.syslogTlsPort !== 0 && settings.tlsCert === '') throw bad('syslogTlsPort', settings, 'It needs tls-cert and tls-key.');
  if (settings.syslogTlsPort !== 0 && settings.syslogTlsPort === settings.syslogPort) throw bad('syslogTlsPort', settings, 'syslog-port is the same: plain and TLS need a port each.');
}

function checkPaths(settings: Settings): void {
  const names = ['tracesPath', 'metricsPath', 'logsPath', 'profilesPath'] as const;
  for (const name of names) {
    if (!/^\/[\w.~!$&'()*+,;=:@%/-]*$/.test(settings[name])) throw bad(name, settings, 'It must begin with / and have nothing after ?.');
    if (names.some((other) => other !== name && settings[other] === settings[name])) throw bad(name, settings, 'Two signals cannot have the same path.');
  }
}

function checkCors(settings: Settings): void {
  const origins = readOrigins(settings.corsOrigins);
  const wrong = origins.find((origin) => !originShape.test(origin));
  if (wrong !== undefined) throw bad('corsOrigins', settings, `${wrong} is not an origin, such as https://shop.example or https://*.example.com.`);
  if (settings.corsCredentials && origins.includes('*')) throw bad('corsCredentials', settings, 'It cannot go with any origin (*): name the origins.');
}
