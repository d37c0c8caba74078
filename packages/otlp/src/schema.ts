/**
 * OTLP 1.11 (opentelemetry-proto) as tables: for every message its fields with number, type and name in JSON. The
 * object writer, the object reader and the JSON rules are driven by it; only the column readers know the numbers
 * by themselves, because they must be fast.
 */
import type { Message } from './schema-field.ts';
import { list, many, member, memberOf, message, nested, one, oneOf, optional } from './schema-field.ts';

const enumOf = (prefix: string, names: readonly string[]): Readonly<Record<string, number>> => Object.fromEntries(names.map((name, i) => [prefix + name, i]));

const spanKinds = enumOf('SPAN_KIND_', ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']);
const statusCodes = enumOf('STATUS_CODE_', ['UNSET', 'OK', 'ERROR']);
const temporalities = enumOf('AGGREGATION_TEMPORALITY_', ['UNSPECIFIED', 'DELTA', 'CUMULATIVE']);
const severities = enumOf('SEVERITY_NUMBER_', ['UNSPECIFIED', ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) => [level, `${level}2`, `${level}3`, `${level}4`])]);

export const anyValue: Message = message('AnyValue', [
  [1, 'stringValue', member('string')],
  [2, 'boolValue', member('bool')],
  [3, 'intValue', member('int64')],
  [4, 'doubleValue', member('double')],
  [5, 'arrayValue', memberOf(() => arrayValue)],
  [6, 'kvlistValue', memberOf(() => keyValueList)],
  [7, 'bytesValue', member('bytes')],
  /** Profiles only: index into the string table. */
  [8, 'stringValueStrindex', member('int32')],
]);
const arrayValue = message('ArrayValue', [[1, 'values', list(() => anyValue)]]);
export const keyValue: Message = message('KeyValue', [[1, 'key', one('string')], [2, 'value', nested(() => anyValue)], [3, 'keyStrindex', one('int32')]]);
const keyValueList = message('KeyValueList', [[1, 'values', list(() => keyValue)]]);
const attributes = list(() => keyValue);

const entityRef = message('EntityRef', [[1, 'schemaUrl', one('string')], [2, 'type', one('string')], [3, 'idKeys', many('string')], [4, 'descriptionKeys', many('string')]]);
export const resource = message('Resource', [[1, 'attributes', attributes], [2, 'droppedAttributesCount', one('uint32')], [3, 'entityRefs', list(() => entityRef)]]);
export const scope = message('InstrumentationScope', [[1, 'name', one('string')], [2, 'version', one('string')], [3, 'attributes', attributes], [4, 'droppedAttributesCount', one('uint32')]]);

const spanEvent = message('Event', [[1, 'timeUnixNano', one('time')], [2, 'name', one('string')], [3, 'attributes', attributes], [4, 'droppedAttributesCount', one('uint32')]]);
const spanLink = message('Link', [
  [1, 'traceId', one('traceId')], [2, 'spanId', one('spanId')], [3, 'traceState', one('string')], [4, 'attributes', attributes],
  [5, 'droppedAttributesCount', one('uint32')], [6, 'flags', one('fixed32')],
]);
const status = message('Status', [[2, 'message', one('string')], [3, 'code', oneOf(statusCodes)]]);
export const span = message('Span', [
  [1, 'traceId', one('traceId')], [2, 'spanId', one('spanId')], [3, 'traceState', one('string')], [4, 'parentSpanId', one('spanId')],
  [5, 'name', one('string')], [6, 'kind', oneOf(spanKinds)], [7, 'startTimeUnixNano', one('time')], [8, 'endTimeUnixNano', one('time')],
  [9, 'attributes', attributes], [10, 'droppedAttributesCount', one('uint32')], [11, 'events', list(() => spanEvent)], [12, 'droppedEventsCount', one('uint32')],
  [13, 'links', list(() => spanLink)], [14, 'droppedLinksCount', one('uint32')], [15, 'status', nested(() => status)], [16, 'flags', one('fixed32')],
]);

