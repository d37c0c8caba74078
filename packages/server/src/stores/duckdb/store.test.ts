import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { keyValues, log, logsOf, metricsOf, ns, recordsOf, resource, span, spanId, t0Ms, traceId, tracesOf } from '../fixture/request.ts';
import { openStore } from '../store.ts';
import type { Store, StoreOptions } from '../store.ts';
import { storeLimits } from './limits.ts';
import type { StoreLimits } from './limits.ts';

const folders: string[] = [];
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true }); });

function optionsFor(more: Partial<StoreOptions> = {}): StoreOptions {
  const folder = mkdtempSync(join(tmpdir(), 'clew-store-'));
  folders.push(folder);
  return { folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 60, ...more };
}

/** Opens, works, closes. */
async function within<T>(options: StoreOptions, work: (store: Store) => Promise<T>, limits: Partial<StoreLimits> = {}): Promise<T> {
  const store = await openStore(options, { ...storeLimits, ...limits });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const spansOf = async (store: Store): Promise<number> => (await store.rows.query.stats({})).spans;
const oneSpan = () => tracesOf('a', [span()]);

describe('a view of the log', () => {
  test('takes each record once, and reaches what it has flushed, ticks too', async () => {
    const options = optionsFor();
    await within(options, async (store) => {
      expect(store.reached()).toBe(0);
      await store.feed(recordsOf([oneSpan(), oneSpan(), null]));
      await store.feed(recordsOf([oneSpan(), oneSpan(), null, oneSpan()]));
      await store.flush();
      expect([store.reached(), await spansOf(store)]).toEqual([4, 3]);
      await expect(store.feed(recordsOf([oneSpan()], { first: 9 })).then(() => store.flush())).rejects.toThrow(/BUG: the store was fed position 9 after 4/);
    });
    await within(options, async (store) => {
      expect([store.reached(), await spansOf(store)]).toEqual([4, 3]);
      await store.feed(recordsOf([oneSpan(), oneSpan()], { first: 4 }));
      await store.flush();
      expect([store.reached(), await spansOf(store)]).toEqual([5, 4]);
    });
  });

  test('commits by itself at the named number of rows, and after the named time', async () => {
    await within(optionsFor(), async (store) => {
      await store.feed(recordsOf([tracesOf('a', Array.from({ length: 100 }, () => span()))]));
      await expect.poll(() => store.reached()).toBe(1);
    }, { rowsPerCommit: 100, commitMs: 1e9 });
    await within(optionsFor(), async (store) => {
      await store.feed(recordsOf([oneSpan()]));
      await expect.poll(() => store.reached()).toBe(1);
    }, { commitMs: 10 });
  });

  test('rows and positions of several partitions are there after closing and opening', async () => {
    const options = optionsFor({ partitionMinutes: 1 });
    const all = Array.from({ length: 5 }, (_, i) => span({ traceId: traceId(500_000 + i) }));
    await within(options, async (store) => {
      for (const [i, each] of all.entries()) await store.feed(recordsOf([tracesOf('a', [each])], { first: i + 1, receivedMs: t0Ms + i * 60_000 }));
    });
    await within(options, async (store) => {
      const stats = await store.rows.query.stats({});
      expect([stats.partitions, stats.spans, stats.position, stats.oldestMs]).toEqual([5, 5, 5, t0Ms]);
      for (const each of all) expect(await store.rows.query.trace({ traceId: each.traceId!, limit: 2 })).toHaveLength(1);
    });
  });

  test('a clock that jumps back stays in the partition', async () => {
    await within(optionsFor({ partitionMinutes: 1 }), async (store) => {
      for (const [i, minute] of [10, 0, 10, 11].entries()) await store.feed(recordsOf([oneSpan()], { first: i + 1, receivedMs: t0Ms + minute * 60_000 }));
      await store.flush();
      expect((await store.rows.query.stats({})).partitions).toBe(2);
    });
  });

  test('budgets have a least size, and a folder that cannot be made is named', async () => {
    const options = optionsFor();
    await within(options, async () => {
      await expect(openStore({ ...options, memoryBytes: 1 })).rejects.toMatchObject({ code: 'bad_setting' });
      await expect(openStore({ ...options, diskBytesMax: 1 })).rejects.toMatchObject({ code: 'bad_setting' });
    });
    writeFileSync(join(options.folder, 'a-file'), '');
    await expect(openStore(optionsFor({ folder: join(options.folder, 'a-file', 'rows') }))).rejects.toMatchObject({ code: 'folder_not_writable' });
  });

  test('queries run while rows are fed', async () => {
    await within(optionsFor(), async (store) => {
      const asked: Promise<unknown>[] = [];
      for (let i = 1; i <= 20; i++) {
        await store.feed(recordsOf([tracesOf('a', Array.from({ length: 500 }, () => span()))], { first: i }));
        asked.push(store.rows.query.traces({ fromMs: t0Ms - 1, toMs: t0Ms + 1000, order: 'newest', limit: 5 }));
      }
      await Promise.all(asked);
      await store.flush();
      expect(await spansOf(store)).toBe(10_000);
    }, { rowsPerCommit: 2000 });
  });
});

describe('retention', () => {
  const files = (folder: string): string[] => readdirSync(folder).filter((file) => file.endsWith('.duckdb'));
  const bytesUnder = (folder: string): number => readdirSync(folder).reduce((sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0), 0);

  test('by age: whole files, oldest first, by the clock of arrival', async () => {
    const options = optionsFor({ retentionDays: 1, partitionMinutes: 24 * 60 });
    await within(options, async (store) => {
      for (let day = 0; day < 4; day++) await store.feed(recordsOf([tracesOf('a', [span({ traceId: traceId(600_000 + day) })])], { first: day + 1, receivedMs: t0Ms + day * 86_400_000 }));
      await store.flush();
      expect(files(options.folder)).toEqual(['rows-000003.duckdb', 'rows-000004.duckdb']);
      expect(await store.rows.query.trace({ traceId: traceId(600_000), limit: 1 })).toEqual([]);
      expect(await store.rows.query.trace({ traceId: traceId(600_003), limit: 1 })).toHaveLength(1);
      expect((await store.rows.query.stats({})).position).toBe(4);
      // Nothing new arrives, only time goes by: the newest file stays, and with it the position.
      await store.feed(recordsOf([null], { first: 5, receivedMs: t0Ms + 400 * 86_400_000 }));
      await store.flush();
      expect([files(options.folder), store.reached()]).toEqual([['rows-000004.duckdb'], 5]);
    });
    await within(options, async (store) => expect(store.reached()).toBe(5));
  });

  test('by size: the budget is kept at every moment, the newest rows stay', async () => {
    const options = optionsFor({ diskBytesMax: storeLimits.diskBytesMin });
    let [most, position] = [0, 0];
    await within(options, async (store) => {
      const watch = setInterval(() => { most = Math.max(most, bytesUnder(options.folder)); }, 5);
      for (let i = 0; i < 60; i++) {
        // Bodies that do not compress well: each request is about 2 MB of rows.
        const logs = Array.from({ length: 50 }, () => log(randomBytes(30_000).toString('base64')));
        await store.feed(recordsOf([logsOf('a', [...logs, log(`marker ${i}`)])], { first: ++position }));
      }
      await store.flush();
      clearInterval(watch);
      const counters = await store.counters();
      expect(counters.partitions_given_up_for_space).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(options.diskBytesMax);
      const found = await store.rows.query.logs({ fromMs: 0, toMs: t0Ms * 2, text: 'marker 59', limit: 1 });
      expect(found.map((each) => each.body)).toEqual(['marker 59']);
      expect((await store.rows.query.stats({})).bytes).toBeGreaterThan(options.diskBytesMax / 8);
    });
  });
});

describe('data that nobody should send', () => {
  test('times far off, ids of zero, empty keys, negative durations: kept, and the rest stays searchable', async () => {
    await within(optionsFor(), async (store) => {
      await store.feed(recordsOf([
        tracesOf('a', [span({ startTimeUnixNano: 0n, endTimeUnixNano: 0n }), span({ startTimeUnixNano: 2n ** 64n - 1n, endTimeUnixNano: 1n }), span({ traceId: traceId(700_001), attributes: keyValues({ '': '' }) })]),
        metricsOf('a', [{ name: 'm', gauge: { dataPoints: [{ timeUnixNano: 2n ** 64n - 1n, asDouble: 'NaN' }, { timeUnixNano: 1n, asDouble: '-Infinity' }, { timeUnixNano: ns(t0Ms), asDouble: 1 }] } }]),
        logsOf('a', [{ body: { stringValue: 'no time at all' } }, {}]),
      ]));
      await store.flush();
      const range = { fromMs: t0Ms - 1000, toMs: t0Ms + 1000 };
      expect((await store.rows.query.traces({ ...range, attributes: [{ key: '', value: '' }], order: 'slowest', limit: 10 })).map((each) => each.traceId)).toEqual([traceId(700_001)]);
      expect((await store.rows.query.metric({ ...range, name: 'm', stepMs: 2000, read: 'value', limit: 9 })).map((each) => each.values)).toEqual([[1]]);
      expect((await store.rows.query.metric({ name: 'm', fromMs: 0, toMs: 10, stepMs: 10, read: 'rate', limit: 9 })).map((each) => each.values)).toEqual([[null]]);
      // Without a time of its own a record is found at its arrival.
      expect((await store.rows.query.logs({ ...range, limit: 9 })).map((each) => [each.body, each.timeNs])).toEqual([[null, '0'], ['no time at all', '0']]);
      // The very last nanosecond is in no range: ends are exclusive.
      expect((await store.rows.query.traces({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, order: 'newest', limit: 10 })).length).toBe(2);
    });
  });

  test('10,000 attribute keys, and 5,000 values of one key: memory is bounded, every value is found', async () => {
    await within(optionsFor(), async (store) => {
      const many = Array.from({ length: 100 }, (_, i) => span({ traceId: traceId(800_000 + i), attributes: keyValues(Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`key-${i * 100 + k}`, k]))) }));
      const values = Array.from({ length: 5000 }, (_, i) => span({ traceId: traceId(810_000 + i), attributes: keyValues({ user: `u${i}` }) }));
      await store.feed(recordsOf([tracesOf('a', many), tracesOf('b', values)]));
      await store.flush();
      const find = async (key: string, value: string) => (await store.rows.query.traces({ fromMs: t0Ms - 1, toMs: t0Ms + 1, attributes: [{ key, value }], order: 'newest', limit: 5 })).map((each) => each.traceId);
      expect([await find('key-0', '0'), await find('key-9999', '99'), await find('user', 'u0'), await find('user', 'u4999')]).toEqual([[traceId(800_000)], [traceId(800_099)], [traceId(810_000)], [traceId(814_999)]]);
      const [last] = await store.rows.query.trace({ traceId: traceId(800_099), limit: 1 });
      expect(Object.keys(last.attributes)).toHaveLength(100);
      expect((await store.counters()).attributes_wide).toBeGreaterThan(10_000 - 1000 - 1);
    }, { keysMax: 1000, valuesPerKeyMax: 2000, textsMax: 3000 });
  });

  test('100,000 rows in one request, more resources than are remembered', async () => {
    await within(optionsFor(), async (store) => {
      await store.feed(recordsOf([{
        resourceSpans: Array.from({ length: 2000 }, (_, i) => ({ resource: resource(`service-${i}`), scopeSpans: [{ spans: Array.from({ length: 50 }, () => span({ atMs: t0Ms + i })) }] })),
      }]));
      await store.flush();
      expect(await spansOf(store)).toBe(100_000);
      expect((await store.rows.query.red({ service: 'service:service-1999', fromMs: t0Ms, toMs: t0Ms + 10_000, stepMs: 10_000 })).count).toEqual([50]);
      expect((await store.counters()).resources_again).toBeGreaterThan(1000);
    }, { seriesMax: 100 });
  });
});

