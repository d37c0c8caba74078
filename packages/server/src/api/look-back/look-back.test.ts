import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePorts, startServer } from '../../fixture/child-server.ts';
import { lookBack as verb } from '../../verbs/look-back.ts';
import type { ErrorResponse, LookBackResponse } from '../types.ts';
import { openLookBacks } from './look-backs.ts';

const stepMs = 10_000;
const steps = 800;
const oddFrom = 600;
const oddPoints = 20;
const startMs = Math.floor(Date.now() / stepMs) * stepMs - steps * stepMs;
const toMs = startMs + steps * stepMs;
const at = (i: number): number => startMs + i * stepMs;
const isOdd = (i: number): boolean => i >= oddFrom && i < oddFrom + oddPoints;

let folder = '';
let url = '';
let stop: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-look-back-'));
  const ports = await freePorts();
  const server = await startServer(folder, ports);
  stop = () => server.stop();
  url = `http://127.0.0.1:${ports.console}`;
  const send = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${ports.http}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
  };
  await send('/v1/metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [gauge('queue.depth', 1), gauge('queue.calm', 0)] }] }] });
  await send('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: Array.from({ length: steps }, (_, i) => spansAt(i)).flat() }] }] });
  await vi.waitFor(async () => {
    const self = (await (await fetch(`${url}/api/v1/self`)).json()) as Record<string, number>;
    expect(self).toMatchObject({ store_points: 2 * steps, store_lag_records: 0, engine_lag_records: 0 });
  }, { timeout: 30_000, interval: 200 });
}, 60_000);
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] };
const wave = (i: number): number => 50 + 10 * Math.sin((i * 2 * Math.PI) / 60) + ((i * 7_919) % 13) / 4;

function gauge(name: string, times: number): unknown {
  return { name, unit: '{message}', gauge: { dataPoints: Array.from({ length: steps }, (_, i) => ({ timeUnixNano: `${at(i)}000000`, asDouble: wave(i) + (isOdd(i) ? 60 * times : 0) })) } };
}

/** Two or three requests a step; half of them fail, slowly, while it is odd. */
function spansAt(i: number): unknown[] {
  return Array.from({ length: 2 + (i % 2) }, (_, n) => {
    const fails = isOdd(i) && n % 2 === 0;
    const begin = at(i) + 1_000 * n;
    const id = (i * 4 + n + 1).toString(16);
    return { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), name: 'GET /', kind: 2, startTimeUnixNano: `${begin}000000`, endTimeUnixNano: `${begin + (fails ? 900 : 20 + (i % 5))}000000`, status: fails ? { code: 2 } : {} };
  });
}

async function ask<T = LookBackResponse>(path: string): Promise<{ readonly status: number; readonly body: T }> {
  const response = await fetch(`${url}/api/v1${path}`);
  return { status: response.status, body: await response.json() as T };
}
const range = `from=${startMs}&to=${toMs}&step=${stepMs}`;
const meets = ({ fromMs, toMs: endMs }: { readonly fromMs: number; readonly toMs: number }): boolean => fromMs < at(oddFrom + oddPoints) && endMs > at(oddFrom);

describe('over a real server', () => {
  test('the stretch in which a metric was odd is found, with what was seen and what is usual', async () => {
    const { status, body } = await ask(`/metrics/queue.depth/look-back?${range}&service=checkout`);
    expect(status).toBe(200);
    expect(body.stretches).toHaveLength(1);
    expect(body.stretches[0]).toSatisfy(meets);
    expect(body.stretches[0].observed?.high).toBeGreaterThan(100);
    expect(body.series[0].usual?.high).toBeLessThan(70);
    expect(body.series[0].scores).toHaveLength(body.series[0].times.length);
  });
  test('nothing stands out where nothing happened', async () => {
    expect((await ask(`/metrics/queue.calm/look-back?${range}`)).body).toMatchObject({ stretches: [], series: [{ isShort: false }] });
  });
  test('a short range is judged by what was before it', async () => {
    const { body } = await ask(`/metrics/queue.depth/look-back?from=${at(oddFrom - 10)}&to=${at(oddFrom + 40)}&step=${stepMs}`);
    expect(body.stretches[0]).toSatisfy(meets);
    expect(body.series[0].times[0]).toBe(at(oddFrom - 10));
    expect(body.lookedFromMs).toBeLessThan(at(oddFrom - 400));
  });
  test.each(['errors', 'p99'])('%s of a service', async (read) => {
    const { body } = await ask(`/services/checkout/look-back?${range}&read=${read}`);
    expect(body.stretches[0]).toSatisfy(meets);
  });
  test('more points than it takes are refused with what to do', async () => {
    const { status, body } = await ask<ErrorResponse>(`/metrics/queue.depth/look-back?from=0&to=${toMs}&step=1000`);
    expect(status).toBe(422);
    expect(body.error).toMatchObject({ code: 'query_too_large', message: expect.stringContaining('20000 points') });
  });
  test('a metric that nobody sent has no series', async () => {
    expect((await ask(`/metrics/nothing/look-back?${range}`)).body).toMatchObject({ series: [], stretches: [] });
  });
  test('clew look-back tells it to people', async () => {
    let out = '';
    const terminal = { out: (text: string) => { out += text; }, err: () => undefined, isInteractive: false, environment: { CLEW_SERVER: url }, folder: '.' };
    const flags = ['--from', String(startMs), '--to', String(toMs), '--step', '10s'];
    expect(await verb.run(['--metric', 'queue.depth', '--service', 'checkout', ...flags], terminal)).toBe(0);
    expect(out).toMatch(/^queue\.depth from .*: 800 points of 1 series, from .* on\.\n\nFROM +TO +FOR +HOW ODD +TIMES +OBSERVED +USUAL +SERVICE +ATTRIBUTES\n.* checkout\n$/);
    out = '';
    expect(await verb.run(['--metric', 'queue.calm', ...flags], terminal)).toBe(0);
    expect(out).toContain('Nothing stands out.');
    await expect(verb.run([], terminal)).rejects.toMatchObject({ code: 'bad_usage' });
  });
});

test('a look back that takes too long is ended and said', async () => {
  const lookBacks = openLookBacks(1);
  await expect(lookBacks.run([new Float64Array(20_000).map((_, i) => Math.sin(i))])).rejects.toMatchObject({ code: 'query_timeout' });
  await lookBacks.close();
});

test('closing ends what still runs', async () => {
  const lookBacks = openLookBacks();
  const runs = [0, 1].map(() => lookBacks.run([new Float64Array(20_000).map((_, i) => Math.sin(i))]));
  const ends = Promise.allSettled(runs);
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  await lookBacks.close();
  expect((await ends).map((end) => end.status === 'rejected' && (end.reason as { code?: string }).code)).toEqual(['stopping', 'stopping']);
});
