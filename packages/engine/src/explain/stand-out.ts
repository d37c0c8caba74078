import type { EntityId, RequestSums } from '../model/index.ts';
import { addSums, noSums } from './units.ts';
import type { UnitStretch } from './units.ts';

/** How requests of one service fare that have one value of one attribute, against all its others, since onset and before. */
export interface StandOut {
  readonly service: EntityId;
  readonly key: string;
  readonly value: string;
  readonly of: 'errors' | 'latency' | 'silence' | 'records';
  /** Share (0..1) of what the service gained in errors, time or silence that these requests account for. */
  readonly share: number;
  /** 1: the others fare as before; 0: they fare as badly. */
  readonly contrast: number;
  /** Chance of such a difference while there is none; small when many were tried means little until corrected. */
  readonly p: number;
  readonly inside: RequestSums;
  readonly outside: RequestSums;
}

interface Side { readonly before: RequestSums; readonly after: RequestSums }

const leastRequests = 8;
/** What the difference must come to: failures in a hundred requests, factor on the typical duration, share of requests gone. */
const [leastErrors, leastSlower, leastLost] = [0.04, 1.25, 0.8];
/** Values of one attribute that are tried; those with most requests first. */
const triedMax = 200;
/** The attribute that every instance has. */
export const instanceKey = 'instance';

export interface Tries {
  readonly found: readonly StandOut[];
  /** Differences that were looked for, found or not. */
  readonly tried: number;
  /** `service key value` of what had requests enough to be told from the others. */
  readonly judged: ReadonlyMap<string, number>;
}

/** Every value of every attribute of all services' requests. One that all requests share says nothing, and is left out. */
export function tryValues(before: UnitStretch, after: UnitStretch): Tries {
  const sides = new Map<EntityId, Map<string, Map<string, Side>>>();
  const sideOf = (service: EntityId, key: string, value: string): Side => {
    const keys = sides.get(service) ?? new Map<string, Map<string, Side>>();
    const values = keys.get(key) ?? new Map<string, Side>();
    const side = values.get(value) ?? { before: noSums(), after: noSums() };
    sides.set(service, keys.set(key, values.set(value, side)));
    return side;
  };
  for (const when of ['before', 'after'] as const) {
    const { units, values } = when === 'before' ? before : after;
    for (const unit of units.values()) {
      if (unit.instance !== '') addSums(sideOf(unit.service, instanceKey, unit.instance)[when], unit);
      for (const [key, value] of unit.labels) addSums(sideOf(unit.service, key, value)[when], unit);
    }
    for (const each of values.values()) addSums(sideOf(each.service, each.key, each.value)[when], each);
  }
  const panes = { before: Math.max(1, before.panes), after: Math.max(1, after.panes) };
  const ledger: Ledger = { found: [], tried: 0, judged: new Map(), panes };
  for (const [service, keys] of sides) for (const [key, values] of keys) if (values.size > 1) tryKey(ledger, service, key, values);
  return ledger;
}

/** Every value of every attribute of services' log records, by how many of them tell of errors; how many there are says little. */
export function tryRecords(before: UnitStretch, after: UnitStretch): Tries {
  const only = ({ records, panes }: UnitStretch): UnitStretch => ({ units: new Map(), values: records, records, panes });
  const { found, tried, judged } = tryValues(only(before), only(after));
  return { found: found.filter(({ of }) => of === 'errors').map((each) => ({ ...each, of: 'records' })), tried: tried / 3, judged };
}

interface Ledger { readonly found: StandOut[]; tried: number; readonly judged: Map<string, number>; readonly panes: { readonly before: number; readonly after: number } }

export function triedName(service: EntityId, key: string, value: string): string {
  return `${service}\u0001${key}\u0001${value}`;
}

function tryKey(ledger: Ledger, service: EntityId, key: string, values: ReadonlyMap<string, Side>): void {
  const { panes } = ledger;
  const all: Side = { before: noSums(), after: noSums() };
  for (const { before, after } of values.values()) {
    addSums(all.before, before);
    addSums(all.after, after);
  }
  const tried = [...values].sort(([x, a], [y, b]) => b.before.requests + b.after.requests - a.before.requests - a.after.requests || (x < y ? -1 : 1)).slice(0, triedMax);
  let [errors, addedMs, lost] = [0, 0, 0];
  const gains = tried.map(([value, own]) => {
    const rest: Side = { before: minus(all.before, own.before), after: minus(all.after, own.after) };
    const gain = { value, own, rest, errors: gainedErrors(own, all), ms: gainedMs(own, all), lost: gainedSilence(own, rest, panes) };
    errors += gain.errors;
    addedMs += gain.ms;
    lost += gain.lost;
    return gain;
  });
  for (const gain of gains) {
    const expected = gain.own.before.requests / panes.before * panes.after;
    if (Math.max(expected, gain.own.after.requests) >= leastRequests && gain.rest.after.requests >= leastRequests) ledger.judged.set(triedName(service, key, gain.value), Math.max(expected, gain.own.after.requests));
    ledger.tried += 3;
    for (const made of [tryErrors(gain.own, gain.rest, gain.errors / errors), tryLatency(gain.own, gain.rest, gain.ms / addedMs), trySilence(gain.own, gain.rest, panes, gain.lost / lost)]) {
      if (made !== null) ledger.found.push({ service, key, value: gain.value, ...made, inside: gain.own.after, outside: gain.rest.after });
    }
  }
}

