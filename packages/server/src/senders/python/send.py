"""A sender of the OpenTelemetry SDK for Python. Where and how is said by the standard variables
(OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _COMPRESSION). Prints what it gave to the exporters (ledger.py)."""
import json
import os
import time

from opentelemetry import trace
from opentelemetry._logs import SeverityNumber
from opentelemetry.metrics import Observation
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

import ledger

if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

resource = Resource({
    "service.name": os.environ["OTEL_SERVICE_NAME"], "service.version": "1.4.2", "service.label": "测试 ü", "process.pid": 4321,
    "host.load": 0.75, "feature.enabled": False, "process.command_args": ("serve", "--fast"),
}, schema_url="https://opentelemetry.io/schemas/1.37.0")


def every_kind():
    return {
        "text": "plain", "empty": "", "unicode": "线 🧵 ü", "integer": 42, "negative": -7, "zero": 0, "large": 2**53 - 1, "larger": 2**63 - 1,
        "double": 2.71, "tiny": 5e-324, "yes": True, "no": False, "texts": ["a", "", "ü"], "integers": [1, 2, 3],
        "doubles": [0.5, -1.25], "flags": [True, False], "nothing": [],
    }


def send_spans():
    provider = TracerProvider(resource=resource, span_limits=SpanLimits(max_attributes=24, max_events=8, max_links=4))
    provider.add_span_processor(BatchSpanProcessor(ledger.spans(OTLPSpanExporter())))
    tracer = provider.get_tracer("checkout", "2.0.1", schema_url="https://opentelemetry.io/schemas/1.36.0", attributes={"scope.kind": "test"})
    state = TraceState([("vendor", "a1"), ("other", "b:2")])
    caller = SpanContext(time.time_ns() << 32 | 7, 0xB7AD6B7169203331, is_remote=True, trace_flags=TraceFlags(1), trace_state=state)
    remote = trace.set_span_in_context(NonRecordingSpan(caller))
    links = [Link(SpanContext(0x4BF92F3577B34DA6A3CE929D0E0E4736, 0xF067AA0BA902B7, is_remote=False, trace_flags=TraceFlags(1)), {"reason": "retry", "attempt": 2}), Link(caller)]
    root = tracer.start_span("POST /checkout/{id}", remote, kind=SpanKind.SERVER, links=links, attributes=every_kind())
    under = trace.set_span_in_context(root)
    query = tracer.start_span("SELECT orders", under, kind=SpanKind.CLIENT, attributes={"db.system.name": "postgresql", "db.query.text": "select 'é'"})
    query.add_event("exception", {"exception.type": "KeyError", "exception.message": "no such order"})
    query.set_status(Status(StatusCode.ERROR, "no such order 🧵"))
    query.end()
    for name, kind in (("publish orders", SpanKind.PRODUCER), ("process orders", SpanKind.CONSUMER)):
        provider.get_tracer("queue").start_span(name, under, kind=kind).end()
    for index in range(10):
        root.add_event(f"step {index}", {"index": index, "cached": index % 2 == 0})
    for index in range(20):
        root.set_attribute(f"extra.{index}", index)
    root.set_status(Status(StatusCode.OK))
    root.end()
    provider.shutdown()
    return under


def send_metrics(under):
    reader = PeriodicExportingMetricReader(ledger.metrics(OTLPMetricExporter()), export_interval_millis=3_600_000)
    provider = MeterProvider(metric_readers=[reader], resource=resource, views=[
        View(instrument_name="*.exponential", aggregation=ExponentialBucketHistogramAggregation(max_size=40)),
        View(instrument_name="latency", aggregation=ExplicitBucketHistogramAggregation((1.0, 10.0, 100.0)), attribute_keys={"route"}),
    ])
    meter = provider.get_meter("billing", "0.3.0", schema_url="https://opentelemetry.io/schemas/1.36.0")
    orders = meter.create_counter("orders.placed", "{order}", "Orders that were placed")
    orders.add(3, {"region": "eu", "paid": True}, under)
    orders.add(4, {"region": "eu", "paid": True})
    orders.add(1, {"region": "us", "lines": 12})
    meter.create_counter("money.taken", "EUR").add(12.34)
    meter.create_up_down_counter("queue.length", "{item}").add(-5, {"queue": "orders"})
    meter.create_gauge("temperature", "Cel").set(-3.5, {"room": "cellar"})
    meter.create_observable_gauge("disk.free", [lambda _: [Observation(9_000_000_000, {"disk": "sda"})]], "By")
    meter.create_observable_counter("cpu.time", [lambda _: [Observation(17.25, {"mode": "user"})]], "s")
    latency = meter.create_histogram("latency", "ms", "Latency")
    exponential = meter.create_histogram("latency.exponential", "ms")
    for value in (0, 0.3, 5, 5, 50, 5000):
        latency.record(value, {"route": "/a", "user": "u-7"}, under)
        exponential.record(value, {"route": "/a"}, under)
    provider.shutdown()


def send_logs(under):
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(ledger.logs(OTLPLogExporter())))
    logger = provider.get_logger("audit", "1.0.0", schema_url="https://opentelemetry.io/schemas/1.36.0")
    at = time.time_ns()
    logger.emit(timestamp=at, observed_timestamp=at + 5, severity_number=SeverityNumber.INFO, severity_text="INFO", body="order placed", attributes={"order.id": "o-1", "total": 12.5, "express": True, "lines": [1, 2]}, context=under)
    logger.emit(timestamp=at + 1, severity_number=SeverityNumber.ERROR, severity_text="ERROR", body={"code": 500, "why": ["timeout", None], "nested": {"deep": True, "raw": b"\x00\xff\x07"}}, attributes={"nested": {"a": {"b": "c"}}, "raw": b"\x01\x02\x03"})
    logger.emit(timestamp=at + 2, severity_number=SeverityNumber.TRACE, body=12)
    logger.emit(timestamp=at + 3, event_name="user.login", attributes={"user.id": "u-7"})
    logger.emit(timestamp=at + 4, severity_number=SeverityNumber.FATAL4, severity_text="FATAL4", body="", attributes={"empty": ""})
    provider.shutdown()


context = send_spans()
send_metrics(context)
send_logs(context)
print(json.dumps(ledger.read()))
