import { answerWords, detailOf, partialOf } from './answer.ts';
import type { Answer } from './answer.ts';
import type { GrpcCode } from './client/grpc-frame.ts';
import { contentTypes } from './trial.ts';

/** A condition on an answer: null when it holds, or what is wrong. */
export interface Want {
  readonly words: string;
  judge(answer: Answer): string | null;
}

const want = (words: string, judge: (answer: Answer) => boolean | string): Want => ({
  words,
  judge(answer) {
    const verdict = judge(answer);
    return verdict === true ? null : `${typeof verdict === 'string' ? verdict : `wanted ${words}`}; got ${answerWords(answer)}`;
  },
});

/** The names of HTTP and gRPC outcomes that mean the same here. */
const isOk = (answer: Answer): boolean => (answer.isGrpc ? answer.code === 'OK' : answer.status === 200);
const isSameType = (answer: Answer): boolean => answer.isGrpc || answer.contentType === contentTypes[answer.exchange.encoding];

/** 200 or OK, nothing rejected. The form of the answer is minded by `formed` alone, so that one fault is found in one place. */
export const taken = want('success with nothing rejected', (answer) => {
  if (!isOk(answer)) return 'wanted success (200, gRPC OK)';
  return partialOf(answer) === null ? true : 'partial_success speaks although all of it is good';
});

/** The body is the response message, in the encoding of the request. */
export const formed = want('the response message in the encoding of the request', (answer) => {
  if (!isOk(answer)) return 'wanted success (200, gRPC OK)';
  if (!isSameType(answer)) return `wanted Content-Type ${contentTypes[answer.exchange.encoding]}`;
  return answer.response === null ? 'the body is not the response message' : true;
});

/** A partial_success that is set but empty says the same as none; only this minds it. */
export const clean = want('success with partial_success unset', (answer) => taken.judge(answer) ?? (answer.response?.partialSuccess === undefined ? true : 'partial_success is set, although empty'));

/** Nothing refused; words of warning are allowed. */
export const takenPerhapsWarned = want('success with nothing rejected, perhaps a warning', (answer) => {
  if (!isOk(answer)) return 'wanted success (200, gRPC OK)';
  const got = partialOf(answer);
  return got === null || got.rejected === 0 ? true : `${got.rejected} items were rejected`;
});

/** 200 or OK whatever was kept. */
export const answered = want('success, whole or partial', (answer) => (isOk(answer) ? true : 'wanted success (200, gRPC OK)'));

/** Success that counts exactly so many as rejected, with words. */
export const partial = (rejected: number): Want => want(`success with ${rejected} rejected and words`, (answer) => {
  if (!isOk(answer) || answer.response === null) return `wanted success (200, gRPC OK) with ${rejected} rejected`;
  const got = partialOf(answer);
  if (got === null) return `partial_success is unset; wanted ${rejected} rejected`;
  if (got.rejected !== rejected) return `wanted ${rejected} rejected`;
  return got.message === '' ? 'error_message is empty' : true;
});

/** Refused as a whole, with one of these HTTP statuses or gRPC codes. Its body is minded by `withStatus` alone. */
export const refused = (statuses: readonly number[], codes: readonly GrpcCode[] = []): Want => want(`a refusal with ${statuses.join(' or ')}${codes.length === 0 ? '' : ` (gRPC ${codes.join(' or ')})`}`, (answer) => {
  if (answer.isGrpc) return answer.code !== null && codes.includes(answer.code) ? true : `wanted gRPC ${codes.join(' or ')}`;
  return statuses.includes(answer.status ?? 0) ? true : `wanted HTTP ${statuses.join(' or ')}`;
});

/** HTTP status alone, whatever the body. */
export const status = (...statuses: readonly number[]): Want => want(`HTTP ${statuses.join(' or ')}`, (answer) => statuses.includes(answer.status ?? 0));
export const code = (...codes: readonly GrpcCode[]): Want => want(`gRPC ${codes.join(' or ')}`, (answer) => answer.code !== null && codes.includes(answer.code));

/** HTTP 400 or gRPC INVALID_ARGUMENT, whatever the body. */
export const badData = want('HTTP 400 (gRPC INVALID_ARGUMENT)', (answer) => (answer.isGrpc ? answer.code === 'INVALID_ARGUMENT' : answer.status === 400));

/** The body of a refusal is google.rpc.Status in the request's encoding. */
export const withStatus = want('a google.rpc.Status in the encoding of the request', (answer) => {
  if (answer.isGrpc) return answer.code !== null;
  if (answer.status === null || answer.status < 400) return 'wanted a refusal (4xx, 5xx)';
  if (!isSameType(answer)) return `wanted Content-Type ${contentTypes[answer.exchange.encoding]}`;
  return answer.error === null ? 'the body is not a google.rpc.Status' : isStatusShaped(answer) ? true : 'the body has members that google.rpc.Status has not';
});

function isStatusShaped(answer: Answer): boolean {
  return Object.keys(answer.error ?? {}).every((name) => ['code', 'message', 'details'].includes(name)) && (Object.keys(answer.error ?? {}).length > 0 || answer.exchange.reply.body.length <= 2);
}

export const withMessage = want('a message in the Status', (answer) => answer.message !== '' || (typeof answer.error?.message === 'string' && answer.error.message !== ''));
export const withBadRequest = want('a google.rpc.BadRequest with violations', (answer) => {
  const detail = detailOf(answer, 'google.rpc.BadRequest');
  return Array.isArray(detail?.fieldViolations) && detail.fieldViolations.length > 0;
});

/** Some answer, that is neither a crash nor an invitation to send the same again. */
export const settled = want('success or a permanent refusal', (answer) => {
  if (answer.isGrpc) return answer.code !== null && !['UNKNOWN', 'INTERNAL', ...retryableCodes].includes(answer.code);
  return answer.status !== null && answer.status < 500 && ![408, 429].includes(answer.status);
});

export const retryableCodes: readonly GrpcCode[] = ['CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS'];
export const permanent = want('a refusal that tells the client not to retry', (answer) => {
  if (answer.isGrpc) return answer.code !== null && answer.code !== 'OK' && !retryableCodes.includes(answer.code) && detailOf(answer, 'google.rpc.RetryInfo') === null;
  return answer.status !== null && answer.status >= 400 && ![429, 502, 503, 504].includes(answer.status);
});

export const either = (...wants: readonly Want[]): Want => want(wants.map((each) => each.words).join(', or '), (answer) => wants.some((each) => each.judge(answer) === null));
/** The whole request is refused as bad data: 400; over gRPC any code that is not for retry. */
export const refusedWhole = want('a refusal with 400 (gRPC: any permanent code)', (answer) => (answer.isGrpc ? permanent : refused([400])).judge(answer) ?? true);
/** The bad item alone is refused, or the whole request. */
export const turnedDown = (rejected = 1): Want => either(partial(rejected), refusedWhole);
