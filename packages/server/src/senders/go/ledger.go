package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type object = map[string]any

// What the SDK handed to its exporters, in the words of the API (docs/guides/api.md), and what came of it.
type ledger struct {
	mutex                          sync.Mutex
	spans, metrics, logs, failures []any
}

func (l *ledger) read() object {
	return object{"spans": list(l.spans), "metrics": list(l.metrics), "logs": list(l.logs), "failures": list(l.failures)}
}

// A list that is never null in JSON.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func (l *ledger) note(kept *[]any, err error, items ...any) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	*kept = append(*kept, items...)
	if err != nil {
		l.failures = append(l.failures, err.Error())
	}
	return err
}

type spanWatch struct {
	sdktrace.SpanExporter
	to *ledger
}

func (w spanWatch) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	items := make([]any, len(spans))
	for index, span := range spans {
		items[index] = spanOf(span)
	}
	return w.to.note(&w.to.spans, w.SpanExporter.ExportSpans(ctx, spans), items...)
}

type metricWatch struct {
	sdkmetric.Exporter
	to *ledger
}

func (w metricWatch) Export(ctx context.Context, data *metricdata.ResourceMetrics) error {
	var items []any
	for _, scope := range data.ScopeMetrics {
		for _, metric := range scope.Metrics {
			items = append(items, metricOf(metric, data.Resource, scope.Scope))
		}
	}
	return w.to.note(&w.to.metrics, w.Exporter.Export(ctx, data), items...)
}

type logWatch struct {
	sdklog.Exporter
	to *ledger
}

func (w logWatch) Export(ctx context.Context, records []sdklog.Record) error {
	items := make([]any, len(records))
	for index, record := range records {
		items[index] = logOf(record)
	}
	return w.to.note(&w.to.logs, w.Exporter.Export(ctx, records), items...)
}

func nanoseconds(at time.Time) string {
	if at.IsZero() {
		return "0"
	}
	return strconv.FormatInt(at.UnixNano(), 10)
}

func attributesOf(attributes []attribute.KeyValue) object {
	made := object{}
	for _, each := range attributes {
		made[string(each.Key)] = valueOf(each.Value)
	}
	return made
}

func valueOf(value attribute.Value) any {
	switch value.Type() {
	case attribute.EMPTY:
		return nil
	case attribute.INT64:
		return integerOf(value.AsInt64())
	case attribute.BYTESLICE:
		return object{"bytesValue": base64.StdEncoding.EncodeToString(value.AsByteSlice())}
	case attribute.SLICE:
		made := []any{}
		for _, each := range value.AsSlice() {
			made = append(made, valueOf(each))
		}
		return made
	case attribute.MAP:
		return attributesOf(value.AsMap())
	default:
		return value.AsInterface()
	}
}

func integerOf(value int64) any {
	if value >= 1<<53 || value <= -1<<53 {
		return object{"intValue": strconv.FormatInt(value, 10)}
	}
	return value
}

func resourceOf(from *resource.Resource) object {
	return object{"attributes": attributesOf(from.Attributes()), "schemaUrl": from.SchemaURL()}
}

func scopeOf(scope instrumentation.Scope) object {
	return object{"name": scope.Name, "version": scope.Version, "schemaUrl": scope.SchemaURL, "attributes": attributesOf(scope.Attributes.ToSlice())}
}

// Trace flags, and whether the context came from elsewhere (trace.proto, SpanFlags).
func flagsOf(flags trace.TraceFlags, isRemote bool) int {
	if isRemote {
		return int(flags) | 0x300
	}
	return int(flags) | 0x100
}

func spanID(context trace.SpanContext) string {
	if !context.HasSpanID() {
		return ""
	}
	return context.SpanID().String()
}

func spanOf(span sdktrace.ReadOnlySpan) object {
	context, parent := span.SpanContext(), span.Parent()
	events, links := []object{}, []object{}
	for _, event := range span.Events() {
		events = append(events, object{"timeNs": nanoseconds(event.Time), "name": event.Name, "attributes": attributesOf(event.Attributes), "droppedAttributes": event.DroppedAttributeCount})
	}
	// Without the trace state of links: this SDK does not send it.
	for _, link := range span.Links() {
		links = append(links, object{"traceId": link.SpanContext.TraceID().String(), "spanId": spanID(link.SpanContext), "attributes": attributesOf(link.Attributes), "droppedAttributes": link.DroppedAttributeCount, "flags": flagsOf(link.SpanContext.TraceFlags(), link.SpanContext.IsRemote())})
	}
	return object{
		"traceId": context.TraceID().String(), "spanId": spanID(context), "parentId": spanID(parent), "name": span.Name(), "kind": span.SpanKind().String(),
		"startNs": nanoseconds(span.StartTime()), "endNs": nanoseconds(span.EndTime()), "status": strings.ToLower(span.Status().Code.String()), "statusMessage": span.Status().Description,
		"traceState": context.TraceState().String(), "flags": flagsOf(context.TraceFlags(), parent.IsRemote()), "attributes": attributesOf(span.Attributes()), "events": events, "links": links,
		"droppedAttributes": span.DroppedAttributes(), "droppedEvents": span.DroppedEvents(), "droppedLinks": span.DroppedLinks(),
		"resource": resourceOf(span.Resource()), "scope": scopeOf(span.InstrumentationScope()),
	}
}

