import type { KeyValue } from '@clew/otlp';
import { textAttribute, toId } from '../json.ts';
import type { LogGroups } from '../logs-by-resource.ts';
import { severityOfSyslog, syslogNames } from '../severity.ts';
import type { SyslogMessage } from './message.ts';

/** RFC 5424 §6.2.1, by number. */
const facilities = [
  'kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock',
  'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
] as const;

/** A message → a log record (specification, logs/data-model-appendix, "RFC5424 Syslog"). `observedNs` is when it arrived. */
export function addMessage(groups: LogGroups, message: SyslogMessage, observedNs: bigint): void {
  const { facility, severity, version, timeNs, host, app, procId, msgId, data, text } = message;
  const resource: KeyValue[] = [];
  if (app !== '') resource.push(textAttribute('service.name', app));
  if (host !== '') resource.push(textAttribute('host.name', host));
  const attributes: KeyValue[] = [];
  if (facility !== null) attributes.push(textAttribute('syslog.facility', facilities[facility] ?? String(facility)));
  if (version > 0) attributes.push({ key: 'syslog.version', value: { intValue: version } });
  if (procId !== '') attributes.push(textAttribute('syslog.procid', procId));
  if (msgId !== '') attributes.push(textAttribute('syslog.msgid', msgId));
  const ids = { traceId: '', spanId: '' };
  for (const [element, name, value] of data) {
    const traceId = name === 'trace_id' && value.length === 32 ? toId(value, 32) : null;
    const spanId = name === 'span_id' && value.length === 16 ? toId(value, 16) : null;
    if (element === 'origin' && name === 'swVersion') resource.push(textAttribute('service.version', value));
    else if (traceId !== null) ids.traceId = traceId;
    else if (spanId !== null) ids.spanId = spanId;
    else attributes.push(textAttribute(name === '' ? `syslog.${element}` : `syslog.${element}.${name}`, value));
  }
  groups.add(resource, '', {
    timeUnixNano: timeNs, observedTimeUnixNano: observedNs, ...ids,
    severityNumber: severity === null ? 0 : severityOfSyslog(severity), severityText: severity === null ? '' : syslogNames[severity],
    body: { stringValue: text }, attributes,
  });
}
