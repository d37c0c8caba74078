import type { FaultTruth } from '@clew/simulator';
import { nodesOf, type Alarm } from './watch.ts';

/** An alarm may come so long after the end of a fault and still be about it: panes have to close, queues to drain. */
export const settlingMs = 120_000;

export interface Case {
  readonly run: string;
  readonly kind: string;
  readonly entity: string;
  readonly detail: string;
  readonly onset: string;
  readonly touchedPerMinute: number;
  readonly symptoms: number;
  readonly twist: string;
  readonly found: boolean;
  /** From its onset, and from when it could be seen, to the first alarm. */
  readonly detectS: number | null;
  readonly detectVisibleS: number | null;
  readonly duplicates: number;
  readonly top1: boolean;
  readonly top3: boolean;
  readonly kindRight: boolean;
  readonly said: string;
}

export interface FalseAlarm { readonly run: string; readonly at: string; readonly headline: string; readonly entities: number; readonly cause: string }

export interface Score {
  readonly cases: readonly Case[];
  readonly alarms: number;
  readonly falseAlarms: readonly FalseAlarm[];
  /** Alarms whose incident was later told to be the same as another one; and those of them where the other one was about another fault. */
  readonly merged: number;
  readonly mixed: number;
}

/** Event by event: an alarm is true when it is given while a fault lasts (or shortly after) and speaks of a service that suffers or of the cause. */
export function score(run: string, faults: readonly FaultTruth[], alarms: readonly Alarm[]): Score {
  const matched = new Map<FaultTruth, Alarm[]>(faults.map((fault) => [fault, []]));
  const falseAlarms: FalseAlarm[] = [];
  for (const alarm of alarms) {
    const about = faults.filter((fault) => alarm.saidMs >= fault.onsetMs && alarm.saidMs <= fault.endMs + settlingMs && touches(alarm, fault));
    // Of two faults at the same time the one that has not been told yet; of two such the one whose cause it names.
    const untold = about.filter((each) => matched.get(each)?.length === 0);
    const fault = untold.find((each) => each.entities.includes(alarm.causes[0]?.entity ?? '')) ?? untold[0] ?? about[0];
    if (fault === undefined) falseAlarms.push(toFalse(run, alarm));
    else matched.get(fault)?.push(alarm);
  }
  return { cases: faults.map((fault) => toCase(run, fault, matched.get(fault) ?? [])), alarms: alarms.length, falseAlarms, ...countMerged(alarms, matched) };
}

/** People were called all the same: what is merged later stays an alarm. */
function countMerged(alarms: readonly Alarm[], matched: ReadonlyMap<FaultTruth, readonly Alarm[]>): Pick<Score, 'merged' | 'mixed'> {
  const faultOf = (alarm: Alarm | undefined): FaultTruth | undefined => (alarm === undefined ? undefined : [...matched].find(([, own]) => own.includes(alarm))?.[0]);
  const merged = alarms.filter(({ mergedInto }) => mergedInto !== null);
  const mixed = merged.filter((alarm) => faultOf(alarm) !== faultOf(alarms.findLast((other) => other.id === alarm.mergedInto && other.saidMs <= alarm.saidMs)));
  return { merged: merged.length, mixed: mixed.length };
}

function touches(alarm: Alarm, fault: FaultTruth): boolean {
  const involved = new Set([...fault.symptoms.map(({ entity }) => entity), ...fault.entities].flatMap(nodesOf));
  // Everybody's requests pass the edge from the people to a front door: that alone is not yet about the fault.
  involved.delete('user');
  return alarm.entities.some((entity) => involved.has(entity));
}

function toCase(run: string, fault: FaultTruth, alarms: readonly Alarm[]): Case {
  const first = alarms.at(0);
  const causes = alarms.flatMap((alarm) => alarm.causes.slice(0, 1)).length > 0 ? alarms.find((alarm) => alarm.causes.length > 0)?.causes ?? [] : [];
  const isRight = (entity: string): boolean => fault.entities.includes(entity);
  return {
    run, kind: fault.kind, entity: fault.entities[0], detail: fault.detail, onset: new Date(fault.onsetMs).toISOString(), touchedPerMinute: fault.touchedPerMinute, symptoms: fault.symptoms.length, twist: fault.twist,
    found: first !== undefined, detectS: first === undefined ? null : (first.saidMs - fault.onsetMs) / 1000, detectVisibleS: first === undefined ? null : Math.max(0, first.saidMs - fault.visibleMs) / 1000,
    duplicates: Math.max(0, alarms.length - 1),
    top1: causes.length > 0 && isRight(causes[0].entity), top3: causes.slice(0, 3).some(({ entity }) => isRight(entity)), kindRight: causes.length > 0 && isRight(causes[0].entity) && fault.causes.includes(causes[0].kind),
    said: first === undefined ? 'nothing' : causes.length === 0 ? 'unknown' : `${causes[0].entity} ${causes[0].kind} ${causes[0].confidence.toFixed(2)}`,
  };
}

export function toFalse(run: string, alarm: Alarm): FalseAlarm {
  return { run, at: new Date(alarm.saidMs).toISOString(), headline: alarm.headline, entities: alarm.entities.length, cause: alarm.causes.length === 0 ? 'unknown' : `${alarm.causes[0].entity} ${alarm.causes[0].kind}` };
}

export interface Totals {
  readonly faults: number;
  readonly found: number;
  readonly alarms: number;
  readonly falseAlarms: number;
  readonly duplicates: number;
  readonly merged: number;
  readonly mixed: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly detectS: Quantiles;
  readonly detectVisibleS: Quantiles;
  readonly top1: number | null;
  readonly top3: number | null;
  readonly kindRight: number | null;
}
export interface Quantiles { readonly median: number | null; readonly p95: number | null }

export function total(scores: readonly Score[]): Totals {
  const cases = scores.flatMap((each) => each.cases);
  const found = cases.filter((each) => each.found);
  const alarms = scores.reduce((sum, each) => sum + each.alarms, 0);
  const falseAlarms = scores.reduce((sum, each) => sum + each.falseAlarms.length, 0);
  return {
    faults: cases.length, found: found.length, alarms, falseAlarms, duplicates: cases.reduce((sum, each) => sum + each.duplicates, 0), merged: scores.reduce((sum, each) => sum + each.merged, 0), mixed: scores.reduce((sum, each) => sum + each.mixed, 0),
    precision: share(alarms - falseAlarms, alarms), recall: share(found.length, cases.length),
    detectS: quantiles(found.map((each) => each.detectS)), detectVisibleS: quantiles(found.map((each) => each.detectVisibleS)),
    top1: share(cases.filter((each) => each.top1).length, cases.length), top3: share(cases.filter((each) => each.top3).length, cases.length), kindRight: share(cases.filter((each) => each.kindRight).length, cases.length),
  };
}

function share(count: number, of: number): number | null {
  return of === 0 ? null : Math.round(1e4 * count / of) / 1e4;
}

/** Of those that were found; the ones that were missed are told by the recall. */
function quantiles(numbers: readonly (number | null)[]): Quantiles {
  const sorted = numbers.filter((each) => each !== null).sort((a, b) => a - b);
  const at = (quantile: number): number | null => (sorted.length === 0 ? null : Math.round(10 * sorted[Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)]) / 10);
  return { median: at(0.5), p95: at(0.95) };
}
