/**
 * Rows into DuckDB by raw data chunks: the only module that touches the bindings' unchecked memory writes.
 *
 * A chunk with a column too few or a vector too short can crash the process, so `took` compares every column with the
 * number of rows and stops as a bug before anything is written.
 */
import duckdb from '@duckdb/node-bindings';
import { ListColumn, makeColumns, rowsPerChunk, TextColumn } from './columns.ts';
import type { Columns, ColumnType, Shape } from './columns.ts';

export interface TableWriter<S extends Shape> {
  readonly columns: Columns<S>;
  /** Rows of the chunk so far: fixed-width columns are written at this index and behind it. */
  at(): number;
  /** Rows that still fit into the chunk, at least 1. */
  room(): number;
  /** Says that every column now has `rows` more rows. Hands the chunk over when it is full. */
  took(rows: number): void;
  /** Hands over everything, so that the transaction of the connection holds it. */
  flush(): void;
  /** Rows that were handed over since the writer was opened or moved. */
  flushed(): number;
  /** From now on rows go into the table of this name in another place. What was not flushed must have been. */
  moveTo(place: TablePlace): void;
  /** Forgets what was not flushed and gives the appender up. */
  abandon(): void;
}

/** Where a table is: a schema of an attached database. */
export interface TablePlace { readonly catalog: string; readonly schema: string }

const sqlTypes: { readonly [T in ColumnType]: string } = {
  u8: 'UTINYINT', u32: 'UINTEGER', u64: 'UBIGINT', i64: 'BIGINT', f64: 'DOUBLE', text: 'VARCHAR', blob: 'BLOB',
  'u32[]': 'UINTEGER[]', 'f64[]': 'DOUBLE[]',
};

/** The column list of CREATE TABLE. Names come from schema.ts, never from data. */
export function sqlColumns(shape: Shape, compressions: Readonly<Record<string, string>> = {}): string {
  return Object.entries(shape).map(([name, type]) => `${name} ${sqlTypes[type]} NOT NULL${compressions[name] === undefined ? '' : ` USING COMPRESSION ${compressions[name]}`}`).join(', ');
}

function logicalType(type: ColumnType): duckdb.LogicalType {
  const { Type, create_list_type: list, create_logical_type: plain } = duckdb;
  switch (type) {
    case 'u8': return plain(Type.UTINYINT);
    case 'u32': return plain(Type.UINTEGER);
    case 'u64': return plain(Type.UBIGINT);
    case 'i64': return plain(Type.BIGINT);
    case 'f64': return plain(Type.DOUBLE);
    case 'text': return plain(Type.VARCHAR);
    case 'blob': return plain(Type.BLOB);
    case 'u32[]': return list(plain(Type.UINTEGER));
    case 'f64[]': return list(plain(Type.DOUBLE));
  }
}

/** The table must exist at the place with exactly the columns of `shape`. */
export function openTable<S extends Shape>(connection: duckdb.Connection, place: TablePlace, table: string, shape: S, chunkBytesMax: number): TableWriter<S> {
  const types = Object.values(shape).map(logicalType);
  const columns = makeColumns(shape);
  const buffers = Object.values(columns);
  const varying = buffers.filter((buffer) => buffer instanceof TextColumn || buffer instanceof ListColumn);
  const openAppender = ({ catalog, schema }: TablePlace): duckdb.Appender => {
    const opened = duckdb.appender_create_ext(connection, catalog, schema, table);
    const count = duckdb.appender_column_count(opened);
    if (count !== types.length) throw new Error(`BUG: table ${table} has ${count} columns, its shape ${types.length}`);
    return opened;
  };
  let appender = openAppender(place);
  const chunk = duckdb.create_data_chunk(types);
  let rows = 0;
  let flushed = 0;

  const handOver = (): void => {
    if (rows === 0) return;
    duckdb.data_chunk_reset(chunk);
    for (const [i, buffer] of buffers.entries()) writeColumn(duckdb.data_chunk_get_vector(chunk, i), buffer, rows);
    duckdb.data_chunk_set_size(chunk, rows);
    duckdb.append_data_chunk(appender, chunk);
    flushed += rows;
    rows = 0;
    for (const buffer of varying) buffer.reset();
  };

  return {
    columns,
    at: () => rows,
    room: () => rowsPerChunk - rows,
    took(more) {
      rows += more;
      if (rows > rowsPerChunk) throw new Error(`BUG: ${rows} rows in a chunk of ${table}`);
      let bytes = 0;
      for (const buffer of varying) {
        if (buffer.rows !== rows) throw new Error(`BUG: a column of ${table} has ${buffer.rows} rows instead of ${rows}`);
        bytes += buffer.size;
      }
      if (rows === rowsPerChunk || bytes > chunkBytesMax) handOver();
    },
    flush() {
      handOver();
      duckdb.appender_flush_sync(appender);
    },
    flushed: () => flushed,
    moveTo(next) {
      if (rows > 0) throw new Error(`BUG: ${rows} rows of ${table} were not flushed before it moved`);
      duckdb.appender_close_sync(appender);
      appender = openAppender(next);
      flushed = 0;
    },
    abandon() {
      duckdb.appender_clear(appender);
      duckdb.appender_close_sync(appender);
    },
  };
}

