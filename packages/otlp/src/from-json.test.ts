import { describe, expect, test } from 'vitest';
import type { Batch } from './batch.ts';
import { ValueKind } from './batch.ts';
import { fromJson, quoteLongIntegers } from './from-json.ts';
import { MalformedOtlp } from './malformed.ts';
import type { AnyValue, Span } from './message.ts';
import { readMessage } from './read-message.ts';
import { readRequest } from './read-request.ts';
import { readText } from './read-text.ts';

const ids = '"traceId":"0AF7651916cd43dd8448eb211c80319C","spanId":"b7ad6b7169203331"';
const body = (members: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids}${members === '' ? '' : `,${members}`}}]}]}]}`;
const span = (members: string): Span => {
  const message = readMessage('traces', fromJson('traces', body(members)));
  return message.resourceSpans?.[0].scopeSpans?.[0].spans?.[0] ?? {};
};
const value = (json: string): AnyValue | undefined | null => span(`"attributes":[{"key":"k","value":${json}}]`).attributes?.[0].value;
const reasons = (batch: Batch): Record<string, number> => Object.fromEntries(batch.refusals.reasons);
const failure = (text: string): MalformedOtlp => {
  try {
    fromJson('traces', text);
  } catch (error) {
    if (error instanceof MalformedOtlp) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('ids', () => {
  test('hex in any case', () => expect(span('').traceId).toBe('0af7651916cd43dd8448eb211c80319c'));
  test.each([['base64', 'CvdlGRbNQ92ESOshHIAxnA=='], ['16 characters that are no hex', 'not hex, really!'], ['odd', 'abc']])('%s: the item is refused, its neighbour kept', (_, id) => {
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids}},{"traceId":"${id}","spanId":"b7ad6b7169203331"}]}]}]}`;
    const batch = readRequest('traces', fromJson('traces', text));
    expect([batch.count, reasons(batch)]).toEqual([1, { trace_id: 1 }]);
  });
  test.each(['""', 'null'])('parentSpanId %s is a root', (parent) => expect(span(`"parentSpanId":${parent}`).parentSpanId ?? '').toBe(''));
  test('a number is no id', () => expect(failure(body('"parentSpanId":5')).at).toBe('resourceSpans[0].scopeSpans[0].spans[0].parentSpanId'));
});

describe('numbers', () => {
  test.each([
    ['"1700000000000000001"', '1700000000000000001'], ['1700000000000000001', '1700000000000000001'], ['18446744073709551615', '18446744073709551615'],
    ['"18446744073709551615"', '18446744073709551615'], ['1e3', '1000'], ['"1e3"', '1000'], ['1.0', '1'], ['"1.0"', '1'], ['0', undefined], ['[', null],
  ])('time %s', (json, wanted) => {
    if (wanted === null) expect(() => span(`"startTimeUnixNano":${json}`)).toThrow(MalformedOtlp);
    else expect(span(`"startTimeUnixNano":${json}`).startTimeUnixNano).toBe(wanted);
  });
  test.each(['-9223372036854775808', '9223372036854775807', '9007199254740993', '-1', '7'])('int64 %s, bare and as a string', (n) => {
    expect(value(`{"intValue":${n}}`)).toEqual({ intValue: n });
    expect(value(`{"intValue": "${n}"}`)).toEqual({ intValue: n });
    expect(value(`{"arrayValue":{"values":[{"intValue":\n${n} }, {"intValue":-0}]}}`)).toEqual({ arrayValue: { values: [{ intValue: n }, { intValue: '0' }] } });
  });
  test.each(['"-1"', '-1', '"18446744073709551616"', '18446744073709551616', '1.5', '"1.5"', '"abc"', '""', '"01"', '"0x10"', '" 1"', 'true', '{}', '"99999999999999999999999999999999999999"'])('time %s is malformed', (json) => {
    expect(failure(body(`"startTimeUnixNano":${json}`)).at).toBe('resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano');
  });
  test('RFC 3339 is refused with a hint', () => expect(failure(body('"startTimeUnixNano":"2026-11-22T10:00:00Z"')).message).toContain('decimal nanoseconds'));
  test.each([['"NaN"', 'NaN'], ['"Infinity"', 'Infinity'], ['"-Infinity"', '-Infinity'], ['"1.5"', 1.5], ['1.5', 1.5], ['-0', '-0'], ['1e400', 'Infinity'], ['12345678901234567890', Number('12345678901234567890')]])('double %s', (json, wanted) => {
    expect(value(`{"doubleValue":${json}}`)).toEqual({ doubleValue: wanted });
  });
  test('doubleValue null, as the JavaScript SDK sends NaN, is an empty value', () => {
    const batch = readRequest('traces', fromJson('traces', body('"attributes":[{"key":"k","value":{"doubleValue":null}},{"key":"l","value":{"intValue":1}}]')));
    expect([...batch.attributes.kinds]).toEqual([ValueKind.empty, ValueKind.int]);
  });
  test('counts are 32 bits', () => {
    expect(span('"droppedAttributesCount":4294967295').droppedAttributesCount).toBe(4294967295);
    expect(() => span('"droppedAttributesCount":4294967296')).toThrow(MalformedOtlp);
  });
});

