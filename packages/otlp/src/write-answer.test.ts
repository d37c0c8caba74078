import { describe, expect, test } from 'vitest';
import { oracleDecode, oracleType } from './fixture/oracle.ts';
import { messageCharsMax, violationsMax, writeResponse, writeStatus } from './write-answer.ts';

const json = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

describe('writeResponse', () => {
  test.each(['traces', 'logs', 'metrics'] as const)('%s accepted: partial success is not set', (signal) => {
    expect(writeResponse(signal, 'protobuf').length).toBe(0);
    expect(json(writeResponse(signal, 'json'))).toEqual({});
  });
  test.each([
    ['traces', 'ExportTraceServiceResponse', 'rejectedSpans'], ['logs', 'ExportLogsServiceResponse', 'rejectedLogRecords'], ['metrics', 'ExportMetricsServiceResponse', 'rejectedDataPoints'],
  ] as const)('%s in part', (signal, type, counted) => {
    const wanted = { partialSuccess: { [counted]: '3', errorMessage: 'three were bad' } };
    expect(oracleDecode(type, writeResponse(signal, 'protobuf', { rejected: 3, message: 'three were bad' }))).toEqual(wanted);
    expect(json(writeResponse(signal, 'json', { rejected: 3, message: 'three were bad' }))).toEqual(wanted);
  });
  test('a warning has a message and rejects nothing', () => {
    expect(json(writeResponse('logs', 'json', { rejected: 0, message: 'w' }))).toEqual({ partialSuccess: { rejectedLogRecords: '0', errorMessage: 'w' } });
  });
  test('a long message is cut', () => {
    expect(writeResponse('traces', 'json', { rejected: 1, message: 'x'.repeat(10 ** 7) }).length).toBeLessThan(messageCharsMax + 200);
  });
});

describe('writeStatus', () => {
  test('code and message', () => {
    expect(oracleDecode('RpcStatus', writeStatus('protobuf', { code: 3, message: 'bad' }))).toEqual({ code: 3, message: 'bad' });
    expect(json(writeStatus('json', { code: 3, message: 'bad' }))).toEqual({ code: 3, message: 'bad' });
  });
  test('details in protobuf', () => {
    const bytes = writeStatus('protobuf', { code: 14, message: 'later', retryDelayMs: 1500, violations: [{ field: 'a.b', description: 'why' }] });
    const status = oracleType('RpcStatus').decode(bytes) as unknown as { details: { typeUrl: string; value: Uint8Array }[] };
    expect(status.details.map((detail) => detail.typeUrl)).toEqual(['type.googleapis.com/google.rpc.RetryInfo', 'type.googleapis.com/google.rpc.BadRequest']);
    expect(oracleDecode('RetryInfo', status.details[0].value)).toEqual({ retryDelay: { seconds: '1', nanos: 500_000_000 } });
    expect(oracleDecode('BadRequest', status.details[1].value)).toEqual({ fieldViolations: [{ field: 'a.b', description: 'why' }] });
  });
  test('details in JSON', () => {
    expect(json(writeStatus('json', { code: 14, message: 'later', retryDelayMs: 1500, violations: [{ field: 'a.b', description: 'why' }] }))).toEqual({ code: 14, message: 'later', details: [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'a.b', description: 'why' }] },
    ] });
  });
  test('violations are limited', () => {
    const violations = Array.from({ length: 1000 }, (_, i) => ({ field: String(i), description: 'd' }));
    const { details } = json(writeStatus('json', { code: 3, message: 'm', violations })) as { details: { fieldViolations: unknown[] }[] };
    expect(details[0].fieldViolations.length).toBe(violationsMax);
  });
});
