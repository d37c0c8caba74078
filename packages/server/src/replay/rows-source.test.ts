import { expect, test } from 'vitest';
import { writeRequest } from '@clew/otlp';
import { openRowsSource } from './rows-source.ts';
import type { AskSlice } from './rows-source.ts';
import type { ReplayRecord } from './source.ts';

const paneMs = 10_000;
const limits = { requestBytesMax: 1e8, requestItemsMax: 1e6 };
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A store of spans that end at these times, which gives at most so many rows at a time. */
function storeOf(endsMs: readonly number[], mostRows: number): { readonly ask: AskSlice } {
  const ask: AskSlice = async ({ signal, fromMs, toMs, stepMs }) => {
    const own = signal === 'traces' ? endsMs.filter((ms) => ms >= fromMs && ms < toMs).slice(0, mostRows) : [];
    const steps = Map.groupBy(own, (ms) => Math.floor((ms - fromMs) / stepMs));
    return {
      rows: own.length, isWhole: own.length < mostRows,
      requests: [...steps].map(([step, ends]) => ({
        fromMs: fromMs + step * stepMs,
        request: writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: ends.map((ms) => ({ traceId: hex(ms, 32), spanId: hex(ms, 16), name: 'x', startTimeUnixNano: `${ms - 1}000000`, endTimeUnixNano: `${ms}000000` })) }] }] }),
      })),
    };
  };
  return { ask };
}

async function readAll(endsMs: readonly number[], { mostRows = 1e6, fromMs = 0, toMs = 100 * paneMs, notices = [] as readonly ReplayRecord[] } = {}): Promise<ReplayRecord[]> {
  const records: ReplayRecord[] = [];
  for await (const record of openRowsSource({ ask: storeOf(endsMs, mostRows).ask, limits, paneMs, fromMs, toMs, notices }).read(0, 0)) records.push(record);
  return records;
}
const endsOf = (records: readonly ReplayRecord[]): number[] => records.flatMap(({ batch }) => (batch?.signal === 'traces' ? [...batch.endNs].map((ns) => Number(ns / 1_000_000n)) : []));

test('every row comes once, pane by pane, received when its pane is over, however little the store gives at a time', async () => {
  const ends = Array.from({ length: 400 }, (_, i) => 5 * paneMs + i * 777).concat(Array.from({ length: 60 }, (_, i) => 70 * paneMs + 100 + i));
  for (const mostRows of [1e6, 50, 9]) {
    const records = await readAll(ends, { mostRows });
    expect(endsOf(records).toSorted((a, b) => a - b)).toEqual(ends);
    expect(records.map(({ position }) => position)).toEqual(records.map((_, i) => i + 1));
    for (const { batch, receivedMs } of records) if (batch?.signal === 'traces') for (const ns of batch.endNs) expect(Math.floor(Number(ns / 1_000_000n) / paneMs) * paneMs + paneMs).toBe(receivedMs);
  }
});

test('where nothing is stored time goes on, and notices come in their place', async () => {
  const notice = (receivedMs: number): ReplayRecord => ({ position: 1, receivedMs, batch: null, notice: { kind: 'maintenance_end', id: String(receivedMs), by: '', atMs: receivedMs } });
  const records = await readAll([15_000, 35_000], { toMs: 5 * paneMs, notices: [notice(1), notice(21_000), notice(1e9)] });
  expect(records.map(({ receivedMs, batch, notice: told }) => [receivedMs, told === undefined ? batch?.signal ?? 'tick' : told.kind])).toEqual([
    [1, 'maintenance_end'], [10_000, 'tick'], [20_000, 'traces'], [21_000, 'maintenance_end'], [30_000, 'tick'], [40_000, 'traces'], [50_000, 'tick'], [1e9, 'maintenance_end'],
  ]);
});
