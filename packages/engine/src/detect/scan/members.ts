import { localResidual } from './local.ts';
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
    looksAt: 'whether a few points like these, at this height, occur anywhere else',
    score: (values) => profile(values, table.courseWidth, 'as it is', table.pairsMax),
  },
  {
    id: 'shape',
    looksAt: 'whether a stretch of this course, at any height, occurs anywhere else',
    score: (values) => profile(values, table.shapeWidth, 'less its mean', table.pairsMax),
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
