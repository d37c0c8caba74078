/** Bounds of what is kept and looked at to explain; panes are 10 s by default. */
export const explainLimits = {
  /** Panes of attributions and templates kept (15 min): baseline and fault together. */
  memoryPanes: 90,
  /** Rows of attributions kept in all; the oldest panes go first (counter explain_panes_shed). */
  memoryRows: 400_000,
  /** Panes before onset that say what normal is, and those right before it that are left out because onset is an estimate. */
  baselinePanes: 36,
  guardPanes: 1,
  /** Newest panes in which a machine or zone may have gone still. */
  latestPanes: 12,
  /** A place that nobody asked any more so long before onset had been emptied before. */
  evePanes: 6,
  /** Fewer requests than this on either side say nothing. */
  leastRequests: 5,
  /** Self time that grew by less (ms a request, and share of what it was) is noise. */
  leastAddedMs: 0.5,
  leastAddedShare: 0.15,
  /** Traces shown as evidence. */
  traces: 3,
  /** A change so long before onset is no longer suspect … */
  changeWindowMs: 30 * 60_000,
  /** … and so long after it still may be its cause: onset is an estimate, and versions show with their first request. */
  changeSlackMs: 20_000,
  /** Findings that began this much before or after the symptoms belong to them. */
  beforeMs: 10 * 60_000,
  aftermathMs: 30_000,
  /** Beside another fault: only those that began no more than this before them. */
  besidePanes: 1,
  /** Fewer panes of the other fault alone say nothing: then the usual time before is compared with. */
  besideLeastPanes: 2,
  /** Symptoms that begin this much later, elsewhere, are aftermath (work that piled up, callers that retry): they say nothing about the cause. */
  lateMs: 2 * 60_000,
  /** Sums over stretches of memory that are held for the next question. */
  heldTallies: 12,
  /** The graph that the network looks at: nodes so many steps from what has findings; the farthest are dropped first (counter explain_graph_dropped). */
  graphSteps: 3,
  graphNodes: 96,
  graphEdges: 320,
  /** Causes and ruled-out entities given out. */
  causes: 6,
  /** So many are named even where they are next to ruled out, as long as the bad requests reach them: what is second and third is asked as well. */
  causesAlways: 3,
  ruledOut: 40,
  pathSteps: 12,
  /** A step of a path is dated by what began there no longer than this before the symptoms. */
  stepBeforeMs: 2 * 60_000,
  evidencePerCause: 12,
} as const;
