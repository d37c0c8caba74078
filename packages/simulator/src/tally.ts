import type { Operation, Service } from './system/system.ts';

/** What requests came to, by operation: for finding out whom a fault hurts. */
export class Tally {
  readonly #rows = new Map<Operation, { count: number; errors: number; readonly durationsMs: number[] }>();
  readonly #missed = new Map<Service, number>();

  served(operation: Operation, tookMs: number, failed: boolean): void {
    let row = this.#rows.get(operation);
    if (row === undefined) this.#rows.set(operation, row = { count: 0, errors: 0, durationsMs: [] });
    row.count++;
    if (failed) row.errors++;
    row.durationsMs.push(tookMs);
  }

  /** A call that reached nobody. */
  missed(service: Service): void {
    this.#missed.set(service, (this.#missed.get(service) ?? 0) + 1);
  }

  operations(): Iterable<Operation> {
    return this.#rows.keys();
  }

  of(operation: Operation): { readonly count: number; readonly errorShare: number; readonly sortedMs: readonly number[] } {
    const row = this.#rows.get(operation);
    if (row === undefined) return { count: 0, errorShare: 0, sortedMs: [] };
    return { count: row.count, errorShare: row.errors / row.count, sortedMs: row.durationsMs.sort((a, b) => a - b) };
  }
}
