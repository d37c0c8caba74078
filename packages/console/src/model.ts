/** The nouns that the console draws, in one place. Types only: nothing of the engine or the server runs here. */
export type {
  FeatureValue, Maintenance, SeriesBand, Vote,
  AttributeValue, Attributes, Cause, Change, EntityId, Evidence, Explanation, Finding, Health, Incident, IncidentEvent, MissingData, MetricInfo, MetricSeries,
  FlameNode, Node, PathStep, ProfileSummary, Red, RuledOut, SeriesView, StoredFlame, StoredEvent, StoredLink, StoredLog, StoredSpan, TraceRef, TraceSummary,
} from '@clew/engine';
export type {
  BacktestAsked, Refined, RefinedResponse, ReplayResponse, BacktestFinding, BacktestResponse, BacktestResult, BacktestRow, BacktestsResponse, BacktestTally, BacktestVersion, DetectionResponse, DetectorRow, DetectorsResponse,
  LookBackResponse, LookBackSeries,
  FeatureRow, FeaturesResponse, ServiceFeaturesResponse, FindingResponse, MaintenanceResponse, SeriesResponse,
  AccessDoor, AccessKey, AccessResponse, ConfigResponse, DemoResponse, EdgeSummary, ErrorResponse, EventName, GraphResponse, HealthResponse, IncidentResponse, IncidentsResponse, IngestResponse,
  LogsResponse, MetricResponse, MetricsResponse, NodeSummary, NowResponse, RedResponse, SelfResponse, ServiceResponse, ServicesResponse, SignalIntake, SignalName, LimitHit, Refusal, SourceAccount, SourceIntake,
  TraceResponse, TracesResponse,
} from '@clew/server/api';
