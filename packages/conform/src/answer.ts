import { gunzipSync } from 'node:zlib';
import type { Exchange } from './client/exchange.ts';
import { grpcCodes, readFrames } from './client/grpc-frame.ts';
import type { GrpcCode } from './client/grpc-frame.ts';
import type { Signal } from './case.ts';
import { decode, detailType, responseType, statusType } from './oracle.ts';
import type { Message } from './oracle.ts';

/** A reply read as OTLP: by its own Content-Type over HTTP, by its frames over gRPC. */
export interface Answer {
  readonly exchange: Exchange;
  readonly isGrpc: boolean;
  /** HTTP status; null when nothing came. */
  readonly status: number | null;
  /** gRPC status name; null when none came. */
  readonly code: GrpcCode | null;
  readonly contentType: string;
  /** The Export…ServiceResponse; null where there is none, or the body is none. */
  readonly response: Message | null;
  /** `google.rpc.Status` of a refusal; null where there is none, or the body is none. */
  readonly error: Message | null;
  readonly message: string;
  readonly failure: string | null;
}

const rejectedNames: Readonly<Record<Signal, string>> = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords', profiles: 'rejectedProfiles' };

export function readAnswer(exchange: Exchange): Answer {
  const { reply, encoding } = exchange;
  const contentType = (reply.headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
  const shared = { exchange, status: reply.status, contentType, failure: reply.failure };
  if (encoding === 'grpc') return { ...shared, isGrpc: true, ...readGrpc(exchange) };
  const isGood = reply.status === 200;
  const body = plainBody(exchange);
  const read = (kind: 'response' | 'error'): Message | null => {
    if (body === null || contentType === '') return null;
    const type = kind === 'error' ? statusType() : responseType(exchange.signal);
    if (contentType === 'application/json') return readJson(body);
    return contentType === 'application/x-protobuf' ? orNull(() => decode(type, body)) : null;
  };
  const error = reply.status === null || isGood ? null : read('error');
  return { ...shared, isGrpc: false, code: null, response: isGood ? read('response') : null, error, message: typeof error?.message === 'string' ? error.message : '' };
}

function readGrpc({ reply, signal }: Exchange): Pick<Answer, 'code' | 'response' | 'error' | 'message'> {
  const all = { ...reply.headers, ...reply.trailers };
  const code = grpcCodes[Number(all['grpc-status'] ?? Number.NaN)] ?? null;
  const frames = readFrames(reply.body);
  const only = frames !== null && frames.length === 1 ? frames[0] : null;
  const bytes = only === null ? null : only.isCompressed ? orNull(() => gunzipSync(only.message)) : only.message;
  const details = all['grpc-status-details-bin'];
  return {
    code,
    response: code === 'OK' && bytes !== null ? orNull(() => decode(responseType(signal), bytes)) : null,
    error: details === undefined ? null : orNull(() => decode(statusType(), Buffer.from(details, 'base64'))),
    message: orNull(() => decodeURIComponent(all['grpc-message'] ?? '')) ?? '',
  };
}

function plainBody({ reply }: Exchange): Buffer | null {
  return reply.headers['content-encoding'] === 'gzip' ? orNull(() => gunzipSync(reply.body)) : reply.body;
}

/** Null where the text is no JSON object. */
function readJson(body: Buffer): Message | null {
  const value = orNull(() => JSON.parse(body.toString('utf8')) as unknown);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Message : null;
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** How many items it says it refused, and its words; null when partial success is unset or says nothing. A count that is no whole number is NaN. */
export function partialOf(answer: Answer): { readonly rejected: number; readonly message: string } | null {
  const partial = answer.response?.partialSuccess as Message | undefined | null;
  if (partial === undefined || partial === null) return null;
  const rejected = partial[rejectedNames[answer.exchange.signal]];
  const count = rejected === undefined ? 0 : Number(rejected);
  const message = typeof partial.errorMessage === 'string' ? partial.errorMessage : '';
  return count === 0 && message === '' ? null : { rejected: Number.isInteger(count) ? count : Number.NaN, message };
}

/** A detail of the refusal by its message name, such as `google.rpc.BadRequest`. */
export function detailOf(answer: Answer, name: string): Message | null {
  const list = (Array.isArray(answer.error?.details) ? answer.error.details : []) as readonly Message[];
  for (const detail of list) {
    if (detail['@type'] === `type.googleapis.com/${name}`) return detail;
    if (detail.type_url === `type.googleapis.com/${name}` || detail.typeUrl === `type.googleapis.com/${name}`) return orNull(() => decode(detailType(name), Buffer.from(String(detail.value ?? ''), 'base64')));
  }
  return null;
}

/** One line for people: what came back. */
export function answerWords(answer: Answer): string {
  const { reply } = answer.exchange;
  if (answer.status === null) return `no answer: ${reply.failure}`;
  const shown = answer.response ?? answer.error;
  const body = shown === null ? reply.body.subarray(0, 120).toString('latin1').replaceAll(/[^\x20-\x7e]/g, '·') : JSON.stringify(shown).slice(0, 300);
  const head = answer.isGrpc ? `${answer.code ?? `HTTP ${answer.status} without grpc-status`}${answer.message === '' ? '' : ` "${answer.message.slice(0, 200)}"`}` : `${answer.status} ${answer.contentType === '' ? '(no content type)' : answer.contentType}`;
  return `${head}${answer.isGrpc && answer.response === null ? '' : ` ${body === '' ? '(empty body)' : body}`}${reply.failure === null ? '' : ` (${reply.failure})`}`;
}