type Tried = Pick<StandOut, 'of' | 'share' | 'contrast' | 'p'>;

const errorShare = ({ errors, requests }: RequestSums): number => (requests === 0 ? 0 : errors / requests);
const meanMs = ({ totalMs, requests }: RequestSums): number => (requests === 0 ? 0 : totalMs / requests);
const meanLog = ({ logSum, requests }: RequestSums): number => logSum / requests;
const varianceOfMean = ({ logSum, logSquares, requests }: RequestSums): number => Math.max(0.01, logSquares / requests - (logSum / requests) ** 2) / requests;
const minus = (all: RequestSums, own: RequestSums): RequestSums => ({
  requests: all.requests - own.requests, errors: all.errors - own.errors, totalMs: all.totalMs - own.totalMs, logSum: all.logSum - own.logSum, logSquares: all.logSquares - own.logSquares,
});

/** What was not there before is compared with all that was. */
const usual = (own: Side, all: Side): RequestSums => (own.before.requests >= leastRequests ? own.before : all.before);
const gainedErrors = (own: Side, all: Side): number => Math.max(0, own.after.errors - errorShare(usual(own, all)) * own.after.requests);
const gainedMs = (own: Side, all: Side): number => Math.max(0, own.after.totalMs - meanMs(usual(own, all)) * own.after.requests);

/** Requests that should have come, had they fared as the others. */
function gainedSilence(own: Side, rest: Side, panes: { before: number; after: number }): number {
  if (rest.after.requests < leastRequests || rest.before.requests < leastRequests) return 0;
  const expected = own.before.requests / panes.before * panes.after * Math.min(1, rest.after.requests * panes.before / (rest.before.requests * panes.after));
  return Math.max(0, expected - own.after.requests);
}

function tryErrors(own: Side, rest: Side, share: number): Tried | null {
  if (own.after.requests < leastRequests || rest.after.requests < leastRequests || !(share > 0)) return null;
  const inside = errorShare(own.after);
  const outside = errorShare(rest.after);
  const was = own.before.requests < leastRequests ? 0 : Math.max(0, errorShare(own.before) - errorShare(rest.before));
  if (inside - outside - was < leastErrors) return null;
  const grown = Math.max(0, outside - errorShare(rest.before));
  return { of: 'errors', share, contrast: Math.max(0, 1 - grown / Math.max(1e-9, inside - was)), p: chanceOf(Math.sqrt(gTest(own.after, rest.after))) };
}

function tryLatency(own: Side, rest: Side, share: number): Tried | null {
  if (own.after.requests < leastRequests || rest.after.requests < leastRequests || !(share > 0)) return null;
  const known = own.before.requests >= leastRequests && rest.before.requests >= leastRequests;
  const was = known ? meanLog(own.before) - meanLog(rest.before) : 0;
  const differs = meanLog(own.after) - meanLog(rest.after) - was;
  if (differs < Math.log(leastSlower)) return null;
  const grown = rest.before.requests < leastRequests ? 0 : Math.max(0, meanLog(rest.after) - meanLog(rest.before));
  const variance = varianceOfMean(own.after) + varianceOfMean(rest.after) + (known ? varianceOfMean(own.before) + varianceOfMean(rest.before) : 0);
  return { of: 'latency', share, contrast: differs / (differs + grown), p: chanceOf(differs / Math.sqrt(variance)) };
}

/** Those that were served there are served elsewhere now. */
function trySilence(own: Side, rest: Side, panes: { before: number; after: number }, share: number): Tried | null {
  const missing = gainedSilence(own, rest, panes);
  const expected = missing + own.after.requests;
  if (missing < leastRequests || missing < leastLost * expected) return null;
  return { of: 'silence', share, contrast: missing / expected, p: chanceOf(missing / Math.sqrt(expected)) };
}

/** Log-likelihood ratio of two shares of failures (Dunning 1993). */
function gTest(own: RequestSums, rest: RequestSums): number {
  const cell = (observed: number, expected: number): number => (observed <= 0 ? 0 : observed * Math.log(observed / expected));
  const failing = (own.errors + rest.errors) / (own.requests + rest.requests);
  return Math.max(0, 2 * (cell(own.errors, failing * own.requests) + cell(rest.errors, failing * rest.requests)
    + cell(own.requests - own.errors, (1 - failing) * own.requests) + cell(rest.requests - rest.errors, (1 - failing) * rest.requests)));
}

/** Upper tail of the standard normal (Abramowitz and Stegun 26.2.17; off by less than 1e-7). */
function chanceOf(z: number): number {
  if (z < 0) return 1 - chanceOf(-z);
  const t = 1 / (1 + 0.2316419 * z);
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
}

/** Those that remain when so many were tried (Benjamini and Hochberg 1995): at most the share `rate` of them is chance. */
export function withoutChance<T extends { readonly p: number }>(tried: readonly T[], rate: number, count: number): T[] {
  const sorted = tried.toSorted((a, b) => a.p - b.p);
  let last = -1;
  for (const [at, { p }] of sorted.entries()) if (p <= rate * (at + 1) / Math.max(1, count)) last = at;
  return sorted.slice(0, last + 1);
}
