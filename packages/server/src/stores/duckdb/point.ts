/** Data points of one metric as they are read from the rows, and the series that they belong to. */
import type { Attributes } from '@clew/engine';
import type { MetricType, readRest } from '@clew/otlp';
import type { Distribution } from './distribution.ts';

/** What `rest` holds of an exponential histogram. */
export type ExponentialHistogramPoint = ReturnType<typeof readRest<typeof MetricType.exponentialHistogram>>;

export interface SeriesIdentity {
  readonly metric: string;
  readonly service: string;
  /** Of the points; and what tells instances of a service apart, unless the points say it themselves. */
  readonly attributes: Attributes;
  readonly unit: string;
  readonly type: MetricType;
  /** 0 none, 1 delta, 2 cumulative. */
  readonly temporality: number;
  readonly monotonic: boolean;
}

export interface Point {
  readonly timeNs: bigint;
  readonly startNs: bigint;
  /** Gauge and sum: the value · histograms and summary: the sum, NaN when unset. */
  readonly value: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Bit 0 of the flags: the sender knows that there is no value here. */
  readonly isGap: boolean;
  readonly distribution: Distribution | null;
  /** Summaries: quantile → value. */
  readonly quantiles: readonly (readonly [number, number])[];
}
