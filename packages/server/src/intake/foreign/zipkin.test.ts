import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredSpan } from '@clew/engine';
import { openTarget } from '../../senders/fixture/target.ts';
import type { Target } from '../../senders/fixture/target.ts';
import { readZipkin } from './zipkin.ts';
import { readMessage } from '@clew/otlp';
import type { Span, TracesData } from '@clew/otlp';

const require = createRequire(import.meta.url);
const { Tracer, BatchRecorder, ExplicitContext, Annotation, InetAddress, jsonEncoder: { JSON_V2 } } = require('zipkin') as typeof import('zipkin');
const { HttpLogger } = require('zipkin-transport-http') as typeof import('zipkin-transport-http');

let target: Target;
beforeAll(async () => { target = await openTarget(); }, 60_000);
afterAll(() => target.stop());

/** A tracer of Zipkin's own library, as one service has it. */
function openTracer(serviceName: string, ctxImpl: unknown) {
  const failures: unknown[] = [];
  const logger = new HttpLogger({ endpoint: `${target.endpoints.http}/api/v2/spans`, jsonEncoder: JSON_V2, httpInterval: 100 });
  // An event emitter, which its types leave out, as they do `join` below.
  (logger as unknown as EventEmitter).on('error', (error: unknown) => failures.push(error));
  const tracer = new Tracer({ ctxImpl: ctxImpl as never, recorder: new BatchRecorder({ logger }), localServiceName: serviceName, supportsJoin: true, traceId128Bit: true });
  return { tracer, failures };
}

test("Zipkin's own tracer: a call of two services that share a span id, field for field, and the edge between them", async () => {
  const context = new ExplicitContext();
  const [checkout, payment] = [openTracer('checkout', context), openTracer('payment', context)];
  const front = checkout.tracer;
  const root = front.createRootId();
  const call = front.letId(root, () => front.createChildId());
  front.letId(root, () => {
    front.recordServiceName('checkout');
    front.recordRpc('post /checkout');
    front.recordAnnotation(new Annotation.ServerRecv());
    front.letId(call, () => {
      front.recordServiceName('checkout');
      front.recordRpc('charge');
      front.recordAnnotation(new Annotation.ClientSend());
      front.recordAnnotation(new Annotation.ServerAddr({ serviceName: 'payment', host: new InetAddress('10.0.0.7'), port: 8443 }));
      payment.tracer.letId((payment.tracer as unknown as { join(id: typeof call): typeof call }).join(call), () => {
        payment.tracer.recordServiceName('payment');
        payment.tracer.recordRpc('charge');
        payment.tracer.recordAnnotation(new Annotation.ServerRecv());
        payment.tracer.recordMessage('card declined');
        payment.tracer.recordBinary('error', 'no funds');
        payment.tracer.recordBinary('http.status_code', '402');
        payment.tracer.recordAnnotation(new Annotation.ServerSend());
      });
      front.recordAnnotation(new Annotation.ClientRecv());
    });
    front.recordAnnotation(new Annotation.ServerSend());
  });
  const read = async (): Promise<readonly StoredSpan[]> => (await fetch(`http://127.0.0.1:${target.ports.console}/api/v1/traces/${root.traceId}`).then((answer) => (answer.ok ? answer.json() : { spans: [] })) as { spans: readonly StoredSpan[] }).spans;
  await expect.poll(async () => (await read()).length, { timeout: 15_000 }).toBe(3);
  expect([...checkout.failures, ...payment.failures]).toEqual([]);

  const spans = await read();
  const [server, client, shared] = [['checkout', 'server'], ['checkout', 'client'], ['payment', 'server']].map(([service, kind]) => spans.find((span) => span.service === `service:${service}` && span.kind === kind));
  expect(server).toMatchObject({ traceId: root.traceId, spanId: root.spanId, parentId: '', name: 'post /checkout', status: 'unset' });
  expect(client).toMatchObject({ spanId: call.spanId, parentId: root.spanId, name: 'charge', attributes: { 'service.peer.name': 'payment', 'network.peer.address': '10.0.0.7', 'network.peer.port': 8443 } });
  expect(shared).toMatchObject({
    spanId: call.spanId, parentId: root.spanId, name: 'charge', status: 'error', statusMessage: 'no funds',
    attributes: { 'error': 'no funds', 'http.status_code': '402', 'zipkin.shared': true },
    events: [{ name: 'card declined' }],
    resource: { attributes: { 'service.name': 'payment' } },
  });
  expect(BigInt(shared?.endNs ?? 0) >= BigInt(shared?.startNs ?? 0)).toBe(true);
  expect(await target.refused()).toEqual([]);
  const graph = async (): Promise<readonly string[]> => ((await target.ask<{ readonly edges: readonly { readonly edge: { readonly from: string; readonly to: string } }[] }>('/graph'))?.edges ?? []).map(({ edge }) => `${edge.from} → ${edge.to}`);
  await expect.poll(graph, { timeout: 40_000, interval: 1_000 }).toEqual(expect.arrayContaining(['service:checkout → service:payment', 'user → service:checkout']));
}, 90_000);

