import type { Refined } from '../api/types.ts';
import { type Names, sayPlain } from './name.ts';
import { sayFromTo, sayMs, sayNumber, sayShare, sayTime } from './quantity.ts';

const statementCharsMax = 300;
/** Calls a trace that differ by less are as many as before. */
const asOften = 0.2;

/** What stored spans say, a line each, as the incident's page has it. */
export function sayRefined({ of, gains: [gain], statement, values, moved, walked, counted }: Refined, names: Names): string[] {
  const looked = `Looked at ${sayNumber(walked.before.spans)} spans before the onset and ${sayNumber(walked.after.spans)} since, in whole traces (${sayShare(walked.after.share)} of all since).`;
  const counts = counted.spans === 0 ? [] : [`Counted ${sayNumber(counted.spans)} spans: ${sayShare(counted.countedMs / counted.askedMs)} of the hour around the onset.`];
  const moves = sayMoves(moved, names);
  if (gain === undefined) return ['Traces gained nothing at any one place, or too few of them are stored.', ...moves, looked, ...counts];
  const place = `${names.of(gain.service)}, ${sayPlain(gain.operation)}`;
  const often = Math.abs(gain.callsAfter / gain.callsBefore - 1) < asOften ? 'as often as before' : `${sayFromTo(gain.callsBefore, gain.callsAfter, '1')} of traces`;
  return [
    of === 'time' ? `Traces spend ${sayShare(gain.share)} of the added time in ${place}: ${sayFromTo(gain.before, gain.after, 'ms')} a trace. It is called ${often}.`
      : `${sayShare(gain.share)} of the added errors begin in ${place}: ${sayFromTo(gain.before, gain.after, '1')} of traces. It is called ${often}.`,
    ...(statement === null ? [] : [
      `${statement.beforeMs === null ? `This statement was not seen before; one call takes ${sayMs(statement.afterMs)}` : `One call of this statement takes ${sayFromTo(statement.beforeMs, statement.afterMs, 'ms')}`}: ${sayPlain(statement.text, statementCharsMax)}`,
      ...(statement.rowsBefore === null || statement.rowsAfter === null ? [] : [`A call returns ${sayNumber(statement.rowsAfter)} rows; before, ${sayNumber(statement.rowsBefore)}.`]),
      ...(statement.table === '' || statement.columns.length === 0 ? [] : [`Run EXPLAIN on it: does ${sayPlain(statement.table)} have an index on ${sayPlain(statement.columns.join(', '))}?`]),
    ]),
    ...(values === null ? [] : values.told.length === 0 ? [`No attribute value sets the bad calls apart: ${values.tried} were compared.`]
      : values.told.map(({ key, value, groupShare, restShare }) => `${sayPlain(key)} = ${sayPlain(value)}: ${sayShare(groupShare)} of the ${values.against === 'good' ? 'bad calls, of the good ones' : 'calls since, of those before'} ${sayShare(restShare)}`)),
    ...moves, looked, ...counts,
  ];
}

/** Nothing where nothing could be compared: most services of a trace-only installation send no metrics. */
function sayMoves({ tried, left, fromMs, told }: Refined['moved'], names: Names): string[] {
  if (tried === 0) return [];
  const compared = `${sayNumber(tried)} series of these services and their machines were compared${left === 0 ? '' : `, ${sayNumber(left)} were left out`}`;
  if (told.length === 0) return [`No metric moved as it began: ${compared}.`];
  return [`Metrics that moved as it began (${compared}):`, ...told.map(({ metric, service, unit, read, before, after, atMs, alike }) =>
    `  ${sayPlain(metric)}${read === 'p95' ? ', p95,' : ''} of ${names.of(service)}: ${sayFromTo(before, after, unit)}, since ${sayTime(atMs, fromMs)}${alike === 0 ? '' : `; ${sayNumber(alike)} more series of it, too`}`)];
}
