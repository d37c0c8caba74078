/**
 * What the REST API answers, under /api/v1. The console imports these types and nothing else from the server.
 * schemas.ts holds the zod schemas that validate requests and from which the OpenAPI document is made; it is checked
 * against these types by the compiler. Times are epoch milliseconds, ids are strings, shares are 0..1.
 */
import type {
  Attributes, Change, DetectionView, Edge, EntityId, FeatureValue, Finding, Health, Incident, Maintenance, MetricInfo, MetricSeries, Node, Red, SeriesBand, SeriesView,
  StoredCourse, StoredLog, StoredPlace, StoredRed, StoredSpan, TraceSummary,
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

export type { AccessCertificate, AccessDoor, AccessKey, AccessResponse, KeyQuota, KeyScope } from './access.ts';
export type { IngestResponse, IntakeHistory, DroppedBy, LimitHit, Rates, Refusal, RefusedFor, SignalIntake, SignalName, SourceAccount, SourceIntake } from './ingest.ts';

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
/** GET /services/:id/features: every feature of it that is known, as it stands at the last closed pane. */
export interface ServiceFeaturesResponse { readonly features: readonly FeatureValue[] }
/** GET /services/:id/red?from&to&step&operation */
export type RedResponse = StoredRed;

/** GET /traces?from&to&service&operation&minDuration&maxDuration&errors&attribute=key=value&order&limit */
export interface TracesResponse { readonly traces: readonly TraceSummary[] }
/** GET /traces/:id */
export interface TraceResponse { readonly traceId: string; readonly spans: readonly StoredSpan[]; readonly total: number; readonly next: string | null; readonly truncated: boolean }
/** GET /logs?from&to&service&severity&text&trace&attribute=key=value&limit */
export interface LogsResponse { readonly logs: readonly StoredLog[] }
/** GET /metrics?from&to&text&limit */
export interface MetricsResponse { readonly metrics: readonly MetricInfo[] }
/** GET /metrics/:name?from&to&step&service&read&attribute&limit */
export interface MetricResponse { readonly name: string; readonly series: readonly MetricSeries[] }
/** One series looked back on: a score for each point, about 1 where only one point in ten is odder. */
export interface LookBackSeries {
  readonly service: EntityId; readonly attributes: Attributes; readonly unit: string;
  /** The step asked for, or a multiple of it for a series that reports less often. */
  readonly stepMs: number;
  /** Points in the range asked for; `pointsLookedAt` counts those before it too. */
  readonly times: readonly number[]; readonly values: readonly (number | null)[]; readonly scores: readonly number[];
  /** What nine values in ten lie within. */
  readonly usual: { readonly low: number; readonly high: number } | null;
  readonly pointsLookedAt: number;
  /** Too few points to say that anything stands out. */
  readonly isShort: boolean;
}
/** [fromMs, toMs) of one series. `score`: times the score that one point in ten of the series exceeds. */
export interface LookBackStretch {
  readonly series: number; readonly fromMs: number; readonly toMs: number; readonly peakMs: number;
  readonly score: number; readonly oddness: 'odd' | 'very_odd' | 'extreme'; readonly observed: { readonly low: number; readonly high: number } | null;
}
/** GET /metrics/:name/look-back?from&to&step&service&read&attribute&limit · GET /services/:id/look-back?from&to&step&operation&read */
export interface LookBackResponse {
  readonly name: string; readonly fromMs: number; readonly toMs: number;
  /** What is usual was learnt from here on. */
  readonly lookedFromMs: number;
  readonly series: readonly LookBackSeries[];
  /** Most unusual first, at most ten. */
  readonly stretches: readonly LookBackStretch[];
}
/** GET /attributes?signal&key */
export interface AttributesResponse { readonly attributes: readonly { readonly key: string; readonly values: readonly string[] }[] }

/** GET /findings */
export interface FindingsResponse { readonly findings: readonly Finding[] }
/** GET /findings/:id · POST /findings/:id/verdict {"verdict":"real"|"noise"|null} */
export interface FindingResponse { readonly finding: Finding; /** Incidents that it belongs to. */ readonly incidentIds: readonly string[]; /** The announced work that covers it, over or not. */ readonly maintenance: Maintenance | null }

/** GET /series?key=: a series that is judged, with what was expected of it. */
export type SeriesResponse = SeriesBand;
/** GET /detection: how detection itself is doing. */
export type DetectionResponse = DetectionView;
/** GET /features: a row of the catalogue. */
export interface FeatureRow {
  readonly id: string; readonly definition: string; readonly expression: string; readonly signal: string; readonly entities: readonly string[]; readonly unit: string;
  readonly subject: string; readonly window: string; readonly late: string; readonly role: string;
}
export interface FeaturesResponse { readonly features: readonly FeatureRow[] }
/** GET /detectors: a row of the catalogue. */
export interface DetectorRow { readonly id: string; readonly looksAt: string; readonly method: string; readonly opens: string; readonly blindTo: string }
export interface DetectorsResponse { readonly detectors: readonly DetectorRow[] }
/** GET /maintenance · POST /maintenance {"entity","from","to","reason"} · DELETE /maintenance/:id */
export interface MaintenanceResponse { readonly maintenance: readonly Maintenance[] }

/** GET /incidents?state=&limit= */
export interface IncidentsResponse { readonly incidents: readonly Incident[] }
/** GET /incidents/:id: with everything that its page draws · POST /incidents/:id/verdict {"cause": entity or null} */
export interface IncidentResponse {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly graph: GraphResponse;
  /** One sentence in plain English, for the CLI and for copying; the console words its own. */
  readonly summary: string;
  /** The whole story in plain English, for a ticket or a chat: what `clew incident get -o markdown` prints and the console copies, each with its address below it. */
  readonly markdown: string;
}

/** Detectors that vote (null: all), the false alarms a day that they may cost, and whether it hears what people had said of findings before the range begins. */
export interface BacktestVersion { readonly detectors: readonly string[] | null; readonly falseAlarmsPerDay: number; readonly hearsVerdicts: boolean }
/** `source`: the log as it arrived, or stored rows, which are kept longer. */
export interface BacktestAsked { readonly fromMs: number; readonly toMs: number; readonly source: 'log' | 'rows'; readonly a: BacktestVersion; readonly b: BacktestVersion | null }
export type BacktestFinding = Pick<Finding, 'id' | 'series' | 'entity' | 'node' | 'feature' | 'subject' | 'text' | 'direction' | 'unit' | 'observed' | 'expected' | 'p' | 'onsetMs' | 'detectedMs' | 'lastMs' | 'symptom' | 'detectors'>;
/** One finding as both versions saw it. `leadMs`: how much earlier A noticed it (negative: later). */
export interface BacktestRow { readonly where: 'both' | 'a' | 'b'; readonly a: BacktestFinding | null; readonly b: BacktestFinding | null; readonly mark: 'real' | 'noise' | null; readonly leadMs: number | null }
export interface BacktestTally {
  readonly findings: number;
  readonly symptoms: number;
  readonly incidents: number;
  readonly findingsPerDay: number;
  readonly incidentsPerDay: number;
  /** Of what people marked as real on the same node at that time: how much it found. */
  readonly real: { readonly found: number; readonly missed: number };
  /** Of what people marked as noise on the same series at that time: how much it says again. */
  readonly noise: { readonly repeated: number; readonly gone: number };
  /** Findings about which nobody has said anything. */
  readonly unmarked: number;
  /** Noise that it says again, a day: the false alarms that are known. */
  readonly falseAlarmsPerDay: number;
}
export interface BacktestResult {
  /** What of the range the log still holds, in event time, and from when on the engines learnt before it. */
  readonly covered: { readonly fromMs: number; readonly toMs: number; readonly learntFromMs: number; readonly records: number; readonly isWhole: boolean };
  readonly days: number;
  readonly a: BacktestTally;
  readonly b: BacktestTally | null;
  /** `share`: found by both, of what any of them found. `leadMs`: the middle of how much earlier A noticed what both found. */
  readonly agreement: { readonly both: number; readonly onlyA: number; readonly onlyB: number; readonly share: number; readonly leadMs: number | null } | null;
  /** By onset. */
  readonly rows: readonly BacktestRow[];
  readonly rowsLeftOut: number;
  /** What people marked within the range; `unknown`: verdicts on findings that are not kept any more. */
  readonly marks: { readonly real: number; readonly noise: number; readonly unknown: number };
  /** Verdicts given before the range that were told to the versions that hear them. */
  readonly heard: number;
  /** Incidents that A would have opened within the range, in their last state, by onset; `incidentsLeftOut` more. */
  readonly incidents: readonly Incident[];
  readonly incidentsLeftOut: number;
}
/** POST /incidents/:id/replay: begins a backtest around the incident · GET /incidents/:id/replay/:backtest */
export interface ReplayResponse {
  /** Of the backtest. */
  readonly id: string;
  readonly state: BacktestResponse['state'];
  readonly progress: number;
  readonly reason: string;
  /** As it is kept. */
  readonly kept: Incident;
  /** As the engine tells it today; null while it runs, and when it tells nothing of it. */
  readonly today: Incident | null;
  /** The log held all of the time that was asked for; null while it runs. */
  readonly isWhole: boolean | null;
}

/** A place that traces gained something at: self time in ms, or errors that begin there, a trace. `share`: of all that was gained. */
export interface RefinedGain extends StoredPlace { readonly share: number; readonly before: number; readonly after: number; readonly callsBefore: number; readonly callsAfter: number }
/** ms a call; `beforeMs` null: not called before. `columns`: what its WHERE compares. Rows returned a call, null where calls do not say. Untrusted text. */
export interface RefinedStatement { readonly text: string; readonly table: string; readonly columns: readonly string[]; readonly beforeMs: number | null; readonly afterMs: number; readonly rowsBefore: number | null; readonly rowsAfter: number | null }
/** Share of the calls of one group, and of the rest, that have the value. */
export interface RefinedValue { readonly key: string; readonly value: string; readonly groupShare: number; readonly restShare: number }
export interface RefinedWalk { readonly spans: number; readonly share: number; readonly traces: number }
export interface RefinedCounts { readonly spans: number; readonly countedMs: number; readonly askedMs: number; readonly callsPerSecondBefore: number | null; readonly callsPerSecondAfter: number | null }
/** A metric that moved as the incident began: medians before and since, in its unit, and how many robust standard deviations lie between them. `alike`: more series of this name that moved. */
export interface RefinedMove extends StoredCourse { readonly before: number; readonly after: number; readonly distance: number; readonly atMs: number; readonly alike: number }
/** What stored spans say of an incident: what its traces gained, and what the calls at the first place have in common. */
export interface Refined {
  readonly of: 'time' | 'errors';
  /** What was walked and compared; the counts are of the whole hour. */
  readonly before: { readonly fromMs: number; readonly toMs: number };
  readonly after: { readonly fromMs: number; readonly toMs: number };
  /** Whole traces, chosen by their ids alone. */
  readonly walked: { readonly before: RefinedWalk; readonly after: RefinedWalk };
  /** Most first; empty where traces gained nothing, or too few were seen. */
  readonly gains: readonly RefinedGain[];
  readonly statement: RefinedStatement | null;
  /** `bad`: calls slower than 95 in 100 before (`slowMs`), or failed. `told`: values that set the bad ones apart from the good, or, where none does, those since onset from those before. `tried`: values compared. `wide`: calls with attributes that are not looked at. */
  readonly values: { readonly calls: number; readonly bad: number; readonly slowMs: number | null; readonly tried: number; readonly wide: number; readonly told: readonly RefinedValue[]; readonly against: 'good' | 'before' } | null;
  /** `tried`: series compared, `left`: those that there was no room for. Values stand `stepMs` apart from `fromMs` on. Furthest first. */
  readonly moved: { readonly tried: number; readonly left: number; readonly fromMs: number; readonly stepMs: number; readonly told: readonly RefinedMove[] };
  /** Every span of the time that was reached within the budget: `countedMs` of `askedMs`. */
  readonly counted: RefinedCounts;
}
/** GET /incidents/:id/refined: begins when it is asked for, once for each minute that an incident lasts. */
export interface RefinedResponse {
  readonly state: 'running' | 'done' | 'failed';
  /** 0..1 */
  readonly progress: number;
  /** Why it failed; else empty. */
  readonly reason: string;
  /** While it runs: as it was found last, or null. */
  readonly refined: Refined | null;
}

/** POST /backtests {"from","to","source","detectors","budget","withVerdicts","against","againstBudget","againstWithVerdicts"} · GET and DELETE /backtests/:id · GET /backtests */
export interface BacktestResponse {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** 0..1 */
  readonly progress: number;
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** Why it failed; else empty. */
  readonly reason: string;
  readonly asked: BacktestAsked;
  readonly result: BacktestResult | null;
}
/** Newest first, without their results. */
export interface BacktestsResponse { readonly backtests: readonly BacktestResponse[] }

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
 * `event: incident` Incident when one opens or changes · `event: ingest` accepted totals by signal, once a
 * second while anything arrives · `event: refused` Refusal, at most 20 a second · `event: demo` DemoResponse.
 * GET /logs/tail?service&severity&text: server-sent events, `event: log` StoredLog, `event: skipped` {count} when sampling.
 */
export type EventName = 'world' | 'incident' | 'ingest' | 'refused' | 'demo';
