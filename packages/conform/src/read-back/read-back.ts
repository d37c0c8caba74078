import type { Message } from '../oracle.ts';

/** Attributes as plain values: text, numbers (integers beyond 2^53 as `{intValue}`), `{bytesValue}`, lists, maps. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainAttributes = { readonly [key: string]: Plain };

/** One stored span or log record, in the words of OTLP/JSON with plain attributes; members that a store does not keep are absent. */
export interface ReadSpan extends Message {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: PlainAttributes;
}
export interface ReadLog extends Message {
  readonly attributes: PlainAttributes;
}
export interface ReadSeries {
  readonly attributes: PlainAttributes;
  readonly unit: string;
  readonly values: readonly (number | null)[];
}

/** What a receiver stored. Each waits until at least `wanted` are there, or until its patience ends, and then gives what there is. */
export interface ReadBack {
  readonly words: string;
  spans(traceId: string, wanted: number): Promise<readonly ReadSpan[]>;
  /** By the name of their service. */
  logs(service: string, wanted: number): Promise<readonly ReadLog[]>;
  series(metric: string, wanted: number): Promise<readonly ReadSeries[]>;
}
