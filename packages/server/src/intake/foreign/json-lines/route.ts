import { CodedError, errorTable } from '../../../errors.ts';
import { checkType, failureJson } from '../answers.ts';
import { isObject, parseExact, parseJson, toText } from '../json.ts';
import { makeLogGroups } from '../logs-by-resource.ts';
import type { LogGroups } from '../logs-by-resource.ts';
import { foreignReasons } from '../reasons.ts';
import type { ForeignReason } from '../reasons.ts';
import { refusals } from '../refusals.ts';
import type { ForeignRoute, Translation } from '../route.ts';
import { addRecord } from './record.ts';

/** Lines that are told of by number; the rest is counted. */
const errorsMax = 20;
const types = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines', 'application/jsonlines', 'text/plain'];

/** Names the service of lines that name none. */
const serviceHeader = 'x-service-name';
const serviceCharsMax = 256;

/** Logs as one JSON object a line, or as a JSON list of objects. */
export const jsonLinesRoute: ForeignRoute = {
  path: '/v1/logs/jsonlines',
  name: 'json lines',
  signal: 'logs',
  isSnappy: false,
  checkType: (headers) => checkType(headers, types),
  read: ({ body, itemsMax, headers }) => readJsonLines(body, itemsMax, String(headers[serviceHeader] ?? '').slice(0, serviceCharsMax)),
  refuse: (error) => ({ status: errorTable[error.code].http, type: 'application/json', body: failureJson(error) }),
};

interface Draft { readonly groups: LogGroups; readonly serviceDefault: string; refuse(reason: ForeignReason, line: number): void }

/** `serviceDefault`: the service of lines that name none. */
export function readJsonLines(body: Uint8Array, itemsMax: number, serviceDefault: string): Translation {
  const refused = refusals();
  const errors: { readonly line: number; readonly reason: string }[] = [];
  const draft: Draft = {
    groups: makeLogGroups(), serviceDefault,
    refuse(reason, line) {
      refused.add(reason, `line ${line}`);
      if (errors.length < errorsMax) errors.push({ line, reason: foreignReasons[reason] });
    },
  };
  if (isList(body)) readList(draft, body, itemsMax);
  else readLines(draft, toText(body), itemsMax);
  const { groups } = draft;
  return {
    body: groups.write(), items: groups.count(), refusals: refused.list(),
    answer(partial) {
      const rejected = refused.count() + (partial?.rejected ?? 0);
      const accepted = groups.count() - (partial?.rejected ?? 0);
      const answer = { accepted, refused: rejected, ...(errors.length > 0 ? { errors } : {}), ...(partial === null ? {} : { message: partial.message }) };
      return { status: accepted === 0 && rejected > 0 ? 400 : 200, type: 'application/json', body: `${JSON.stringify(answer)}\n` };
    },
  };
}

function isList(body: Uint8Array): boolean {
  let at = 0;
  while (at < body.length && body[at] <= 0x20) at++;
  return body[at] === 0x5b;
}

/** Fluent Bit's `json`: lines are counted as members, from 1. */
function readList(draft: Draft, body: Uint8Array, itemsMax: number): void {
  const list = parseJson(body) as readonly unknown[];
  if (list.length > itemsMax) throw tooMany(itemsMax);
  for (const [index, each] of list.entries()) {
    if (isObject(each)) addRecord(draft.groups, each, draft.serviceDefault);
    else draft.refuse('json_lines.object', index + 1);
  }
}

function readLines({ groups, serviceDefault, refuse }: Draft, text: string, itemsMax: number): void {
  let line = 0;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const each = text.slice(start, end).trim();
    start = end + 1;
    line += 1;
    if (each === '') continue;
    if (line > itemsMax) throw tooMany(itemsMax);
    let logged: unknown;
    try {
      logged = parseExact(each);
    } catch {
      refuse('json_lines.json', line);
      continue;
    }
    if (isObject(logged)) addRecord(groups, logged, serviceDefault);
    else refuse('json_lines.object', line);
  }
}

const tooMany = (itemsMax: number): CodedError => new CodedError('malformed', '', { detail: `The request has more than ${itemsMax} lines.` });
