import type { FieldOptions } from './plan.ts';
import type { RunResult } from './run.ts';
import { score, toFalse, total, type Case, type FalseAlarm, type Score, type Totals } from './score.ts';

export interface Report {
  readonly options: FieldOptions;
  readonly faults: Totals;
  readonly baseline: Totals;
  readonly kinds: readonly ({ readonly kind: string } & Totals)[];
  /** Kinds for which no place was found where they would be felt, once for each time. */
  readonly leftOut: readonly string[];
  readonly quiet: { readonly days: number; readonly budgets: readonly { readonly budget: number; readonly alarms: number; readonly perDay: number; readonly list: readonly FalseAlarm[] }[]; readonly baselinePerDay: number } | null;
  readonly speed: { readonly simulatedHours: number; readonly spans: number; readonly wallS: number; readonly engineTimesRealTime: number; readonly simulatorTimesRealTime: number };
  readonly cases: readonly Case[];
  readonly falseAlarms: readonly FalseAlarm[];
}

export function makeReport(options: FieldOptions, runs: readonly RunResult[], quiet: readonly RunResult[], wallMs: number): Report {
  const scores = runs.map((run) => score(run.spec.name, run.faults, run.alarms[0]));
  const all = [...runs, ...quiet];
  const sum = (of: (run: RunResult) => number): number => all.reduce((so, run) => so + of(run), 0);
  const simulatedMs = sum((run) => run.endMs - run.startMs);
  const cases = scores.flatMap((each) => each.cases);
  return {
    options, faults: total(scores), baseline: total(runs.map((run) => score(run.spec.name, run.faults, run.baseline))),
    kinds: [...new Set(cases.map(({ kind }) => kind))].sort().map((kind) => ({ kind, ...total([ofKind(kind, cases)]) })),
    leftOut: runs.flatMap((run) => run.leftOut),
    quiet: quiet.length === 0 ? null : {
      days: quiet.length, baselinePerDay: quiet.reduce((so, run) => so + run.baseline.length, 0) / quiet.length,
      budgets: options.quietBudgets.map((budget, index) => {
        const list = quiet.flatMap((run) => run.alarms[index].map((alarm) => toFalse(run.spec.name, alarm)));
        return { budget, alarms: list.length, perDay: list.length / quiet.length, list };
      }),
    },
    speed: {
      simulatedHours: simulatedMs / 3_600_000, spans: sum((run) => run.spans), wallS: Math.round(wallMs / 1000),
      engineTimesRealTime: Math.round(simulatedMs / Math.max(1, sum((run) => run.engineMs))), simulatorTimesRealTime: Math.round(simulatedMs / Math.max(1, sum((run) => run.simulatorMs))),
    },
    cases, falseAlarms: scores.flatMap((each) => each.falseAlarms),
  };
}

/** Alarms that are false belong to no kind: precision is told for all kinds together. */
function ofKind(kind: string, cases: readonly Case[]): Score {
  const own = cases.filter((each) => each.kind === kind);
  return { cases: own, alarms: own.reduce((sum, each) => sum + (each.found ? 1 + each.duplicates : 0), 0), falseAlarms: [], merged: 0, mixed: 0 };
}

export function toTable({ options, faults, baseline, kinds, leftOut, quiet, speed, falseAlarms }: Report): string {
  const lines = [`seed ${options.seed}, ${options.services} services, ${options.rate} spans/s at peak, budget ${options.budget} a day`, ''];
  const row = (cells: readonly string[]): string => cells.map((cell, index) => (index === 0 ? cell.padEnd(22) : cell.padStart(9))).join(' ');
  if (faults.faults > 0) {
    lines.push(row(['fault', 'cases', 'found', 'more', 'median s', 'p95 s', 'visible', 'p95', 'top-1', 'top-3', 'kind']));
    for (const each of [...kinds, { kind: 'all', ...faults }, { kind: 'baseline', ...baseline }]) {
      lines.push(row([each.kind, String(each.faults), String(each.found), String(each.duplicates), say(each.detectS.median), say(each.detectS.p95), say(each.detectVisibleS.median), say(each.detectVisibleS.p95), say(each.top1), say(each.top3), say(each.kindRight)]));
    }
    lines.push('', row(['', 'alarms', 'false', 'precision', 'recall', 'merged', 'mixed']));
    for (const [name, each] of [['Clew', faults], ['baseline', baseline]] as const) lines.push(row([name, String(each.alarms), String(each.falseAlarms), say(each.precision), say(each.recall), String(each.merged), String(each.mixed)]));
    if (falseAlarms.length > 0) lines.push('', 'false alarms:', ...falseAlarms.map((each) => `  ${each.run} ${each.at} ${each.headline}, ${each.entities} nodes, cause ${each.cause}`));
    if (leftOut.length > 0) lines.push('', `no place was found for: ${leftOut.join(', ')}`);
  }
  if (quiet !== null) {
    lines.push('', `${quiet.days} quiet days, baseline ${quiet.baselinePerDay.toFixed(1)} alarms a day`, ...quiet.budgets.map((each) => `  budget ${each.budget} a day: ${each.alarms} alarms, ${each.perDay.toFixed(2)} a day`));
  }
  lines.push('', `${speed.simulatedHours.toFixed(1)} h simulated, ${speed.spans} spans, in ${speed.wallS} s; engine ${speed.engineTimesRealTime} × real time, simulator ${speed.simulatorTimesRealTime} × (processor time)`, '');
  return lines.join('\n');
}

function say(value: number | null): string {
  return value === null ? '–' : String(value);
}
