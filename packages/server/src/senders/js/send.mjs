// A sender of the OpenTelemetry SDK for JavaScript: `node send.mjs <folder that it is installed in> 2|3`. Where and how is said by the standard
// variables (OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _COMPRESSION). Prints what it gave to the exporters (ledger.mjs).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openLedger } from './ledger.mjs';

const [folder, major] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const otel = (name) => load(`@opentelemetry/${name}`);
const isThree = major === '3';
const api = otel('api');
const trace = otel(isThree ? 'sdk-trace' : 'sdk-trace-base');
const metrics = otel('sdk-metrics');
const logs = otel('sdk-logs');
const { resourceFromAttributes } = otel('resources');
const { AsyncLocalStorageContextManager } = otel('context-async-hooks');

const protocol = process.env.OTEL_EXPORTER_OTLP_PROTOCOL;
const packageOf = { grpc: 'grpc', 'http/protobuf': 'proto', 'http/json': 'http' };
const { OTLPTraceExporter } = otel(`exporter-trace-otlp-${packageOf[protocol]}`);
const { OTLPMetricExporter } = otel(`exporter-metrics-otlp-${packageOf[protocol]}`);
const { OTLPLogExporter } = otel(`exporter-logs-otlp-${packageOf[protocol]}`);

const ledger = openLedger();
const resource = resourceFromAttributes({
  'service.name': process.env.OTEL_SERVICE_NAME, 'service.version': '1.4.2', 'deployment.environment.name': 'Zürich 测试',
  'process.pid': 4321, 'host.load': 0.75, 'feature.enabled': false, 'process.command_args': ['serve', '--fast'],
});
const scopeUrl = 'https://opentelemetry.io/schemas/1.37.0';

