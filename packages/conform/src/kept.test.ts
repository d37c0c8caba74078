import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Server } from 'node:http';
import { startSmallReceiver } from './fixture/small-receiver.ts';
import { openKept } from './kept.ts';
import { runCases, timeUp } from './run.ts';
import { makeSelect } from './select.ts';
import { defaultTarget } from './target.ts';

let url = '';
let server: Server;
beforeAll(async () => { ({ url, server } = await startSmallReceiver(null)); });
afterAll(() => { server.closeAllConnections(); server.close(); });

test('a run that is cut off goes on where it was, and asks everything once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'deep', 'kept.jsonl');
  const asked: string[] = [];
  const run = (startsMax: number, of = 'now') => {
    const kept = openKept(path, of);
    let left = startsMax;
    return runCases({ ...defaultTarget, http: url }, { select: makeSelect('34,42'), parallel: 1, kept: kept.results, mayStart: () => left-- > 0, onResult: (result) => { asked.push(result.id); kept.add(result); } }).then((results) => ({ results, kept }));
  };
  const whole = await runCases({ ...defaultTarget, http: url }, { select: makeSelect('34,42') });
  const outcomes = (results: typeof whole): readonly string[] => results.map(({ id, outcome, reason }) => `${id} ${outcome} ${reason}`);
  const first = await run(5);
  expect(first.results.filter(({ reason }) => reason === timeUp)).toHaveLength(whole.length - 5);
  // As a process that is killed while it writes leaves it.
  appendFileSync(path, '{"id":"cut o');
  const second = await run(Infinity);
  expect(outcomes(second.results)).toEqual(outcomes(whole));
  expect(second.results.some(({ outcome }) => outcome === 'fail')).toBe(true);
  expect(asked.toSorted()).toEqual(whole.map(({ id }) => id).toSorted());
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(whole.length + 1);
  // Of other code nothing is taken over.
  expect(openKept(path, 'other').results.size).toBe(0);
  second.kept.finish();
  expect(existsSync(path)).toBe(false);
});
