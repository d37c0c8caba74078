import { CodedError, errorTable } from '../../errors.ts';
import { checkJsonType, failureText } from './answers.ts';
import { isObject, parseJson } from './json.ts';
import { addRecord } from './json-lines/record.ts';
import { makeLogGroups } from './logs-by-resource.ts';
import { refusals } from './refusals.ts';
import { textReply } from './route.ts';
import type { ForeignRoute, Translation } from './route.ts';

/** Loki's push API in JSON (the form in protobuf is refused by its type): streams of labels with lines of text. */
export const lokiRoute: ForeignRoute = {
  path: '/loki/api/v1/push',
  name: 'loki',
  signal: 'logs',
  isSnappy: false,
  checkType: checkJsonType,
  read: ({ body, itemsMax }) => readLoki(body, itemsMax),
  refuse: (error) => textReply(errorTable[error.code].http, failureText(error)),
};

export function readLoki(body: Uint8Array, itemsMax: number): Translation {
  const sent = parseJson(body);
  if (!isObject(sent) || !Array.isArray(sent.streams)) throw new CodedError('malformed', 'streams', { detail: '{"streams": [{"stream": labels, "values": [[nanoseconds, line]]}]} is due.' });
  const refused = refusals();
  const groups = makeLogGroups();
  let left = itemsMax;
  for (const [at, stream] of (sent.streams as unknown[]).entries()) {
    if (!isObject(stream) || !Array.isArray(stream.values)) throw new CodedError('malformed', `streams[${at}]`, { detail: 'A stream with "values" is due.' });
    left -= stream.values.length;
    if (left < 0) throw new CodedError('malformed', '', { detail: `The request has more than ${itemsMax} lines.` });
    const labels = isObject(stream.stream) ? stream.stream : {};
    const serviceDefault = typeof labels.job === 'string' ? labels.job : '';
    for (const [index, value] of (stream.values as unknown[]).entries()) {
      const [time, line, metadata] = Array.isArray(value) ? (value as unknown[]) : [];
      // The line stays a text even where it is JSON, and the labels do not speak for it.
      if (typeof time === 'string' && /^\d{1,19}$/.test(time) && typeof line === 'string') addRecord(groups, { ...labels, ...(isObject(metadata) ? metadata : {}), '@timestamp': BigInt(time), message: line }, serviceDefault);
      else refused.add('loki.value', `streams[${at}].values[${index}]`);
    }
  }
  return {
    body: groups.write(), items: groups.count(), refusals: refused.list(),
    answer(partial) {
      const failure = refused.words(partial);
      return failure === '' ? textReply(204, '') : textReply(400, `Kept ${groups.count() - (partial?.rejected ?? 0)} lines, refused: ${failure}\n`);
    },
  };
}
