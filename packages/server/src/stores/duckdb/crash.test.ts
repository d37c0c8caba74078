import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { t0Ms, traceId } from '../fixture/request.ts';
import { openStore } from '../store.ts';

const feeder = fileURLToPath(new URL('../fixture/feed-until-killed.ts', import.meta.url));

/** Starts the store in a process of its own, lets it commit a while, kills it with SIGKILL; what it said it had reached. */
function feedAndKill(folder: string, commits: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [feeder, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let [reached, lines] = [0, 0];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        reached = Math.max(reached, Number(line));
        if (++lines >= commits) child.kill('SIGKILL');
      }
    });
    child.on('error', reject).on('exit', (_, signal) => (signal === 'SIGKILL' ? resolve(reached) : reject(new Error('it ended by itself'))));
  });
}

test('after SIGKILL, every row up to reached() is there once and nothing beyond, also across partitions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-crash-'));
  const options = { folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 1 };
  let last = 0;
  for (let round = 1; round <= 4; round++) {
    const said = await feedAndKill(folder, round * 3);
    const store = await openStore(options);
    const reached = store.reached();
    expect(reached).toBeGreaterThanOrEqual(said);
    expect(reached).toBeGreaterThan(last);
    last = reached;
    const { spans, partitions } = await store.rows.query.stats({});
    // The child feeds three spans a record, whose trace id is the record's position, and a partition every ten records.
    expect(spans).toBe(reached * 3);
    // The next one may have been begun when the kill came, with no row in it yet.
    expect([Math.ceil(reached / 10), Math.floor(reached / 10) + 1]).toContain(partitions);
    const found = await store.rows.query.traces({ fromMs: t0Ms, toMs: t0Ms + 3_600_000_000, order: 'newest', limit: 10_000 });
    expect(found.map((each) => [each.traceId, each.spans]).sort()).toEqual(Array.from({ length: reached }, (_, i) => [traceId(i + 1), 3]).sort());
    await store.close();
  }
  rmSync(folder, { recursive: true });
}, 180_000);