describe('answers are Zipkin’s', () => {
  const post = async (body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }): Promise<readonly [number, string]> => {
    const answer = await fetch(`${target.endpoints.http}/api/v2/spans`, { method: 'POST', headers, body });
    return [answer.status, await answer.text()];
  };
  const good = { traceId: '000000000000000a', id: '000000000000000b', name: 'get', timestamp: 1_700_000_000_000_000, duration: 5, localEndpoint: { serviceName: 'a' } };

  test('202 with nothing in it', async () => { expect(await post(JSON.stringify([good]))).toEqual([202, '']); });
  test('400 with what is wrong, the rest kept', async () => {
    const [status, text] = await post(JSON.stringify([{ ...good, id: '000000000000000c' }, { ...good, id: 'xyz' }, 7]));
    expect(status).toBe(400);
    expect(text).toMatch(/^Kept 1 spans, refused: 1 × traceId .* \(first at \[1\]\); 1 × a span must be a JSON object \(first at \[2\]\)\n$/);
  });
  test.each([['{', 400, /not JSON/], ['{}', 400, /list of spans/]])('%s is %i', async (body, status, words) => {
    const answer = await post(body);
    expect(answer).toEqual([status, expect.stringMatching(words)]);
  });
  test('another type is 415', async () => { expect((await post('x', { 'content-type': 'application/x-thrift' }))[0]).toBe(415); });
});

describe('what a span of Zipkin becomes', () => {
  const translate = (span: object): Span => {
    const { body } = readZipkin(Buffer.from(JSON.stringify([{ traceId: 'a', id: 'b', ...span }])), 10);
    return (readMessage('traces', body) as TracesData).resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0] ?? {};
  };
  test('short ids are padded on the left', () => { expect(translate({})).toMatchObject({ traceId: 'a'.padStart(32, '0'), spanId: 'b'.padStart(16, '0') }); });
  test.each([['CLIENT', 3], ['SERVER', 2], ['PRODUCER', 4], ['CONSUMER', 5], [undefined, 1]])('kind %s is %i', (kind, number) => { expect(translate({ kind }).kind).toBe(number); });
  test.each([[{ error: '' }, 2, ''], [{ error: 'true' }, 2, ''], [{ error: 'boom' }, 2, 'boom'], [{ error: 'false' }, 0, ''], [{ 'otel.status_code': 'OK' }, 1, ''], [{ 'otel.status_code': 'ERROR', error: 'why' }, 2, 'why']])('tags %j', (tags, code, message) => {
    const { status } = translate({ tags });
    expect([status?.code ?? 0, status?.message ?? '']).toEqual([code, message]);
  });
  test('debug is sampled; an annotation of an OpenTelemetry exporter has its attributes again', () => {
    const span = translate({ debug: true, annotations: [{ timestamp: 5, value: '"retry": {"attempt":2}' }] });
    expect(span.flags).toBe(1);
    expect(span.events).toMatchObject([{ name: 'retry', attributes: [{ key: 'attempt', value: { intValue: '2' } }] }]);
  });
  test('a span without a time begins with its first annotation', () => { expect(translate({ annotations: [{ timestamp: 9, value: 'b' }, { timestamp: 7, value: 'a' }] }).startTimeUnixNano).toBe('7000'); });
});
