import { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTable, sqlColumns } from './chunk.ts';
import { rowsPerChunk } from './columns.ts';
import type { Shape } from './columns.ts';

let database: duckdb.Database;
let connection: duckdb.Connection;
let tables = 0;

beforeAll(async () => {
  database = await duckdb.open(':memory:');
  connection = await duckdb.connect(database);
});
afterAll(() => {
  duckdb.disconnect_sync(connection);
  duckdb.close_sync(database);
});

async function makeTable<S extends Shape>(shape: S) {
  const table = `t${++tables}`;
  await duckdb.query(connection, `CREATE TABLE ${table} (${sqlColumns(shape)})`);
  return { table, writer: openTable(connection, { catalog: 'memory', schema: 'main' }, table, shape, 1 << 20) };
}
const read = async (table: string): Promise<unknown[][]> => (await new DuckDBConnection(connection).runAndReadAll(`SELECT * FROM ${table} ORDER BY rowid`)).getRowsJS();

describe('openTable', () => {
  test('every type, across chunks, reads back as it was written', async () => {
    const { table, writer } = await makeTable({ a: 'u8', b: 'u32', c: 'u64', d: 'i64', e: 'f64', f: 'text', g: 'blob', h: 'u32[]', i: 'f64[]' });
    const rows = rowsPerChunk * 2 + 100;
    const text = (i: number): string => 'é'.repeat(i % 23) + i;
    for (let i = 0; i < rows; i++) {
      const { columns } = writer;
      const at = writer.at();
      columns.a[at] = i;
      columns.b[at] = 0xffffffff - i;
      columns.c[at] = 2n ** 64n - 1n - BigInt(i);
      columns.d[at] = -BigInt(i);
      columns.e[at] = i / 3;
      columns.f.putText(text(i));
      columns.f.end();
      for (let k = 0; k < i % 40; k++) columns.g.putByte(k);
      columns.g.end();
      for (let k = 0; k < i % 5; k++) columns.h.push(i + k);
      columns.h.end();
      if (i % 2 === 0) columns.i.push(i + 0.5);
      columns.i.end();
      writer.took(1);
    }
    writer.flush();
    const found = await read(table);
    expect(found).toHaveLength(rows);
    for (const i of [0, 1, 12, 22, 39, 2047, 2048, 4095, rows - 1]) {
      expect(found[i]).toEqual([i % 256, 0xffffffff - i, 2n ** 64n - 1n - BigInt(i), -BigInt(i), i / 3, text(i), Buffer.from(Array.from({ length: i % 40 }, (_, k) => k)), Array.from({ length: i % 5 }, (_, k) => i + k), i % 2 === 0 ? [i + 0.5] : []]);
    }
  });

  test('any text and any bytes, of lengths around the 12 that stand in place', async () => {
    const { table, writer } = await makeTable({ text: 'text', blob: 'blob' });
    const sent: (readonly [string, Uint8Array])[] = fc.sample(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.uint8Array({ maxLength: 20 })), { numRuns: 3000, seed: 1 });
    for (const [text, blob] of sent) {
      writer.columns.text.putText(text);
      writer.columns.text.end();
      writer.columns.blob.put(blob, 0, blob.length);
      writer.columns.blob.end();
      writer.took(1);
    }
    writer.flush();
    const found = await read(table);
    expect(found.map(([text]) => text)).toEqual(sent.map(([text]) => text));
    expect(found.map(([, blob]) => Buffer.from(blob as Uint8Array).toString('hex'))).toEqual(sent.map(([, blob]) => Buffer.from(blob).toString('hex')));
  });

  test('a column that was not filled stops as a bug, before DuckDB sees the chunk', async () => {
    const { table, writer } = await makeTable({ n: 'u32', text: 'text' });
    writer.columns.n[0] = 1;
    expect(() => writer.took(1)).toThrow(/BUG: a column of/);
    expect(() => openTable(connection, { catalog: 'memory', schema: 'main' }, table, { n: 'u32' }, 1)).toThrow(/BUG: table/);
  });

  test('texts of megabytes do not wait for a full chunk', async () => {
    const { table, writer } = await makeTable({ text: 'text' });
    const big = new Uint8Array(3 << 20).fill(0x61);
    for (let i = 0; i < 3; i++) {
      writer.columns.text.put(big, 0, big.length);
      writer.columns.text.end();
      writer.took(1);
      expect(writer.at()).toBe(0);
    }
    writer.flush();
    expect((await read(table)).map(([text]) => (text as string).length)).toEqual([big.length, big.length, big.length]);
  });

  test('text that is not UTF-8 never reaches a VARCHAR', async () => {
    const { writer } = await makeTable({ text: 'text' });
    const bad = new Uint8Array(20).fill(0xff);
    writer.columns.text.put(bad, 0, bad.length);
    writer.columns.text.end();
    writer.took(1);
    expect(() => writer.flush()).toThrow('BUG: a text column holds bytes that are not UTF-8');
  });
});
