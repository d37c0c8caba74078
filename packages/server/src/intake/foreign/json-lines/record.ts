import type { KeyValue, LogRecordMessage } from '@clew/otlp';
import { isText, textAttribute, toAnyValue, toAttributes, toId } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { LogGroups } from '../logs-by-resource.ts';
import { severityOf } from '../severity.ts';
import { fromLogged } from '../time.ts';
import { openFields } from './fields.ts';
import type { Fields } from './fields.ts';

const text = (value: unknown): string | null => (isText(value) ? value : null);
const level = (value: unknown): string | null => (isText(value) ? value : typeof value === 'number' ? String(value) : null);
const id = (digits: 16 | 32) => (value: unknown): string | null => (typeof value === 'string' && (value.length === digits || value.length === 16) ? toId(value, digits) : null);
const stack = (value: unknown): string | null => (Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('\n') : text(value));

/** One logged object → a log record. What cannot be read as what its name says (a time that is none) stays an attribute. */
export function addRecord(groups: LogGroups, logged: JsonObject, serviceDefault: string): void {
  const fields = openFields(logged);
  const timeUnixNano = fields.take('time', fromLogged);
  const severityText = fields.take('level', level) ?? '';
  // `message` is taken as it is; the other names only where they hold text, since they may mean something else.
  const message = fields.takeNamed('message', (value) => toAnyValue(value)) ?? fields.take('message', (value) => (typeof value === 'string' ? { stringValue: value } : null));
  const record: LogRecordMessage = {
    timeUnixNano, severityText, severityNumber: severityOf(/^\d+$/.test(severityText) ? Number(severityText) : severityText), body: message,
    traceId: fields.take('traceId', id(32)) ?? '',
    spanId: fields.take('spanId', id(16)) ?? '',
  };
  const resource = takeResource(fields, serviceDefault);
  const logger = fields.take('logger', text) ?? '';
  const exception = [
    ['exception.type', fields.take('exceptionType', text)], ['exception.message', fields.take('exceptionMessage', text)], ['exception.stacktrace', fields.take('exceptionStack', stack)],
  ] as const;
  const attributes = toAttributes(fields.rest());
  for (const [key, value] of exception) if (value !== null) attributes.push(textAttribute(key, value));
  groups.add(resource, logger, { ...record, attributes });
}

function takeResource(fields: Fields, serviceDefault: string): KeyValue[] {
  const resource: KeyValue[] = [];
  const put = (key: string, value: string | null): void => { if (value !== null && value !== '') resource.push(textAttribute(key, value)); };
  // pino and bunyan write the program's name beside its pid and host; elsewhere `name` means anything.
  const isNamed = fields.has('pid') && fields.has('hostname');
  put('service.name', fields.take('service', text) ?? (isNamed ? fields.takeNamed('name', text) : null) ?? serviceDefault);
  put('service.version', fields.take('serviceVersion', text));
  put('deployment.environment.name', fields.take('environment', text));
  put('host.name', fields.take('host', text));
  return resource;
}
