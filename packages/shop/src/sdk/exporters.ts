import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Transport } from '../model/records.ts';
import { openPastMetricExporter } from './past-metrics.ts';

/** The official OTLP exporters. Traces go out in the encoding of their service; metrics and logs as protobuf over HTTP. */
export interface Exporters {
  traces(transport: Transport): SpanExporter;
  readonly metrics: PushMetricExporter;
  readonly logs: LogRecordExporter;
  /** Metrics of many resources at once. */
  readonly pastMetrics: OTLPExporterBase<readonly ResourceMetrics[]>;
  shutdown(): Promise<void>;
}

/** Without a gRPC endpoint everything goes over HTTP. */
export interface Endpoints { readonly http: string; readonly grpc: string | null }

/** Exports that one exporter may have under way; a whole shop shares it while the past is sent. */
const CONCURRENT_EXPORTS = 256;

export function openExporters(endpoints: Endpoints): Exporters {
  const shared = { concurrencyLimit: CONCURRENT_EXPORTS, keepAlive: true };
  const protobuf = new OTLPTraceExporter({ url: `${endpoints.http}/v1/traces`, ...shared });
  const byTransport: Readonly<Record<Transport, SpanExporter>> = {
    protobuf,
    json: new JsonTraceExporter({ url: `${endpoints.http}/v1/traces`, ...shared }),
    grpc: endpoints.grpc === null ? protobuf : new GrpcTraceExporter({ url: endpoints.grpc, concurrencyLimit: CONCURRENT_EXPORTS }),
  };
  const metrics = new OTLPMetricExporter({ url: `${endpoints.http}/v1/metrics`, ...shared });
  const pastMetrics = openPastMetricExporter(endpoints.http);
  const logs = new OTLPLogExporter({ url: `${endpoints.http}/v1/logs`, ...shared });
  return {
    traces: (transport) => byTransport[transport],
    metrics,
    logs,
    pastMetrics,
    async shutdown() {
      await Promise.all([...new Set([...Object.values(byTransport), metrics, logs, pastMetrics])].map((exporter) => exporter.shutdown()));
    },
  };
}
