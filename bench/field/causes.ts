import type { FaultTruth } from '@clew/simulator';
import type { RunResult } from './run.ts';
import { settlingMs } from './score.ts';
import { nodesOf, type Alarm, type Answer } from './watch.ts';

/** Root cause by itself: of the faults that were found, what was said to be their cause, against the truth. */
export interface CauseCase {
  readonly run: string;
  readonly kind: string;
  readonly twist: string;
  readonly services: number;
  /** The cause itself can be seen in the telemetry; otherwise *unknown* is the right answer. */
  readonly inside: boolean;
  readonly truth: string;
  readonly said: string;
  readonly place: number | null;
  readonly isKindRight: boolean;
  readonly isPathRight: boolean;
  /** The path, or one over callers of whom chance alone decides which suffers most. */
  readonly isPathAlike: boolean;
  /** Services between the cause and people, as said and as it was. */
  readonly path: readonly string[];
  readonly truePath: readonly string[];
  readonly saysUnknown: boolean;
  /** Share that the answer gave itself, and whether it was right. */
  readonly share: number;
  readonly isRight: boolean;
  /** By the trivial rule: the service whose requests suffer most. */
  readonly baselinePlace: number | null;
}

export interface CauseTotals {
  readonly faults: number;
  readonly notFound: number;
  readonly top1: number | null;
  readonly top3: number | null;
  readonly kindRight: number | null;
  readonly pathRight: number | null;
  readonly pathAlike: number | null;
  readonly baselineTop1: number | null;
  readonly outside: number;
  /** Of the faults whose cause is outside of the telemetry. */
  readonly unknownSaid: number | null;
  /** Of the others. */
  readonly unknownSaidWrongly: number | null;
  readonly calibrationError: number | null;
  readonly brier: number | null;
  /** In ten bins of the share: how many answers, the mean share, how many of them were right. */
  readonly reliability: readonly { readonly from: number; readonly answers: number; readonly share: number; readonly right: number }[];
}

const bins = 10;

/** What of a run is judged. */
export type Judged = Pick<RunResult, 'spec' | 'faults' | 'alarms'>;

export function judgeCauses(results: readonly Judged[]): { readonly cases: CauseCase[]; readonly totals: CauseTotals } {
  const cases: CauseCase[] = [];
  let notFound = 0;
  for (const { spec, faults, alarms } of results) {
    for (const fault of faults) {
      const alarm = answerFor(fault, faults, alarms[0]);
      const answer = alarm === null ? null : spokesman(alarm, alarms[0]).answer;
      if (answer === null) notFound++;
      else cases.push(toCase(spec.name, spec.simulation.services ?? 0, fault, answer));
    }
  }
  return { cases, totals: { ...totalOf(cases), notFound } };
}

/** The alarm that is about the fault; of several the one that names its cause highest. */
export function answerFor(fault: FaultTruth, faults: readonly FaultTruth[], alarms: readonly Alarm[]): Alarm | null {
  const suffering = (each: FaultTruth): Set<string> => new Set([...each.symptoms.map(({ entity }) => entity), ...each.entities].flatMap(nodesOf).filter((node) => node !== 'user'));
  const own = suffering(fault);
  const others = faults.filter((each) => each !== fault && each.onsetMs < fault.endMs + settlingMs && each.endMs + settlingMs > fault.onsetMs);
  const about = alarms.filter(({ saidMs, answer, entities }) => answer !== null && saidMs >= fault.onsetMs && saidMs <= fault.endMs + settlingMs && entities.some((entity) => own.has(entity)));
  // An alarm that was given before is about this fault only where it took it in: never counted in our favour.
  const ranked = others.length === 0 ? about.slice(0, 1) : about.toSorted((a, b) => (placeOf(fault, a.answer) ?? Infinity) - (placeOf(fault, b.answer) ?? Infinity)).slice(0, 1);
  return ranked[0] ?? null;
}

/** What an alarm's reader is told in the end: once it is said to be the same as another one, that one speaks for both, right or wrong. */
function spokesman(alarm: Alarm, alarms: readonly Alarm[], seen: ReadonlySet<string> = new Set()): Alarm {
  const other = alarm.mergedInto === null || seen.has(alarm.id) ? undefined : alarms.findLast(({ id, answer }) => id === alarm.mergedInto && answer !== null);
  return other === undefined ? alarm : spokesman(other, alarms, new Set([...seen, alarm.id]));
}

function placeOf(fault: FaultTruth, answer: Answer | null): number | null {
  const at = answer?.causes.findIndex(({ entity }) => fault.entities.includes(entity)) ?? -1;
  return at < 0 ? null : at + 1;
}

