import type { EntityId, InstanceCount, Labels, RequestSums } from '../model/index.ts';
import type { Memory } from './memory.ts';

type Sums = { -readonly [Key in keyof RequestSums]: RequestSums[Key] };

/** Requests over some panes that are told apart by what they had in common. */
export interface Unit extends Sums {
  readonly service: EntityId;
  readonly instance: EntityId;
  readonly labels: Labels;
}

export interface UnitStretch { readonly units: ReadonlyMap<string, Unit>; readonly values: ReadonlyMap<string, ValueSums>; readonly records: ReadonlyMap<string, ValueSums>; readonly panes: number }

/** Requests, or log records, of a service by the value of something that its spans or records say. */
export interface ValueSums extends Sums { readonly service: EntityId; readonly key: string; readonly value: string }

const names = new WeakMap<Labels, string>();

/** Instance and labels as one text; made once for each list of labels that is remembered. */
function nameOf({ service, instance, labels }: InstanceCount): string {
  let name = names.get(labels);
  if (name === undefined) names.set(labels, name = labels.map(([key, value]) => `${key}=${value}`).join('\u0001'));
  return `${service}\u0001${instance}\u0001${name}`;
}

/** Over panes that start in [fromMs, toMs). */
export function tallyUnits(memory: Memory, fromMs: number, toMs: number): UnitStretch {
  const units = new Map<string, Unit>();
  const values = new Map<string, ValueSums>();
  const records = new Map<string, ValueSums>();
  let panes = 0;
  for (const pane of memory.panes) {
    if (pane.startMs < fromMs || pane.startMs >= toMs) continue;
    panes++;
    for (const each of pane.instances ?? []) {
      const name = nameOf(each);
      const known = units.get(name);
      if (known === undefined) units.set(name, { ...each });
      else addSums(known, each);
    }
    for (const each of pane.values ?? []) addValue(values, each);
    for (const each of pane.recordValues ?? []) addValue(records, each);
  }
  return { units, values, records, panes };
}

function addValue(values: Map<string, ValueSums>, each: ValueSums): void {
  const name = `${each.service}\u0001${each.key}\u0001${each.value}`;
  const known = values.get(name);
  if (known === undefined) values.set(name, { ...each });
  else addSums(known, each);
}

export function noSums(): Sums {
  return { requests: 0, errors: 0, totalMs: 0, logSum: 0, logSquares: 0 };
}

export function addSums(into: Sums, other: RequestSums): void {
  into.requests += other.requests;
  into.errors += other.errors;
  into.totalMs += other.totalMs;
  into.logSum += other.logSum;
  into.logSquares += other.logSquares;
}
