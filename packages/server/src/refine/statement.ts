import type { StoredValues } from '@clew/engine';
import type { RefinedStatement } from '../api/types.ts';

/** The present name, and the one before the conventions were stable. */
const textKeys: ReadonlySet<string> = new Set(['db.query.text', 'db.statement']);
const columnsMax = 6;

/** The statement on which the calls spent the most time, with what one call took before and since onset. Null where no text was sent, or none short enough to be kept as a value. */
export function statementOf(before: StoredValues, after: StoredValues): RefinedStatement | null {
  const [most] = after.values.filter(({ key }) => textKeys.has(key)).toSorted((a, b) => b.totalMs - a.totalMs || (a.value < b.value ? -1 : 1));
  if (most === undefined) return null;
  const was = before.values.find(({ key, value }) => key === most.key && value === most.value);
  return {
    text: most.value, ...readStatement(most.value), beforeMs: was === undefined ? null : was.totalMs / was.calls, afterMs: most.totalMs / most.calls,
    rowsBefore: rowsOf(before), rowsAfter: rowsOf(after),
  };
}

/** Present in few systems; then slowness with as many rows as before speaks for how they are found, not for how many there are. */
const rowsKey = 'db.response.returned_rows';
/** Counts that few calls had are not listed: what is must be nearly all calls. */
const leastShare = 0.9;

/** Rows a call, where nearly all calls say how many they returned; else null. */
function rowsOf({ values, calls }: StoredValues): number | null {
  const sent = values.filter(({ key, value }) => key === rowsKey && Number.isFinite(Number(value)));
  const told = sent.reduce((sum, each) => sum + each.calls, 0);
  return told === 0 || told < leastShare * calls ? null : sent.reduce((sum, { value, calls: count }) => sum + Number(value) * count, 0) / told;
}

const notColumns: ReadonlySet<string> = new Set(['and', 'or', 'not', 'where', 'on', 'using', 'case', 'when', 'then', 'else', 'any', 'all', 'null', 'is']);

/** Table and the columns that its WHERE compares: where an index may be missing. A reading for advice, not a parser; empty where it sees nothing. */
export function readStatement(text: string): { readonly table: string; readonly columns: readonly string[] } {
  const table = /\b(?:from|into|update|join)\s+["'`[]?([\w.$]+)/i.exec(text)?.[1] ?? '';
  const where = /\bwhere\b(.*?)(?:\bgroup by\b|\border by\b|\blimit\b|\breturning\b|$)/is.exec(text)?.[1] ?? '';
  const compared = [...where.matchAll(/["'`[]?\b(?:[\w$]+\.)?([a-z_][\w$]*)["'`\]]?\s*(?:=|<>|!=|<=?|>=?|\blike\b|\bilike\b|\bin\b|\bbetween\b|\bis\b)/gi)].map(([, column]) => column);
  return { table, columns: [...new Set(compared)].filter((column) => !notColumns.has(column.toLowerCase())).slice(0, columnsMax) };
}
