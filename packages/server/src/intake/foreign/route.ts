import type { IncomingHttpHeaders } from 'node:http';
import type { Signal } from '@clew/otlp';
import type { CodedError } from '../../errors.ts';
import type { Partial } from '../receive.ts';
import type { ForeignReason } from './reasons.ts';

/** A request of another protocol: its body without compression. */
export interface ForeignRequest {
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  /** Name of the source: what one sender says about itself holds for no other. */
  readonly source: string;
  readonly itemsMax: number;
}

/** Items that cannot be taken, though the rest of the request can. `place` says where the first of them stands. */
export interface Refusal {
  readonly reason: ForeignReason;
  readonly items: number;
  readonly place: string;
}

/** What a request says, in OTLP. The same bytes and the same state give the same OTLP, so that a retry is known again. */
export interface Translation {
  /** An OTLP request of the route's signal, as protobuf. */
  readonly body: Uint8Array;
  readonly items: number;
  readonly refusals: readonly Refusal[];
  /** `partial`: what the OTLP reader refused on top of `refusals`. */
  answer(partial: Partial): Reply;
}

/** An answer in the protocol's own form. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One path on which another protocol is spoken. It takes POST alone. */
export interface ForeignRoute {
  readonly path: string;
  readonly name: string;
  readonly signal: Signal;
  /** True where bodies come in snappy's block format, said or not. */
  readonly isSnappy: boolean;
  /** Throws `unsupported_type`: called before the body is read. */
  checkType(headers: IncomingHttpHeaders): void;
  /** Throws a CodedError where nothing of the request can be taken. */
  read(request: ForeignRequest): Translation;
  refuse(error: CodedError): Reply;
}

/** Words of an error for a protocol whose errors are plain text. */
export const textReply = (status: number, body: string, headers?: Readonly<Record<string, string>>): Reply => ({ status, type: 'text/plain; charset=utf-8', body, headers });
