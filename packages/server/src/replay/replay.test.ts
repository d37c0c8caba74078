import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import { openShop, toRequests } from '@clew/shop';
import { runClew, spawnClew } from '../fixture/child-server.ts';
import { replay, toCanonicalJson } from './replay.ts';
import type { ReplayOptions } from './replay.ts';
import { openSource } from './source.ts';

const minuteMs = 60_000;
const stepMs = 5_000;
const limits = { requestBytesMax: 1e8, requestItemsMax: 1e6 };

let folder = '';
let input = '';
let whole = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-replay-'));
  input = join(folder, 'shop.jsonl');
  await writeFile(input, recordShop());
  whole = await told();
});
afterAll(() => rm(folder, { recursive: true }));

/** Ten minutes of the demo shop with a slow database, as the Collector's file exporter would have written it. */
function recordShop(): string {
  const startMs = Date.parse('2026-11-20T09:00:00Z');
  const shop = openShop({ seed: 3, startMs, requestsPerSecond: 1, faults: [{ name: 'slow-database', startMs: startMs + 7 * minuteMs, endMs: startMs + 10 * minuteMs }] });
  const lines: string[] = [];
  for (let untilMs = startMs + stepMs; untilMs <= startMs + 10 * minuteMs; untilMs += stepMs) {
    const { traces, metrics, logs } = toRequests(shop.step(untilMs));
    for (const request of [traces, metrics, logs]) if (request !== null) lines.push(JSON.stringify(request));
  }
  return `${lines.join('\n')}\n`;
}

async function told(options: Partial<ReplayOptions> = {}): Promise<string> {
  const { world: _, ...result } = await replay(await openSource(input, limits), { settings: defaultSettings, checkpointPath: null, checkpointRecords: 50, ...options });
  return toCanonicalJson(result);
}

describe('the same input', () => {
  test('gives the same bytes, with an incident in them', async () => {
    expect(JSON.parse(whole)).toMatchObject({ incidents: expect.arrayContaining([expect.objectContaining({ id: expect.stringMatching(/^inc-20261120-09/) })]) });
    expect(await told()).toBe(whole);
  });

  test('gives the same bytes when it was stopped at any record and went on from its checkpoint', async () => {
    const { records } = JSON.parse(whole) as { records: number };
    for (const stopAt of [1, Math.floor(records * 0.8)]) {
      const checkpointPath = join(folder, `stopped-${stopAt}`);
      const stop = (seen: number): void => { if (seen === stopAt) throw new Error('stopped'); };
      await expect(told({ checkpointPath, onRecord: stop })).rejects.toThrow('stopped');
      expect(await told({ checkpointPath })).toBe(whole);
    }
  });

  test('gives the same bytes when the process is killed by SIGKILL in the middle, over and over', { timeout: 120_000 }, async () => {
    const checkpointPath = join(folder, 'killed');
    const args = ['replay', input, '-o', 'json', '--checkpoint', checkpointPath, '--checkpoint-records', '60'];
    let last = '';
    for (let kills = 0; kills < 2; kills++) {
      const child = spawnClew(args);
      const gone = new Promise((resolve) => child.on('exit', resolve));
      // Killed as soon as it has got on: the checkpoint differs from the one before.
      while (child.exitCode === null && (!existsSync(checkpointPath) || (await readFile(checkpointPath)).toString('latin1') === last)) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill('SIGKILL');
      await gone;
      last = (await readFile(checkpointPath)).toString('latin1');
    }
    const { code, out, err } = await runClew(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(whole);
  });
});

test('a checkpoint of another input or other settings is refused', async () => {
  const checkpointPath = join(folder, 'other');
  await expect(told({ checkpointPath, onRecord: (seen) => { if (seen === 60) throw new Error('stopped'); } })).rejects.toThrow('stopped');
  const other = join(folder, 'other.jsonl');
  await writeFile(other, (await readFile(input, 'utf8')).split('\n').slice(5).join('\n'));
  await expect(replay(await openSource(other, limits), { settings: defaultSettings, checkpointPath, checkpointRecords: 50 })).rejects.toMatchObject({ code: 'bad_checkpoint' });
  await expect(told({ checkpointPath, settings: { ...defaultSettings, latenessMs: 1 } })).rejects.toMatchObject({ code: 'bad_checkpoint' });
});

test('clew replay tells people the incidents and how fast it was', async () => {
  const { code, out } = await runClew(['replay', input]);
  expect(code).toBe(0);
  expect(out).toMatch(/^ID +STATE +SEVERITY/);
  expect(out).toMatch(/times as fast as it happened\.\n$/);
});

test('toCanonicalJson orders members and keeps the order of lists', () => {
  expect(toCanonicalJson({ b: [2, { d: 1, c: 2 }], a: null })).toBe(toCanonicalJson({ a: null, b: [2, { c: 2, d: 1 }] }));
});
