/** What both versions of remote write say, read but not yet judged. Times are epoch milliseconds. */
export interface WriteRequest {
  readonly series: readonly Series[];
  /** Version 1 sends metadata apart from series, for families; version 2 with each series. */
  readonly metadata: readonly FamilyMetadata[];
}

export interface Series {
  /** Name and value in turn, as sent; null where a text is not UTF-8 or a reference points nowhere. */
  readonly labels: readonly string[] | null;
  readonly samples: readonly Sample[];
  readonly histograms: readonly NativeHistogram[];
  readonly exemplars: readonly WrittenExemplar[];
  readonly metadata: Metadata | null;
  /** Of all samples and histograms of the series, as version 2.0 had it before 2.0-rc.4; 0 = unknown. */
  readonly createdMs: number;
}

export interface Sample {
  readonly value: number;
  readonly timeMs: number;
  /** 0 = unknown. */
  readonly startMs: number;
  readonly isStale: boolean;
}

export interface WrittenExemplar {
  readonly labels: readonly string[] | null;
  readonly value: number;
  readonly timeMs: number;
}

/** A bucket span: where it begins, counted from the end of the one before (the first: from index 0), and how many buckets it has. */
export interface BucketSpan { readonly offset: number; readonly length: number }

export interface BucketSide {
  readonly spans: readonly BucketSpan[];
  /** Integer counts: each is the difference to the one before. */
  readonly deltas: readonly number[];
  /** Float counts. */
  readonly counts: readonly number[];
}

export interface NativeHistogram {
  readonly count: number;
  readonly zeroCount: number;
  readonly isFloat: boolean;
  readonly sum: number;
  readonly isStale: boolean;
  /** −4..8: base 2^(2^−schema). −53: bounds are in `bounds`. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: BucketSide;
  readonly negative: BucketSide;
  readonly resetHint: number;
  readonly bounds: readonly number[];
  readonly timeMs: number;
  readonly startMs: number;
  /** More spans, buckets or bounds than a histogram may have: they were not kept. */
  readonly isTooLarge: boolean;
}

export const metricTypes = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'] as const;
export type PrometheusType = (typeof metricTypes)[number];

export interface Metadata {
  readonly type: PrometheusType;
  readonly help: string;
  readonly unit: string;
}
export interface FamilyMetadata extends Metadata { readonly family: string }

/** Buckets, spans and bounds of one histogram: Prometheus itself makes a few hundred at most. */
export const bucketsMax = 10_000;
