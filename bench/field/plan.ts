import { faultKinds, type Twist } from '@clew/simulator';
import type { RunSpec } from './run.ts';
import { makeDice } from '../../packages/engine/src/model/sketch.ts';

export interface FieldOptions {
  readonly seed: number;
  readonly services: number;
  readonly faults: number;
  readonly quietDays: number;
  readonly budget: number;
  readonly quietBudgets: readonly number[];
  readonly rate: number;
  readonly touched: number;
  readonly only: readonly string[] | null;
  readonly twists: readonly Twist[];
}

/** Faults of one run: a system of its own, warm-up first, calm between them. */
const faultsPerRun = 8;
/** Harmless things are this much more frequent around faults, so that a few hours hold some. */
const oftenAroundFaults = 4;
const leastServices = 10;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const weekMs = Date.UTC(2026, 4, 11);

/** Kinds take turns in an order drawn from the seed; each run begins at another hour of the week. */
export function planFaultRuns(options: FieldOptions, kinds = chooseKinds(options), firstRun = 0): RunSpec[] {
  const dice = makeDice(options.seed * 31 + firstRun);
  return Array.from({ length: Math.ceil(kinds.length / faultsPerRun) }, (_, index): RunSpec => {
    const run = firstRun + index;
    return {
      name: `faults-${run}`, budgets: [options.budget],
      simulation: {
        seed: options.seed * 1_000 + run, services: options.services, spansPerSecond: options.rate, touchedPerMinute: options.touched, harmless: oftenAroundFaults, twists: options.twists,
        faults: kinds.slice(index * faultsPerRun, (index + 1) * faultsPerRun), startMs: weekMs + Math.floor(dice() * 7) * dayMs + Math.floor((6 + 14 * dice()) * 60) * 60_000,
      },
    };
  });
}

/** Of eleven twisted faults five have a misleading release, three another fault, three lost telemetry: a third and two fifths of all. */
export const rootCauseTwists: readonly Twist[] = [...Array.from({ length: 5 }, () => 'misleading_deploy' as const), ...Array.from({ length: 3 }, () => 'second_fault' as const), ...Array.from({ length: 3 }, () => 'telemetry_lost' as const)];
const rootCauseTwistShare = 11 / 15;

/** Systems of 10 services up to the number asked for, small ones more often. */
export function planRootCauseRuns(options: FieldOptions): RunSpec[] {
  const dice = makeDice(options.seed * 37 + 1);
  return planFaultRuns(options).map((spec, index): RunSpec => ({
    ...spec, name: `causes-${index}`,
    simulation: { ...spec.simulation, services: Math.round(leastServices * Math.max(1, options.services / leastServices) ** dice()), twists: options.twists, twistShare: rootCauseTwistShare },
  }));
}

/** Whole days, one after the other through the week, each of another system. */
export function planQuietRuns(options: FieldOptions): RunSpec[] {
  return Array.from({ length: options.quietDays }, (_, day): RunSpec => ({
    name: `quiet-${day}`, budgets: options.quietBudgets,
    simulation: { seed: options.seed * 1_000 + 500 + day, services: options.services, spansPerSecond: options.rate, startMs: weekMs + day * dayMs, minutes: 1440, harmless: 1 },
  }));
}

function chooseKinds({ seed, faults, only }: FieldOptions): string[] {
  const all = faultKinds.map(({ kind }) => kind).filter((kind) => only?.includes(kind) ?? true);
  const dice = makeDice(seed);
  const chosen: string[] = [];
  while (chosen.length < faults && all.length > 0) {
    const left = [...all];
    while (left.length > 0) chosen.push(...left.splice(Math.floor(dice() * left.length), 1));
  }
  return chosen.slice(0, faults);
}
