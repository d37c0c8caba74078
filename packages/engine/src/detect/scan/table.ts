/**
 * Every number of the look back that was learned or set, and what each member counts. Learned once, on the open part of TSB-AD-U
 * (NAB and TODS) and on generated service and machine series together; few and round, so that there is little to learn by heart.
 */
export const scanTable = {
  /** Member → its share in the sum. They are equal: uneven ones learned on one half of the series did not hold on the other. */
  weights: { local: 1, course: 1, shape: 1, subspace: 1, level: 1 },
  /** Local polynomial: points left out around the one judged, points used beyond them on either side, degree. */
  localGap: 30,
  localReach: 150,
  localDegree: 2,
  /** Stretches compared as they are, and by their course less their mean (points). */
  courseWidth: 8,
  shapeWidth: 64,
  /** Stretches rebuilt from this many components. */
  subspaceWidth: 128,
  subspaceRank: 6,
  /** Members' scores are evened over this many points, then divided by this quantile of their own. */
  evenWidth: 8,
  unitShare: 0.9,
  /** What lies near something unusual is looked at next: means over these widths are added, of scores cut at this quantile, so that they never hide another peak. */
  nearWidths: [32, 128, 512],
  nearShare: 0.993,
  /** Pairs of stretches compared by one member at most, and points scanned at once; a longer series is scanned in equal parts. */
  pairsMax: 2e8,
  pointsMax: 200_000,
  /** Fewer points are no series to look back on: every score is zero. */
  pointsMin: 16,
  /** A value counts as this many times the series' spread at most, so that one absurd value does not drown the sums of all others. */
  valueMax: 1e4,
} as const;
