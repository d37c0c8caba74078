/** What GET /ingest answers: exactly what happened to everything that was sent. Times are epoch milliseconds. */

export type SignalName = 'traces' | 'metrics' | 'logs' | 'profiles';

/** One reason of refusal. `requests`: refused whole · `items`: single ones of requests of which the rest was kept. */
export interface RefusedFor { readonly reason: string; readonly items: number; readonly requests: number; /** What the sender can do. */ readonly next: string; /** The last request that it happened to. */ readonly requestId: string; readonly lastMs: number }
/** Items that a limit kept out of the analysis; they are stored and can be looked up. */
export interface DroppedBy { readonly limit: string; readonly items: number; readonly what: string; readonly next: string; readonly requestId: string }

/** Items a second over the last 1, 5 and 15 minutes. */
export interface Rates { readonly m1: number; readonly m5: number; readonly m15: number }

/**
 * The account of one signal. Two sums always hold:
 * `requests` = `acceptedRequests` + `duplicateRequests` + `refusedRequests`, and
 * `items` = `accepted` + `refusedItems` + `deduplicated`. `late` and `dropped` are parts of `accepted`.
 * Items of a request that was refused whole are in none of these: they were not read, or the sender keeps them and retries.
 */
export interface SignalIntake {
  readonly requests: number;
  readonly acceptedRequests: number;
  /** Of `acceptedRequests`: those with refused items. */
  readonly partialRequests: number;
  /** All of whose items were here already. */
  readonly duplicateRequests: number;
  readonly refusedRequests: number;
  /** Bodies as they arrived, of requests that were not refused whole. */
  readonly bytes: number;
  readonly items: number;
  readonly accepted: number;
  readonly refusedItems: number;
  /** Sent again, and counted once. */
  readonly deduplicated: number;
  /** Accepted and stored, but too late for the analysis of their time. */
  readonly late: number;
  /** Accepted and stored, but kept out of the analysis by a limit. */
  readonly dropped: number;
  /** The last request with late items, and what its sender can do; empty when none was late. */
  readonly lateRequestId: string;
  readonly lateNext: string;
  readonly droppedBy: readonly DroppedBy[];
  readonly refused: readonly RefusedFor[];
  readonly lastAcceptedMs: number | null;
  readonly rates: { readonly accepted: Rates; readonly refused: Rates; readonly deduplicated: Rates };
}

/** Items in steps of time, oldest first. A request that was refused whole counts as one refused item here. */
export interface IntakeHistory { readonly stepMs: number; readonly fromMs: number; readonly accepted: readonly number[]; readonly refused: readonly number[] }

/** What one source sent of one signal; `signal` is null for requests that name none (a wrong path). */
export interface SourceAccount extends SignalIntake { readonly signal: SignalName | null; readonly history: IntakeHistory }

export interface SourceIntake {
  /** Name of the credential, or IP address; `others` for sources beyond the limit. */
  readonly name: string;
  /** Last connection and User-Agent seen. */
  readonly address: string;
  readonly agent: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly accounts: readonly SourceAccount[];
}

/** A refusal, with all that its sender needs to find and correct it. */
export interface Refusal {
  readonly requestId: string;
  readonly atMs: number;
  readonly source: string;
  readonly address: string;
  readonly agent: string;
  readonly signal: SignalName | null;
  /** `grpc`, `http/protobuf`, `http/json`, or the name of another protocol. */
  readonly via: string;
  /** HTTP status; 0 when the connection was closed without one. */
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  /** Refused items; 0 when the request was refused whole. */
  readonly items: number;
  /** The first few refused items: names and ids, never values. */
  readonly examples: readonly string[];
  readonly next: string;
}

/** A limit that was hit since the start of the server, wherever it stands. */
export interface LimitHit { readonly limit: string; readonly value: number; readonly what: string; readonly next: string }

/** GET /ingest?source&signal */
export interface IngestResponse {
  readonly listening: { readonly grpc: string; readonly http: string };
  /** Totals and refusals are kept over a restart: since when. */
  readonly sinceMs: number;
  readonly signals: Readonly<Record<SignalName, SignalIntake>>;
  /** Most recent first. */
  readonly sources: readonly SourceIntake[];
  /** Newest first, at most 20, of the source that was asked for or of all. */
  readonly lastRefused: readonly Refusal[];
  readonly limits: readonly LimitHit[];
}
