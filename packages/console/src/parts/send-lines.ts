/** Lines to copy, per language, for the endpoints that this server listens on; docs/guides/send-data.md has the same ones, and a test runs those. */
export interface Listening { readonly grpc: string; readonly http: string }
export interface SendLines { readonly id: string; readonly name: string; readonly lines: (listening: Listening) => string }

const environment = ({ http }: Listening, service: string): string => `export OTEL_SERVICE_NAME=${service}
export OTEL_EXPORTER_OTLP_ENDPOINT=${http}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;

export const sendLines: readonly SendLines[] = [
  { id: 'js', name: 'JavaScript', lines: (to) => `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
${environment(to, 'my-service')}
export OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp
node --require @opentelemetry/auto-instrumentations-node/register app.js` },
  { id: 'python', name: 'Python', lines: (to) => `pip install opentelemetry-distro opentelemetry-exporter-otlp
opentelemetry-bootstrap -a install
${environment(to, 'my-service')}
export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true
opentelemetry-instrument python app.py` },
  { id: 'go', name: 'Go', lines: (to) => `${environment(to, 'my-service')}

// go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp
exporter, err := otlptracehttp.New(ctx) // reads the lines above
if err != nil {
    log.Fatal(err)
}
provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
defer provider.Shutdown(ctx)
otel.SetTracerProvider(provider)` },
  { id: 'java', name: 'Java', lines: (to) => `curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar
${environment(to, 'my-service')}
java -javaagent:opentelemetry-javaagent.jar -jar app.jar` },
  { id: 'dotnet', name: '.NET', lines: (to) => `dotnet add package OpenTelemetry.Extensions.Hosting
dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol
dotnet add package OpenTelemetry.Instrumentation.AspNetCore
${environment(to, 'my-service')}

// Program.cs
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())
    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation())
    .WithLogging()
    .UseOtlpExporter();` },
  { id: 'collector', name: 'Collector', lines: ({ grpc }) => `exporters:
  otlp/clew:
    endpoint: ${grpc.replace(/^\w+:\/\//, '')}
    tls:
      insecure: true
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlp/clew] }
    metrics: { receivers: [otlp], exporters: [otlp/clew] }
    logs: { receivers: [otlp], exporters: [otlp/clew] }` },
  { id: 'curl', name: 'curl', lines: ({ http }) => `curl -i ${http}/v1/traces -H 'content-type: application/json' -d '{
  "resourceSpans": [{
    "resource": { "attributes": [{ "key": "service.name", "value": { "stringValue": "hello" } }] },
    "scopeSpans": [{ "spans": [{
      "traceId": "'$(openssl rand -hex 16)'", "spanId": "'$(openssl rand -hex 8)'", "name": "GET /", "kind": 2,
      "startTimeUnixNano": "'$(date +%s)000000000'", "endTimeUnixNano": "'$(date +%s)250000000'"
    }] }]
  }]
}'` },
  { id: 'prometheus', name: 'Prometheus', lines: ({ http }) => `# prometheus.yml
remote_write:
  - url: ${http}/api/v1/write
    send_exemplars: true
    send_native_histograms: true` },
  { id: 'zipkin', name: 'Zipkin', lines: ({ http }) => `curl -i ${http}/api/v2/spans -H 'content-type: application/json' -d '[{
  "traceId": "'$(openssl rand -hex 16)'", "id": "'$(openssl rand -hex 8)'", "kind": "SERVER", "name": "get /",
  "timestamp": '$(date +%s)000000', "duration": 250000, "localEndpoint": { "serviceName": "hello" }
}]'` },
  { id: 'json-lines', name: 'JSON lines', lines: ({ http }) => `curl -i ${http}/v1/logs/jsonlines -H 'content-type: application/x-ndjson' -H 'x-service-name: hello' --data-binary @app.log` },
  { id: 'syslog', name: 'syslog', lines: ({ http }) => `clew serve --syslog-port 5514
logger --server ${http.replace(/^\w+:\/\//, '').replace(/:\d+$/, '')} --port 5514 --tcp --octet-count --rfc5424 --tag hello 'it works'` },
];
