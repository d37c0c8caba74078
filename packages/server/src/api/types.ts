/**
 * What the REST API answers, under /api/v1. The console imports these types and nothing else from the server.
 * schemas.ts holds the zod schemas that validate requests and from which the OpenAPI document is made; it is checked
 * against these types by the compiler. Times are epoch milliseconds, ids are strings, shares are 0..1.
 */
import type {
  Change, Edge, EntityId, Finding, Health, Incident, MetricInfo, MetricSeries, Node, Red, SeriesView, StoredLog,
  StoredRed, StoredSpan, TraceSummary,
} from '@clew/engine';

/** Every error, any status: what failed, with what value, what to do next. `code` is a row of docs/errors.md. */
export interface ErrorResponse { readonly error: { readonly code: string; readonly message: string; readonly value: string; readonly next: string } }

/** GET /health */
export interface HealthResponse {
  readonly status: 'ok' | 'starting' | 'degraded';
  readonly version: string;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly problems: readonly { readonly what: string; readonly next: string }[];
}

/** GET /self: the process about itself: rss bytes, queue lags, store sizes, engine counters. Name → value. */
export type SelfResponse = Readonly<Record<string, number>>;

export type SignalName = 'traces' | 'metrics' | 'logs';
export interface SignalIntake {
  readonly requests: number;
  readonly bytes: number;
  readonly accepted: number;
  readonly duplicateRequests: number;
  /** Whole requests and single items alike, by reason, since start. */
  readonly refused: readonly { readonly reason: string; readonly items: number; readonly requests: number; readonly next: string }[];
  readonly lastAcceptedMs: number | null;
}
/** GET /ingest */
export interface IngestResponse {
  readonly listening: { readonly grpc: string; readonly http: string };
  readonly signals: Readonly<Record<SignalName, SignalIntake>>;
  readonly lastRefused: readonly { readonly atMs: number; readonly signal: SignalName | null; readonly reason: string; readonly detail: string; readonly source: string; readonly status: number; /** What the sender can do, where that is known. */ readonly next?: string | undefined }[];
}

/** A service or virtual node in lists and on the map. Sparklines: oldest first, one value a pane, null where there was no traffic. */
export interface NodeSummary {
  readonly node: Node;
  readonly health: Health;
  readonly rate: readonly (number | null)[];
  readonly errorShare: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  /** The fullest resource it has, 0..1, with its metric name; null when nothing bounded is reported. */
  readonly saturation: { readonly metric: string; readonly share: number } | null;
  readonly lastChange: Change | null;
  readonly incidentIds: readonly string[];
}
export interface EdgeSummary { readonly edge: Edge; readonly health: Health; readonly rate: number; readonly errorShare: number; readonly p95Ms: number }
export interface GraphResponse { readonly atMs: number; readonly nodes: readonly NodeSummary[]; readonly edges: readonly EdgeSummary[] }

/** GET /now: the first page in one answer. */
export interface NowResponse extends GraphResponse {
  readonly paneMs: number;
  readonly incidents: readonly Incident[];
  readonly changes: readonly Change[];
  /** Findings that are out of range now and belong to no incident, newest first; all that are kept are at /findings. */
  readonly findings: readonly Finding[];
  readonly demo: DemoResponse;
  /** False until anything was ever accepted: the console then shows how to send data. */
  readonly hasData: boolean;
}

/** GET /services · GET /graph?at=<ms> gives GraphResponse, with the edges that were valid then. */
export interface ServicesResponse { readonly atMs: number; readonly services: readonly NodeSummary[] }

/** GET /services/:id (id URL-encoded) */
export interface ServiceResponse {
  readonly atMs: number;
  readonly paneMs: number;
  readonly summary: NodeSummary;
  readonly red: readonly Red[];
  readonly operations: readonly { readonly id: EntityId; readonly name: string; readonly kind: string; readonly red: readonly Red[] }[];
  readonly resources: readonly SeriesView[];
  readonly callers: readonly EdgeSummary[];
  readonly callees: readonly EdgeSummary[];
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
}
/** GET /services/:id/red?from&to&step&operation */
export type RedResponse = StoredRed;

/** GET /traces?from&to&service&operation&minDuration&maxDuration&errors&attribute=key=value&order&limit */
export interface TracesResponse { readonly traces: readonly TraceSummary[] }
/** GET /traces/:id */
export interface TraceResponse { readonly traceId: string; readonly spans: readonly StoredSpan[]; readonly truncated: boolean }
/** GET /logs?from&to&service&severity&text&trace&attribute=key=value&limit */
export interface LogsResponse { readonly logs: readonly StoredLog[] }
/** GET /metrics?from&to&text&limit */
export interface MetricsResponse { readonly metrics: readonly MetricInfo[] }
/** GET /metrics/:name?from&to&step&service&read&attribute&limit */
export interface MetricResponse { readonly name: string; readonly series: readonly MetricSeries[] }
/** GET /attributes?signal&key */
export interface AttributesResponse { readonly attributes: readonly { readonly key: string; readonly values: readonly string[] }[] }

/** GET /findings */
export interface FindingsResponse { readonly findings: readonly Finding[] }
/** GET /incidents?state=&limit= */
export interface IncidentsResponse { readonly incidents: readonly Incident[] }
/** GET /incidents/:id: with everything that its page draws. */
export interface IncidentResponse {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly graph: GraphResponse;
  /** One sentence in plain English, for the CLI and for copying; the console words its own. */
  readonly summary: string;
}

/** GET /config */
export interface ConfigResponse { readonly settings: readonly { readonly name: string; readonly value: string; readonly from: 'default' | 'file' | 'environment' | 'flag'; readonly unit: string; readonly about: string }[] }

/** GET /demo · POST /demo {"action":"start"|"stop"} · POST /demo/faults {"name":…} · DELETE /demo/faults */
export interface DemoResponse {
  readonly state: 'off' | 'history' | 'live';
  /** 0..1 while the recent past is being sent. */
  readonly progress: number;
  readonly faults: readonly { readonly name: string; readonly title: string; readonly about: string; readonly active: boolean; readonly startedMs: number | null }[];
}

/** POST /session {"token":…} · DELETE /session. Whether this server asks for a token at all. */
export interface SessionResponse { readonly needsToken: boolean }

/**
 * GET /events: server-sent events. `event: world` {atMs} after each closed pane (fetch what is on screen again) ·
 * `event: incident` Incident when one opens or changes · `event: ingest` {traces, metrics, logs accepted totals} once a
 * second while anything arrives · `event: demo` DemoResponse.
 * GET /logs/tail?service&severity&text: server-sent events, `event: log` StoredLog, `event: skipped` {count} when sampling.
 */
export type EventName = 'world' | 'incident' | 'ingest' | 'demo';
