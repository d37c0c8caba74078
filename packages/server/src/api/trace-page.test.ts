import { writeRequest } from '@clew/otlp';
import type { Span } from '@clew/otlp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runClew } from '../fixture/child-server.ts';
import { openTarget } from '../senders/fixture/target.ts';
import type { Target } from '../senders/fixture/target.ts';
import { keyValues, ns, tracesOf } from '../stores/fixture/request.ts';
import type { TraceResponse } from './types.ts';

const traceId = '5ca1ab1e'.repeat(4);
const spans = 25_000;
const spanId = (n: number): string => n.toString(16).padStart(16, '0');
const startMs = Date.now() - 60_000;

/** Thirteen spans begin in the same nanosecond, so that pages end among equals. */
const spanAt = (at: number): Span => ({
  traceId, spanId: spanId(at + 1), parentSpanId: at === 0 ? '' : spanId(1), name: `step ${at % 40}`, kind: 2,
  startTimeUnixNano: ns(startMs + Math.floor(at / 13)), endTimeUnixNano: ns(startMs + Math.floor(at / 13) + 5), attributes: keyValues({ at }),
});

describe('a trace of 25,000 spans through a real server', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
    // The last first: the order is that of the spans, not of their arrival.
    for (let from = spans - 5_000; from >= 0; from -= 5_000) {
      const body = writeRequest('traces', tracesOf('checkout', Array.from({ length: 5_000 }, (_, i) => spanAt(from + i))));
      const response = await fetch(`${target.endpoints.http}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: body as Uint8Array<ArrayBuffer> });
      expect(response.status).toBe(200);
    }
    await vi.waitFor(async () => expect((await target.ask<TraceResponse>(`/traces/${traceId}`, { limit: 1 }))?.total).toBe(spans), { timeout: 30_000, interval: 200 });
  }, 60_000);
  afterAll(() => target.stop());

  const readAll = async (limit: number): Promise<TraceResponse[]> => {
    const pages: TraceResponse[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page: TraceResponse | null = await target.ask<TraceResponse>(`/traces/${traceId}`, { limit, ...(after === '' ? {} : { after }) });
      if (page === null) throw new Error('the trace is gone');
      pages.push(page);
      after = page.next;
    }
    return pages;
  };

  test.each([[10_000, [10_000, 10_000, 5_000]], [5_000, [5_000, 5_000, 5_000, 5_000, 5_000]]])('pages of %i give every span once, in order, each page with the whole count', async (limit, sizes) => {
    const pages = await readAll(limit);
    expect(pages.map((page) => page.spans.length)).toEqual(sizes);
    expect(pages.map(({ total, truncated, next }) => [total, truncated === (next !== null)])).toEqual(sizes.map(() => [spans, true]));
    expect(pages.flatMap((page) => page.spans).map(({ attributes }) => attributes.at)).toEqual(Array.from({ length: spans }, (_, at) => at));
  }, 60_000);

  test('pages as OTLP/JSON go by the same places', async () => {
    const first = await target.ask<TraceResponse>(`/traces/${traceId}`, { limit: 10_000 });
    const exact = await target.ask<{ readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[] }>(`/otlp/traces/${traceId}`, { limit: 3, after: first?.next ?? '' });
    expect(exact?.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans.map((span) => span.spanId)))).toEqual([10_001, 10_002, 10_003].map(spanId));
  });

  test('the command line reads on to the end', async () => {
    const server = `http://127.0.0.1:${target.ports.console}`;
    const { out } = await runClew(['query', 'trace', traceId, '-o', 'json', '--server', server]);
    const answer = JSON.parse(out) as TraceResponse;
    expect([answer.spans.length, answer.total, answer.next]).toEqual([spans, spans, null]);
    expect(new Set(answer.spans.map((span) => span.spanId)).size).toBe(spans);
    const drawn = (await runClew(['query', 'trace', traceId, '--server', server])).out;
    expect(drawn).toMatch(new RegExp(`^trace ${traceId} · 25000 spans `));
    expect(drawn).toMatch(/and 23000 more spans; -o json has them all\n$/);
  }, 60_000);

  test.each([['no place', 'x'], ['beyond 64 bits', `${'9'.repeat(20)}--1`]])('a place that is none is refused: %s', async (_, after) => {
    await expect(target.ask(`/traces/${traceId}`, { after })).rejects.toThrow(/400.*bad_query/);
  });
});
