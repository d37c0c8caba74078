import type { Source } from './facts.ts';

/**
 * How much each source of evidence counts at most (0..1), and why. Sources add up as independent reasons do:
 * 1 − Π(1 − weight × strength).
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
  /** A candidate that explains only some of the symptoms keeps this much, and the rest by the share it explains. */
  uncovered: 0.4,
  /** Evidence of the second order (a change, a log line, a resource) on a node at which traces show nothing, while they do show it elsewhere. */
  contradictedByTraces: 0.25,
  /** How sharply a better score wins. */
  sharpness: 8,
  /** Score that `unknown` holds: with good traces; and what it gains when there are none. */
  unknown: 0.38,
  unknownWithoutTraces: 0.12,
  /** Requests at which trace evidence counts half. */
  halfRequests: 10,
  /** Causes below this confidence are not named. */
  leastConfidence: 0.02,
} as const;
