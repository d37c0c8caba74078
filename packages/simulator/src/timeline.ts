import { faultKinds } from './faults/catalogue.ts';
import type { FaultKind, Place, Strike } from './faults/fault.ts';
import { makeLostSpans, makeRelease, type Harmless } from './harmless.ts';
import { compare, probe, stare, type Fare, type Suffering } from './probe.ts';
import { Random } from './random.ts';
import { rhythmAt } from './system/rhythm.ts';
import type { Operation, System } from './system/system.ts';
import { pathOf, waysAlike, type FaultTruth, type Twist } from './truth.ts';

export interface Planted { readonly truth: FaultTruth; readonly strike: Strike }

export interface TimelineOptions {
  readonly spansPerSecond: number;
  readonly startMs: number;
  /** Kinds in the order in which they come. */
  readonly kinds: readonly string[];
  /** Onset of the first; where the last ends decides how long the story is. */
  readonly warmUpMs: number;
  /** Calm between the end of one and the onset of the next, from and to; minutes. */
  readonly calmMinutes: readonly [number, number];
  /** Faults are planted only where at least so many requests a minute suffer. */
  readonly touchedPerMinute: number;
  /** One in two faults gets one of these. */
  readonly twists: readonly Twist[];
  readonly twistShare: number;
  /** Another one gives other faults at other places of the same system. */
  readonly faultSeed: number;
}

export interface Timeline {
  readonly planted: readonly Planted[];
  /** Kinds that found no place. */
  readonly leftOut: readonly string[];
  /** What makes faults harder to see through, and is no fault itself. */
  readonly decoys: readonly Harmless[];
  readonly endMs: number;
}

const minuteMs = 60_000;
const places = 20;
/** Steps in which it is looked for when something gradual becomes visible. */
const looks = 16;

/** Plants the faults one after the other with calm between them. A kind that finds no place where it would be felt is left out, and said. */
export function planTimeline(system: System, options: TimelineOptions): Timeline {
  const random = new Random(options.faultSeed, 41);
  const planted: Planted[] = [];
  const leftOut: string[] = [];
  const decoys: Harmless[] = [];
  let onsetMs = options.startMs + options.warmUpMs;
  for (const kind of options.kinds) {
    const made = plant(system, random, kindOf(kind), wholeSeconds(onsetMs), wholeSeconds(random.between(5, 8) * minuteMs), options);
    if (made === null) {
      leftOut.push(kind);
      continue;
    }
    const twisted = twist(system, random, made, options);
    planted.push(...twisted.planted);
    decoys.push(...twisted.decoys);
    onsetMs = Math.max(...twisted.planted.map(({ truth }) => truth.endMs)) + random.between(...options.calmMinutes) * minuteMs;
  }
  return { planted, leftOut, decoys, endMs: Math.ceil((onsetMs - 5 * minuteMs) / 10_000) * 10_000 };
}

/** The fault with what makes it harder, if anything does. */
function twist(system: System, random: Random, made: Planted, options: TimelineOptions): { readonly planted: Planted[]; readonly decoys: Harmless[] } {
  if (options.twists.length === 0 || random.chance(1 - options.twistShare)) return { planted: [made], decoys: [] };
  const { strike, truth } = made;
  const kind = random.pick(options.twists);
  const twisted = { strike, truth: { ...truth, twist: kind } };
  const sufferers = truth.symptoms.map(({ entity }) => entity);
  const near = system.services.filter((service) => sufferers.includes(service.id) && !truth.entities.includes(service.id));
  switch (kind) {
    case 'misleading_deploy': {
      const innocent = near.length > 0 ? near : system.services.filter(({ id }) => !truth.entities.includes(id));
      // A fault that blames every service leaves nobody to mislead with.
      if (innocent.length === 0) return { planted: [made], decoys: [] };
      const service = random.pick(innocent);
      return { planted: [twisted], decoys: [makeRelease(service, 20 + planNumber(truth, options), truth.onsetMs - Math.round(random.between(15_000, 60_000)))] };
    }
    case 'telemetry_lost': {
      const service = random.chance(0.5) || near.length === 0 ? strike.from[0] : near[0];
      // More people than the system can carry are seen at every door, whichever of its services tells nothing of itself.
      const isHidden = service.id === truth.entities[0] && !truth.entities.includes('user');
      return { planted: [{ strike, truth: { ...twisted.truth, inside: truth.inside && !isHidden } }], decoys: [makeLostSpans(service, truth.onsetMs - 90_000, truth.endMs + 60_000)] };
    }
    case 'second_fault': {
      const second = plant(system, random, random.pick(faultKinds), wholeSeconds(truth.onsetMs + random.between(20_000, 90_000)), truth.endMs - truth.onsetMs, options, made);
      return second === null ? { planted: [made], decoys: [] } : { planted: [twisted, { strike: second.strike, truth: { ...second.truth, twist: kind } }], decoys: [] };
    }
  }
}

/** Grows with time, so that two releases of one service are two versions. */
function planNumber(truth: FaultTruth, options: TimelineOptions): number {
  return Math.floor((truth.onsetMs - options.startMs) / minuteMs);
}

/** Levers move at whole seconds. */
function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}