async function sendSpans() {
  const provider = new (isThree ? trace.TracerProvider : trace.BasicTracerProvider)({
    resource, spanLimits: { attributeCountLimit: 24, eventCountLimit: 8, linkCountLimit: 4, attributeValueLengthLimit: 4096 },
    spanProcessors: [new trace.BatchSpanProcessor(...batchArguments(ledger.spans(new OTLPTraceExporter())))],
  });
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = provider.getTracer('checkout', '2.0.1', { schemaUrl: scopeUrl });
  const caller = { traceId: '0af7651916cd43dd8448eb211c80319c'.replace(/^.{8}/, () => Math.floor(Date.now() % 2 ** 32).toString(16).padStart(8, '0')), spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true, traceState: api.createTraceState('vendor=a1,other=b:2') };
  const remote = api.trace.setSpanContext(api.ROOT_CONTEXT, caller);
  const root = tracer.startSpan('POST /checkout/{id}', { kind: api.SpanKind.SERVER, links: linksOf(caller), attributes: everyKind() }, remote);
  const under = api.trace.setSpan(remote, root);
  const query = tracer.startSpan('SELECT orders', { kind: api.SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql', 'db.query.text': "select * from orders where note = 'é'" } }, under);
  query.recordException(new TypeError('no such order'));
  query.setStatus({ code: api.SpanStatusCode.ERROR, message: 'no such order 🧵' });
  query.end();
  const other = provider.getTracer('queue');
  other.startSpan('publish orders', { kind: api.SpanKind.PRODUCER }, under).end();
  other.startSpan('process orders', { kind: api.SpanKind.CONSUMER }, under).end();
  const inner = tracer.startSpan('price', {}, under);
  inner.setStatus({ code: api.SpanStatusCode.OK });
  inner.end();
  for (let index = 0; index < 10; index++) root.addEvent(`step ${index}`, { index, cached: index % 2 === 0 });
  for (let index = 0; index < 20; index++) root.setAttribute(`extra.${index}`, index);
  root.end();
  await provider.forceFlush();
  await provider.shutdown();
  return { traceId: root.spanContext().traceId, spanId: root.spanContext().spanId, context: under };
}

/** 3.x takes one object, 2.x the exporter and options. */
const batchArguments = (exporter) => (isThree ? [{ exporter }] : [exporter]);

const linksOf = (caller) => [
  { context: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1, traceState: api.createTraceState('k=v') }, attributes: { reason: 'retry', attempt: 2 } },
  { context: { ...caller, spanId: 'c7ad6b7169203332' } },
];

const everyKind = () => ({
  text: 'plain', empty: '', unicode: '线 🧵 ü', long: 'x'.repeat(3000), integer: 42, negative: -7, zero: 0, large: 9_007_199_254_740_991,
  double: 2.71, tiny: 5e-324, yes: true, no: false, texts: ['a', '', 'ü'], integers: [1, 2, 3], doubles: [0.5, -1.25], flags: [true, false], nothing: [],
});

async function sendMetrics() {
  const exporter = new OTLPMetricExporter({ temporalityPreference: protocol === 'grpc' ? 1 : 0 });
  const reader = new metrics.PeriodicExportingMetricReader({ exporter: ledger.metrics(exporter), exportIntervalMillis: 3_600_000, exportTimeoutMillis: 20_000 });
  const provider = new metrics.MeterProvider({
    resource, readers: [reader],
    views: [{ instrumentName: '*.exponential', aggregation: { type: metrics.AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 40 } } }],
  });
  const meter = provider.getMeter('billing', '0.3.0', { schemaUrl: scopeUrl });
  const orders = meter.createCounter('orders.placed', { unit: '{order}', description: 'Orders that were placed' });
  orders.add(3, { region: 'eu', paid: true });
  orders.add(4, { region: 'eu', paid: true });
  orders.add(1, { region: 'us', lines: 12 });
  meter.createCounter('money.taken', { unit: 'EUR', valueType: api.ValueType.DOUBLE }).add(12.34);
  meter.createUpDownCounter('queue.length', { unit: '{item}' }).add(-5, { queue: 'orders' });
  meter.createGauge('temperature', { unit: 'Cel' }).record(-3.5, { room: 'cellar' });
  meter.createObservableGauge('disk.free', { unit: 'By' }).addCallback((result) => result.observe(9_000_000_000, { disk: 'sda' }));
  meter.createObservableCounter('cpu.time', { unit: 's' }).addCallback((result) => result.observe(17.25, { mode: 'user' }));
  const latency = meter.createHistogram('latency', { unit: 'ms', description: 'Latency', advice: { explicitBucketBoundaries: [1, 10, 100] } });
  const exponential = meter.createHistogram('latency.exponential', { unit: 'ms' });
  for (const value of [0, 0.3, 5, 5, 50, 5000]) { latency.record(value, { route: '/a' }); exponential.record(value, { route: '/a' }); }
  await provider.shutdown();
}

async function sendLogs({ context }) {
  const exporter = ledger.logs(new OTLPLogExporter());
  const provider = new logs.LoggerProvider({ resource, processors: [new logs.BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('audit', '1.0.0', { schemaUrl: scopeUrl });
  const at = Date.now();
  logger.emit({ timestamp: at, severityNumber: 9, severityText: 'INFO', body: 'order placed', attributes: { 'order.id': 'o-1', total: 12.5, express: true, lines: [1, 2] }, context });
  logger.emit({ timestamp: at + 1, severityNumber: 17, severityText: 'ERROR', body: { code: 500, why: ['timeout', null], nested: { deep: true, raw: new Uint8Array([0, 255, 7]) } }, attributes: { nested: { a: { b: 'c' } }, raw: new Uint8Array([1, 2, 3]) } });
  logger.emit({ timestamp: at + 2, severityNumber: 1, body: 12, attributes: {} });
  logger.emit({ timestamp: at + 3, eventName: 'user.login', attributes: { 'user.id': 'u-7' } });
  logger.emit({ timestamp: at + 4, severityNumber: 24, severityText: 'FATAL4', body: '', attributes: { empty: '' } });
  await provider.forceFlush();
  await provider.shutdown();
}

const root = await sendSpans();
await sendMetrics();
await sendLogs(root);
console.log(JSON.stringify(ledger.read()));
