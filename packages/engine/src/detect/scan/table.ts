/**
 * Every number of the look back that was learned or set. Learned once, for seven kinds of series together: the open part of TSB-AD-U
 * (NAB, TODS), the NAB streams outside it, channels of SMD and ASD machines, generated service indicators and generated machine
 * metrics. Numbers are few and round, and members are equal but for one, so that there is little to learn by heart.
 */
export const scanTable = {
  /** Member → how loud its voice is. */
  weights: { local: 1, course: 1, shape: 1.5, subspace: 1, level: 1 },
  /** Voices are joined by the norm of this power: nearly the loudest one alone, for most anomalies are odd in one way only. */
  power: 6,
  /** Local polynomial: points left out around the one judged, points used beyond them on either side, degree. */
  localGap: 30,
  localReach: 150,
  localDegree: 2,
  /** Stretches compared as they are, and by their course less their mean (points). */
  courseWidth: 8,
  shapeWidth: 24,
  shapeParts: 4,
  /** Two moments are different events from this many points on; from half a period on where a shorter period is at least this strong. */
  apartPoints: 256,
  periodStrengthMin: 0.5,
  /** Stretches rebuilt from this many components. */
  subspaceWidth: 128,
  subspaceRank: 6,
  /** Members' scores are evened over this many points, then divided by this quantile of their own, or by this part of their mean if that is more. */
  evenWidth: 8,
  unitShare: 0.9,
  unitOfMean: 0.1,
  /** What lies near something unusual is looked at next: means over these widths are added, of scores cut at this quantile: what stands out more than that is not hidden by what lies near something larger. */
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
