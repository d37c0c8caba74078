/** What the SDK handed to its exporters, in the words of the API (docs/guides/api.md), and what came of it. */
export function openLedger() {
  const ledger = { spans: [], metrics: [], logs: [], failures: [] };
  /** The exporter itself, with an eye on what passes. */
  const watch = (exporter, note) => new Proxy(exporter, {
    get(target, key) {
      if (key !== 'export') { const value = target[key]; return typeof value === 'function' ? value.bind(target) : value; }
      return (items, done) => {
        note(items);
        target.export(items, (result) => { if (result.code !== 0) ledger.failures.push(String(result.error)); done(result); });
      };
    },
  });
  return {
    spans: (exporter) => watch(exporter, (spans) => ledger.spans.push(...spans.map(spanOf))),
    logs: (exporter) => watch(exporter, (records) => ledger.logs.push(...records.map(logOf))),
    metrics: (exporter) => watch(exporter, ({ resource, scopeMetrics }) => {
      for (const { scope, metrics } of scopeMetrics) ledger.metrics.push(...metrics.map((metric) => metricOf(metric, resource, scope)));
    }),
    read: () => ledger,
  };
}

const nanoseconds = ([seconds, rest]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
const attributesOf = (attributes = {}) => Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, valueOf(value)]));
const resourceOf = (resource) => ({ attributes: attributesOf(resource.attributes) });
const scopeOf = ({ name, version = '', schemaUrl = '' }) => ({ name, version, schemaUrl });
const stateOf = (context) => context?.traceState?.serialize() ?? '';

function valueOf(value) {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(valueOf);
  return value !== null && typeof value === 'object' ? attributesOf(value) : value ?? null;
}

/** Trace flags, and whether the context came from elsewhere (trace.proto, SpanFlags). */
const flagsOf = (context, remote) => context.traceFlags | 0x100 | (remote ? 0x200 : 0);

function spanOf(span) {
  const context = span.spanContext();
  return {
    traceId: context.traceId, spanId: context.spanId, parentId: span.parentSpanContext?.spanId ?? '', name: span.name,
    kind: ['internal', 'server', 'client', 'producer', 'consumer'][span.kind],
    startNs: nanoseconds(span.startTime), endNs: nanoseconds(span.endTime),
    status: ['unset', 'ok', 'error'][span.status.code], statusMessage: span.status.message ?? '',
    traceState: stateOf(context), flags: flagsOf(context, span.parentSpanContext?.isRemote), attributes: attributesOf(span.attributes),
    events: span.events.map((event) => ({ timeNs: nanoseconds(event.time), name: event.name, attributes: attributesOf(event.attributes), droppedAttributes: event.droppedAttributesCount ?? 0 })),
    links: span.links.map((link) => ({ traceId: link.context.traceId, spanId: link.context.spanId, traceState: stateOf(link.context), attributes: attributesOf(link.attributes), flags: flagsOf(link.context, link.context.isRemote), droppedAttributes: link.droppedAttributesCount ?? 0 })),
    droppedAttributes: span.droppedAttributesCount, droppedEvents: span.droppedEventsCount, droppedLinks: span.droppedLinksCount,
    resource: resourceOf(span.resource), scope: scopeOf(span.instrumentationScope),
  };
}

function logOf(record) {
  return {
    timeNs: nanoseconds(record.hrTime), observedNs: nanoseconds(record.hrTimeObserved),
    severity: record.severityNumber ?? 0, severityText: record.severityText ?? '', body: valueOf(record.body), eventName: record.eventName ?? '',
    traceId: record.spanContext?.traceId ?? '', spanId: record.spanContext?.spanId ?? '', flags: record.spanContext?.traceFlags ?? 0,
    droppedAttributes: record.droppedAttributesCount, attributes: attributesOf(record.attributes),
    resource: resourceOf(record.resource), scope: scopeOf(record.instrumentationScope),
  };
}

const types = ['histogram', 'exponentialHistogram', 'gauge', 'sum'];

function metricOf({ descriptor, dataPointType, aggregationTemporality, isMonotonic = false, dataPoints }, resource, scope) {
  const type = types[dataPointType];
  return {
    name: descriptor.name, unit: descriptor.unit, description: descriptor.description, type, monotonic: isMonotonic,
    temporality: type === 'gauge' ? '' : ['delta', 'cumulative'][aggregationTemporality],
    resource: resourceOf(resource), scope: scopeOf(scope),
    points: dataPoints.map((point) => ({ attributes: attributesOf(point.attributes), startNs: nanoseconds(point.startTime), timeNs: nanoseconds(point.endTime), ...numbersOf(type, point.value) })),
  };
}

function numbersOf(type, value) {
  if (typeof value === 'number') return { value };
  const { count, sum, min, max } = value;
  if (type === 'histogram') return { count, sum, min, max, bounds: value.buckets.boundaries, buckets: value.buckets.counts };
  const side = ({ offset, bucketCounts }) => ({ offset, counts: bucketCounts });
  return { count, sum, min, max, exponential: { scale: value.scale, zeroCount: value.zeroCount, positive: side(value.positive), negative: side(value.negative) } };
}