describe('points', () => {
  test('everything that was sent of a data point is read back', async () => {
    await within(optionsFor(), async (store) => {
      const exemplar = { timeUnixNano: 5n, asInt: 2n ** 60n, traceId: traceId(1), spanId: spanId(1), filteredAttributes: keyValues({ f: 'x' }) };
      const common = { timeUnixNano: 20n, startTimeUnixNano: 10n, attributes: keyValues({ a: 1 }), flags: 0 };
      await store.feed(recordsOf([metricsOf('p', [
        { name: 'sum', unit: 'By', description: 'd', metadata: keyValues({ meta: 'yes' }), sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...common, asInt: 2n ** 62n + 1n, exemplars: [exemplar] }] } },
        { name: 'histogram', histogram: { aggregationTemporality: 2, dataPoints: [{ ...common, count: 6, sum: 1.5, min: 0.5, max: 9, bucketCounts: [1, 2, 3], explicitBounds: [1, 2], exemplars: [{ ...exemplar, asInt: null, asDouble: 0.5 }] }] } },
        { name: 'exponential', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ ...common, count: 7, sum: 2, scale: 3, zeroCount: 1, zeroThreshold: 0.001, positive: { offset: -2, bucketCounts: [1, 2] }, negative: { offset: 4, bucketCounts: [3] } }] } },
        { name: 'summary', summary: { dataPoints: [{ ...common, count: 3, sum: 4, quantileValues: [{ quantile: 0.9, value: 8 }] }] } },
        { name: 'gauge', gauge: { dataPoints: [{ ...common, flags: 1 }] } },
      ])]));
      await store.flush();
      const read = async (name: string) => (await store.rows.query.points({ name, fromMs: 0, toMs: 1, limit: 5 }))[0];
      const place = { service: 'service:p', resource: { attributes: { 'service.name': 'p' }, schemaUrl: '', droppedAttributes: 0, entityRefs: [] }, scope: { name: 'test', version: '1', attributes: {}, schemaUrl: '', droppedAttributes: 0 }, attributes: { a: 1 }, startNs: '10', timeNs: '20', flags: 0, noRecordedValue: false };
      const none = { metadata: {}, unit: '', description: '', monotonic: false, value: null, count: 0, sum: null, min: null, max: null, bounds: [], buckets: [], exponential: null, quantiles: [], exemplars: [] };
      const given = { timeNs: '5', value: String(2n ** 60n), traceId: traceId(1), spanId: spanId(1), attributes: { f: 'x' } };
      expect(await read('sum')).toEqual({ ...none, ...place, name: 'sum', unit: 'By', description: 'd', metadata: { meta: 'yes' }, type: 'sum', temporality: 'delta', monotonic: true, value: String(2n ** 62n + 1n), exemplars: [given] });
      expect(await read('histogram')).toEqual({ ...none, ...place, name: 'histogram', type: 'histogram', temporality: 'cumulative', count: 6, sum: 1.5, min: 0.5, max: 9, bounds: [1, 2], buckets: [1, 2, 3], exemplars: [{ ...given, value: 0.5 }] });
      expect(await read('exponential')).toEqual({ ...none, ...place, name: 'exponential', type: 'exponentialHistogram', temporality: 'cumulative', count: 7, sum: 2, exponential: { scale: 3, zeroCount: 1, zeroThreshold: 0.001, positive: { offset: -2, counts: [1, 2] }, negative: { offset: 4, counts: [3] } } });
      expect(await read('summary')).toEqual({ ...none, ...place, name: 'summary', type: 'summary', temporality: '', count: 3, sum: 4, quantiles: [{ quantile: 0.9, value: 8 }] });
      expect(await read('gauge')).toMatchObject({ type: 'gauge', flags: 1 });
    });
  });
});
