/** The server's clock goes where it wants; what was acknowledged is there, in the order in which it arrived. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { post } from '../intake/fixture/receivers.ts';
import { readLogFolder } from '../log/segment-log.ts';
import { openServer } from '../serve.ts';
import { openAudit } from './fixture/audit.ts';
import { makeLedger, signals, toBody } from './fixture/ledger.ts';
import type { Ledger, Sent } from './fixture/ledger.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const baseMs = Date.UTC(2026, 10, 22, 12);

async function open(nowMs: () => number) {
  const folder = await mkdtemp(join(tmpdir(), 'clew-clock-'));
  const said: string[] = [];
  const flags = { data: folder, grpcPort: '0', httpPort: '0', consolePort: '0', storeCommitMs: '100' };
  const config = readConfig({ flags: {}, environment: Object.fromEntries(Object.entries(flags).map(([name, value]) => [`CLEW_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`, value])), folder });
  const running = await openServer(config, { nowMs, report: (line) => said.push(line) });
  onTestFinished(async () => { await running.stop(); await rm(folder, { recursive: true, force: true }); });
  const port = Number(new URL(running.http).port);
  const self = async (): Promise<Record<string, number>> => (await (await fetch(`${running.console}/api/v1/self`)).json()) as Record<string, number>;
  const post1 = async (sent: Sent): Promise<number> => (await post(port, `/v1/${sent.signal}`, { headers: { 'content-type': 'application/x-protobuf' }, body: toBody(sent, 'protobuf') })).status;
  return {
    folder, said, self, running, port, post1,
    async send(ledger: Ledger, requests: number): Promise<Sent[]> {
      const all: Sent[] = [];
      for (let i = 0; i < requests; i++) {
        const sent = ledger.begin(signals[i % signals.length]);
        expect(await post1(sent)).toBe(200);
        ledger.acknowledge(sent);
        all.push(sent);
      }
      return all;
    },
  };
}

const jumps = [
  ['back by an hour', [0, -hourMs, -hourMs + 1_000]],
  ['forward by a day and back', [0, 24 * hourMs, 1_000]],
  ['forward by a day, for good', [0, 24 * hourMs, 24 * hourMs + 1_000]],
  ['back to 1970', [0, -baseMs, 1_000]],
  ['a leap second smeared: it stands still and creeps', [0, 0, 1, 1, 2]],
  ['not a whole number', [0, 0.5, 1_000.25]],
] as const;

test.each(jumps)('%s: all that was acknowledged is in log and rows once, times of arrival never fall, a retry is known again', { timeout: 180_000 }, async (_, offsets) => {
  let nowMs: number = baseMs;
  const server = await open(() => nowMs);
  const ledger = makeLedger(baseMs - minuteMs);
  const sent: Sent[] = [];
  for (const offset of offsets) {
    nowMs = baseMs + offset;
    sent.push(...await server.send(ledger, 6));
  }
  // What was taken just before the jump is sent again, as after an answer that was lost.
  expect(await server.post1(sent[sent.length - 7])).toBe(200);
  const { traces, metrics, logs } = ledger.acknowledged;
  await expect.poll(async () => {
    const { store_spans, store_points, store_logs, store_lag_records, engine_lag_records, store_failed, engine_failed } = await server.self();
    return { store_spans, store_points, store_logs, store_lag_records, engine_lag_records, store_failed, engine_failed };
  }, { timeout: 60_000, interval: 300 }).toEqual({ store_spans: traces, store_points: metrics, store_logs: logs, store_lag_records: 0, engine_lag_records: 0, store_failed: 0, engine_failed: 0 });
  await server.running.stop();
  const audit = openAudit(server.folder, ledger);
  expect([...await audit.log(), ...await audit.rows(), ...server.said]).toEqual([]);
  let before = 0;
  for await (const { receivedMs } of (await readLogFolder(join(server.folder, 'log'))).read(1)) {
    expect(receivedMs).toBeGreaterThanOrEqual(before);
    before = receivedMs;
  }
});

test('telemetry whose clocks are wrong: years off, in the future, at zero: kept, and the engine neither stops nor runs ahead', { timeout: 180_000 }, async () => {
  let nowMs = baseMs;
  const server = await open(() => nowMs);
  const wrong = [makeLedger(0), makeLedger(baseMs + 365 * 24 * hourMs), makeLedger(baseMs - 365 * 24 * hourMs), makeLedger(2 ** 43)];
  for (const ledger of wrong) {
    await server.send(ledger, 6);
    nowMs += 1_000;
  }
  const right = makeLedger(baseMs);
  await server.send(right, 6);
  const items = 20 * 2 * (wrong.length + 1);
  await expect.poll(async () => {
    const { store_spans, store_points, store_logs, engine_lag_records, engine_failed } = await server.self();
    return { store_spans, store_points, store_logs, engine_lag_records, engine_failed };
  }, { timeout: 60_000, interval: 300 }).toEqual({ store_spans: items, store_points: items, store_logs: items, engine_lag_records: 0, engine_failed: 0 });
  // The future of one sender is not everybody's: its clock is held to arrival, give or take the skew that is allowed.
  const { atMs } = (await (await fetch(`${server.running.console}/api/v1/now`)).json()) as { atMs: number };
  expect(atMs).toBeLessThanOrEqual(nowMs + minuteMs);
});
