import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import type { BacktestAsked, BacktestResult } from '../api/types.ts';
import { slowService } from '../fixture/slow-service.ts';
import { decode } from '../intake/decode.ts';
import { writeNotice } from '../intake/notice.ts';
import { openSegmentLog } from '../log/segment-log.ts';
import { openStore } from '../stores/store.ts';
import type { Store } from '../stores/store.ts';
import { backtest } from './backtest.ts';
import { openBacktests } from './backtests.ts';
import type { KnownFinding } from './marks.ts';
import { openRowsSource, readNotices, rowsRange } from './rows-source.ts';
import { openSource } from './source.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-20T09:00:00Z');
const limits = { requestBytesMax: 1e8, requestItemsMax: 1e6 };
const version = { detectors: null, falseAlarmsPerDay: 1, hearsVerdicts: false };
/** The same fault twice: before the range, and within it. */
const faults = [[10, 13], [30, 40]].map(([from, to]) => [startMs + from * minuteMs, startMs + to * minuteMs]);
const fromMs = startMs + 20 * minuteMs;
const endMs = startMs + 40 * minuteMs;
const asked = (rest: Partial<BacktestAsked> = {}): BacktestAsked => ({ fromMs, toMs: endMs, source: 'log', a: version, b: null, ...rest });

const service = () => slowService({ startMs, faultMs: 0, endMs, isSlow: (ms) => faults.some(([from, to]) => ms >= from && ms < to) });

let data = '';
let store: Store;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'clew-backtest-rows-'));
  const log = await openSegmentLog({ folder: join(data, 'log'), segmentBytes: 1e8, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => startMs });
  store = await openStore({ folder: join(data, 'rows'), memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 3_650, partitionMinutes: 10 });
  let position = 0;
  for (const { untilMs, text } of service()) {
    const body = Buffer.from(text);
    await log.append({ kind: 'traces', encoding: 'json', compression: 'identity', receivedMs: untilMs, body });
    await store.feed([{ position: ++position, receivedMs: untilMs, batch: decode('traces', 'json', body, limits) }]);
  }
  await store.flush();
  await log.close();
});
afterAll(async () => {
  await store.close();
  await rm(data, { recursive: true });
});

const overLog = async (rest: Partial<BacktestAsked> = {}, known: readonly KnownFinding[] = []): Promise<BacktestResult> => backtest(await openSource(data, limits), { settings: defaultSettings, asked: asked(rest), known });
async function overRows(rest: Partial<BacktestAsked> = {}): Promise<BacktestResult> {
  const notices = await readNotices(await openSource(data, limits));
  const { oldestMs } = await store.rows.query.stats({});
  return backtest(openRowsSource({ ask: store.rows.query.slice, limits, ...rowsRange(asked(rest), defaultSettings, oldestMs), notices }), { settings: defaultSettings, asked: asked({ source: 'rows', ...rest }), known: [] });
}

let kept: Promise<BacktestResult> | undefined;
const once = (): Promise<BacktestResult> => (kept ??= overRows());
const told = ({ incidents }: BacktestResult) => incidents.map(({ onsetMs, headline, blast, explanation }) => ({ onsetMs, entity: headline.entity, feature: headline.feature, affected: blast.affected, causes: explanation.causes.map(({ entity, kind }) => [entity, kind]) }));
const found = ({ rows }: BacktestResult) => [...new Set(rows.map(({ a }) => `${a?.series} ${a?.direction}`))].sort();

test('over stored rows the same incidents are told as over the log, and the same series found, at most a pane later', async () => {
  const [log, rows] = [await overLog(), await once()];
  expect(log.a.incidents).toBe(1);
  expect(told(rows)).toEqual(told(log));
  expect(found(rows)).toEqual(found(log));
  const detectedMs = (result: BacktestResult): number => Math.min(...result.rows.map(({ a }) => a?.detectedMs ?? Infinity));
  expect(detectedMs(rows) - detectedMs(log)).toBeLessThanOrEqual(defaultSettings.paneMs);
  expect(rows.covered).toMatchObject({ fromMs, isWhole: true });
});

test('rows reach further than the log, and a time without any is refused', async () => {
  await expect(overRows({ fromMs: startMs - 60 * minuteMs, toMs: startMs - 30 * minuteMs })).rejects.toMatchObject({ code: 'not_covered' });
});

test('in the running server the thread asks the store across, and says the same', async () => {
  const backtests = openBacktests({ dataFolder: data, limits, settings: defaultSettings, nowMs: () => 5, known: () => [], rows: store.rows.query });
  const { id } = backtests.start(asked({ source: 'rows' }));
  await expect.poll(() => backtests.list().find((each) => each.id === id)?.state, { timeout: 60_000 }).not.toBe('running');
  const { result, reason } = backtests.list()[0];
  expect(reason).toBe('');
  expect(result).toEqual(await once());
  await backtests.close();
});

/** The log as it would be had people said *noise* of these findings at that time. */
async function logWith(folder: string, ids: readonly string[], saidMs: number): Promise<void> {
  const log = await openSegmentLog({ folder: join(folder, 'log'), segmentBytes: 1e8, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => startMs });
  let isSaid = false;
  for (const { untilMs, text } of service()) {
    if (!isSaid && untilMs > saidMs) for (const finding of ids) await log.append({ ...writeNotice({ kind: 'finding_verdict', finding, verdict: 'noise', by: '', atMs: saidMs }), receivedMs: saidMs });
    isSaid ||= untilMs > saidMs;
    await log.append({ kind: 'traces', encoding: 'json', compression: 'identity', receivedMs: untilMs, body: Buffer.from(text) });
  }
  await log.close();
}

test('what people said before the range is heard on request, whether or not the version made the finding itself; what they said later never is', async () => {
  const first = await overLog({ fromMs: startMs, toMs: fromMs });
  const known = first.rows.flatMap(({ a }) => (a === null ? [] : [{ ...a, verdict: null }]));
  expect(known.length).toBeGreaterThan(2);
  const [earlier, later] = [await mkdtemp(join(tmpdir(), 'clew-said-')), await mkdtemp(join(tmpdir(), 'clew-said-'))];
  await logWith(earlier, known.map(({ id }) => id), startMs + 18 * minuteMs);
  await logWith(later, known.map(({ id }) => id), fromMs + minuteMs);
  const over = async (folder: string): Promise<BacktestResult> => backtest(await openSource(folder, limits), { settings: defaultSettings, asked: asked({ b: { ...version, hearsVerdicts: true } }), known });
  const [heard, leaked] = [await over(earlier), await over(later)];
  expect([heard.heard, leaked.heard]).toEqual([known.length, 0]);
  expect(heard.agreement?.leadMs ?? 0).toBeGreaterThan(0);
  expect(leaked.b).toEqual(leaked.a);
  expect(heard.a).toEqual(leaked.a);
  // Only series that the version does not make: what it was is told with the word.
  const alone = await backtest(await openSource(earlier, limits), { settings: defaultSettings, asked: asked({ fromMs: startMs + 19 * minuteMs, a: { ...version, detectors: ['level'], hearsVerdicts: true }, b: { ...version, detectors: ['level'] } }), known });
  expect(alone.agreement?.leadMs ?? 0).toBeLessThan(0);
  for (const folder of [earlier, later]) await rm(folder, { recursive: true });
});
