import type { Signal } from '@clew/otlp';

/** Position of a record in the log: 1, 2, 3 … without gaps. 0 means "before the first". */
export type Position = number;

/** `tick` carries no data: it lets event time go on when nothing arrives. `notice` is a `Notice` as JSON: what a person told us. */
export type RecordKind = Signal | 'tick' | 'notice';
export type Encoding = 'protobuf' | 'json';
export type Compression = 'identity' | 'gzip' | 'zstd' | 'deflate';

/** A request exactly as it arrived. `receivedMs` is the server's clock at that moment, and the only clock that views ever see. */
export interface LogRecord {
  readonly position: Position;
  readonly kind: RecordKind;
  readonly encoding: Encoding;
  readonly compression: Compression;
  readonly receivedMs: number;
  readonly body: Uint8Array;
}

/** Port. Contract: server/src/log/log.contract.ts, run over every implementation. */
export interface Log {
  /**
   * Resolves with the record's position once it is durable (fsync); rejects when it cannot be made so, and then nothing of it is kept.
   * `reserve`: it may use the part that is kept free for those who send little, where there is such a part.
   */
  append(record: Omit<LogRecord, 'position'>, reserve?: boolean): Promise<Position>;
  /** Records from `from` (inclusive) that are durable now, in order, ending at the last one. Fails with `log_trimmed` when `from` has been trimmed away. */
  read(from: Position): AsyncIterable<LogRecord>;
  /** Gives up records before `before`; whole segments only, so some may stay. */
  trim(before: Position): Promise<void>;
  /** First position still held and the last durable one (first = last + 1 when empty). */
  bounds(): { readonly first: Position; readonly last: Position };
  close(): Promise<void>;
}
