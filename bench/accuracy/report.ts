/** What one data set says of us: the same shape for every set, printed as a table or as JSON. */
export interface Report {
  readonly set: string;
  /** In words: protocol, metric, what was and was not seen by the detector. */
  readonly protocol: string;
  /** One row a method: ours first, then each member alone, then the trivial baseline, then published figures. */
  readonly rows: readonly Row[];
  /** Per case, so that paired tests can be made: case name → method → value. */
  readonly cases: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Checks of our scorer against published values, and anything a reader must know. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

export interface Row {
  readonly method: string;
  readonly kind: 'ours' | 'member' | 'baseline' | 'published';
  /** Metric name → value. */
  readonly scores: Readonly<Record<string, number>>;
}
