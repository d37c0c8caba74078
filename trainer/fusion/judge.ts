import { judgeCauses } from '../../bench/field/causes.ts';
import type { Ranked } from './replay.ts';
import { alarmsOf, type Shares, type Speech } from './words.ts';

/** The last words of all incidents, as the field judges them. */
export function judgeWords(of: readonly Ranked[], speeches: readonly Speech[], sharesOf: Shares): ReturnType<typeof judgeCauses> {
  return judgeCauses([...new Set(of.map(({ episode }) => episode))].map((episode) => ({
    spec: { name: episode.run, simulation: { services: episode.services }, budgets: [] }, faults: episode.faults, alarms: [alarmsOf(episode, speeches, sharesOf)],
  })));
}

export function summary({ totals }: ReturnType<typeof judgeCauses>): string {
  const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  return `${totals.faults} faults: first ${percent(totals.top1)}, among three ${percent(totals.top3)}, path ${percent(totals.pathRight)}, that or alike ${percent(totals.pathAlike)}; unknown or outside said of ${totals.outside} outside ${percent(totals.unknownSaid)}, of the others ${percent(totals.unknownSaidWrongly)}; calibration error ${totals.calibrationError?.toFixed(3) ?? '–'}, Brier ${totals.brier?.toFixed(3) ?? '–'}`;
}

export function reliability({ totals }: ReturnType<typeof judgeCauses>): string {
  return totals.reliability.filter(({ answers }) => answers > 0).map(({ from, answers, share, right }) => `  ${from.toFixed(1)} to ${(from + 0.1).toFixed(1)}: ${answers} faults, said ${share.toFixed(2)}, right ${right.toFixed(2)}`).join('\n');
}
