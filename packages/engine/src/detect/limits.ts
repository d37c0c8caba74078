/** Every number of the detectors that is not a property of a scale (those are in noise.ts). Panes are 10 s by default. */
export const detectLimits = {
  /** A series is judged after this many panes with a value: two minutes. */
  warmPanes: 12,
  /** The level forgets with this time constant (20 min): slow enough for an onset, fast enough for a daily rhythm. */
  levelPanes: 120,
  /** Spread is learned more slowly than level (40 min). */
  scalePanes: 240,
  /** Shares forget over an hour. */
  sharePanes: 360,
  /** Panes pooled at most when a pane alone rests on too few events: a minute. */
  maxPooled: 6,
  /** A finding ends after this many panes in range … */
  clearPanes: 3,
  /** … or when its series has not been reported for this long. */
  lostPanes: 18,
  /** A level that stays is the new normal after two hours for symptoms and half an hour for the rest … */
  adoptSymptomPanes: 720,
  adoptOtherPanes: 180,
  /** … and after two minutes where the change is a relief (latency or errors down). */
  adoptReliefPanes: 12,
  /** Values remembered to start over from. */
  recentValues: 30,
  /** Silence is news after this many panes, for series that reported in this share of panes. */
  silentPanes: 3,
  steadyPresence: 0.9,
  /** Events that should have come during the silence: fewer, and nobody can tell. */
  silentEvents: 20,
  /** Fewer standard deviations than this, pooled and in the newest pane alone, are no evidence; and below `calmSize` of what matters a pane is in range. */
  outDistance: 3,
  outOwn: 1.5,
  stayOwn: 1,
  calmSize: 0.5,
  /** An entry service must have been steady for 10 min before its silence counts. */
  steadyEntryPanes: 60,
  /** A drop is deep below this share of what is expected; callers that fell below `followShare` explain it. */
  deepShare: 0.3,
  followShare: 0.6,
  /** CUSUM: drift allowed per pane, largest sum, largest step of one pane, least length of a run (standard deviations, panes). */
  cusumDrift: 1.5,
  cusumMost: 40,
  cusumStep: 6,
  cusumRun: 5,
  /** Evidence beyond what opens a finding that is kept, so that it can also go down again (natural logarithm). */
  evidenceRoom: 3,
  /** Evidence that opens a note: a restart is news and nobody's alarm. */
  noteEvidence: 3,
  /**
   * One pane is enough, once it is this old: so large a share of failures, and so many, where hardly any were usual, with so much
   * more evidence than is asked. A middle request of so many, this many times beyond the least change that matters, brings all but a little.
   */
  plainMs: 4_000,
  plainShare: 0.25,
  plainFailures: 5,
  hardUsual: 0.1,
  plainMargin: 1.25,
  plainEvents: 8,
  plainSize: 3,
  /** Failing altogether (failing.ts): moments running, and the part of the bar that the series' own tail must bring too. */
  failingMoments: 3,
  failingTail: 0.5,
  /** Own time is felt after so many more panes out of range, this far (less far will do at a higher multiple), at this multiple, when it adds such a part of the usual latency. */
  ownTimePanes: 1,
  ownTimeScore: 6,
  ownTimeFarRatio: 4,
  ownTimeFarScore: 4.5,
  ownTimeRatio: 2,
  ownTimePart: 0.25,
  /** A symptom that lasts this long has confirmed itself: it pays for the search around it. */
  confirmPanes: 6,
  /** Slow trend: minute means kept; least number looked at; Mann-Kendall z; growth over the window; fit of the line. */
  trendMinutes: 60,
  trendLeastMinutes: 10,
  trendScore: 3.3,
  trendGrowth: 0.15,
  trendFit: 0.9,
  /** Minutes before the growth that must be known, and how far beyond their highest it must go; in the first hour, how soon it must be at its limit. */
  trendHistory: 2,
  trendHasteMinutes: 20,
  trendBeyond: 1.05,
  /** Minutes that may fail the test before a trend ends. */
  trendClearMinutes: 3,
  /** Log templates: least severity (WARN), least count of a burst, times the usual, panes of silence that end it. */
  templateSeverity: 13,
  templateBurst: 10,
  templateRatio: 5,
  templateClearPanes: 6,
  /** A service must have been logging this long before a template can be new. */
  templateWarmPanes: 12,
  /** Series and templates remembered; beyond it new ones are not judged (counters detect_series_refused, detect_templates_refused). */
  series: 100_000,
  templates: 50_000,
  /** Telemetry is missing after this many panes, and so many times its usual gap, for what reported in this many panes before. */
  missingPanes: 6,
  missingGaps: 4,
  missingWarm: 30,
  missingMemory: 60,
  missingGapMost: 60,
  /** Series that keep their past for the screens; beyond it new ones do not (counter detect_bands_refused). */
  bands: 20_000,
  /** Services judged as a whole; features one must report; members that must agree. Members look at up to this many panes, so their word counts once in so many. */
  wholes: 150,
  jointLeast: 3,
  jointAgree: 2,
  jointStep: 15,
  /** Kinds of sessions (operations of services that log with a trace) whose lines are judged together; beyond it new ones are not (counter detect_sequences_refused). Sessions before a kind is judged; unusual ones that a finding rests on; lines whose words are remembered. */
  sequenceKinds: 300,
  sequenceWarm: 200,
  sequenceLeast: 5,
  sequenceWords: 5_000,
  /** Entities whose reporting is watched. */
  reports: 20_000,
  /** Calls that get through although their callee is silent: at most so many more of them fail than of all that was seen before. */
  heardShare: 0.1,
  /**
   * A silent service goes on asking others while less than this share of its calls is gone from what they serve; told from those to whom
   * it matters (this share of their requests), once so many calls should have come, and so many deviations of all that they serve.
   */
  askingGone: 0.35,
  askingPart: 0.25,
  askingEvents: 10,
  askingDeviations: 3,
  /** A lag counts when it was read so long after the silence began; where no lag tells, a reader of queues is gone after this. */
  lagAfterMs: 20_000,
  unreadMs: 120_000,
  /**
   * Expected disturbances: panes out of range that are asked on top of the usual ones, of what was just changed (30 s) and of all else in
   * an announced window; how long a change within a window unsettles; and how long after that a restart is no expected one.
   */
  changeHeldPanes: 3,
  windowHeldPanes: 1,
  windowSettleMs: 300_000,
  restartAgainMs: 3_600_000,
  /** Forgotten when not reported for 26 h, so that what runs once a day stays known. */
  forgetMs: 26 * 3_600_000,
} as const;
