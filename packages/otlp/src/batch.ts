/**
 * The shape of decoded OTLP: one request becomes one batch of columns.
 *
 * A batch is self-contained and made of typed arrays only, so it can be posted to a thread without being copied
 * value by value. Text is not decoded: a string is a code into `strings`, a table of slices of the request's own
 * bytes in which each distinct byte string stands once. Code 0 is the empty string.
 *
 * 64-bit values are kept whole. Ids are two 64-bit words, big-endian as on the wire and read as numbers (`hi`, `lo`);
 * a consumer that wants no BigInt looks at the same buffer through a Uint32Array (little-endian hosts: low word first).
 */

/** Distinct byte strings of one request: string `code` is `bytes[starts[code] .. starts[code] + lengths[code])`, UTF-8. */
export interface Strings {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly count: number;
}

/** The member of AnyValue that is set. `empty` is a value with no member, which is legal (opentelemetry-proto 1.9.0). */
export const ValueKind = { empty: 0, string: 1, bool: 2, int: 3, double: 4, array: 5, map: 6, bytes: 7 } as const;
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];

/**
 * Attribute lists of many owners: owner `i` has the entries `offsets[i] .. offsets[i + 1])`.
 * Duplicate keys are already folded (the last one wins); order is as sent.
 */
export interface AttributeColumns {
  readonly offsets: Uint32Array;
  /** String code of the key. */
  readonly keys: Uint32Array;
  readonly kinds: Uint8Array;
  /**
   * One 8-byte cell an entry. string: the string code as a number · bool: 0 or 1 · double: the number ·
   * int: the number, exact up to 2^53 (beyond that the slice has the digits: `readValue`) · others: NaN.
   */
  readonly numbers: Float64Array;
  /** Where the encoded AnyValue message stands in `strings.bytes`; exact for every kind. */
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** Resources of the request, in order of appearance. Rows point at them by index. */
export interface ResourceColumns {
  readonly count: number;
  readonly attributes: AttributeColumns;
  readonly schemaUrl: Uint32Array;
  /** Slice of the encoded Resource message: entity refs and dropped counts are in there, unread. */
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

export interface ScopeColumns {
  readonly count: number;
  readonly name: Uint32Array;
  readonly version: Uint32Array;
  readonly attributes: AttributeColumns;
  readonly schemaUrl: Uint32Array;
  /** Slice of the encoded InstrumentationScope message. */
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/**
 * What the columns do not hold of a row, as the original encoded protobuf fields (tag and all), row after row:
 * row `i` has `bytes[offsets[i] .. offsets[i + 1])`. Columns plus rest mean the same as the message that was sent: a field
 * that is in `rest` counts more than its column. `readRest` makes an object of it.
 */
export interface Rest {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** Items of a request that were refused, so that the others could be kept (partial success). */
export interface Refusals {
  readonly count: number;
  /** Reason code (from `refusalReasons`) → how many items. */
  readonly reasons: ReadonlyMap<RefusalReason, number>;
  /** The first few of each reason by name and id, where they have any: `GET /cart, span b7ad6b7169203331`, `http.server.duration`. Untrusted text. */
  readonly examples: ReadonlyMap<RefusalReason, readonly string[]>;
  /** Which of all items of the request they are, kept and refused counted together, ascending from 0. */
  readonly places: readonly number[];
}

export const refusalReasons = {
  trace_id: 'trace id must be 16 bytes, not all zero (in JSON: 32 hex digits, not base64)',
  span_id: 'span id must be 8 bytes, not all zero (in JSON: 16 hex digits, not base64)',
  parent_span_id: 'parent span id must be empty or 8 bytes (in JSON: 16 hex digits, not base64)',
  metric_name: 'metric name must not be empty',
  metric_time: 'time_unix_nano must not be 0',
  metric_temporality: 'aggregation temporality must be delta or cumulative',
  metric_value: 'data point has no value',
  histogram_shape: 'bucket counts and bounds do not fit together',
  value_depth: 'attribute value is nested too deeply',
  profile_id: 'profile id must be empty or 16 bytes, not all zero',
  profile_dictionary: 'every table of the dictionary must be there and begin with its zero value',
  profile_index: 'an index points outside of its table',
  profile_sample: 'a sample must have values or timestamps, and as many of the one as of the other where it has both',
  profile_function: 'a function must have a name, a system name or a file name',
  profile_payload: 'original payload and its format must be set together',
} as const;
export type RefusalReason = keyof typeof refusalReasons;

/** What was kept and still is not as it should be: worth saying to the sender, no reason to refuse. */
export const warningWords = {
  duplicate_key: 'attribute keys stood twice in one list: the last value counts',
  infinite_bound: 'histograms sent +Inf as their last bound: it is the overflow bucket',
  entity_ref: 'entity references have no type or no id, or name attributes that are not there: they mean nothing',
} as const;
export type Warning = keyof typeof warningWords;

interface BatchBase {
  readonly strings: Strings;
  readonly resources: ResourceColumns;
  readonly scopes: ScopeColumns;
  readonly refusals: Refusals;
  /** How often what was found; nothing where all is well. */
  readonly warnings: ReadonlyMap<Warning, number>;
  /** Rows kept. Every column below has this length (offsets: one more). */
  readonly count: number;
  /** Index into `resources` and `scopes`. */
  readonly resource: Uint32Array;
  readonly scope: Uint32Array;
  readonly attributes: AttributeColumns;
  readonly rest: Rest;
}

export interface SpanBatch extends BatchBase {
  readonly signal: 'traces';
  readonly traceHi: BigUint64Array;
  readonly traceLo: BigUint64Array;
  readonly spanId: BigUint64Array;
  /** 0 = root. */
  readonly parentId: BigUint64Array;
  readonly name: Uint32Array;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: Uint8Array;
  readonly startNs: BigUint64Array;
  readonly endNs: BigUint64Array;
  /** end − start, exact below 2^53; 0 when end < start (the original times stay in startNs and endNs). */
  readonly durationNs: Float64Array;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: Uint8Array;
  readonly statusMessage: Uint32Array;
  readonly flags: Uint32Array;
  /** Links of all rows that name a span (they are edges of the service graph): row `i` has `linkOffsets[i] .. linkOffsets[i + 1])`. All links, whole, are in `rest`. */
  readonly linkOffsets: Uint32Array;
  readonly linkTraceHi: BigUint64Array;
  readonly linkTraceLo: BigUint64Array;
  readonly linkSpanId: BigUint64Array;
  /** 1 where the span carries an event named `exception`. Events themselves are in `rest`. */
  readonly hasException: Uint8Array;
}

export interface LogBatch extends BatchBase {
  readonly signal: 'logs';
  /** 0 = unknown; then observedNs; then the time of arrival. */
  readonly timeNs: BigUint64Array;
  readonly observedNs: BigUint64Array;
  readonly severity: Uint8Array;
  readonly severityText: Uint32Array;
  readonly bodyKind: Uint8Array;
  /** String code when bodyKind is string, else 0; any other body is in `rest`. */
  readonly body: Uint32Array;
  readonly traceHi: BigUint64Array;
  readonly traceLo: BigUint64Array;
  readonly spanId: BigUint64Array;
  readonly eventName: Uint32Array;
  readonly flags: Uint32Array;
}

export const MetricType = { gauge: 1, sum: 2, histogram: 3, exponentialHistogram: 4, summary: 5 } as const;
export type MetricType = (typeof MetricType)[keyof typeof MetricType];

export interface MetricColumns {
  readonly count: number;
  readonly name: Uint32Array;
  readonly unit: Uint32Array;
  readonly description: Uint32Array;
  readonly type: Uint8Array;
  /** 0 none, 1 delta, 2 cumulative. */
  readonly temporality: Uint8Array;
  readonly monotonic: Uint8Array;
  /** Slice of Metric.metadata fields is not kept apart: `starts`/`lengths` give the whole encoded Metric message. */
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** One row a data point. Counts of refusals are data points too. */
export interface PointBatch extends BatchBase {
  readonly signal: 'metrics';
  /**
   * Where the attributes of a point stand in `strings.bytes`, tags and all: equal bytes are equal attributes. `noRun` where they
   * do not stand together. A reader that was given the runs it knows leaves theirs out of `attributes`: see `attributesOfPoint`.
   */
  readonly runStart: Uint32Array;
  readonly runLength: Uint32Array;
  readonly metrics: MetricColumns;
  /** Index into `metrics`. */
  readonly metric: Uint32Array;
  readonly startNs: BigUint64Array;
  readonly timeNs: BigUint64Array;
  /** gauge, sum: the value · histograms, summary: the sum (NaN when unset). */
  readonly value: Float64Array;
  /** 1 where a gauge or sum was sent as an integer (exact value in `rest` when beyond 2^53). */
  readonly isInt: Uint8Array;
  /** histograms, summary: the count; else 0. */
  readonly countOf: Float64Array;
  /** histograms: NaN when unset. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Bit 0: no recorded value. */
  readonly flags: Uint32Array;
  /** Explicit histograms only, else empty: row `i` has `bucketOffsets[i] .. bucketOffsets[i + 1])` counts and one bound fewer (same index). */
  readonly bucketOffsets: Uint32Array;
  readonly bucketCounts: Float64Array;
  /** Upper bound of the bucket at the same index; +Infinity for the last. */
  readonly bucketBounds: Float64Array;
}

/** One row a profile. Its indexes point into the dictionary of the request; strings of resource, scope and attributes are resolved. */
export interface ProfileBatch extends BatchBase {
  readonly signal: 'profiles';
  /** Slices of `strings.bytes`: the encoded ProfilesDictionary (all profiles of the request share it), and each encoded Profile, whole. */
  readonly dictionaryStart: number;
  readonly dictionaryLength: number;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly timeNs: BigUint64Array;
  readonly durationNs: BigUint64Array;
  /** String codes of the sample type and its unit. */
  readonly type: Uint32Array;
  readonly unit: Uint32Array;
  /** 0 = none was sent. */
  readonly profileHi: BigUint64Array;
  readonly profileLo: BigUint64Array;
  readonly samples: Uint32Array;
  /** Sum of all values; a sample of timestamps alone counts 1 each. */
  readonly total: Float64Array;
  /** The distinct spans that samples name: row `i` has `linkOffsets[i] .. linkOffsets[i + 1])`. */
  readonly linkOffsets: Uint32Array;
  readonly linkTraceHi: BigUint64Array;
  readonly linkTraceLo: BigUint64Array;
  readonly linkSpanId: BigUint64Array;
}

export type Batch = SpanBatch | LogBatch | PointBatch | ProfileBatch;
export type Signal = Batch['signal'];
/** The signals whose part of OTLP is stable: profiles are experimental. */
export type StableSignal = Exclude<Signal, 'profiles'>;
