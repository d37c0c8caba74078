export type {
  AttributeColumns, Batch, LogBatch, MetricColumns, PointBatch, Refusals, RefusalReason, ResourceColumns, Rest,
  ScopeColumns, Signal, SpanBatch, Strings,
} from './batch.ts';
export { MetricType, refusalReasons, ValueKind } from './batch.ts';
export type {
  AnyValue, KeyValue, LogsData, Metric, MetricsData, NumberPoint, HistogramPoint, LogRecordMessage, Resource, Scope, Span, SpanEvent, SpanLink, TracesData,
} from './message.ts';
