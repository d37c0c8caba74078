/** Requests and answers of the four services, and google.rpc.Status, as tables. */
import type { Message } from './schema-field.ts';
import { list, message, nested, one } from './schema-field.ts';
import { profile, profilesDictionary } from './schema-profiles.ts';
import { logRecord, metric, resource, scope, span } from './schema.ts';

/** Request → resource groups → scope groups → items: the same numbers in all signals. */
function envelope(prefix: string, groups: string, scopes: string, items: string, item: Message, dictionary: Message | null = null): Message {
  const scopeGroup = message(`Scope${prefix}`, [[1, 'scope', nested(() => scope)], [2, items, list(() => item)], [3, 'schemaUrl', one('string')]]);
  const resourceGroup = message(`Resource${prefix}`, [[1, 'resource', nested(() => resource)], [2, scopes, list(() => scopeGroup)], [3, 'schemaUrl', one('string')]]);
  return message(`Export${prefix}ServiceRequest`, [[1, groups, list(() => resourceGroup)], ...(dictionary === null ? [] : [[2, 'dictionary', nested(() => dictionary)] as const])]);
}

export const requests = {
  traces: envelope('Spans', 'resourceSpans', 'scopeSpans', 'spans', span),
  logs: envelope('Logs', 'resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  metrics: envelope('Metrics', 'resourceMetrics', 'scopeMetrics', 'metrics', metric),
  profiles: envelope('Profiles', 'resourceProfiles', 'scopeProfiles', 'profiles', profile, profilesDictionary),
} as const;

/** What a request of the signal is answered with (opentelemetry.proto.collector.*). */
function response(rejected: string): Message {
  const partialSuccess = message('PartialSuccess', [[1, rejected, one('int64')], [2, 'errorMessage', one('string')]]);
  return message('ExportServiceResponse', [[1, 'partialSuccess', nested(() => partialSuccess)]]);
}

export const responses = {
  traces: response('rejectedSpans'), logs: response('rejectedLogRecords'), metrics: response('rejectedDataPoints'), profiles: response('rejectedProfiles'),
} as const;

/** google.rpc: the body of every error, and the details that we send. */
const anyMessage = message('Any', [[1, 'typeUrl', one('string')], [2, 'value', one('bytes')]]);
export const rpcStatus = message('Status', [[1, 'code', one('int32')], [2, 'message', one('string')], [3, 'details', list(() => anyMessage)]]);
const duration = message('Duration', [[1, 'seconds', one('int64')], [2, 'nanos', one('int32')]]);
export const retryInfo = message('RetryInfo', [[1, 'retryDelay', nested(() => duration)]]);
const fieldViolation = message('FieldViolation', [[1, 'field', one('string')], [2, 'description', one('string')]]);
export const badRequest = message('BadRequest', [[1, 'fieldViolations', list(() => fieldViolation)]]);
