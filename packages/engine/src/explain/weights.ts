import type { Source } from './facts.ts';

/**
 * How telling each source of evidence is (0..1), and why: the order in which evidence is shown. How much it counts for the
 * ranking is learnt (learnt-weights.ts).
 */
export const sourceWeights: Readonly<Record<Source, number>> = {
  /** Traces say where time went: the strongest that telemetry can say about latency. */
  self_time: 0.75,
  /** Traces say where errors began; a caller may still have provoked them. */
  error_origin: 0.75,
  /** Called and not answering is hard to misread. */
  silence: 0.85,
  /** Lag grows while nobody reads. */
  queue: 0.85,
  /** Victims on one machine with a culprit: explains what the victims' own self time cannot. */
  host: 0.9,
  /** A resource that ran short explains *why*; by itself it may be a consequence. */
  resource: 0.5,
  /** Most incidents follow a change, most changes are harmless. */
  change: 0.5,
  /** A new error line is often only the echo of a callee's failure. */
  log: 0.25,
  /** Position in the graph: good without traces, weak against them. */
  lead: 0.35,
  /** What a model of the normal period leaves unexplained: says how much and how surely, after traces have said where. */
  mechanism: 0.6,
  /** What incidents like this one looked like in the simulator: says where to look, never why. */
  graph_net: 0.3,
  /** Only some requests suffer, and what they have in common says where. */
  attribute: 0.8,
  /** Pools that run dry together point behind them. */
  pool: 0.6,
  /** Several times the usual requests come in: hard to misread, where they did before anything else gave way. */
  load: 0.8,
  /** A backend that fails while others of its users slow down: says why those do, who are felt. */
  fallback: 0.7,
};

export const weights = {
  /** Shares of added time or errors below this are not worth naming. */
  leastShare: 0.08,
  leastVictimShare: 0.04,
  /** A caller keeps this much of the errors that are really a silent callee's. */
  shareKeptByCallerOfSilent: 0.15,
  /** Requests of a node that is gone: below this share of normal. Failures of one that refuses: above. */
  goneShare: 0.1,
  refusingShare: 0.9,
  /** A resource that ran short well after the symptoms began is more likely their consequence. */
  lateResource: 0.4,
  nearLimit: 0.85,
  hostWithoutCulprit: 0.85,
  /** What culprits have a machine in common, and nothing else is known of it. */
  sharedHost: 0.5,
  /** Requests at which trace evidence counts half. */
  halfRequests: 10,
  /** Causes below this confidence are not named. */
  leastConfidence: 0.02,
  /** The second and the third are named unless they are rarer than this. */
  leastOfFirst: 0.0005,
} as const;
