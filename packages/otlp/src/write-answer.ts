import type { Signal } from './batch.ts';
import { responses, rpcStatus, badRequest, retryInfo } from './schema-requests.ts';
import { toBase64 } from './base64.ts';
import { openSink, written } from './sink.ts';
import { writeMessage } from './write-message.ts';

export type Encoding = 'protobuf' | 'json';

export interface PartialSuccess {
  /** Spans, log records, data points or profiles that were not kept. 0 with a message is a warning. */
  readonly rejected: number;
  readonly message: string;
}

/** Clients read answers of up to 4 MiB; a longer explanation than this helps nobody. */
export const messageCharsMax = 4096;

/** Answer to a request that was accepted, wholly or in part. */
export function writeResponse(signal: Signal, encoding: Encoding, partial?: PartialSuccess): Uint8Array {
  const counted = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints', profiles: 'rejectedProfiles' }[signal];
  const response = partial === undefined ? {} : { partialSuccess: { [counted]: String(partial.rejected), errorMessage: shorten(partial.message) } };
  return encode(encoding, responses[signal], response, response);
}

export interface RpcStatus {
  /** google.rpc.Code, the numbers of gRPC. */
  readonly code: number;
  readonly message: string;
  readonly retryDelayMs?: number;
  readonly violations?: readonly { readonly field: string; readonly description: string }[];
}

/** Violations beyond this are left out: the first few tell what is wrong. */
export const violationsMax = 20;
const typeUrl = 'type.googleapis.com/google.rpc.';

/** google.rpc.Status: the body of every HTTP error, and grpc-status-details-bin. */
export function writeStatus(encoding: Encoding, status: RpcStatus): Uint8Array {
  const message = shorten(status.message);
  const packed: object[] = [];
  const plain: object[] = [];
  if (status.retryDelayMs !== undefined) {
    const ms = Math.max(0, Math.ceil(status.retryDelayMs));
    const seconds = Math.floor(ms / 1000);
    packed.push({ typeUrl: `${typeUrl}RetryInfo`, value: toBase64(toProtobuf(retryInfo, { retryDelay: { seconds, nanos: (ms % 1000) * 1_000_000 } })) });
    plain.push({ '@type': `${typeUrl}RetryInfo`, retryDelay: `${ms / 1000}s` });
  }
  if (status.violations !== undefined && status.violations.length > 0) {
    const fieldViolations = status.violations.slice(0, violationsMax).map((v) => ({ field: shorten(v.field), description: shorten(v.description) }));
    packed.push({ typeUrl: `${typeUrl}BadRequest`, value: toBase64(toProtobuf(badRequest, { fieldViolations })) });
    plain.push({ '@type': `${typeUrl}BadRequest`, fieldViolations });
  }
  const details = plain.length > 0 ? { details: plain } : {};
  return encode(encoding, rpcStatus, { code: status.code, message, details: packed }, { code: status.code, message, ...details });
}

function shorten(text: string): string {
  return text.length <= messageCharsMax ? text : `${text.slice(0, messageCharsMax - 1)}…`;
}

type Table = Parameters<typeof writeMessage>[1];

function toProtobuf(table: Table, object: object): Uint8Array {
  const sink = openSink();
  writeMessage(sink, table, object, false);
  return written(sink);
}

const encoder = new TextEncoder();

function encode(encoding: Encoding, table: Table, object: object, json: object): Uint8Array {
  return encoding === 'protobuf' ? toProtobuf(table, object) : encoder.encode(JSON.stringify(json));
}