function toCase(run: string, services: number, fault: FaultTruth, answer: Answer): CauseCase {
  const [first] = answer.causes;
  const place = placeOf(fault, answer);
  const saysUnknown = first === undefined || first.confidence < answer.unknown;
  const truePath = beyondCause(fault.path, fault);
  const said = beyondCause(answer.causes.find(({ entity }) => fault.entities.includes(entity))?.path.toReversed() ?? [], fault);
  const isTrue = (path: readonly string[]): boolean => place === 1 && said.join() === beyondCause(path, fault).join();
  const worst = fault.symptoms.findIndex(({ entity }) => fault.entities.includes(entity));
  return {
    run, services, kind: fault.kind, twist: fault.twist, inside: fault.inside, truth: fault.entities.join(' or '), place, saysUnknown,
    said: saysUnknown ? `unknown ${answer.unknown.toFixed(2)}` : `${first.entity} ${first.kind} ${first.confidence.toFixed(2)}`,
    isKindRight: place === 1 && fault.causes.includes(answer.causes[0].kind), isPathRight: isTrue(fault.path), isPathAlike: [fault.path, ...(fault.alike ?? [])].some(isTrue), path: said, truePath,
    share: saysUnknown ? answer.unknown : first.confidence, isRight: saysUnknown ? !fault.inside : place === 1,
    baselinePlace: worst < 0 ? null : worst + 1,
  };
}

/**
 * The services that the trouble passed, from the cause up. What is to blame may be called by several names (an edge, its caller, its
 * callee; a cache and the databases behind it): they stand at the head of a path, whichever was said, and are no part of the way.
 */
function beyondCause(path: readonly string[], { entities }: FaultTruth): string[] {
  return path.filter((entity) => entity !== 'user' && !entities.includes(entity));
}

function totalOf(cases: readonly CauseCase[]): Omit<CauseTotals, 'notFound'> {
  const inside = cases.filter((each) => each.inside);
  const outside = cases.filter((each) => !each.inside);
  const reliability = Array.from({ length: bins }, (_, bin) => {
    const own = cases.filter(({ share }) => Math.min(bins - 1, Math.floor(share * bins)) === bin);
    return { from: bin / bins, answers: own.length, share: own.reduce((sum, { share }) => sum + share, 0) / Math.max(1, own.length), right: own.filter(({ isRight }) => isRight).length / Math.max(1, own.length) };
  });
  return {
    faults: cases.length,
    top1: shareOf(inside, ({ place, saysUnknown }) => place === 1 && !saysUnknown), top3: shareOf(inside, ({ place }) => place !== null && place <= 3),
    kindRight: shareOf(inside, ({ isKindRight }) => isKindRight), pathRight: shareOf(inside, ({ isPathRight }) => isPathRight), pathAlike: shareOf(inside, ({ isPathAlike }) => isPathAlike), baselineTop1: shareOf(inside, ({ baselinePlace }) => baselinePlace === 1),
    outside: outside.length, unknownSaid: shareOf(outside, ({ saysUnknown }) => saysUnknown), unknownSaidWrongly: shareOf(inside, ({ saysUnknown }) => saysUnknown),
    calibrationError: cases.length === 0 ? null : round(reliability.reduce((sum, { answers, share, right }) => sum + (answers / cases.length) * Math.abs(share - right), 0)),
    brier: cases.length === 0 ? null : round(cases.reduce((sum, { share, isRight }) => sum + (share - (isRight ? 1 : 0)) ** 2, 0) / cases.length),
    reliability,
  };
}

const round = (value: number): number => Math.round(1e4 * value) / 1e4;
const shareOf = <T>(of: readonly T[], is: (each: T) => boolean): number | null => (of.length === 0 ? null : round(of.filter(is).length / of.length));

export function causesToTable({ cases, totals }: ReturnType<typeof judgeCauses>): string {
  const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
  const kinds = [...Map.groupBy(cases, ({ kind }) => kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${totals.faults} faults that were found, ${totals.notFound} that were not`,
    `top-1 ${percent(totals.top1)}, top-3 ${percent(totals.top3)}, kind ${percent(totals.kindRight)}, exact path ${percent(totals.pathRight)} (that or one of callers that suffer alike ${percent(totals.pathAlike)}); blaming whom it hurts most: top-1 ${percent(totals.baselineTop1)}`,
    `cause outside of the telemetry: ${totals.outside}, unknown said in ${percent(totals.unknownSaid)}; said wrongly in ${percent(totals.unknownSaidWrongly)} of the others`,
    `calibration error ${totals.calibrationError ?? '–'}, Brier ${totals.brier ?? '–'}`,
    ...totals.reliability.filter(({ answers }) => answers > 0).map(({ from, answers, share, right }) => `  ${from.toFixed(1)}–${(from + 1 / bins).toFixed(1)}: ${answers} answers, said ${percent(share)}, right ${percent(right)}`),
    '', ...kinds.map(([kind, own]) => `${kind.padEnd(22)} ${String(own.length).padStart(3)}  first ${own.filter(({ place }) => place === 1).length}  unknown ${own.filter(({ saysUnknown }) => saysUnknown).length}`), '',
  ].join('\n');
}
