import type { FeatureId } from '../model/index.ts';
import { mergeDistinct } from './distinct.ts';
import { makeHistogram, mergeHistogram, packHistogram, unpackHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/**
 * What one entity did in a stretch of time: the partials that expressions read. All of them are whole numbers that add up
 * (or a largest value), so slices merge exactly, in any order and grouping.
 */
export interface Slice {
  /** By `sumIndex`; short when the rest is 0. */
  readonly sums: number[];
  durations: Histogram | null;
  /** Users by hash (distinct.ts), null when nobody was named. */
  users: number[] | null;
  /** By the entity's own index of levels, `levelWords` numbers each: panes, their values' sum in parts, the largest value. */
  readonly levels: number[];
}

/** Name → what it counts. The order is that of `Slice.sums`: what all entities have comes first. */
export const sumRows = {
  requests: 'requests: server and consumer spans and the roots of jobs; of edges and virtual nodes the callers\' spans',
  errors: 'those that failed',
  durationNs: 'their durations, in nanoseconds',
  calls: 'calls of a service: requests on the edges that leave it',
  callErrors: 'those that failed, as the caller sees it',
  consumed: 'messages read from a queue: requests on the edges that leave it',
  spans: 'spans of a service, of every kind',
  coldRequests: 'requests served by an instance within a minute of its appearance beside others (bounds.ts, `coldMs`)',
  traced: 'requests whose trace was assembled in the pane',
  tracedNs: 'their durations, in nanoseconds',
  selfNs: 'own time (children taken off) of the service\'s own spans beneath them, in nanoseconds',
  networkNs: 'own time of answered calls beneath them, within the service: the way there and back',
  databaseNs: 'own time of calls to databases beneath them, within the service',
  treeSpans: 'spans of their trees, whatever service: the request itself and all beneath it',
  treeDepth: 'longest path of each tree, in spans',
  tracedCalls: 'client and producer spans beneath them, within the service',
  databaseCalls: 'those that reach a database',
  retries: 'those that repeat a failed call of the same kind beneath the same parent',
  logs: 'log records',
  errorLogs: 'log records of severity ERROR and above',
  freshLogs: 'log records of severity WARN and above whose template the service had not written before',
  restarts: 'restarts of instances',
} as const;

export type SumName = keyof typeof sumRows;
const sumNames = Object.keys(sumRows) as SumName[];
const index = new Map<string, number>(sumNames.map((name, at) => [name, at]));

export const sketchRows = {
  users: 'different user.id (else enduser.id) of a service\'s spans, as hashes: exact below 128, beyond that off by 9 % (standard error)',
  duration: 'durations of `requests` in milliseconds: log-linear buckets, 16 to an octave; a quantile is at most 3.2 % off, and merging adds nothing to that',
} as const;

export const textRows = {
  upstream: 'nodes that call it, by the graph',
  downstream: 'nodes that it calls, by the graph',
  regions: 'cloud.region of its resources, heard within the hour',
  tenants: 'tenant.id of its resources, heard within the hour',
  versions: 'service.version values of its present instances, newest last',
} as const;

export const levelWords = 3;

export function sumIndex(name: string): number {
  const at = index.get(name);
  if (at === undefined) throw new Error(`BUG: there is no sum ${name}`);
  return at;
}

export function makeSlice(): Slice {
  return { sums: [], durations: null, users: null, levels: [] };
}

export function sumOf(slice: Slice, name: string): number {
  return slice.sums[sumIndex(name)] ?? 0;
}

export function addSum(slice: Slice, name: SumName, by: number): void {
  if (by === 0) return;
  const at = sumIndex(name);
  while (slice.sums.length <= at) slice.sums.push(0);
  slice.sums[at] += by;
}

/** Bytes are kept whole, all else to a millionth: fixed-point sums do not depend on order, floating ones would. */
export function partsOf(unit: string): number {
  return unit.startsWith('By') ? 1 : 1e6;
}

export function addLevel(slice: Slice, at: number, value: number, parts: number): void {
  const from = at * levelWords;
  while (slice.levels.length < from + levelWords) slice.levels.push(0, 0, -Infinity);
  slice.levels[from]++;
  slice.levels[from + 1] += Math.round(value * parts);
  slice.levels[from + 2] = Math.max(slice.levels[from + 2], value);
}

export function mergeSlice(into: Slice, other: Slice): void {
  while (into.sums.length < other.sums.length) into.sums.push(0);
  for (let at = 0; at < other.sums.length; at++) into.sums[at] += other.sums[at];
  if (other.durations !== null) mergeHistogram(into.durations ??= makeHistogram(), other.durations);
  if (other.users !== null) mergeDistinct(into.users ??= [], other.users);
  while (into.levels.length < other.levels.length) into.levels.push(0, 0, -Infinity);
  for (let at = 0; at < other.levels.length; at += levelWords) {
    into.levels[at] += other.levels[at];
    into.levels[at + 1] += other.levels[at + 1];
    into.levels[at + 2] = Math.max(into.levels[at + 2], other.levels[at + 2]);
  }
}

/** A slice at rest, as one row of numbers: half the memory of an open one, and quicker to copy. */
export type Packed = readonly number[];

export function packSlice({ sums, durations, users, levels }: Slice): Packed {
  const packed = [sums.length, ...sums, levels.length, ...levels, users === null ? -1 : users.length, ...users ?? []];
  if (durations !== null) packHistogram(durations, packed);
  // A copy has no room to grow.
  return packed.slice();
}

export function unpackSlice(packed: Packed): Slice {
  let at = 0;
  const take = (): number[] => {
    const from = at + 1;
    at = from + Math.max(0, packed[at]);
    return packed.slice(from, at);
  };
  const sums = take();
  const levels = take();
  const users = packed[at] < 0 ? (at++, null) : take();
  return { sums, durations: at < packed.length ? unpackHistogram(packed, at) : null, users, levels };
}

/** Feature and subject of a level, as one key. */
export function levelKey(feature: FeatureId, subject: string): string {
  return `${feature}\u0001${subject}`;
}