function writeColumn(vector: duckdb.Vector, buffer: Columns<Shape>[string], rows: number): void {
  if (buffer instanceof TextColumn) writeText(vector, buffer, rows);
  else if (buffer instanceof ListColumn) writeList(vector, buffer, rows);
  else duckdb.copy_data_to_vector(vector, 0, buffer.buffer as ArrayBuffer, buffer.byteOffset, rows * buffer.BYTES_PER_ELEMENT);
}

function writeList(vector: duckdb.Vector, list: ListColumn<Uint32Array | Float64Array>, rows: number): void {
  duckdb.list_vector_reserve(vector, list.size);
  duckdb.list_vector_set_size(vector, list.size);
  if (list.size > 0) duckdb.copy_data_to_vector(duckdb.list_vector_get_child(vector), 0, list.values.buffer as ArrayBuffer, 0, list.size * list.values.BYTES_PER_ELEMENT);
  fillEntries(list.offsets, rows);
  duckdb.copy_data_to_vector(vector, 0, cells, 0, rows * 16);
}

/** duckdb_list_entry: offset and length, 64 bits each. A function of its own: V8 would compile the loop again and again for not knowing what follows it. */
function fillEntries(offsets: Uint32Array, rows: number): void {
  for (let i = 0; i < rows; i++) {
    cellWords[4 * i] = offsets[i];
    cellWords[4 * i + 1] = 0;
    cellWords[4 * i + 2] = offsets[i + 1] - offsets[i];
    cellWords[4 * i + 3] = 0;
  }
}

const cells = new ArrayBuffer(rowsPerChunk * 16);
const cellWords = new Uint32Array(cells);
const cellBytes = new Uint8Array(cells);
const inlineBytesMax = 12;

/**
 * One call into the bindings a column instead of one a row: the whole text goes into the vector's heap as the string of
 * row 0, and every row's duckdb_string_t (length, four bytes of prefix, pointer; up to 12 bytes stand in place of the
 * last two) is then made to point into it.
 */
function writeText(vector: duckdb.Vector, text: TextColumn, rows: number): void {
  cellWords.fill(0, 0, rows * 4);
  if (text.size > 0) {
    let [low, high] = [0, 0];
    if (text.size > inlineBytesMax) {
      duckdb.copy_data_to_vector(vector, 0, cells, 0, 16);
      duckdb.vector_assign_string_element_len(vector, 0, text.bytes.subarray(0, text.size));
      const first = duckdb.vector_get_data(vector, 16);
      const view = new DataView(first.buffer, first.byteOffset, 16);
      // DuckDB takes no VARCHAR that is not UTF-8: then there is no heap to point into.
      if (view.getUint32(0, true) !== text.size) throw new Error('BUG: a text column holds bytes that are not UTF-8');
      low = view.getUint32(8, true);
      high = view.getUint32(12, true);
    }
    const { bytes, offsets } = text;
    for (let i = 0; i < rows; i++) {
      const start = offsets[i];
      const length = offsets[i + 1] - start;
      cellWords[4 * i] = length;
      const shown = length > inlineBytesMax ? 4 : length;
      for (let k = 0; k < shown; k++) cellBytes[16 * i + 4 + k] = bytes[start + k];
      if (length > inlineBytesMax) {
        const address = low + start;
        cellWords[4 * i + 2] = address;
        cellWords[4 * i + 3] = high + (address > 0xffffffff ? 1 : 0);
      }
    }
  }
  duckdb.copy_data_to_vector(vector, 0, cells, 0, rows * 16);
}
