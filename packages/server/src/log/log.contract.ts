import { afterEach, describe, expect, test } from 'vitest';
import type { Log, LogRecord, Position } from '@clew/engine';

/** What every Log keeps to. `open` opens the same log again when it is called a second time within one test. */
export interface LogUnderTest {
  open(): Promise<Log>;
  /** Ends the process as a crash would: nothing is closed. */
  crash(): Promise<void>;
  clean(): Promise<void>;
}

export const record = (text: string, receivedMs = 1_000): Omit<LogRecord, 'position'> =>
  ({ kind: 'traces', encoding: 'protobuf', compression: 'identity', receivedMs, body: Buffer.from(text) });

export async function textsOf(log: Log, from: Position): Promise<string[]> {
  const texts: string[] = [];
  for await (const { position, body } of log.read(from)) texts.push(`${position}:${Buffer.from(body).toString()}`);
  return texts;
}

export function logContract(name: string, make: () => LogUnderTest): void {
  describe(`Log: ${name}`, () => {
    let under: LogUnderTest | null = null;
    const start = (): LogUnderTest => (under = make());
    afterEach(async () => { await under?.clean(); under = null; });

    test('an empty log has no bounds and nothing to read', async () => {
      const log = await start().open();
      expect(log.bounds()).toEqual({ first: 1, last: 0 });
      expect(await textsOf(log, 1)).toEqual([]);
    });

    test('append gives positions from 1 without gaps, and read gives back every field', async () => {
      const log = await start().open();
      expect(await log.append({ kind: 'metrics', encoding: 'json', compression: 'gzip', receivedMs: 5, body: Buffer.from([0, 255, 1]) })).toBe(1);
      expect(await log.append({ kind: 'tick', encoding: 'protobuf', compression: 'identity', receivedMs: 6, body: new Uint8Array(0) })).toBe(2);
      const records: LogRecord[] = [];
      for await (const each of log.read(1)) records.push({ ...each, body: new Uint8Array(each.body) });
      expect(records).toEqual([
        { position: 1, kind: 'metrics', encoding: 'json', compression: 'gzip', receivedMs: 5, body: new Uint8Array([0, 255, 1]) },
        { position: 2, kind: 'tick', encoding: 'protobuf', compression: 'identity', receivedMs: 6, body: new Uint8Array(0) },
      ]);
      expect(log.bounds()).toEqual({ first: 1, last: 2 });
    });

    test('concurrent appends keep the order of the calls and are all there', async () => {
      const log = await start().open();
      const positions = await Promise.all(Array.from({ length: 2_000 }, (_, index) => log.append(record(`r${index}`))));
      expect(positions).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
      expect(await textsOf(log, 1)).toEqual(positions.map((position, index) => `${position}:r${index}`));
    });

    test('read begins at from, inclusive, and ends at what was durable when it was called', async () => {
      const log = await start().open();
      for (const text of ['a', 'b', 'c']) await log.append(record(text));
      const reading = log.read(2);
      await log.append(record('d'));
      const seen: string[] = [];
      for await (const { body } of reading) seen.push(Buffer.from(body).toString());
      expect(seen).toEqual(['b', 'c']);
      expect(await textsOf(log, 4)).toEqual(['4:d']);
      expect(await textsOf(log, 5)).toEqual([]);
    });

    test('reopening gives the same records and goes on counting', async () => {
      const { open } = start();
      const log = await open();
      for (const text of ['a', 'b']) await log.append(record(text));
      await log.close();
      const again = await open();
      expect(again.bounds()).toEqual({ first: 1, last: 2 });
      expect(await again.append(record('c'))).toBe(3);
      expect(await textsOf(again, 1)).toEqual(['1:a', '2:b', '3:c']);
    });

    test('what was acknowledged survives a crash', async () => {
      const { open, crash } = start();
      const log = await open();
      await Promise.all(['a', 'b', 'c'].map((text) => log.append(record(text))));
      await crash();
      expect(await textsOf(await open(), 1)).toEqual(['1:a', '2:b', '3:c']);
    });

    test('trim gives up the beginning and refuses to read from there', async () => {
      const { open } = start();
      const log = await open();
      for (let index = 1; index <= 40; index++) await log.append(record(`${index}`.padEnd(100)));
      await log.trim(30);
      const { first, last } = log.bounds();
      expect(first).toBeGreaterThan(1);
      expect(first).toBeLessThanOrEqual(30);
      expect(last).toBe(40);
      expect(await textsOf(log, first)).toHaveLength(40 - first + 1);
      await expect(textsOf(log, first - 1)).rejects.toMatchObject({ code: 'log_trimmed' });
      await log.close();
      expect((await open()).bounds()).toEqual({ first, last });
    });

    test('trimming everything keeps the count', async () => {
      const { open } = start();
      const log = await open();
      for (let index = 1; index <= 40; index++) await log.append(record(`${index}`.padEnd(100)));
      await log.trim(41);
      await log.close();
      expect(await (await open()).append(record('x'))).toBe(41);
    });

    test('appends after close are refused', async () => {
      const log = await start().open();
      await log.close();
      await expect(log.append(record('a'))).rejects.toMatchObject({ code: 'stopping' });
    });
  });
}