export const logRecord = message('LogRecord', [
  [1, 'timeUnixNano', one('time')], [2, 'severityNumber', oneOf(severities)], [3, 'severityText', one('string')], [5, 'body', nested(() => anyValue)],
  [6, 'attributes', attributes], [7, 'droppedAttributesCount', one('uint32')], [8, 'flags', one('fixed32')], [9, 'traceId', one('traceId')],
  [10, 'spanId', one('spanId')], [11, 'observedTimeUnixNano', one('time')], [12, 'eventName', one('string')],
]);

const exemplar = message('Exemplar', [
  [2, 'timeUnixNano', one('time')], [3, 'asDouble', member('double')], [4, 'spanId', one('spanId')], [5, 'traceId', one('traceId')],
  [6, 'asInt', member('sfixed64')], [7, 'filteredAttributes', attributes],
]);
const exemplars = list(() => exemplar);
export const numberPoint = message('NumberDataPoint', [
  [2, 'startTimeUnixNano', one('time')], [3, 'timeUnixNano', one('time')], [4, 'asDouble', member('double')], [5, 'exemplars', exemplars],
  [6, 'asInt', member('sfixed64')], [7, 'attributes', attributes], [8, 'flags', one('uint32')],
]);
export const histogramPoint = message('HistogramDataPoint', [
  [2, 'startTimeUnixNano', one('time')], [3, 'timeUnixNano', one('time')], [4, 'count', one('fixed64')], [5, 'sum', optional('double')],
  [6, 'bucketCounts', many('fixed64')], [7, 'explicitBounds', many('double')], [8, 'exemplars', exemplars], [9, 'attributes', attributes],
  [10, 'flags', one('uint32')], [11, 'min', optional('double')], [12, 'max', optional('double')],
]);
const exponentialBuckets = message('Buckets', [[1, 'offset', one('sint32')], [2, 'bucketCounts', many('uint64')]]);
export const exponentialHistogramPoint = message('ExponentialHistogramDataPoint', [
  [1, 'attributes', attributes], [2, 'startTimeUnixNano', one('time')], [3, 'timeUnixNano', one('time')], [4, 'count', one('fixed64')],
  [5, 'sum', optional('double')], [6, 'scale', one('sint32')], [7, 'zeroCount', one('fixed64')], [8, 'positive', nested(() => exponentialBuckets)],
  [9, 'negative', nested(() => exponentialBuckets)], [10, 'flags', one('uint32')], [11, 'exemplars', exemplars], [12, 'min', optional('double')],
  [13, 'max', optional('double')], [14, 'zeroThreshold', one('double')],
]);
const valueAtQuantile = message('ValueAtQuantile', [[1, 'quantile', one('double')], [2, 'value', one('double')]]);
export const summaryPoint = message('SummaryDataPoint', [
  [2, 'startTimeUnixNano', one('time')], [3, 'timeUnixNano', one('time')], [4, 'count', one('fixed64')], [5, 'sum', one('double')],
  [6, 'quantileValues', list(() => valueAtQuantile)], [7, 'attributes', attributes], [8, 'flags', one('uint32')],
]);

const temporality = oneOf(temporalities);
const gauge = message('Gauge', [[1, 'dataPoints', list(() => numberPoint)]]);
const sum = message('Sum', [[1, 'dataPoints', list(() => numberPoint)], [2, 'aggregationTemporality', temporality], [3, 'isMonotonic', one('bool')]]);
const histogram = message('Histogram', [[1, 'dataPoints', list(() => histogramPoint)], [2, 'aggregationTemporality', temporality]]);
const exponentialHistogram = message('ExponentialHistogram', [[1, 'dataPoints', list(() => exponentialHistogramPoint)], [2, 'aggregationTemporality', temporality]]);
const summary = message('Summary', [[1, 'dataPoints', list(() => summaryPoint)]]);
export const metric = message('Metric', [
  [1, 'name', one('string')], [2, 'description', one('string')], [3, 'unit', one('string')], [5, 'gauge', memberOf(() => gauge)], [7, 'sum', memberOf(() => sum)],
  [9, 'histogram', memberOf(() => histogram)], [10, 'exponentialHistogram', memberOf(() => exponentialHistogram)], [11, 'summary', memberOf(() => summary)],
  [12, 'metadata', attributes],
]);
