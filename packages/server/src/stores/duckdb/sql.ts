/**
 * Values of a statement. Each method binds a value and returns its placeholder, which may stand in the text any number of
 * times; text of users never gets into a statement in another way. Names of tables, columns and catalogs are our own.
 */
import { DOUBLE, LIST, listValue, UBIGINT, UINTEGER, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

const nsMax = 0xffff_ffff_ffff_ffffn;

export class Sql {
  readonly values: Record<string, DuckDBValue> = {};
  readonly types: Record<string, DuckDBType> = {};
  private count = 0;

  text(value: string): string {
    return this.bind(value, VARCHAR);
  }

  u64(value: bigint): string {
    return this.bind(value, UBIGINT);
  }

  /** Epoch milliseconds as nanoseconds, held within what a UBIGINT can say. */
  ns(ms: number): string {
    const ns = Number.isFinite(ms) ? BigInt(Math.round(ms)) * 1_000_000n : ms > 0 ? nsMax : 0n;
    return this.u64(ns < 0n ? 0n : ns > nsMax ? nsMax : ns);
  }

  /** The condition that a time of this column, in nanoseconds, is before `ms`: the last of all times too, where `ms` is beyond it. */
  before(column: string, ms: number): string {
    return ms > Number(nsMax / 1_000_000n) ? 'true' : `${column} < ${this.ns(ms)}`;
  }

  texts(values: Iterable<string>): string {
    return this.bind(listValue([...values]), LIST(VARCHAR));
  }

  number(value: number): string {
    return this.bind(value, DOUBLE);
  }

  u32s(values: Iterable<number>): string {
    return this.bind(listValue([...values]), LIST(UINTEGER));
  }

  u64s(values: Iterable<bigint>): string {
    return this.bind(listValue([...values]), LIST(UBIGINT));
  }

  private bind(value: DuckDBValue, type: DuckDBType): string {
    const name = `v${++this.count}`;
    this.values[name] = value;
    this.types[name] = type;
    return `$${name}`;
  }
}
