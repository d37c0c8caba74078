"""What the SDK handed to its exporters, in the words of the API (docs/guides/api.md), and what came of it."""
import base64
from collections.abc import Mapping, Sequence

from opentelemetry.sdk._logs.export import LogRecordExporter
from opentelemetry.sdk.metrics.export import MetricExporter
from opentelemetry.sdk.trace.export import SpanExporter

_read = {"spans": [], "metrics": [], "logs": [], "failures": []}


def read():
    return _read


def _watch(base, exporter, note):
    """An exporter that notes what passes on its way to the real one."""

    class Watched(base):
        def __init__(self):
            self.__dict__.update({key: value for key, value in vars(exporter).items() if key.startswith("_preferred")})

        def export(self, batch, *args, **kwargs):
            note(batch)
            result = exporter.export(batch, *args, **kwargs)
            if result.name != "SUCCESS":
                _read["failures"].append(str(result))
            return result

        def force_flush(self, timeout_millis=30_000):
            return exporter.force_flush(timeout_millis)

        def shutdown(self, *args, **kwargs):
            return exporter.shutdown()

    return Watched()


def spans(exporter):
    return _watch(SpanExporter, exporter, lambda batch: _read["spans"].extend(map(_span, batch)))


def logs(exporter):
    return _watch(LogRecordExporter, exporter, lambda batch: _read["logs"].extend(map(_log, batch)))


def metrics(exporter):
    def note(data):
        for resource in data.resource_metrics:
            for scope in resource.scope_metrics:
                _read["metrics"].extend(_metric(metric, resource.resource, scope.scope) for metric in scope.metrics)

    return _watch(MetricExporter, exporter, note)


def _value(value):
    if isinstance(value, bytes):
        return {"bytesValue": base64.b64encode(value).decode()}
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Mapping):
        return _attributes(value)
    if isinstance(value, Sequence):
        return [_value(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return {"intValue": str(value)}
    return value


def _attributes(attributes):
    return {key: _value(value) for key, value in (attributes or {}).items()}


def _resource(resource):
    return {"attributes": _attributes(resource.attributes), "schemaUrl": resource.schema_url or ""}


def _scope(scope):
    return {"name": scope.name, "version": scope.version or "", "schemaUrl": scope.schema_url or "", "attributes": _attributes(scope.attributes)}


def _trace_id(value):
    return format(value, "032x") if value else ""


def _span_id(value):
    return format(value, "016x") if value else ""


def _remote(context):
    """Whether the context came from elsewhere (trace.proto, SpanFlags)."""
    return 0x100 | (0x200 if context and context.is_remote else 0)


def _span(span):
    return {
        "traceId": _trace_id(span.context.trace_id), "spanId": _span_id(span.context.span_id), "parentId": _span_id(span.parent and span.parent.span_id),
        "name": span.name, "kind": span.kind.name.lower(), "startNs": str(span.start_time), "endNs": str(span.end_time),
        "status": span.status.status_code.name.lower(), "statusMessage": span.status.description or "",
        "traceState": span.context.trace_state.to_header(), "flags": _remote(span.parent), "attributes": _attributes(span.attributes),
        "events": [{"timeNs": str(event.timestamp), "name": event.name, "attributes": _attributes(event.attributes)} for event in span.events],
        # Without the trace state of links: this SDK's encoder leaves it out.
        "links": [{"traceId": _trace_id(link.context.trace_id), "spanId": _span_id(link.context.span_id), "attributes": _attributes(link.attributes), "flags": _remote(link.context)} for link in span.links],
        "droppedAttributes": span.dropped_attributes, "droppedEvents": span.dropped_events, "droppedLinks": span.dropped_links,
        "resource": _resource(span.resource), "scope": _scope(span.instrumentation_scope),
    }


def _log(data):
    record = data.log_record
    return {
        "timeNs": str(record.timestamp or 0), "observedNs": str(record.observed_timestamp or 0),
        "severity": record.severity_number.value if record.severity_number else 0, "severityText": record.severity_text or "",
        "body": _value(record.body), "eventName": record.event_name or "", "traceId": _trace_id(record.trace_id), "spanId": _span_id(record.span_id),
        "flags": int(record.trace_flags or 0), "attributes": _attributes(record.attributes), "resource": _resource(data.resource), "scope": _scope(data.instrumentation_scope),
    }


_types = {"Sum": "sum", "Gauge": "gauge", "Histogram": "histogram", "ExponentialHistogram": "exponentialHistogram"}


def _metric(metric, resource, scope):
    data = metric.data
    temporality = getattr(data, "aggregation_temporality", None)
    return {
        "name": metric.name, "unit": metric.unit or "", "description": metric.description or "", "type": _types[type(data).__name__],
        "monotonic": getattr(data, "is_monotonic", False), "temporality": temporality.name.lower() if temporality else "",
        "resource": _resource(resource), "scope": _scope(scope), "points": [_point(point) for point in data.data_points],
    }


def _point(point):
    fields = {"attributes": _attributes(point.attributes), "startNs": str(point.start_time_unix_nano or 0), "timeNs": str(point.time_unix_nano)}
    if hasattr(point, "value"):
        fields["value"] = point.value
    else:
        fields.update(count=point.count, sum=point.sum, min=point.min, max=point.max)
    if hasattr(point, "explicit_bounds"):
        fields.update(bounds=list(point.explicit_bounds), buckets=list(point.bucket_counts))
    if hasattr(point, "scale"):
        side = lambda buckets: {"offset": buckets.offset, "counts": list(buckets.bucket_counts)}
        fields["exponential"] = {"scale": point.scale, "zeroCount": point.zero_count, "positive": side(point.positive), "negative": side(point.negative)}
    fields["exemplars"] = [{"timeNs": str(each.time_unix_nano), "value": each.value, "traceId": _trace_id(each.trace_id), "spanId": _span_id(each.span_id), "attributes": _attributes(each.filtered_attributes)} for each in point.exemplars]
    return fields
