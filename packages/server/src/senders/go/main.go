// A sender of the OpenTelemetry SDK for Go. Where and how is said by the standard variables
// (OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _COMPRESSION). Prints what it gave to the exporters (ledger.go).
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const schemaURL = "https://opentelemetry.io/schemas/1.37.0"

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	isGrpc := os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc"
	from := resource.NewWithAttributes(schemaURL,
		attribute.String("service.name", os.Getenv("OTEL_SERVICE_NAME")), attribute.String("service.label", "测试 ü"),
		attribute.Int("process.pid", 4321), attribute.Float64("host.load", 0.75), attribute.Bool("feature.enabled", false),
		attribute.StringSlice("process.command_args", []string{"serve", "--fast"}))
	sent := &ledger{}
	under := sendSpans(ctx, isGrpc, from, sent)
	sendMetrics(under, isGrpc, from, sent)
	sendLogs(under, isGrpc, from, sent)
	must(0, json.NewEncoder(os.Stdout).Encode(sent.read()))
}

func sendSpans(ctx context.Context, isGrpc bool, from *resource.Resource, sent *ledger) context.Context {
	var exporter sdktrace.SpanExporter
	if isGrpc {
		exporter = must(otlptracegrpc.New(ctx))
	} else {
		exporter = must(otlptracehttp.New(ctx))
	}
	limits := sdktrace.NewSpanLimits()
	limits.AttributeCountLimit, limits.EventCountLimit, limits.LinkCountLimit = 24, 8, 4
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(from), sdktrace.WithRawSpanLimits(limits), sdktrace.WithBatcher(spanWatch{exporter, sent}))
	tracer := provider.Tracer("checkout", trace.WithInstrumentationVersion("2.0.1"), trace.WithSchemaURL(schemaURL), trace.WithInstrumentationAttributes(attribute.String("scope.kind", "test")))

	traceID := must(trace.TraceIDFromHex("4bf92f3577b34da6a3ce929d0e0e4736"))
	copy(traceID[:8], strconv.FormatInt(time.Now().UnixNano(), 36))
	caller := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: traceID, SpanID: must(trace.SpanIDFromHex("b7ad6b7169203331")), TraceFlags: trace.FlagsSampled, Remote: true,
		TraceState: must(trace.ParseTraceState("vendor=a1,other=b:2")),
	})
	links := trace.WithLinks(trace.Link{SpanContext: caller, Attributes: []attribute.KeyValue{attribute.String("reason", "retry"), attribute.Int("attempt", 2)}})
	under, root := tracer.Start(trace.ContextWithSpanContext(ctx, caller), "POST /checkout/{id}", trace.WithSpanKind(trace.SpanKindServer), links, trace.WithAttributes(everyKind()...))
	_, query := tracer.Start(under, "SELECT orders", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("db.query.text", "select 'é'")))
	query.AddEvent("exception", trace.WithAttributes(attribute.String("exception.type", "NoSuchOrder")))
	query.SetStatus(codes.Error, "no such order 🧵")
	query.End()
	for name, kind := range map[string]trace.SpanKind{"publish orders": trace.SpanKindProducer, "process orders": trace.SpanKindConsumer, "price": trace.SpanKindInternal} {
		_, span := provider.Tracer("queue").Start(under, name, trace.WithSpanKind(kind))
		span.End()
	}
	for index := range 10 {
		root.AddEvent("step", trace.WithAttributes(attribute.Int("index", index), attribute.Bool("cached", index%2 == 0)))
	}
	for index := range 20 {
		root.SetAttributes(attribute.Int("extra."+strconv.Itoa(index), index))
	}
	root.SetStatus(codes.Ok, "")
	root.End()
	must(0, provider.Shutdown(ctx))
	return under
}

func everyKind() []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("text", "plain"), attribute.String("empty", ""), attribute.String("unicode", "线 🧵 ü"), attribute.Int("integer", 42), attribute.Int("negative", -7),
		attribute.Int64("larger", 1<<63-1), attribute.Float64("double", 2.71), attribute.Float64("tiny", 5e-324), attribute.Bool("yes", true), attribute.Bool("no", false),
		attribute.StringSlice("texts", []string{"a", "", "ü"}), attribute.IntSlice("integers", []int{1, 2, 3}), attribute.Float64Slice("doubles", []float64{0.5, -1.25}),
		attribute.BoolSlice("flags", []bool{true, false}), attribute.StringSlice("nothing", []string{}),
		attribute.ByteSlice("raw", []byte{0, 255}), attribute.Map("map", attribute.Int("one", 1), attribute.Map("deep", attribute.Bool("yes", true))), attribute.Slice("mixed", attribute.StringValue("a"), attribute.Int64Value(1), attribute.Value{}),
	}
}

