import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClew } from './fixture/clew-server.ts';
import type { ClewServer } from './fixture/clew-server.ts';
import { sectionNames, sectionOf } from './items/table.ts';
import { makeClewReadBack } from './read-back/clew.ts';
import { describeResult } from './report/describe.ts';
import { runCases } from './run.ts';
import { defaultTarget } from './target.ts';
import type { Target } from './target.ts';

/** The suite against Clew as people run it: every MUST and SHOULD holds, and the policies are ours. Small limits, so that they are met. */
const limitBytes = 1024 * 1024;
const patienceMs = 3_000;
let server: ClewServer;
let target: Target;

beforeAll(async () => {
  server = await startClew(['--request-bytes-max', `${limitBytes}`, '--headers-timeout-ms', `${patienceMs}`, '--body-timeout-ms', `${patienceMs}`]);
  target = { ...defaultTarget, timeoutMs: 30_000, http: server.http, grpc: server.grpc, sharedPort: server.http, limitBytes, patienceMs, readBack: makeClewReadBack(server.console, {}) };
});
afterAll(() => server.stop());

test.each(sectionNames.filter((name) => name !== 'senders'))('%s', { timeout: 240_000 }, async (section) => {
  const results = await runCases(target, { select: (each) => sectionOf(each.item) === section });
  expect(results.filter(({ outcome }) => outcome === 'fail' || outcome === 'differs').map(describeResult)).toEqual([]);
  // What it cannot be asked has these reasons and no other: a door that closes is noticed.
  const reasons = new Set(results.filter(({ outcome }) => outcome === 'skipped').map(({ reason }) => reason.split(':', 1)[0]));
  expect([...reasons].filter((reason) => !['heavy or long', 'no credentials are in use', 'no allowed origin is known', 'the addresses are not TLS', 'no other paths are configured'].includes(reason))).toEqual([]);
});
