/**
 * OTLP profiles (opentelemetry-proto 1.11, profiles/v1development, Alpha) as tables. Everything that repeats stands once
 * in the dictionary of the request, and is referred to by index; index 0 of each table is its zero value, "not set".
 */
import { list, many, message, nested, one } from './schema-field.ts';
import { anyValue } from './schema.ts';

export const valueType = message('ValueType', [[1, 'typeStrindex', one('int32')], [2, 'unitStrindex', one('int32')]]);
export const sample = message('Sample', [
  [1, 'stackIndex', one('int32')], [2, 'attributeIndices', many('int32')], [3, 'linkIndex', one('int32')],
  [4, 'values', many('int64')], [5, 'timestampsUnixNano', many('time')],
]);
export const profile = message('Profile', [
  [1, 'sampleType', nested(() => valueType)], [2, 'samples', list(() => sample)], [3, 'timeUnixNano', one('time')], [4, 'durationNano', one('uint64')],
  [5, 'periodType', nested(() => valueType)], [6, 'period', one('int64')], [7, 'profileId', one('profileId')], [8, 'droppedAttributesCount', one('uint32')],
  [9, 'originalPayloadFormat', one('string')], [10, 'originalPayload', one('bytes')], [11, 'attributeIndices', many('int32')],
]);

export const mapping = message('Mapping', [
  [1, 'memoryStart', one('uint64')], [2, 'memoryLimit', one('uint64')], [3, 'fileOffset', one('uint64')], [4, 'filenameStrindex', one('int32')],
  [5, 'attributeIndices', many('int32')],
]);
const line = message('Line', [[1, 'functionIndex', one('int32')], [2, 'line', one('int64')], [3, 'column', one('int64')]]);
export const location = message('Location', [[1, 'mappingIndex', one('int32')], [2, 'address', one('uint64')], [3, 'lines', list(() => line)], [4, 'attributeIndices', many('int32')]]);
export const functionMessage = message('Function', [
  [1, 'nameStrindex', one('int32')], [2, 'systemNameStrindex', one('int32')], [3, 'filenameStrindex', one('int32')], [4, 'startLine', one('int64')],
]);
export const link = message('Link', [[1, 'traceId', one('traceId')], [2, 'spanId', one('spanId')]]);
export const keyValueAndUnit = message('KeyValueAndUnit', [[1, 'keyStrindex', one('int32')], [2, 'value', nested(() => anyValue)], [3, 'unitStrindex', one('int32')]]);
export const stack = message('Stack', [[1, 'locationIndices', many('int32')]]);

export const profilesDictionary = message('ProfilesDictionary', [
  [1, 'mappingTable', list(() => mapping)], [2, 'locationTable', list(() => location)], [3, 'functionTable', list(() => functionMessage)],
  [4, 'linkTable', list(() => link)], [5, 'stringTable', many('string')], [6, 'attributeTable', list(() => keyValueAndUnit)], [7, 'stackTable', list(() => stack)],
]);
