import { formatCount, formatDuration, formatNumber, formatShare, formatTime, formatValue, say } from '@clew/words';
import type { Refined } from '../api/types.ts';
import { type Names, sayPlain } from './name.ts';

const statementCharsMax = 300;
/** Calls a trace that differ by less are as many as before. */
const asOften = 0.2;
const language = 'en';

const count = (value: number): string => formatNumber(value, language, 12);
const duration = (ms: number): string => formatDuration(ms, language);
const share = (value: number): string => formatShare(value, language);

/** What stored spans say, a line each, in the words of the incident's page. */
export function sayRefined({ of, gains: [gain], statement, values, moved, walked, counted }: Refined, names: Names): string[] {
  const looked = [
    say(language, 'refined.looked', { before: count(walked.before.spans), after: count(walked.after.spans), share: share(walked.after.share) }),
    ...(counted.spans === 0 ? [] : [say(language, 'refined.counted', { n: count(counted.spans), share: share(counted.countedMs / counted.askedMs) })]),
  ];
  const moves = sayMoves(moved, names);
  if (gain === undefined) return [say(language, 'refined.nothing'), ...moves, ...looked];
  const amount = of === 'time' ? duration : share;
  const often = Math.abs(gain.callsAfter / gain.callsBefore - 1) < asOften ? say(language, 'refined.callsSame') : say(language, 'refined.calls', { before: formatNumber(gain.callsBefore, language, 2), after: formatNumber(gain.callsAfter, language, 2) });
  return [
    `${say(language, `refined.${of}`, { share: share(gain.share), service: names.of(gain.service), operation: sayPlain(gain.operation), before: amount(gain.before), after: amount(gain.after) })} ${often}`,
    ...(statement === null ? [] : sayStatement(statement)), ...(values === null ? [] : sayValues(values)), ...moves, ...looked,
  ];
}

function sayStatement({ text, table, columns, beforeMs, afterMs, rowsBefore, rowsAfter }: NonNullable<Refined['statement']>): string[] {
  const takes = beforeMs === null ? say(language, 'refined.statementNew', { after: duration(afterMs) }) : say(language, 'refined.statement', { before: duration(beforeMs), after: duration(afterMs) });
  return [
    `${takes} ${sayPlain(text, statementCharsMax)}`,
    ...(rowsBefore === null || rowsAfter === null ? [] : [say(language, 'refined.rows', { before: formatNumber(rowsBefore, language), after: formatNumber(rowsAfter, language) })]),
    ...(table === '' || columns.length === 0 ? [] : [say(language, 'refined.index', { table: sayPlain(table), columns: sayPlain(columns.join(', ')) })]),
  ];
}

function sayValues({ told, tried, against }: NonNullable<Refined['values']>): string[] {
  if (told.length === 0) return [say(language, 'refined.alike', { n: count(tried) })];
  return [say(language, `refined.against.${against}`, { n: count(tried) }), ...told.map(({ key, value, groupShare, restShare }) => `  ${say(language, 'refined.value', { key: sayPlain(key), value: sayPlain(value), share: share(groupShare), rest: share(restShare) })}`)];
}

/** Nothing where nothing could be compared: most services of a trace-only installation send no metrics. */
function sayMoves({ tried, left, fromMs, told }: Refined['moved'], names: Names): string[] {
  if (tried === 0) return [];
  return [say(language, told.length === 0 ? 'refined.movedNot' : 'refined.moved', { n: count(tried) }), ...told.map(({ metric, service, unit, read, before, after, atMs, alike }) =>
    `  ${sayPlain(metric)} of ${names.of(service)}: ${say(language, read === 'p95' ? 'refined.moveP95' : 'refined.move', { before: formatValue(before, unit, language), after: formatValue(after, unit, language), time: formatTime(atMs, fromMs, 'UTC') })}${alike === 0 ? '' : `; ${say(language, 'refined.moveAlike', { n: formatCount(alike, language) })}`}`), ...(left === 0 ? [] : [say(language, 'refined.movedLeft', { n: count(left) })])];
}
