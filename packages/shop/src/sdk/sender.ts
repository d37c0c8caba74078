import { ROOT_CONTEXT, TraceFlags, trace, type Context, type Tracer } from '@opentelemetry/api';
import type { Logger } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor, type SdkLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { severityTexts } from '../messages.ts';
import type { LogRecord, PointRecord, ResourceRecord, SpanRecord } from '../model/records.ts';
import type { Exporters } from './exporters.ts';
import { openMetricSender } from './metrics.ts';
import { toHrTime } from './time.ts';

/** Where spans and logs go while the past is sent: to one batch for all services, as through a Collector. */
export interface Past {
  readonly spans: ReadableSpan[];
  readonly logs: SdkLogRecord[];
}

/** One service instance with its own providers of the official SDK. */
export interface Sender {
  span(record: SpanRecord): void;
  log(record: LogRecord): void;
  /** Points as the SDK's reader collects them; sending them is left to the fleet. */
  collect(records: readonly PointRecord[]): Promise<ResourceMetrics>;
  shutdown(): Promise<void>;
}

const BATCH_DELAY_MS = 900;
const QUEUE_SPANS = 8_192;
const BATCH_SPANS = 2_048;

/** `past()` gives the batch to add to, or null once the shop is live. */
export function openSender(record: ResourceRecord, exporters: Exporters, past: () => Past | null): Sender {
  const resource = resourceFromAttributes({ ...record.attributes });
  const next = { traceId: '', spanId: '' };
  const limits = { scheduledDelayMillis: BATCH_DELAY_MS, maxQueueSize: QUEUE_SPANS, maxExportBatchSize: BATCH_SPANS };
  const liveSpans = new BatchSpanProcessor(exporters.traces(record.transport), limits);
  const liveLogs = new BatchLogRecordProcessor({ exporter: exporters.logs, ...limits });
  const tracerProvider = new BasicTracerProvider({
    resource, idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId }, spanProcessors: [routeSpans(liveSpans, past)],
  });
  const loggerProvider = new LoggerProvider({ resource, processors: [routeLogs(liveLogs, past)] });
  const tracer = tracerProvider.getTracer(record.scope);
  const logger = loggerProvider.getLogger('app');
  const metrics = openMetricSender(resource, record.scope);
  return {
    span(span) {
      next.traceId = span.traceId;
      next.spanId = span.spanId;
      emitSpan(tracer, span);
    },
    log: (log) => emitLog(logger, log),
    collect: (points) => metrics.collect(points),
    async shutdown() {
      // Flushed, not shut down: the exporters are shared with the other instances.
      await Promise.all([liveSpans.forceFlush(), liveLogs.forceFlush()]);
      await metrics.shutdown();
    },
  };
}

function routeSpans(live: SpanProcessor, past: () => Past | null): SpanProcessor {
  return {
    onStart: (span, parent) => live.onStart(span, parent),
    onEnd(span) {
      const batch = past();
      if (batch === null) live.onEnd(span);
      else batch.spans.push(span);
    },
    forceFlush: () => live.forceFlush(),
    shutdown: () => live.shutdown(),
  };
}

function routeLogs(live: LogRecordProcessor, past: () => Past | null): LogRecordProcessor {
  return {
    onEmit(log, context) {
      const batch = past();
      if (batch === null) live.onEmit(log, context);
      else batch.logs.push(log);
    },
    forceFlush: () => live.forceFlush(),
    shutdown: () => live.shutdown(),
  };
}

function contextOf(traceId: string, spanId: string, isRemote: boolean): Context {
  return spanId === '' ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote });
}

function emitSpan(tracer: Tracer, record: SpanRecord): void {
  const span = tracer.startSpan(record.name, {
    // The API numbers kinds from 0 (internal), OTLP from 1.
    kind: record.kind - 1,
    startTime: toHrTime(record.startMs),
    attributes: record.attributes,
    links: record.links.map(({ traceId, spanId }) => ({ context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED } })),
  }, contextOf(record.traceId, record.parentId, record.parentRemote));
  for (const event of record.events) span.addEvent(event.name, event.attributes, toHrTime(event.atMs));
  if (record.status === 2) span.setStatus({ code: record.status, message: record.statusMessage });
  span.end(toHrTime(record.endMs));
}

function emitLog(logger: Logger, record: LogRecord): void {
  logger.emit({
    timestamp: toHrTime(record.atMs), observedTimestamp: toHrTime(record.atMs), severityNumber: record.severity, severityText: severityTexts[record.severity],
    body: record.body, attributes: record.attributes,
    ...(record.eventName === '' ? {} : { eventName: record.eventName }),
    context: contextOf(record.traceId, record.spanId, false),
  });
}
