import type { InstanceCount } from '../model/index.ts';
import { logMoments } from './histogram.ts';
import type { PaneShape } from './state.ts';

/** Requests of a pane by instance and what its resource says: sums of the tallies that are there anyway, so that a span costs nothing more. */
export function countInstances(shapes: readonly PaneShape[]): InstanceCount[] {
  const found = new Map<string, { -readonly [Key in keyof InstanceCount]: InstanceCount[Key] }>();
  for (const { served, service, instance, labels = [] } of shapes) {
    if (served === null || (instance === '' && labels.length === 0)) continue;
    const key = `${service}\u0001${instance}\u0001${labels.map(([name, value]) => `${name}=${value}`).join(' ')}`;
    let sums = found.get(key);
    if (sums === undefined) found.set(key, sums = { service, instance, labels, requests: 0, errors: 0, totalMs: 0, logSum: 0, logSquares: 0 });
    const { sum, squares } = logMoments(served.durations);
    sums.requests += served.count;
    sums.errors += served.errors;
    sums.totalMs += served.totalNs / 1e6;
    sums.logSum += sum;
    sums.logSquares += squares;
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, sums]) => sums);
}
