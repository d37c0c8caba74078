export type {
  AttributeColumns, Batch, LogBatch, MetricColumns, PointBatch, ProfileBatch, Refusals, RefusalReason, ResourceColumns, Rest,
  ScopeColumns, Signal, SpanBatch, StableSignal, Strings,
} from './batch.ts';
export type { PointAttributes } from './attribute-runs.ts';
export { AttributeRuns, attributesOfPoint, noRun } from './attribute-runs.ts';
export type { Warning } from './batch.ts';
export { MetricType, refusalReasons, ValueKind, warningWords } from './batch.ts';
export type { Cursor } from './cursor.ts';
export { endOf, fields, openCursor, readLength, readTag, readVarint, signed64, skipUnknown, unsigned64 } from './cursor.ts';
export { fromJson } from './from-json.ts';
export type { Memory } from './memory.ts';
export { padBytes } from './memory.ts';
export type { ReadLimits } from './limits.ts';
export { defaultReadLimits, valueDepthMax } from './limits.ts';
export type { ShapedBatch } from './point-shapes.ts';
export { joinShape, PointShapes, shapeOf } from './point-shapes.ts';
export { MalformedOtlp } from './malformed.ts';
export type {
  AnyValue, EntityRef, Exemplar, ExponentialHistogramPoint, HistogramPoint, Int64, KeyValue, LogRecordMessage, LogsData, Metric, MetricsData, NumberPoint,
  Resource, Scope, Span, SpanEvent, SpanLink, SummaryPoint, TracesData,
} from './message.ts';
export type {
  DictionaryAttribute, Profile, ProfileFunction, ProfileLine, ProfileLink, ProfileLocation, ProfileMapping, ProfileSample, ProfilesData, ProfilesDictionary, ProfileStack, ValueType,
} from './message-profiles.ts';
export { readDictionary, readMessage, readMetric, readProfile, readResource, readRest, readScope, readValue, toJson } from './read-message.ts';
export { buffersOf, readRequest } from './read-request.ts';
export { readText } from './read-text.ts';
export type { IdentityColumns } from './span-identity.ts';
export { placesOfRows, withoutItems } from './without-items.ts';
export { eachSpanIdentity, identityOfRow, openIdentities, spanIdentityWords, withoutSpans } from './span-identity.ts';
export { writeRequest } from './write-request.ts';
export type { Encoding, RpcStatus } from './write-answer.ts';
export { writeResponse, writeStatus } from './write-answer.ts';
