import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runOverload } from './fixture/overload.ts';

/** About three times what was seen: bounded is what matters. */
const rssBytesMax = 1_500e6;

test('20 s of ten times what the server can take: memory is bounded, refusals say when to retry, a quiet source gets through, all that was acknowledged is stored', { timeout: 900_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-overload-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { complaints, eager, polite } = await runOverload({ seconds: 20, folder, rssBytesMax });
  expect(complaints).toEqual([]);
  // It was an overload, and still as much was taken as could be.
  expect(eager[503]).toBeGreaterThan(0);
  expect(eager[200]).toBeGreaterThan(0);
  expect(polite.sent).toBeGreaterThan(0);
  // Whoever sends little is never asked to come again.
  expect(polite.tries).toBe(polite.sent);
});
