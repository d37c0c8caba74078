import type { IncomingHttpHeaders } from 'node:http';
import { CodedError, errorTable } from '../../errors.ts';

/** One line for senders that print the body of an error: what, with what value, what next. */
export function failureText({ code, message, value }: CodedError): string {
  return `${message}${value === '' ? '' : ` (${value})`} ${errorTable[code].next}\n`;
}

/** The same for those that read JSON. */
export const failureJson = ({ code, message, value }: CodedError): string => `${JSON.stringify({ error: { code, message, value, next: errorTable[code].next } })}\n`;

/** `application/json`, or what `also` names; a type that is missing is taken for it, since many small senders send none. */
export function checkType(headers: IncomingHttpHeaders, also: readonly string[]): void {
  const type = (headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type === '' || type === 'application/json' || also.includes(type)) return;
  throw new CodedError('unsupported_type', type.slice(0, 200), { detail: `This path takes ${['application/json', ...also].join(', ')}.` });
}

export const checkJsonType = (headers: IncomingHttpHeaders): void => checkType(headers, []);
