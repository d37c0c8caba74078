import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Truth } from '@clew/simulator';
import { run } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function clew(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run(args, { out: (text) => { out += text; }, err: (text) => { err += text; }, isInteractive: false, environment: {}, folder });
  return { code, out, err };
}

test('what simulate writes is what replay reads, and the truth lies beside it', async () => {
  const made = await clew('simulate', '--out', 'story', '--services', '8', '--minutes', '2', '--rate', '60', '-o', 'json');
  expect(made.err).toBe('');
  expect(made.code).toBe(0);
  const told = JSON.parse(made.out) as { telemetry: string; requests: number };
  const replayed = await clew('replay', told.telemetry, '-o', 'json');
  expect(replayed.code).toBe(0);
  expect(JSON.parse(replayed.out)).toMatchObject({ records: told.requests });
  const truth = JSON.parse(readFileSync(join(folder, 'story/truth.json'), 'utf8')) as Truth;
  expect(truth.services).toHaveLength(8);
  expect(truth.endMs - truth.startMs).toBe(120_000);
});

test('faults that are asked for are in the truth', async () => {
  const made = await clew('simulate', '--out', 'broken', '--services', '8', '--rate', '80', '--faults', 'service_errors', '--warm-up', '1', '--touched', '5', '-o', 'json');
  expect(JSON.parse(made.out)).toMatchObject({ faults: [{ kind: 'service_errors' }], leftOut: [] });
});

test('a packed file holds the same', async () => {
  expect((await clew('simulate', '--out', 'packed', '--services', '5', '--minutes', '1', '--rate', '20', '--gzip')).code).toBe(0);
  expect(existsSync(join(folder, 'packed/telemetry.jsonl.gz'))).toBe(true);
  expect((await clew('replay', 'packed/telemetry.jsonl.gz')).code).toBe(1);
  expect((await clew('replay', join(folder, 'packed/telemetry.jsonl.gz'))).code).toBe(0);
});

test.each([
  [['simulate'], /--out/], [['simulate', '--out', 'x', '--services', '4'], /--services 4/], [['simulate', '--out', 'x', '--faults', 'gremlins'], /gremlins/],
  [['simulate', '--out', 'x', '--start', 'yesterday'], /--start yesterday/], [['simulate', '--out', 'x', '--twists', 'plot'], /--twists plot/],
])('%j is not understood, exit code 2', async (args, message) => {
  expect(await clew(...args)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});

test('a folder that cannot be written: exit code 1', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await clew('simulate', '--out', 'file/below', '--services', '5', '--minutes', '1', '--rate', '5')).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be written/) });
});
