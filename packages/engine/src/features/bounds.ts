/** Limits of the features stage that are no setting. Each names what happens beyond it and the counter that tells. */

/** Panes over which children wait for their parent's end in trace assembly; older ones are let go. */
export const assembledPanes = 6;
/** Spans carried to the next pane because their root has not ended; beyond it traces are kept by a hash of their id (`carried_spans_thinned`). */
export const carriedSpansMax = 100_000;
/** Span fingerprints held a pane to drop repeated spans; beyond it repeats are counted as new (`dedup_overflow`). */
export const fingerprintsMax = 1 << 20;
/** Distinct (source, operation, peer, statement) a pane; beyond it spans are dropped from features (`shapes_over_limit`). */
export const shapesMax = 50_000;
/** Distinct statements a pane; beyond it the statement is left out (`statements_over_limit`). */
export const statementsMax = 2_000;
/** Distinct error types a pane; beyond it the type is left out (`error_types_over_limit`). */
export const errorTypesMax = 1_000;
/** Panes that may be open at once: the future is capped by it (`future_items`). */
export const openPanesMax = 64;
/** An entity with traffic in the last this many panes is told as `request_rate` 0, weight 0, while it is silent. */
export const silencePanes = 30;
/** Self-time rows and error origins of one operation a pane, largest first; the rest is left out (`attribution_rows_dropped`). */
export const attributionRowsMax = 120;
/** Virtual nodes (databases, queues, peers) held; beyond it new ones are left out (`virtual_nodes_over_limit`). */
export const virtualNodesMax = 4_000;
/** An edge that was silent for longer begins a new interval. */
export const edgeGapMs = 10 * 60_000;
/** Intervals held an edge, newest kept. */
export const edgeIntervalsMax = 16;
/** Nodes, edges and series unseen for this long are forgotten. */
export const forgetMs = 24 * 3_600_000;
/** The same when a table is full, so that newcomers find room. */
export const forgetWhenFullMs = 10 * 60_000;
/** Panes between two sweeps for what is to be forgotten. */
export const sweepPanes = 30;
/** Panes in which a version, a flag variant or an instance may be unheard of without being gone. */
export const presencePanes = 12;
/** Panes over which `instance_count` looks back: exporters of metrics speak once a minute. */
export const instancePanes = 6;
/** Data points held a pane; beyond it they are dropped (`points_over_limit`). */
export const pointsPerPaneMax = 200_000;
/** Hosts named on a node, newest kept. */
export const hostsPerNodeMax = 64;
/** Flags followed a service; beyond it their changes are not told (`flags_over_limit`). */
export const flagsPerServiceMax = 100;
/** Changes told a pane, first kept (`changes_over_limit`). */
export const changesPerPaneMax = 200;
/** New sessions (a trace's lines in one service) taken up a service and pane; beyond it half as many of its traces are followed (`sessions_thinned`). */
export const sessionsPerPaneMax = 10;
/** Sessions open at once; beyond it the service that opens another one is followed half as closely (`sessions_thinned`). */
export const openSessionsMax = 4_000;
/** Lines held a session, first kept. */
export const sessionLinesMax = 128;
/** A session that goes on for longer is told in parts. */
export const sessionPanesMax = 12;
/** Panes after a service's first log record before its new templates are told. */
export const templateWarmUpPanes = 30;
/** Peer names learned to be services; beyond it they stay external (`peer_names_over_limit`). */
export const peerNamesMax = 10_000;

/** Entities other than services (operations, edges, instances, virtual nodes, hosts) whose windows of 1 to 60 minutes are held, some 50 KiB each (a service with metrics 90); beyond it they have none (`entities_not_followed`, counted a pane). */
export const followedOthersMax = 500;
/** Metric features (by subject) whose windows are held an entity; beyond it the rest has none (`levels_over_limit`). */
export const levelsPerEntityMax = 64;
/** Attributes of spans by which the requests of a service are told apart, a pane; beyond it new ones are left out (`attribute_keys_over_limit`). */
export const attributeKeysMax = 16;
/** Values held of each, the most frequent (`attribute_values_over_limit`), and of all of them in a closed pane. */
export const attributeValuesMax = 64;
export const valuesPerPaneMax = 4_000;
/** Regions and tenants held a service; beyond it new ones are left out (`labels_over_limit`). */
export const labelsPerServiceMax = 16;
/** A region or tenant unheard for so long is no longer told. */
export const labelMs = 3_600_000;
/** An instance that came up beside others is cold for so long. */
export const coldMs = 60_000;

export type Counters = Record<string, number>;
export function count(counters: Counters, name: string, by = 1): void {
  counters[name] = (counters[name] ?? 0) + by;
}
