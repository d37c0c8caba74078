import { SpanKind } from '../model/index.ts';
import { cut } from './attributes.ts';
import { httpMethod } from './convention-values.ts';
import { Field } from './span-fields.ts';

/** The fields of one span as text; empty when not sent. */
export type FieldText = (field: Field) => string;

/**
 * Operation of a span (otlp §4.9): http.route | rpc.method | messaging operation and destination | db.query.summary |
 * span name. Names that carry ids fold: `/user/4711` → `/user/{id}`; the cap on operations per service is the last guard.
 */
export function operationName(kind: SpanKind, name: string, text: FieldText): string {
  const served = kind === SpanKind.server || kind === SpanKind.internal || kind === SpanKind.unspecified;
  const template = served ? text(Field.route) : text(Field.urlTemplate);
  if (template !== '') return cut(`${verbOf(text)} ${template}`.trim());
  const rpc = rpcMethod(text);
  if (rpc !== '') return rpc;
  const queue = messagingOperation(kind, text);
  if (queue !== '') return queue;
  const query = kind === SpanKind.client ? databaseOperation(text) : '';
  return query !== '' ? query : foldIds(name) || 'unnamed';
}

/** As the conventions name spans: a verb that HTTP does not know could be anything, and would make as many operations. */
function verbOf(text: FieldText): string {
  const sent = text(Field.method);
  const verb = sent === '' ? '' : httpMethod(sent);
  return verb === '_OTHER' ? 'HTTP' : verb;
}

/** Fully qualified `pkg.Service/Method` from either convention. */
export function rpcMethod(text: FieldText): string {
  const method = text(Field.rpcMethod);
  const service = text(Field.rpcService);
  if (method === '' || method.includes('/') || service === '') return method;
  return `${service}/${method}`;
}

const typeNow: Readonly<Record<string, string>> = { publish: 'send', deliver: 'process' };

/** messaging.operation.type by its present values, guessed from the kind when it was not sent. */
export function messagingType(kind: SpanKind, text: FieldText): string {
  const type = text(Field.messagingType) || text(Field.messagingOperation);
  if (type !== '') return typeNow[type] ?? type;
  return kind === SpanKind.consumer ? 'process' : 'send';
}

export function messagingOperation(kind: SpanKind, text: FieldText): string {
  const queue = destination(text);
  return queue === '' ? '' : cut(`${messagingType(kind, text)} ${queue}`);
}

/** Where the message goes: the template, or the name with ids folded; temporary destinations are one. */
export function destination(text: FieldText): string {
  if (text(Field.temporary) === 'true') return '(temporary)';
  return text(Field.destinationTemplate) || foldIds(text(Field.destination));
}

export function databaseOperation(text: FieldText): string {
  const summary = text(Field.dbSummary);
  if (summary !== '') return summary;
  const made = `${text(Field.dbOperation)} ${text(Field.dbCollection)}`.trim();
  return made !== '' ? made : summarise(text(Field.dbText));
}

/** `SELECT orders` from a query text: its verb and the first name after FROM, INTO, UPDATE, TABLE or JOIN. */
export function summarise(query: string): string {
  const verb = /^\s*([A-Za-z]+)/.exec(query)?.[1]?.toUpperCase();
  if (verb === undefined) return '';
  const target = /\b(?:from|into|update|table|join)\s+["'`[]?([\w.$]+)/i.exec(query)?.[1];
  return target === undefined ? verb : `${verb} ${target}`;
}

/** Query text without literals, on one line. The original stays in the rows. */
export function statementOf(query: string): string {
  return cut(query.slice(0, 4_096)
    .replace(/'(?:[^']|'')*'|"[^"]*\d[^"]*"|\b\d+(?:\.\d+)?\b|\b0x[0-9a-f]+\b/gi, '?')
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, '(?)')
    .replace(/\s+/g, ' ')
    .trim());
}

const wholeId = /^(?:\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[0-9a-f]*\d)[0-9a-f]{8,})$/i;

/** Words that are ids, or carry a run of four digits or more, become `{id}`; a query string is cut off. */
export function foldIds(name: string): string {
  if (!/\d/.test(name)) return cut(name.split('?', 1)[0]);
  return cut(name.split('?', 1)[0].replace(/[^/\s:=&,()#]+/g, (word) =>
    wholeId.test(word) ? '{id}' : word.replace(/\d{4,}/g, '{id}')));
}