func sendMetrics(ctx context.Context, isGrpc bool, from *resource.Resource, sent *ledger) {
	var exporter sdkmetric.Exporter
	if isGrpc {
		exporter = must(otlpmetricgrpc.New(ctx))
	} else {
		exporter = must(otlpmetrichttp.New(ctx))
	}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithResource(from),
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metricWatch{exporter, sent}, sdkmetric.WithInterval(time.Hour))),
		sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "latency.exponential"}, sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 40, MaxScale: 20}})))
	meter := provider.Meter("billing", metric.WithInstrumentationVersion("0.3.0"), metric.WithSchemaURL(schemaURL))
	orders := must(meter.Int64Counter("orders.placed", metric.WithUnit("{order}"), metric.WithDescription("Orders that were placed")))
	eu := metric.WithAttributes(attribute.String("region", "eu"), attribute.Bool("paid", true))
	orders.Add(ctx, 3, eu)
	orders.Add(ctx, 4, eu)
	orders.Add(ctx, 1, metric.WithAttributes(attribute.String("region", "us"), attribute.Int("lines", 12)))
	must(meter.Float64Counter("money.taken", metric.WithUnit("EUR"))).Add(ctx, 12.34)
	must(meter.Int64UpDownCounter("queue.length")).Add(ctx, -5, metric.WithAttributes(attribute.String("queue", "orders")))
	must(meter.Float64Gauge("temperature", metric.WithUnit("Cel"))).Record(ctx, -3.5, metric.WithAttributes(attribute.String("room", "cellar")))
	must(meter.Int64ObservableGauge("disk.free", metric.WithUnit("By"), metric.WithInt64Callback(func(_ context.Context, observer metric.Int64Observer) error {
		observer.Observe(9_000_000_000, metric.WithAttributes(attribute.String("disk", "sda")))
		return nil
	})))
	latency := must(meter.Float64Histogram("latency", metric.WithUnit("ms"), metric.WithDescription("Latency"), metric.WithExplicitBucketBoundaries(1, 10, 100)))
	exponential := must(meter.Float64Histogram("latency.exponential", metric.WithUnit("ms")))
	for _, value := range []float64{0, 0.3, 5, 5, 50, 5000} {
		latency.Record(ctx, value, metric.WithAttributes(attribute.String("route", "/a")))
		exponential.Record(ctx, value, metric.WithAttributes(attribute.String("route", "/a")))
	}
	must(0, provider.Shutdown(ctx))
}

func sendLogs(ctx context.Context, isGrpc bool, from *resource.Resource, sent *ledger) {
	var exporter sdklog.Exporter
	if isGrpc {
		exporter = must(otlploggrpc.New(ctx))
	} else {
		exporter = must(otlploghttp.New(ctx))
	}
	provider := sdklog.NewLoggerProvider(sdklog.WithResource(from), sdklog.WithProcessor(sdklog.NewBatchProcessor(logWatch{exporter, sent})))
	logger := provider.Logger("audit", otellog.WithInstrumentationVersion("1.0.0"), otellog.WithSchemaURL(schemaURL))
	at := time.Now()
	emit := func(ctx context.Context, later int, severity otellog.Severity, text string, body attribute.Value, event string, attributes ...attribute.KeyValue) {
		var record otellog.Record
		record.SetTimestamp(at.Add(time.Duration(later)))
		record.SetObservedTimestamp(at.Add(time.Duration(later + 5)))
		record.SetSeverity(severity)
		record.SetSeverityText(text)
		record.SetBody(body)
		record.SetEventName(event)
		record.AddAttributes(attributes...)
		logger.Emit(ctx, record)
	}
	nowhere := context.Background()
	emit(ctx, 0, otellog.SeverityInfo, "INFO", attribute.StringValue("order placed"), "", attribute.String("order.id", "o-1"), attribute.Float64("total", 12.5), attribute.Bool("express", true))
	emit(nowhere, 1, otellog.SeverityError, "ERROR", attribute.MapValue(attribute.Int("code", 500), attribute.Slice("why", attribute.StringValue("timeout"), attribute.Int64Value(3)), attribute.ByteSlice("raw", []byte{0, 255, 7})), "", attribute.Map("nested", attribute.Map("a", attribute.String("b", "c"))))
	emit(nowhere, 2, otellog.SeverityTrace, "", attribute.Int64Value(12), "")
	emit(nowhere, 3, otellog.SeverityUndefined, "", attribute.Value{}, "user.login", attribute.String("user.id", "u-7"))
	emit(nowhere, 4, otellog.SeverityFatal4, "FATAL4", attribute.StringValue(""), "", attribute.String("empty", ""))
	must(0, provider.Shutdown(ctx))
}
