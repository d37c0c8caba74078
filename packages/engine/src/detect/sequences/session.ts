/** What one trace, job or block wrote: ids of log templates in order. */
export interface Session {
  /** At most `eventsMax`. */
  readonly events: readonly string[];
  /** Of all events, also those beyond `eventsMax`. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Events of a session whose order is looked at; beyond it they are only counted. */
const eventsMax = 512;

export function toSession(events: readonly string[]): Session {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return { events: events.slice(0, eventsMax), counts };
}

/** Counts up to 7 as they are, then in doubling steps: how many is then a matter of scale. */
export function bucketOf(count: number): number {
  return count < 8 ? count : Math.min(bucketCount - 1, 5 + Math.floor(Math.log2(count)));
}

export const bucketCount = 16;