func logOf(record sdklog.Record) object {
	attributes := object{}
	record.WalkAttributes(func(each attribute.KeyValue) bool {
		attributes[string(each.Key)] = valueOf(each.Value)
		return true
	})
	traceID, span := "", ""
	if record.TraceID().IsValid() {
		traceID, span = record.TraceID().String(), record.SpanID().String()
	}
	return object{
		"timeNs": nanoseconds(record.Timestamp()), "observedNs": nanoseconds(record.ObservedTimestamp()), "severity": int(record.Severity()), "severityText": record.SeverityText(),
		"body": valueOf(record.Body()), "eventName": record.EventName(), "traceId": traceID, "spanId": span, "flags": int(record.TraceFlags()), "droppedAttributes": record.DroppedAttributes(),
		"attributes": attributes, "resource": resourceOf(record.Resource()), "scope": scopeOf(record.InstrumentationScope()),
	}
}

func metricOf(metric metricdata.Metrics, from *resource.Resource, scope instrumentation.Scope) object {
	made := object{"name": metric.Name, "unit": metric.Unit, "description": metric.Description, "monotonic": false, "temporality": "", "resource": resourceOf(from), "scope": scopeOf(scope)}
	switch data := metric.Data.(type) {
	case metricdata.Gauge[int64]:
		made["type"], made["points"] = "gauge", numbersOf(data.DataPoints)
	case metricdata.Gauge[float64]:
		made["type"], made["points"] = "gauge", numbersOf(data.DataPoints)
	case metricdata.Sum[int64]:
		made["type"], made["monotonic"], made["temporality"], made["points"] = "sum", data.IsMonotonic, temporalityOf(data.Temporality), numbersOf(data.DataPoints)
	case metricdata.Sum[float64]:
		made["type"], made["monotonic"], made["temporality"], made["points"] = "sum", data.IsMonotonic, temporalityOf(data.Temporality), numbersOf(data.DataPoints)
	case metricdata.Histogram[float64]:
		made["type"], made["temporality"], made["points"] = "histogram", temporalityOf(data.Temporality), histogramOf(data.DataPoints)
	case metricdata.ExponentialHistogram[float64]:
		made["type"], made["temporality"], made["points"] = "exponentialHistogram", temporalityOf(data.Temporality), exponentialOf(data.DataPoints)
	default:
		panic(fmt.Sprintf("a metric of type %T", data))
	}
	return made
}

func temporalityOf(temporality metricdata.Temporality) string {
	return strings.ToLower(strings.TrimSuffix(temporality.String(), "Temporality"))
}

func numbersOf[N int64 | float64](points []metricdata.DataPoint[N]) (made []object) {
	for _, point := range points {
		made = append(made, object{"attributes": attributesOf(point.Attributes.ToSlice()), "startNs": nanoseconds(point.StartTime), "timeNs": nanoseconds(point.Time), "value": point.Value, "exemplars": exemplarsOf(point.Exemplars)})
	}
	return made
}

func histogramOf(points []metricdata.HistogramDataPoint[float64]) (made []object) {
	for _, point := range points {
		min, _ := point.Min.Value()
		max, _ := point.Max.Value()
		made = append(made, object{"attributes": attributesOf(point.Attributes.ToSlice()), "startNs": nanoseconds(point.StartTime), "timeNs": nanoseconds(point.Time), "count": point.Count, "sum": point.Sum, "min": min, "max": max, "bounds": point.Bounds, "buckets": point.BucketCounts, "exemplars": exemplarsOf(point.Exemplars)})
	}
	return made
}

func exponentialOf(points []metricdata.ExponentialHistogramDataPoint[float64]) (made []object) {
	side := func(bucket metricdata.ExponentialBucket) object {
		return object{"offset": bucket.Offset, "counts": list(bucket.Counts)}
	}
	for _, point := range points {
		min, _ := point.Min.Value()
		max, _ := point.Max.Value()
		made = append(made, object{
			"attributes": attributesOf(point.Attributes.ToSlice()), "startNs": nanoseconds(point.StartTime), "timeNs": nanoseconds(point.Time), "count": point.Count, "sum": point.Sum, "min": min, "max": max,
			"exponential": object{"scale": point.Scale, "zeroCount": point.ZeroCount, "zeroThreshold": point.ZeroThreshold, "positive": side(point.PositiveBucket), "negative": side(point.NegativeBucket)}, "exemplars": exemplarsOf(point.Exemplars),
		})
	}
	return made
}

func exemplarsOf[N int64 | float64](exemplars []metricdata.Exemplar[N]) []object {
	made := []object{}
	for _, each := range exemplars {
		made = append(made, object{"timeNs": nanoseconds(each.Time), "value": each.Value, "traceId": fmt.Sprintf("%x", each.TraceID), "spanId": fmt.Sprintf("%x", each.SpanID), "attributes": attributesOf(each.FilteredAttributes)})
	}
	return made
}
