import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import { openShop, toRequests } from '@clew/shop';
import { writeNotice } from '../intake/notice.ts';
import { openSegmentLog } from '../log/segment-log.ts';
import type { BacktestAsked, BacktestResponse } from '../api/types.ts';
import { backtest } from './backtest.ts';
import { openBacktests } from './backtests.ts';
import type { Backtests } from './backtests.ts';
import { openSource } from './source.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-20T09:00:00Z');
const endMs = startMs + 12 * minuteMs;
const faultMs = startMs + 8 * minuteMs;
const limits = { requestBytesMax: 1e8, requestItemsMax: 1e6 };
const version = { detectors: null, falseAlarmsPerDay: 1 };
const asked = (rest: Partial<BacktestAsked> = {}): BacktestAsked => ({ fromMs: startMs + 6 * minuteMs, toMs: endMs, a: version, b: null, ...rest });

let data = '';
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'clew-backtest-'));
  await recordShop();
}, 60_000);
afterAll(() => rm(data, { recursive: true }));

/** Twelve minutes of the demo shop with a slow database, as a server would have kept them; somebody then marked a finding. */
async function recordShop(): Promise<void> {
  const log = await openSegmentLog({ folder: join(data, 'log'), segmentBytes: 1e8, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => startMs });
  const shop = openShop({ seed: 3, startMs, requestsPerSecond: 1, faults: [{ name: 'slow-database', startMs: faultMs, endMs }] });
  for (let untilMs = startMs + 5_000; untilMs <= endMs; untilMs += 5_000) {
    const requests = toRequests(shop.step(untilMs));
    for (const kind of ['traces', 'metrics', 'logs'] as const) {
      const request = requests[kind];
      if (request !== null) await log.append({ kind, encoding: 'json', compression: 'identity', receivedMs: untilMs, body: Buffer.from(JSON.stringify(request)) });
    }
  }
  await log.append({ ...writeNotice({ kind: 'finding_verdict', finding: 'one that nobody knows', verdict: 'noise', by: '', atMs: endMs + minuteMs }), receivedMs: endMs + minuteMs });
  await log.close();
}
const run = async (rest: Partial<BacktestAsked> = {}, known: Parameters<typeof backtest>[1]['known'] = []) => backtest(await openSource(data, limits), { settings: defaultSettings, asked: asked(rest), known });

/** Asked for by several tests: the same each time. */
let once: ReturnType<typeof run> | undefined;
const alone = () => (once ??= run());

describe('over the stored history', () => {
  test('the engine finds what it would have found, and agrees with itself', async () => {
    const result = await run({ b: version });
    expect(result.a.findings).toBeGreaterThan(0);
    expect(result.a.incidents).toBeGreaterThan(0);
    expect(result.rows.every(({ a }) => a !== null && a.detectedMs >= startMs + 6 * minuteMs && a.detectedMs < endMs)).toBe(true);
    expect(result.agreement).toEqual({ both: result.a.findings, onlyA: 0, onlyB: 0, share: 1, leadMs: 0 });
    expect(result.marks).toEqual({ real: 0, noise: 0, unknown: 1 });
    expect(result.covered).toMatchObject({ fromMs: startMs + 6 * minuteMs, isWhole: true });
    expect(result.covered.learntFromMs).toBeLessThan(startMs + minuteMs);
  }, 60_000);

  test('what people marked is what it is measured against', async () => {
    const { rows } = await alone();
    const told = rows[0].a;
    if (told === null) throw new Error('no finding');
    const known = { id: told.id, series: told.series, node: told.node, onsetMs: told.onsetMs, detectedMs: told.detectedMs, lastMs: told.lastMs, verdict: 'real' as const };
    const result = await run({}, [known, { ...known, id: 'one that nobody knows', verdict: null }]);
    expect(result.a).toMatchObject({ real: { found: 1, missed: 0 }, noise: { repeated: 1, gone: 0 } });
    expect(result.marks).toEqual({ real: 1, noise: 1, unknown: 0 });
  }, 60_000);

  test('a range that the log does not reach is refused with what it reaches', async () => {
    await expect(run({ fromMs: startMs - 10 * minuteMs, toMs: startMs - minuteMs })).rejects.toMatchObject({ code: 'not_covered', message: expect.stringMatching(/reaches from 2026-11-20T09:00/) });
  });

  test('a range that it reaches in part is told with the part', async () => {
    const { covered, days } = await run({ fromMs: startMs - 60 * minuteMs, toMs: faultMs });
    expect(covered.isWhole).toBe(false);
    expect(covered.fromMs).toBe(covered.learntFromMs);
    expect(covered.toMs).toBe(faultMs);
    expect(days * 86_400_000).toBeCloseTo(faultMs - covered.fromMs);
  });
});

describe('in the running server', () => {
  const open = (): Backtests => openBacktests({ dataFolder: data, limits, settings: defaultSettings, nowMs: () => 5, known: () => [] });
  const ended = async (backtests: Backtests, id: string): Promise<BacktestResponse | undefined> => {
    await expect.poll(() => backtests.list().find((each) => each.id === id)?.state, { timeout: 30_000 }).not.toBe('running');
    return backtests.list().find((each) => each.id === id);
  };

  test('one runs at a time in a thread of its own, and says the same', async () => {
    const backtests = open();
    const { id } = backtests.start(asked());
    expect(() => backtests.start(asked())).toThrow(expect.objectContaining({ code: 'backtest_running' }));
    const done = await ended(backtests, id);
    expect(done).toMatchObject({ state: 'done', progress: 1, endedMs: 5, reason: '' });
    expect(done?.result).toEqual(await alone());
    await backtests.close();
  }, 60_000);

  test('it can be cancelled, and then another one begins', async () => {
    const backtests = open();
    const { id } = backtests.start(asked());
    expect(backtests.cancel(id)).toMatchObject({ id, state: 'cancelled', result: null });
    expect(backtests.cancel('bt-none')).toBeNull();
    const failing = backtests.start(asked({ fromMs: 0, toMs: 1 }));
    expect(await ended(backtests, failing.id)).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^The log does not reach/) });
    await backtests.close();
  }, 60_000);
});
