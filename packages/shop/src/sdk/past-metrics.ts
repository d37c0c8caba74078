import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufMetricsSerializer, type IExportMetricsServiceResponse, type ISerializer } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

/**
 * Sends the metrics of many resources in one request, as a Collector does. The SDK's own metric exporter sends one resource
 * a request: ten minutes of forty instances would be thousands. Serializer and transport are the SDK's.
 */
export function openPastMetricExporter(httpEndpoint: string): OTLPExporterBase<readonly ResourceMetrics[]> {
  const options = convertLegacyHttpOptions({ url: `${httpEndpoint}/v1/metrics`, keepAlive: true }, 'METRICS', 'v1/metrics', { 'Content-Type': 'application/x-protobuf' });
  const countItems = (all: readonly ResourceMetrics[]): number => all.reduce((sum, { scopeMetrics }) => sum + scopeMetrics.reduce((inScope, { metrics }) => inScope + metrics.reduce((inMetric, { dataPoints }) => inMetric + dataPoints.length, 0), 0), 0);
  return new OTLPExporterBase(createOtlpHttpExportDelegate(options, manyResources, 'otlp_http_metric_exporter', { name: 'metric_data_point', countItems }, undefined));
}

/** A request is a list of resources, so the bytes of several requests one after another are one request with all of them. */
const manyResources: ISerializer<readonly ResourceMetrics[], IExportMetricsServiceResponse> = {
  serializeRequest(all) {
    const parts = all.map((one) => ProtobufMetricsSerializer.serializeRequest(one));
    return Buffer.concat(parts.filter((part) => part !== undefined));
  },
  deserializeResponse: (data) => ProtobufMetricsSerializer.deserializeResponse(data),
};