export function kindOf(kind: string): FaultKind {
  const found = faultKinds.find((each) => each.kind === kind);
  if (found === undefined) throw new RangeError(`there is no kind of fault called ${kind}`);
  return found;
}

/** `under`: another fault that is there already. What it hides is not felt, so the place must be one where both together hurt more than it alone. */
function plant(system: System, random: Random, kind: FaultKind, onsetMs: number, lastsMs: number, options: TimelineOptions, under: Planted | null = null): Planted | null {
  const total = system.entries.reduce((sum, entry) => sum + entry.weight, 0);
  const busy = system.entries.reduce((sum, entry) => sum + entry.weight / total * rhythmAt(entry.rhythm, onsetMs), 0);
  const perSecond = (operation: Operation): number => operation.visits * busy * options.spansPerSecond / system.spansPerRequest;
  const place: Place = { system, random, lastsMs, least: options.touchedPerMinute / 60, perSecond };
  const beforeMs = under === null ? 0 : onsetMs - under.truth.onsetMs;
  const without = (ageMs: number, probed?: number): Fare => probe(system, options.spansPerSecond, onsetMs + ageMs, under?.strike ?? null, beforeMs + (under === null ? 0 : ageMs), probed);
  const calm = without(0);
  for (let tries = 0; tries < places; tries++) {
    const strike = kind.plan(place);
    if (strike === null) continue;
    const both = under === null ? strike : together(under, strike, beforeMs);
    // What is gradual is at its worst towards its end; some abrupt things are over before they end.
    const worstAge = kind.gradual ? 0.9 * lastsMs : 20_000;
    const waiting = queueSufferers(system, kind, strike, perSecond);
    const glanced = compare(system, strike.from, calm, probe(system, options.spansPerSecond, onsetMs + worstAge, both, worstAge));
    if (mostTouched([...glanced, ...waiting]) < options.touchedPerMinute) continue;
    const rested = without(0, stare);
    const suffering = [...waiting, ...compare(system, strike.from, rested, probe(system, options.spansPerSecond, onsetMs + worstAge, both, worstAge, stare)).filter(({ service }) => waiting.every((each) => each.service !== service))];
    if (mostTouched(suffering) < options.touchedPerMinute) continue;
    const visibleMs = kind.gradual ? whenVisible(system, options, onsetMs, lastsMs, both, without) : onsetMs;
    if (visibleMs === null) continue;
    return { strike, truth: tell(system, kind, strike, suffering, onsetMs, lastsMs, visibleMs) };
  }
  return null;
}

/** Both at once, by the age of the second. */
function together(under: Planted, strike: Strike, beforeMs: number): Strike {
  return {
    ...strike,
    apply(ageMs, entryFactors) {
      if (ageMs + beforeMs < under.truth.endMs - under.truth.onsetMs) under.strike.apply(ageMs + beforeMs, entryFactors);
      strike.apply(ageMs, entryFactors);
    },
  };
}

function mostTouched(suffering: readonly Suffering[]): number {
  return Math.max(0, ...suffering.map(({ perMinute }) => perMinute));
}

/** A consumer that stands still makes nobody's request slower, but its messages are not read: that is felt as well. */
function queueSufferers(system: System, kind: FaultKind, strike: Strike, perSecond: (operation: Operation) => number): Suffering[] {
  if (kind.kind !== 'queue_stuck') return [];
  return system.topics.filter((topic) => strike.entities.includes(topic.id)).map((topic) => ({ service: topic.operation.service, operation: topic.operation.name, perMinute: 60 * perSecond(topic.operation), how: 'silent' }));
}

function whenVisible(system: System, options: TimelineOptions, onsetMs: number, lastsMs: number, strike: Strike, without: (ageMs: number) => Fare): number | null {
  const saturatedMs = Math.max(0, strike.saturatedMs ?? Infinity);
  for (let step = 0; step < looks; step++) {
    const ageMs = wholeSeconds(lastsMs * step / looks);
    if (ageMs >= saturatedMs) break;
    const suffering = compare(system, strike.from, without(ageMs), probe(system, options.spansPerSecond, onsetMs + ageMs, strike, ageMs));
    if ((suffering[0]?.perMinute ?? 0) >= options.touchedPerMinute) return onsetMs + ageMs;
  }
  return saturatedMs < lastsMs ? Math.round(onsetMs + saturatedMs) : null;
}

function tell(system: System, kind: FaultKind, strike: Strike, suffering: readonly Suffering[], onsetMs: number, lastsMs: number, visibleMs: number): FaultTruth {
  return {
    kind: kind.kind, entities: strike.entities, causes: kind.causes, detail: strike.detail, onsetMs, endMs: onsetMs + lastsMs, visibleMs,
    symptoms: suffering.map(({ service, perMinute, how }) => ({ entity: service.id, perMinute: Math.round(10 * perMinute) / 10, how })),
    path: pathOf(system, strike.entities[0], strike.from, suffering), alike: waysAlike(system, strike.entities[0], strike.from, suffering, lastsMs / minuteMs), inside: kind.inside, twist: '', touchedPerMinute: Math.round(mostTouched(suffering)),
  };
}
