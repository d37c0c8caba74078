import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';

async function path(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-checkpoint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'checkpoint');
}

test('a state comes back as it was, and the last one written counts', async () => {
  const file = await path();
  const state = { map: new Map([['a', new Float64Array([1, 2])]]), list: [1n, null, 'x'] };
  await writeCheckpoint(file, 'first');
  await writeCheckpoint(file, state);
  expect(await readCheckpoint(file)).toEqual({ value: state });
});

test('a state that goes on changing is written as it was, and an array that many parts share stays shared', async () => {
  const file = await path();
  const cells = new Uint16Array([1, 2, 3]);
  const state = { count: 1, parts: [{ cells, at: 0 }, { cells, at: 2 }] };
  const written = writeCheckpoint(file, state);
  state.count = 2;
  cells[0] = 9;
  await written;
  const read = await readCheckpoint(file) as { readonly value: typeof state };
  expect(read.value).toEqual({ count: 1, parts: [{ cells: new Uint16Array([1, 2, 3]), at: 0 }, { cells: new Uint16Array([1, 2, 3]), at: 2 }] });
  expect(read.value.parts[0].cells).toBe(read.value.parts[1].cells);
});

test('none is null; a damaged one is told as such', async () => {
  const file = await path();
  expect(await readCheckpoint(file)).toBeNull();
  await writeCheckpoint(file, { some: 'state' });
  const bytes = await readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(file, bytes);
  expect(await readCheckpoint(file)).toBe('damaged');
  await writeFile(file, 'short');
  expect(await readCheckpoint(file)).toBe('damaged');
});
