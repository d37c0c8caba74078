/** Every limit of the embedded store by name, with what happens beyond it. */
export const storeLimits = {
  /** Rows are queryable this long after they were fed: until they go into the file they are held in memory, and in the log. */
  showMs: 250,
  /** They go into the partition's file together when there are so many (one DuckDB row group: fewer would pass its write-ahead log) … */
  rowsPerCommit: 122_880,
  /** … or when their requests take this share of the store's memory … */
  memoryShareMax: 1 / 2,
  /** … or this long after the first of them, whichever is sooner. */
  commitMs: 30_000,
  /** feed() does not resolve while more rows than this, or more bytes, are on their way to the thread. */
  rowsInFlightMax: 100_000,
  bytesInFlightMax: 32 * 1024 * 1024,
  /** A chunk of rows is handed over early when its text columns hold this many bytes. */
  chunkBytesMax: 4 * 1024 * 1024,

  /** Dictionary, per partition. Beyond a limit a value is written into the row's own text (counted as `…_wide`), or a table row is written again (`…_again`); nothing is lost. */
  keyBytesMax: 256,
  valueBytesMax: 256,
  valuesPerKeyMax: 4_096,
  keysMax: 16_384,
  textsMax: 262_144,
  textBytesMax: 24 * 1024 * 1024,
  pairsMax: 262_144,
  seriesMax: 131_072,
  /** Attributes of data points, as they were sent, by which series are known again. */
  runBytesMax: 16 * 1024 * 1024,
  /** Longest encoded resource, scope or series identity that is remembered, bytes. */
  ownerBytesMax: 4_096,

  /** Newest partitions kept, whatever the retention says: each is a file and a descriptor. */
  partitionsMax: 1_000,
  /** A partition is closed when its file holds this share of the disk budget (and at most `partitionBytesMax`), so that giving one up is a small step. */
  partitionShareMax: 1 / 8,
  partitionBytesMax: 4 * 1024 * 1024 * 1024,
  /** Share of the disk budget that sorting and joining may spill into. */
  spillShareMax: 1 / 8,
  /** The smallest budgets that the store can keep. */
  diskBytesMin: 64 * 1024 * 1024,
  memoryBytesMin: 64 * 1024 * 1024,

  queryThreads: 2,
  /** Queries running at once; more wait, and beyond `queriesWaitingMax` a query is refused. */
  queriesAtOnce: 2,
  queriesWaitingMax: 64,
  queryTimeoutMs: 30_000,
  /** Most rows of any answer: a page of 10,000, and the row that says that there is another page. */
  answerRowsMax: 10_001,
  /** Most rows of one slice for a replay: a denser one is asked for in parts. */
  sliceRowsMax: 50_000,
  /** Most data points that one metric query reads. */
  metricPointsMax: 500_000,
  /** … and that a look at all metrics of some services reads. */
  coursePointsMax: 150_000,
  /** Most steps of a time series in an answer. */
  stepsMax: 20_000,
} as const;

export type StoreLimits = { readonly [K in keyof typeof storeLimits]: number };
