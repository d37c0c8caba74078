import type { Notice, Position } from '@clew/engine';
import type { Batch } from '@clew/otlp';

/** A record of the log, decoded. `batch` is null for a tick and for a notice. */
export interface ViewRecord {
  readonly position: Position;
  readonly receivedMs: number;
  readonly batch: Batch | null;
  /** What a person told us; the row store passes over it. */
  readonly notice?: Notice;
}

/** Young generation of a view's thread: Node's default grows to 128 MB, which buys no speed here. */
export const maxYoungGenerationSizeMb = 48;

/** Something computed from the log in a thread of its own: the row store, the engine. */
export interface View {
  /** Last position that would survive a crash now, together with everything made from the records up to it. */
  reached(): Position;
  /** Takes records in order and without gaps from reached() + 1 (a record at or below what it has taken is ignored). Resolves when it can take more; until it is done with their batches it holds them (memory/lease.ts). */
  feed(records: readonly ViewRecord[]): Promise<void>;
  /** Makes all that was fed durable and moves reached() there. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
