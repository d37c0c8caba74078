/** The part of the Rows suite about sums over stored calls: what an explanation is refined with. */
import { expect, test } from 'vitest';
import type { RowsUnderTest } from './rows.contract.ts';
import { keyValues, ns, resource, span, t0Ms, tracesOf } from './fixture/request.ts';
import type { Span, TracesData } from '@clew/otlp';

const atMs = t0Ms + 200_000;
const range = { fromMs: atMs, toMs: atMs + 60_000 };
const web = 'service:refined-web';

/** web 100 ms: two calls that overlap from 20 to 80, one that outlives it from 90 on; the second call fails at its database. */
function requestOf(n: number, statement: string, tookMs: number, high: (n: number) => number = spread, fromMs = atMs): [Span[], Span[]] {
  const traceId = `${high(n).toString(16).padStart(4, '0')}${'0'.repeat(12)}${(n + 1).toString(16).padStart(16, '0')}`;
  const id = (at: number): string => (n * 10 + at + 1).toString(16).padStart(16, 'c');
  const one = (at: number, parent: number, from: number, to: number, rest: Partial<Span>): Span => ({
    ...span(), traceId, spanId: id(at), ...(parent < 0 ? {} : { parentSpanId: id(parent) }), startTimeUnixNano: ns(fromMs + n * 100 + from), endTimeUnixNano: ns(fromMs + n * 100 + to), ...rest,
  });
  return [
    [one(0, -1, 0, 100, { name: 'GET /', kind: 2, status: { code: 2 } }), one(1, 0, 20, 60, { name: 'call', kind: 3 }), one(2, 0, 40, 80, { name: 'call', kind: 3, status: { code: 2 } }), one(3, 0, 90, 150, { name: 'later', kind: 1 })],
    [one(4, 2, 45, 45 + tookMs, { name: 'UPDATE payments', kind: 3, status: { code: 2 }, attributes: keyValues({ 'db.query.text': statement, region: n % 2 === 0 ? 'north' : 'south' }) })],
  ];
}

const count = 40;
/** High words as random ids have them, and as ids of 64 bits do. */
const spread = (n: number): number => (n * 40_503) % 65_536;
const narrow = (): number => 0;
const narrowRange = { fromMs: atMs - 60_000, toMs: atMs - 30_000 };
/** All services of it in one request: files begin with a request. */
const messageOf = (requests: readonly [Span[], Span[]][]): TracesData => ({ resourceSpans: [
  ...tracesOf(resource('refined-web'), requests.flatMap(([front]) => front)).resourceSpans ?? [], ...tracesOf(resource('refined-pay', { 'k8s.pod.name': 'pay-1' }), requests.flatMap(([, back]) => back)).resourceSpans ?? [],
] });

export function testStoredCalls(given: () => RowsUnderTest, hasValues: boolean): void {
  test('calls, walk: every span counted; self time without children, overlaps once, within the parent; errors where they begin', async () => {
    const requests = Array.from({ length: count }, (_, n) => requestOf(n, n < 30 ? 'UPDATE payments SET a' : 'UPDATE payments SET b', n < 30 ? 10 : 30));
    await given().add([messageOf(requests), tracesOf(resource('refined-other'), [span({ atMs: atMs + 5 })])]);
    const { query } = given().rows;
    const calls = await query.calls(range);
    expect(calls.spans).toBe(count * 5 + 1);
    expect(calls.places).toContainEqual({ service: web, operation: 'call', kind: 'client', calls: count * 2, failed: count, totalMs: count * 80 });
    expect((await query.calls({ fromMs: range.toMs, toMs: range.toMs + 1 })).spans).toBe(0);

    const walk = await query.walk({ ...range, services: ['service:refined-pay'], spansMax: 10_000_000 });
    expect(walk).toMatchObject({ share: 1, traces: count, spans: count * 5 + 1 });
    const at = (operation: string) => walk.places.find((place) => place.operation === operation);
    expect(at('GET /')).toMatchObject({ service: web, calls: count, selfMs: count * 30, origins: 0 });
    expect(at('call')).toMatchObject({ calls: count * 2, selfMs: 30 * 70 + 10 * 50, origins: 0 });
    expect(at('UPDATE payments')).toMatchObject({ calls: count, selfMs: 30 * 10 + 10 * 30, origins: count });
    expect(walk.places.some(({ service }) => service === 'service:refined-other')).toBe(false);
    expect((await query.walk({ ...range, services: [], spansMax: 10_000_000 })).traces).toBe(count + 1);
    expect(await query.walk({ ...range, services: ['service:refined-nobody'], spansMax: 10_000_000 })).toMatchObject({ traces: 0, places: [] });
  });

  test.each([['spread', range, spread], ['narrow', narrowRange, narrow]] as const)('walk: a sample is of whole traces, says its share, and is the same every time (ids: %s)', async (name, stretch, high) => {
    const { query } = given().rows;
    if (name === 'narrow') await given().add([messageOf(Array.from({ length: count }, (_, n) => requestOf(n, '', 10, high, narrowRange.fromMs)))]);
    const asked = { ...stretch, services: [web], spansMax: 80 };
    const walk = await query.walk(asked);
    expect(walk.share).toBeLessThan(0.5);
    expect(walk.traces).toBeGreaterThan(0);
    expect(walk.traces).toBeLessThan(count * 0.75);
    expect(walk.places.find(({ operation }) => operation === 'call')?.calls ?? 0).toBe(2 * walk.traces);
    expect(await query.walk(asked)).toEqual(walk);
  });

  test.skipIf(!hasValues)('values: which attribute values the calls have, those of the resource among them, and how many are slow', async () => {
    const asked = { ...range, service: 'service:refined-pay', operation: 'UPDATE payments', kind: 'client', share: 1, slowMs: null } as const;
    const values = await given().rows.query.values(asked);
    expect(values).toMatchObject({ calls: count, bad: count, totalMs: 600, p95Ms: 30, wide: 0 });
    expect(values.values).toContainEqual({ key: 'db.query.text', value: 'UPDATE payments SET b', calls: 10, bad: 10, totalMs: 300 });
    expect(values.values).toContainEqual({ key: 'k8s.pod.name', value: 'pay-1', calls: count, bad: count, totalMs: 600 });
    expect((await given().rows.query.values({ ...asked, operation: 'call' })).calls).toBe(0);
  });
}
