export type * from './change.ts';
export type * from './detection.ts';
export type * from './entity.ts';
export type * from './explanation.ts';
export type * from './feature.ts';
export { featureCatalogueVersion } from './feature.ts';
export type * from './finding.ts';
export type * from './incident.ts';
export type * from './log.ts';
export type * from './notice.ts';
export type * from './pane.ts';
export type * from './red.ts';
export type * from './rows.ts';
export type * from './stored-calls.ts';
export type * from './stored-courses.ts';
export type * from './trained-model.ts';
export type * from './world.ts';
export type {
  ChangeEvent, Labels, LogRows, Peer, PointRows, RowValues, SeriesShape, SeriesType, Source, SpanRows, SpanShape, TelemetryRows,
} from './telemetry.ts';
export { SpanKind } from './telemetry.ts';
export { defaultSettings } from './settings.ts';
export type { Calendar, DetectionSettings, EngineLimits, EngineSettings } from './settings.ts';
