/** Every number of deciding; panes are 10 s by default. */
export const decideLimits = {
  /** A symptom without a second witness waits this long before it opens an incident; a faint one (below this score) for a minute. */
  lonePanes: 4,
  loneScore: 8,
  faintPanes: 6,
  /** A service's own time so far beyond what is usual, in deviations and as a multiple, needs no second witness. */
  ownTimeScore: 12,
  ownTimeRatio: 4,
  /** Fewer requests than normal at a front door: people may simply stay away, so wait. */
  entryLossPanes: 4,
  /** People do not all stay away at once. */
  emptyShare: 0.2,
  emptyPanes: 1,
  /** A queue whose reader is silent, though no lag is told of: its lag may not be measured, or only its spans be lost. */
  unreadPanes: 9,
  /** Messages may pile up for so long after a burst. */
  lagPanes: 6,
  /** After so long the tail of an operation's latency alone holds no incident open (10 min). */
  tailPanes: 60,
  /** Nothing out of range for so long: recovering becomes resolved. */
  resolvePanes: 9,
  /** Symptoms of the same cause within this time reopen the incident (15 min). */
  relapsePanes: 90,
  /** What begins so long after an incident (10 min) is its aftermath only while it has no other cause of its own. */
  aftermathPanes: 60,
  /** Findings that began this close together belong together while nothing better is known. */
  togetherPanes: 6,
  /** What began this close together began at once. */
  atOncePanes: 1,
  /** Backends of the same users that got worse this close together have one reason. */
  behindOnePanes: 2,
  /** So many nodes, and so large a share of all services, suffer from one trouble: no other is looked for beside it while its cause is unknown. */
  stormNodes: 20,
  stormShare: 0.33,
  /** Hosts bind symptoms that began this close together. */
  hostPanes: 4,
  /** So does anything else that both depend on, whether or not it has been heard of yet: two doors that fail at the same moment fail for one reason. */
  sharedPanes: 3,
  /** The explanation is looked at again in every pane while the incident is this young, then only when it evolves … */
  youngPanes: 18,
  /** … and never after this: what was normal before is no longer in memory. */
  frozenPanes: 48,
  /** So long after an incident was opened (a minute), an answer that is this sure gives way to no other. */
  settledPanes: 6,
  settledConfidence: 0.8,
  /** A cause must be this sure to separate an incident from another one. */
  distinctConfidence: 0.4,
  /** Two causes must both be this sure to part what was one incident, or to join two that did not begin at once. */
  divideConfidence: 0.7,
  /** What begins so long after an incident, on its way, may be another fault on top of it. */
  onTopPanes: 2,
  /** Its cause is believed when it is said in so many panes on end, very surely or just surely enough to be told apart. */
  surePanes: 2,
  doubtPanes: 4,
  /** Causes this sure count when we ask whether a finding belongs to an incident. */
  bindingConfidence: 0.2,
  /** What is next to ruled out as a cause of an incident makes nobody its neighbour. */
  nearConfidence: 0.02,
  /** Incidents that one pane's symptoms may be split into. */
  splits: 4,
  /** Traffic explains slowness below this ratio when requests rose at least so much. */
  surgeRatio: 1.4,
  surgeLatencyRatio: 2.5,
  /** A resource on its way to its limit is an impact when it will be reached within this time and is already this full. */
  limitNearMs: 20 * 60_000,
  limitNearShare: 0.7,
  /** Share of a service's requests whose operations are known, to tell a change of mix from slowness. */
  mixKnownShare: 0.5,
  /** What goes on holds an incident open: 120 services that all suffer have about 700 findings at a time. */
  findingsPerIncident: 1_000,
  timelineEvents: 400,
  /** Panes of entry requests kept to weigh the impact since onset. */
  entryPanes: 720,
} as const;

/** Share of entry requests that failed, or were slower than normal's high edge, for each severity. */
export const severities = [
  { severity: 'critical', failedShare: 0.2, slowShare: 0.6 },
  { severity: 'high', failedShare: 0.05, slowShare: 0.25 },
  { severity: 'medium', failedShare: 0.01, slowShare: 0.05 },
] as const;
