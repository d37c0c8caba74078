import type { IncomingHttpHeaders } from 'node:http';
import { CodedError, errorTable } from '../../../errors.ts';
import { inflate } from '../../inflate.ts';
import { failureJson } from '../answers.ts';
import { orMalformed } from '../or-malformed.ts';
import type { ForeignRoute, Translation } from '../route.ts';
import { readPprof } from './read.ts';
import { toOtlp } from './to-otlp.ts';

const types = ['application/octet-stream', 'application/x-protobuf', 'application/vnd.google.protobuf', 'application/gzip', 'application/x-gzip'];
/** A pprof file is a gzip member by itself, whatever the request says of its encoding. */
const inflatedBytesMax = 64 * 1024 * 1024;

/** Names the service: the format has no place for it. */
const serviceHeader = 'x-service-name';
const serviceCharsMax = 256;

/** Profiles in the format of pprof, as Go's runtime/pprof and net/http/pprof and many profilers write it. */
export const pprofRoute: ForeignRoute = {
  path: '/v1/profiles/pprof',
  name: 'pprof',
  signal: 'profiles',
  isSnappy: false,
  checkType(headers: IncomingHttpHeaders) {
    const type = (headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
    if (type !== '' && !types.includes(type)) throw new CodedError('unsupported_type', type.slice(0, 200), { detail: `This path takes ${types.join(', ')}.` });
  },
  read: ({ body, headers, itemsMax }) => translate(body[0] === 0x1f && body[1] === 0x8b ? inflate(body, 'gzip', inflatedBytesMax) : body, itemsMax, String(headers[serviceHeader] ?? '').slice(0, serviceCharsMax)),
  refuse: (error) => ({ status: errorTable[error.code].http, type: 'application/json', body: failureJson(error) }),
};

export function translate(body: Uint8Array, itemsMax: number, service: string): Translation {
  const { body: request, items } = orMalformed(() => toOtlp(readPprof(body, itemsMax), service === '' ? 'unknown_service' : service));
  return {
    body: request, items, refusals: [],
    answer(partial) {
      const refused = partial?.rejected ?? 0;
      return { status: refused === items ? 400 : 200, type: 'application/json', body: `${JSON.stringify({ accepted: items - refused, refused, ...(partial === null ? {} : { message: partial.message }) })}\n` };
    },
  };
}
