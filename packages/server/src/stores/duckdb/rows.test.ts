import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordsOf } from '../fixture/request.ts';
import { testRows } from '../rows.contract.ts';
import type { RowsUnderTest } from '../rows.contract.ts';
import { openStore } from '../store.ts';
import type { StoreOptions } from '../store.ts';
import { storeLimits } from './limits.ts';
import type { StoreLimits } from './limits.ts';

async function openForRows(partitionMinutes: number, limits: Partial<StoreLimits> = {}, isMoved = true): Promise<RowsUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-rows-'));
  const options: StoreOptions = { folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes };
  const store = await openStore(options, { ...storeLimits, ...limits });
  let position = 0;
  return {
    rows: store.rows,
    async add(messages) {
      // Each request arrives a minute after the last, so that short partitions hold one each.
      for (const message of messages) await store.feed(recordsOf([message], { first: ++position, receivedMs: 1_700_000_000_000 + position * 60_000 }));
      if (isMoved) await store.flush();
      // What is shown comes after what was fed.
      else while ((await store.counters()).records_shown !== position) await sleep(5);
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

testRows('DuckDB, one partition', () => openForRows(100_000));
testRows('DuckDB, rows that are in no file yet', () => openForRows(100_000, { showMs: 1 }, false));
testRows('DuckDB, a partition a request', () => openForRows(1));
// Nothing is interned: every answer must be the same when all attributes are wide and all table rows are written again.
testRows('DuckDB, dictionary full', () => openForRows(100_000, { textsMax: 0 }), { completion: 'keys and values are completed from the dictionary' });