describe('read leniently', () => {
  test.each([['2', 2], ['"SPAN_KIND_SERVER"', 2], ['99', 99], ['"2"', 2]])('kind %s', (json, wanted) => expect(span(`"kind":${json}`).kind).toBe(wanted));
  test.each(['SERVER', '__proto__', 'constructor', 'toString'])('a name that no enum has is malformed: %s', (name) => expect(failure(body(`"kind":"${name}"`)).message).toContain(name));
  test('snake_case names', () => {
    const text = `{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","start_time_unix_nano":"5","status":{"code":2}}]}]}]}`;
    expect([...readRequest('traces', fromJson('traces', text)).startNs]).toEqual([5n]);
  });
  test('lowerCamelCase wins where both are there', () => expect(span('"start_time_unix_nano":"1","startTimeUnixNano":"2"').startTimeUnixNano).toBe('2'));
  test('unknown members at every level, nested ones too', () => {
    expect(value('{"intValue":1,"x":{"y":[1,{"z":null}]}}')).toEqual({ intValue: '1' });
    expect(fromJson('traces', '{"x":{"resourceSpans":[{}]},"resourceSpans":[{"y":1,"scopeSpans":[{"z":[]}]}]}').length).toBeGreaterThan(0);
  });
  test('null and defaults at every place', () => {
    expect(span('"attributes":null,"events":null,"status":{"message":""},"traceState":"","links":[],"kind":null,"name":null')).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', status: {} });
  });
  test('of two equal names the last counts', () => expect(span('"name":"a","name":"b"').name).toBe('b'));
  test.each(['/+8=', '_-8', '_-8=', '/+8'])('bytes %s', (base64) => expect(value(`{"bytesValue":"${base64}"}`)).toEqual({ bytesValue: '/+8=' }));
  test.each(['"a"', '"ab=c"', '"a b="', '5'])('bytes %s are malformed', (base64) => expect(() => value(`{"bytesValue":${base64}}`)).toThrow(MalformedOtlp));
  test('an empty value, no value, a string with everything in it', () => {
    expect(value('{}')).toEqual({});
    expect(value('null')).toBeUndefined();
    expect(value('{"stringValue":"\\u0000\\ud83d\\ude00\\"\\\\ é"}')).toEqual({ stringValue: '\u0000😀"\\ é' });
    expect(value('{"stringValue":"\\ud800"}')).toEqual({ stringValue: '\ufffd' });
  });
  test('a list of values with null in it keeps its places', () => expect(value('{"arrayValue":{"values":[null,{"intValue":1}]}}')).toEqual({ arrayValue: { values: [{}, { intValue: '1' }] } }));
});

describe('malformed, with the path', () => {
  test.each([
    ['', ''], ['[]', ''], ['null', ''], ['"x"', ''], ['{"resourceSpans":', ''], ['{}{}', ''], ['{"a":1}\n{"a":1}', ''],
    ['{"resourceSpans":{}}', 'resourceSpans'], ['{"resourceSpans":[5]}', 'resourceSpans[0]'], ['{"resourceSpans":[{},{"resource":[]}]}', 'resourceSpans[1].resource'],
    [body('"attributes":[{"key":"k","value":"abc"}]'), 'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value'],
    [body('"attributes":[{"key":"k","value":{"stringValue":"a","intValue":"1"}}]'), 'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value'],
    [body('"name":5'), 'resourceSpans[0].scopeSpans[0].spans[0].name'],
    [body('"attributes":[{"value":{"boolValue":"true"}}]'), 'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.boolValue'],
  ])('%s', (text, at) => expect(failure(text).at).toBe(at));
});

describe('hostile', () => {
  test('__proto__ and constructor are names like others', () => {
    const text = `{"__proto__":{"resourceSpans":[{}]},"constructor":1,"resourceSpans":[{"scopeSpans":[{"spans":[{${ids},"__proto__":{"name":"x"},"attributes":[{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"constructor","value":{"boolValue":true}}]}}}]}]}]}]}`;
    const batch = readRequest('traces', fromJson('traces', text));
    expect([readText(batch.strings, batch.name[0]), readText(batch.strings, batch.attributes.keys[0])]).toEqual(['', '__proto__']);
    expect(({} as Record<string, unknown>).resourceSpans).toBeUndefined();
  });
  test('values nested 10,000 deep: the item is refused', () => {
    const deep = `${'{"arrayValue":{"values":['.repeat(10_000)}{}${']}}'.repeat(10_000)}`;
    expect(reasons(readRequest('traces', fromJson('traces', body(`"attributes":[{"key":"k","value":${deep}}]`))))).toEqual({ value_depth: 1 });
    const map = `${'{"kvlistValue":{"values":[{"value":'.repeat(10_000)}{}${'}]}}'.repeat(10_000)}`;
    expect(reasons(readRequest('traces', fromJson('traces', body(`"attributes":[{"key":"k","value":${map}}]`))))).toEqual({ value_depth: 1 });
  });
  test('a million brackets are no reason to fall over', () => {
    expect(failure('['.repeat(1_000_000)).at).toBe('');
    expect(fromJson('traces', `{"x":${'['.repeat(200_000)}1234567890123456789${']'.repeat(200_000)}}`).length).toBe(0);
  });
});

describe('quoteLongIntegers touches bare long integers only', () => {
  test.each([
    ['{"a":1234567890123456789}', '{"a":"1234567890123456789"}'],
    ['[-1234567890123456789 , 1]', '["-1234567890123456789" , 1]'],
    ['{"a":"x: 1234567890123456789,"}', null], ['{"a":"\\":1234567890123456789,"}', null], ['{"a":"\\\\", "b":1234567890123456789}', '{"a":"\\\\", "b":"1234567890123456789"}'],
    ['{"a":1234567890123456.5}', null], ['{"a":1234567890123456e2}', null], ['{1234567890123456789:1}', null], ['[01234567890123456789]', null],
    ['[1234567890123456789x]', null], ['1234567890123456789', null], ['["unterminated 1234567890123456789', null],
  ])('%s', (text, wanted) => expect(quoteLongIntegers(text)).toBe(wanted ?? text));
});
