/** Tables of a partition file, drawn in docs/formats/rows.md. Code 0 of a text is the empty text; other codes start at 1. */
import type { Shape } from './columns.ts';

/** Goes up when a file of an older version could not be read as if it were new. */
export const schemaVersion = 2;

export const schema = {
  spans: {
    trace_hi: 'u64', trace_lo: 'u64', span_id: 'u64', parent_id: 'u64',
    start_ns: 'u64', duration_ns: 'i64', name: 'u32', kind: 'u8', status: 'u8', status_message: 'u32', flags: 'u32',
    resource: 'u32', scope: 'u32', codes: 'u32[]', wide: 'text', rest: 'blob',
  },
  logs: {
    at_ns: 'u64', at_from: 'u8', observed_ns: 'u64', severity: 'u8', severity_text: 'u32', body_kind: 'u8', body: 'text',
    event_name: 'u32', trace_hi: 'u64', trace_lo: 'u64', span_id: 'u64', flags: 'u32',
    resource: 'u32', scope: 'u32', codes: 'u32[]', wide: 'text', rest: 'blob',
  },
  points: {
    series: 'u32', start_ns: 'u64', time_ns: 'u64', value: 'f64', is_int: 'u8', count: 'f64', min: 'f64', max: 'f64',
    flags: 'u32', bounds: 'u32', buckets: 'f64[]', rest: 'blob',
  },
  /** `at_from` as in logs. `message`: the encoded Profile; its indexes point into `dictionary`. */
  profiles: {
    code: 'u32', at_ns: 'u64', at_from: 'u8', duration_ns: 'u64', type: 'u32', unit: 'u32', profile_hi: 'u64', profile_lo: 'u64', samples: 'u32', total: 'f64',
    resource: 'u32', scope: 'u32', codes: 'u32[]', wide: 'text', dictionary: 'u32', message: 'blob',
  },
  /** The distinct spans that samples of a profile name. */
  profile_links: { profile: 'u32', trace_hi: 'u64', trace_lo: 'u64', span_id: 'u64' },
  /** Encoded ProfilesDictionary, one a request. */
  dictionaries: { code: 'u32', message: 'blob' },
  names: { code: 'u32', text: 'text' },
  kv: { code: 'u32', key: 'text', kind: 'u8', text: 'text', number: 'f64', value: 'blob' },
  uses: { signal: 'u8', code: 'u32' },
  resources: { code: 'u32', service: 'text', codes: 'u32[]', wide: 'text', schema_url: 'text', raw: 'blob' },
  scopes: { code: 'u32', name: 'text', version: 'text', codes: 'u32[]', wide: 'text', schema_url: 'text', raw: 'blob' },
  metrics: { code: 'u32', name: 'text', unit: 'text', description: 'text', type: 'u8', temporality: 'u8', monotonic: 'u8', metadata: 'blob' },
  series: { code: 'u32', metric: 'u32', resource: 'u32', scope: 'u32', codes: 'u32[]', wide: 'text', identity: 'u64' },
  bounds: { code: 'u32', bounds: 'f64[]' },
  /** One row a transaction: the log position it reached and what it added. */
  commits: {
    position: 'u64', received_ms: 'f64', spans: 'u32', points: 'u32', logs: 'u32',
    spans_min_ms: 'f64', spans_max_ms: 'f64', points_min_ms: 'f64', points_max_ms: 'f64', logs_min_ms: 'f64', logs_max_ms: 'f64',
    profiles: 'u32', profiles_min_ms: 'f64', profiles_max_ms: 'f64',
  },
  about: { version: 'u32' },
} as const satisfies Readonly<Record<string, Shape>>;

export type TableName = keyof typeof schema;

/** Where DuckDB's own choice was worse. Long texts that resemble one another: half the bytes of FSST at half the CPU. */
export const compressions: { readonly [T in TableName]?: Readonly<Record<string, string>> } = {
  spans: { wide: 'zstd' },
  logs: { body: 'zstd' },
};

/**
 * The order in which rows go into a file. Rows of one trace stand together (then its id costs next to nothing, and a trace is
 * found in a few blocks); records of a trace by span and time, records of none by time; what is equal keeps the order of its
 * arrival. DuckDB sorts keys that take 24 bytes or less, 9 a 64-bit number, a third faster than longer ones: so only the
 * beginnings of ids stand in a key, and of times 32 bits of microseconds. Rows that these do not tell apart stand side by side.
 */
export const fileOrder: { readonly [T in TableName]?: string } = {
  spans: `trace_hi, (trace_lo & ${0xffff_ffff_0000_0000n}) | rowid::UBIGINT`,
  logs: `trace_hi, CASE WHEN trace_lo = 0 THEN at_ns ELSE (trace_lo & ${0xffff_0000_0000_0000n}) | ((span_id >> 48) << 32) | ((at_ns >> 10) & ${0xffff_ffffn}) END, rowid::UINTEGER`,
};

/** Tables whose `code` goes on counting where a reopened file stopped. */
export const codedTables = ['names', 'kv', 'resources', 'scopes', 'metrics', 'series', 'bounds', 'profiles', 'dictionaries'] as const;
export type CodedTable = (typeof codedTables)[number];

/** `kind` of a row of `kv` that stands for a key without a value: the key was seen, its values are in `wide`. Others are ValueKind. */
export const keyOnly = 255;
/** … and of one that says that some wide text has keys without such a row. */
export const unlistedKeys = 254;

/** `at_from` of a log or profile: where its effective time came from. */
export const AtFrom = { time: 0, observed: 1, arrival: 2 } as const;

/** Bit of `at_from` of a log: `observed_ns` counts from `at_ns`, modulo 2^64. Else it is as sent: 0, or of a file written before. */
export const observedAfterAt = 8;

/** Bits of `is_int` of a point beside 1: its minimum, its maximum is unset, and 0 stands in the column. NaN among numbers takes ten bytes. */
export const unsetBits = { min: 2, max: 4 } as const;
/** What was sent, out of the columns of `points`; files written before have NaN itself. */
export const sentIsInt = 'is_int & 1';
export const sentExtreme = (name: 'min' | 'max'): string => `CASE WHEN (is_int & ${unsetBits[name]}) = 0 THEN "${name}" ELSE 'nan'::DOUBLE END`;
