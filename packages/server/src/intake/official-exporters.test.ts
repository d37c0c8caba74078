import { ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { countOf, openReceivers } from './fixture/receivers.ts';

/** Spans as the official SDK makes them. */
async function spans() {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  for (let index = 0; index < 10; index++) provider.getTracer('test').startSpan(`span ${index}`, { attributes: { index, flag: true } }).end();
  await provider.forceFlush();
  return memory.getFinishedSpans();
}

test.each([
  ['protobuf', (http: number) => new ProtoExporter({ url: `http://127.0.0.1:${http}/v1/traces` })],
  ['protobuf with gzip', (http: number) => new ProtoExporter({ url: `http://127.0.0.1:${http}/v1/traces`, compression: 'gzip' as never })],
  ['JSON', (http: number) => new JsonExporter({ url: `http://127.0.0.1:${http}/v1/traces` })],
  ['gRPC', (_: number, grpc: number) => new GrpcExporter({ url: `http://127.0.0.1:${grpc}` })],
  ['gRPC with gzip', (_: number, grpc: number) => new GrpcExporter({ url: `http://127.0.0.1:${grpc}`, compression: 'gzip' as never })],
])('the official trace exporter over %s', async (_, make) => {
  const on = await openReceivers();
  const exporter = make(on.httpPort, on.grpcPort);
  const finished = await spans();
  const result = await new Promise<{ code: number; error?: Error }>((resolve) => exporter.export(finished, resolve));
  await exporter.shutdown();
  expect(result).toMatchObject({ code: ExportResultCode.SUCCESS });
  expect(countOf(on)).toBe(10);
  expect(on.intake.counters.lastRefused()).toEqual([]);
});

test('the official metric and log exporters', async () => {
  const on = await openReceivers();
  const metrics = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `http://127.0.0.1:${on.httpPort}/v1/metrics` }), exportIntervalMillis: 60_000 })] });
  const meter = metrics.getMeter('test');
  meter.createCounter('orders').add(3);
  meter.createHistogram('latency').record(12);
  await metrics.forceFlush();
  const logs = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `http://127.0.0.1:${on.httpPort}/v1/logs` }) })] });
  logs.getLogger('test').emit({ body: 'hello' });
  await logs.forceFlush();
  expect(on.intake.counters.totals()).toMatchObject({ metrics: 2, logs: 1 });
  await metrics.shutdown();
  await logs.shutdown();
});
