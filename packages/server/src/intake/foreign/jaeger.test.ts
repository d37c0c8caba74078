import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredSpan } from '@clew/engine';
import { readMessage } from '@clew/otlp';
import type { Span, TracesData } from '@clew/otlp';
import { openTarget } from '../../senders/fixture/target.ts';
import type { Target } from '../../senders/fixture/target.ts';
import { readJaeger } from './jaeger.ts';

/** What Jaeger 2.13 answered at /api/traces/{id} after it had been sent three spans as OTLP. */
const exported = readFileSync(new URL('fixture/jaeger-2.13-export.json', import.meta.url));
const traceId = '0102030405060708090a0b0c0d0e0f10';

let target: Target;
beforeAll(async () => { target = await openTarget(); }, 60_000);
afterAll(() => target.stop());

const post = async (body: string | Uint8Array): Promise<readonly [number, object]> => {
  const answer = await fetch(`${target.endpoints.http}/v1/traces/jaeger`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(Buffer.from(body)) });
  return [answer.status, await answer.json() as object];
};

test('a trace that Jaeger exported is stored as it was before Jaeger had it', async () => {
  expect(await post(exported)).toEqual([200, { accepted: 3, refused: 0 }]);
  const spans = async (): Promise<readonly StoredSpan[]> => (await target.ask<{ readonly spans: readonly StoredSpan[] }>(`/traces/${traceId}`))?.spans ?? [];
  await expect.poll(async () => (await spans()).length, { timeout: 15_000 }).toBe(3);
  const [server, client, callee] = ['a1', 'a2', 'a3'].map((end) => `00000000000000${end}`);
  const byId = new Map((await spans()).map((span) => [span.spanId, span]));
  expect(byId.get(server)).toMatchObject({
    parentId: '', name: 'POST /checkout', kind: 'server', service: 'service:checkout', startNs: '1700000000000001000', endNs: '1700000000900001000',
    status: 'error', statusMessage: 'payment failed', traceState: 'a=b', scope: { name: 'shop', version: '1.2' },
    resource: { attributes: { 'service.name': 'checkout', 'host.name': 'node-7', 'process.pid': 42 } },
    events: [{ name: 'exception', timeNs: '1700000000870000000', attributes: { 'exception.type': 'Timeout' } }],
  });
  expect(byId.get(server)?.attributes).toMatchObject({ 'http.response.status_code': 500, ratio: 1, ok: true });
  expect(Object.keys(byId.get(server)?.attributes ?? {}).toSorted()).toEqual(['big', 'http.response.status_code', 'ok', 'ratio', 'raw']);
  expect(byId.get(client)).toMatchObject({ parentId: server, kind: 'client', attributes: { 'server.address': 'payment' }, links: [{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), attributes: { 'opentracing.ref_type': 'follows_from' } }] });
  expect(byId.get(callee)).toMatchObject({ parentId: client, kind: 'server', service: 'service:payment' });
}, 60_000);

describe('answers', () => {
  const trace = (span: object): string => JSON.stringify({ data: [{ spans: [{ traceID: '1', spanID: '2', startTime: 5, processID: 'p', ...span }], processes: { p: { serviceName: 'a' } } }] });
  test('spans that are refused are told of one by one', async () => {
    expect(await post(trace({ spanID: 'x' }))).toEqual([400, { accepted: 0, refused: 1, message: expect.stringMatching(/spanID .*first at data\[0\]\.spans\[0\]/) }]);
    expect(await post(trace({ processID: 'q' }))).toEqual([400, { accepted: 0, refused: 1, message: expect.stringMatching(/no process/) }]);
    expect(await post(trace({ startTime: -1 }))).toEqual([400, { accepted: 0, refused: 1, message: expect.stringMatching(/microseconds/) }]);
  });
  test.each(['{', '7', '{"data":[{}]}', '[1]'])('%s is 400 with what is due', async (body) => {
    expect(await post(body)).toEqual([400, { error: expect.objectContaining({ code: 'malformed' }) }]);
  });
});

describe('what older clients of Jaeger write', () => {
  const translate = (span: object): Span => {
    const { body } = readJaeger(Buffer.from(JSON.stringify({ spans: [{ traceID: 'abc', spanID: 'd', startTime: 1_700_000_000_000_000, duration: 3, processID: 'p', ...span }], processes: { p: { serviceName: 'a', tags: [{ key: 'hostname', type: 'string', value: 'h' }] } } })), 10);
    return (readMessage('traces', body) as TracesData).resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0] ?? {};
  };
  test('short ids', () => { expect(translate({})).toMatchObject({ traceId: 'abc'.padStart(32, '0'), spanId: 'd'.padStart(16, '0'), endTimeUnixNano: '1700000000000003000' }); });
  test('the parent is CHILD_OF before FOLLOWS_FROM, in the same trace', () => {
    const references = [{ refType: 'FOLLOWS_FROM', traceID: 'abc', spanID: '1' }, { refType: 'CHILD_OF', traceID: 'fff', spanID: '2' }, { refType: 'CHILD_OF', traceID: 'abc', spanID: '3' }];
    const span = translate({ references });
    expect(span.parentSpanId).toBe('3'.padStart(16, '0'));
    expect(span.links?.map(({ spanId }) => spanId)).toEqual(['1', '2'].map((id) => id.padStart(16, '0')));
    expect(translate({ references: references.slice(0, 1) }).parentSpanId).toBe('1'.padStart(16, '0'));
    expect(translate({ parentSpanID: '9' }).parentSpanId).toBe('9'.padStart(16, '0'));
  });
  test('tags keep their types; error is a status', () => {
    const span = translate({ tags: [{ key: 'error', type: 'bool', value: true }, { key: 'n', type: 'int64', value: '9007199254740993' }, { key: 'f', type: 'float64', value: 2 }, { key: 'span.kind', type: 'string', value: 'consumer' }], flags: 3, warnings: ['clock skew'] });
    expect(span).toMatchObject({ kind: 5, flags: 1, status: { code: 2 } });
    expect(Object.fromEntries((span.attributes ?? []).map(({ key, value }) => [key, value]))).toMatchObject({ error: { boolValue: true }, n: { intValue: '9007199254740993' }, f: { doubleValue: 2 }, 'jaeger.debug': { boolValue: true }, 'jaeger.warnings': { arrayValue: { values: [{ stringValue: 'clock skew' }] } } });
  });
});
