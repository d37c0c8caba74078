import { localResidual } from './local.ts';
import { findPeriod } from './period.ts';
import { profile } from './profile.ts';
import { subspaceResidual } from './subspace.ts';
import { scanTable as table } from './table.ts';

/** One way to look back on a whole series. It gets the prepared series and says for each point how odd it is: zero or more, in any unit. */
export interface ScanMember {
  readonly id: keyof typeof table.weights;
  readonly looksAt: string;
  score(values: Float64Array): Float64Array;
}

export const scanMembers: readonly ScanMember[] = [
  {
    id: 'local',
    looksAt: 'how far a point lies from a curve through its surroundings',
    score: (values) => localResidual(values, table.localGap, table.localReach, table.localDegree),
  },
  {
    id: 'course',
    looksAt: 'whether a few points like these, at this height, occur at another time',
    score: (values) => profile(values, { width: table.courseWidth, compared: 'as it is', exclusion: apart(values), parts: 1, pairsMax: table.pairsMax }),
  },
  {
    id: 'shape',
    looksAt: 'whether a stretch of this course, at any height, occurs in two other parts of the series',
    score: (values) => profile(values, { width: table.shapeWidth, compared: 'less its mean', exclusion: table.shapeWidth, parts: table.shapeParts, pairsMax: table.pairsMax }),
  },
  {
    id: 'subspace',
    looksAt: 'what the commonest courses of the series cannot rebuild',
    score: (values) => subspaceResidual(values, table.subspaceWidth, table.subspaceRank),
  },
  {
    id: 'level',
    looksAt: 'how far a point lies from the middle of the whole series',
    // The prepared series has its middle at zero.
    score: (values) => values.map(Math.abs),
  },
];

/** How far apart two moments are different events: half a period where the series has a strong short one. */
function apart(values: Float64Array): number {
  const period = findPeriod(values);
  if (period !== null && period.strength >= table.periodStrengthMin && period.points <= table.apartPoints) return period.points >> 1;
  return Math.min(table.apartPoints, values.length >> 3);
}
