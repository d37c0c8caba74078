/** The generations of the partition that is written to, and what queries see of them. */
import type duckdb from '@duckdb/node-bindings';
import { addTo, copyOf, dropGeneration, dropViews, openGeneration, openViews } from './fresh.ts';
import type { Generation, Views } from './fresh.ts';
import type { Partition } from './partition.ts';

export class Live {
  /** Oldest first; the last one may be added to. */
  private generations: Generation[] = [];
  private views: Views | null = null;
  private readonly old = new Set<Views>();
  private made = 0;
  private readonly connection: duckdb.Connection;

  constructor(connection: duckdb.Connection) {
    this.connection = connection;
  }

  async add(partition: Partition, after: number): Promise<Generation> {
    const generation = await openGeneration(this.connection, ++this.made, after);
    this.generations.push(generation);
    await this.change(partition);
    return generation;
  }

  /** The generation is in its file now. */
  async remove(partition: Partition, generation: Generation): Promise<void> {
    this.generations = this.generations.filter((each) => each !== generation);
    await this.change(partition);
  }

  /** All of them are given up. */
  async clear(): Promise<void> {
    this.generations = [];
    if (this.views !== null) this.old.add(this.views);
    this.views = null;
    await this.sweep();
  }

  /** The partition as queries read it, until `release`. */
  hold(partition: Partition): { readonly partition: Partition; readonly release: () => void } {
    const { views } = this;
    if (views === null) return { partition, release: () => undefined };
    const seen: Partition = { ...copyOf({ ...partition, bytes: 0 }), number: partition.number, catalog: views.catalog, path: partition.path, readers: 0 };
    for (const { shown } of this.generations) addTo(seen, shown);
    views.readers++;
    return { partition: seen, release: () => { views.readers--; } };
  }

  /** Removes what no query reads any more. */
  async sweep(): Promise<void> {
    for (const views of this.old) {
      if (views.readers > 0) continue;
      this.old.delete(views);
      await dropViews(this.connection, views);
      const inUse = new Set([...this.generations, ...[...this.old, ...(this.views === null ? [] : [this.views])].flatMap(({ over }) => over)]);
      for (const generation of views.over) if (!inUse.has(generation)) await dropGeneration(this.connection, generation);
    }
  }

  /** The new views are there before the old ones are left: a query in between reads the old ones, which stay right. */
  private async change(partition: Partition): Promise<void> {
    const over = [...this.generations];
    const views = over.length === 0 ? null : await openViews(this.connection, ++this.made, partition, over);
    if (this.views !== null) this.old.add(this.views);
    this.views = views;
    await this.sweep();
  }
}
