import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import { slowService } from '../fixture/slow-service.ts';
import { writeNotice } from '../intake/notice.ts';
import { openSegmentLog } from '../log/segment-log.ts';
import type { BacktestAsked, BacktestResponse } from '../api/types.ts';
import { backtest } from './backtest.ts';
import { openBacktests } from './backtests.ts';
import type { Backtests } from './backtests.ts';
import { openSource } from './source.ts';
import { backtest as backtestVerb } from '../verbs/backtest.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-20T09:00:00Z');
const fromMs = startMs + 20 * minuteMs;
const faultMs = startMs + 25 * minuteMs;
const endMs = startMs + 30 * minuteMs;
const limits = { requestBytesMax: 1e8, requestItemsMax: 1e6 };
const version = { detectors: null, falseAlarmsPerDay: 1, hearsVerdicts: false };
const asked = (rest: Partial<BacktestAsked> = {}): BacktestAsked => ({ fromMs, toMs: endMs, source: 'log', a: version, b: null, ...rest });

let data = '';
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'clew-backtest-'));
  await recordService();
});
afterAll(() => rm(data, { recursive: true }));

/** As a server would have kept it; somebody then marked a finding. */
async function recordService(): Promise<void> {
  const log = await openSegmentLog({ folder: join(data, 'log'), segmentBytes: 1e8, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => startMs });
  for (const { untilMs, text } of slowService({ startMs, faultMs, endMs })) await log.append({ kind: 'traces', encoding: 'json', compression: 'identity', receivedMs: untilMs, body: Buffer.from(text) });
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
    expect(result.incidents.length + result.incidentsLeftOut).toBe(result.a.incidents);
    expect(result.incidents.every(({ openedMs, explanation }) => openedMs >= fromMs && openedMs < endMs && explanation.explainedAtMs > 0)).toBe(true);
    expect(result.rows.every(({ a }) => a !== null && a.detectedMs >= fromMs && a.detectedMs < endMs)).toBe(true);
    expect(result.agreement).toEqual({ both: result.a.findings, onlyA: 0, onlyB: 0, share: 1, leadMs: 0 });
    expect(result.marks).toEqual({ real: 0, noise: 0, unknown: 1 });
    expect(result.covered).toMatchObject({ fromMs, isWhole: true });
    expect(result.covered.learntFromMs).toBeLessThan(startMs + minuteMs);
  });

  test('what people marked is what it is measured against', async () => {
    const { rows } = await alone();
    const told = rows[0].a;
    if (told === null) throw new Error('no finding');
    const known = { ...told, verdict: 'real' as const };
    const result = await run({}, [known, { ...known, id: 'one that nobody knows', verdict: null }]);
    expect(result.a).toMatchObject({ real: { found: 1, missed: 0 }, noise: { repeated: 1, gone: 0 } });
    expect(result.marks).toEqual({ real: 1, noise: 1, unknown: 0 });
  });

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

test('clew backtest tells it to people, without a server', async () => {
  let out = '';
  const terminal = { out: (text: string) => { out += text; }, err: () => undefined, isInteractive: false, environment: {}, folder: data };
  const time = (ms: number): string => new Date(ms).toISOString();
  expect(await backtestVerb.run(['--data', data, '--from', time(fromMs), '--to', time(endMs + 3_600_000), '--detector', 'level', '--against', 'share', '--against-budget', '5'], terminal)).toBe(0);
  expect(out).toMatch(/^A: level, 1 a day\nB: share, 5 a day\n2026-11-20 09:20:00Z to 2026-11-20 09:(29|30)/);
  expect(out).toContain('The log does not cover all of 2026-11-20 09:20:00Z to 2026-11-20 10:30:00Z.');
  expect(out).toMatch(/Marked by people in that time: 0 real, 0 noise; 1 verdicts are about findings that are not kept any more\./);
  expect(out).toMatch(/^findings +\d+ +\d+$/m);
  expect(out).toMatch(/^findings a day +- +-$/m);
  expect(out).toMatch(/Both found \d+, only A \d+, only B \d+: /);
  expect(out).toMatch(/^SINCE +FOUND BY +MARKED +ENTITY +WHAT +OBSERVED$/m);
});

describe('in the running server', () => {
  const open = (): Backtests => openBacktests({ dataFolder: data, limits, settings: defaultSettings, nowMs: () => 5, known: () => [], rows: { slice: () => Promise.reject(new Error('nobody asks')), stats: () => Promise.reject(new Error('nobody asks')) } });
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
  });

  test('it can be cancelled, and then another one begins', async () => {
    const backtests = open();
    const { id } = backtests.start(asked());
    expect(backtests.cancel(id)).toMatchObject({ id, state: 'cancelled', result: null });
    expect(backtests.cancel('bt-none')).toBeNull();
    const failing = backtests.start(asked({ fromMs: 0, toMs: 1 }));
    expect(await ended(backtests, failing.id)).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^What is kept does not reach/) });
    await backtests.close();
  });
});
