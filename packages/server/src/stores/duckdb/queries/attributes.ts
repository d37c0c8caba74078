import type { RowQueries } from '@clew/engine';
import type { List, QueryContext } from '../readers.ts';
import { keyOnly } from '../schema.ts';
import { Sql } from '../sql.ts';
import { signalBits } from '../dictionary.ts';

/** Completion looks at this many partitions, newest first. */
const partitionsAsked = 8;
const valuesShown = 5;

/** With `key`: its values. Without: keys with a few values each. Resource and scope attributes are among them. */
export async function attributes(context: QueryContext, { signal, key, limit }: Parameters<RowQueries['attributes']>[0]) {
  const most = Math.min(limit, context.limits.answerRowsMax);
  const values = new Map<string, Set<string>>();
  const valuesMax = key === undefined ? valuesShown : most;
  for (const { catalog } of context.partitions.toReversed().slice(0, partitionsAsked)) {
    const sql = new Sql();
    const isKey = key === undefined ? 'true' : `kv.key = ${sql.text(key)}`;
    const rows = await context.rows<[string, List<string>]>(`SELECT kv.key, list_slice(coalesce(list_sort(list(DISTINCT kv.text) FILTER (kv.kind <> ${keyOnly})), []), 1, ${valuesMax})
      FROM ${catalog}.uses JOIN ${catalog}.kv ON kv.code = uses.code WHERE uses.signal = ${signalBits[signal]} AND ${isKey} GROUP BY kv.key`, sql);
    for (const [name, { items }] of rows) {
      const known = values.get(name) ?? new Set();
      for (const value of items) if (known.size < valuesMax) known.add(value);
      values.set(name, known);
    }
  }
  return [...values].map(([name, known]) => ({ key: name, values: [...known].sort() })).sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, key === undefined ? most : 1);
}
