import type { Signal } from '../case.ts';
import type { Message } from '../oracle.ts';

/** Attributes as plain values: text, numbers (integers beyond 2^53 as `{intValue}`), `{bytesValue}`, lists, maps. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainAttributes = { readonly [key: string]: Plain };

/** One stored span, log record or point; members that a store does not keep are absent. */
export interface ReadSpan extends Message {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: PlainAttributes;
}
export interface ReadRow extends Message {
  readonly attributes: PlainAttributes;
}

/** The attribute by which log records are found again. */
export const markKey = 'conform.mark';

/** What a receiver stored. Each waits until at least `wanted` are there, or until its patience ends, and then gives what there is. */
export interface ReadBack {
  readonly words: string;
  spans(traceId: string, wanted: number): Promise<readonly ReadSpan[]>;
  /** By their attribute `conform.mark`. */
  logs(mark: string, wanted: number): Promise<readonly ReadRow[]>;
  points(metric: string, wanted: number): Promise<readonly ReadRow[]>;
  /** As an OTLP/JSON request, to the last field; by trace id (traces), mark (logs), metric name, or service name (profiles). Null where nothing is found. */
  exact(signal: Signal, key: string): Promise<Message | null>;
}

const settleMs = 500;

/** Reads, and a moment later again: what is stored too often may come late. */
export async function readTwice<Row>(read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  await read();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return read();
}
