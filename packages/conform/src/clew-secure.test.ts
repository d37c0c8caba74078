import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAuthority } from '../../server/src/door/fixture/authority.ts';
import { startClew } from './fixture/clew-server.ts';
import type { ClewServer } from './fixture/clew-server.ts';
import { sectionOf } from './items/table.ts';
import { describeResult } from './report/describe.ts';
import { runCases } from './run.ts';
import { defaultTarget } from './target.ts';
import type { Target } from './target.ts';

/** The same with everything that a fortress has: TLS with client certificates, a token, an allowed origin, paths of its own. */
const folder = mkdtempSync(join(tmpdir(), 'clew-conform-tls-'));
const paths = { traces: '/custom/traces', metrics: '/custom/metrics', logs: '/custom/logs', profiles: '/custom/profiles' };
let server: ClewServer;
let target: Target;

beforeAll(async () => {
  const authority = await makeAuthority(folder, 'authority');
  const [own, client] = [await authority.issue('server'), await authority.issue('client')];
  server = await startClew([
    '--tls-cert', own.cert, '--tls-key', own.key, '--tls-client-ca', authority.cert, '--cors-origins', 'https://shop.example, https://*.example.com',
    ...Object.entries(paths).flatMap(([signal, path]) => [`--${signal}-path`, path]),
  ], { CLEW_TOKEN: 'conform-token-of-some-length' });
  target = {
    ...defaultTarget, timeoutMs: 30_000, http: server.http, grpc: server.grpc, sharedPort: server.http, paths, corsOrigin: 'https://a.example.com', headers: { authorization: 'Bearer conform-token-of-some-length' },
    security: { ca: readFileSync(authority.cert), cert: readFileSync(client.cert), key: readFileSync(client.key) },
  };
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test.each(['transport', 'content-type', 'security', 'errors'])('%s', { timeout: 240_000 }, async (section) => {
  const results = await runCases(target, { select: (each) => sectionOf(each.item) === section });
  expect(results.filter(({ outcome }) => outcome === 'fail' || outcome === 'differs').map(describeResult)).toEqual([]);
  const reasons = new Set(results.filter(({ outcome }) => outcome === 'skipped').map(({ reason }) => reason.split(':', 1)[0]));
  expect([...reasons].filter((reason) => !['heavy or long', 'nothing to read back from', 'bare bytes are sent to plain HTTP only', 'takes 75000 ms', 'a body over 67108864 bytes is heavy'].includes(reason))).toEqual([]);
});
