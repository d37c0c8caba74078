/** What stored spans say of an incident, as schemas. */
import { z } from 'zod';
import type * as Api from '../types.ts';
import { entityId, list, noun, share, timeMs } from './noun.ts';
import { attributes } from './rows.ts';

const stretch = z.object({ fromMs: timeMs, toMs: timeMs });
const walk = noun<Api.RefinedWalk>('RefinedWalk', 'Whole traces that were walked: spans read, the share of all traces that was chosen, traces of the services that suffer.').is(z.object({ spans: z.number(), share, traces: z.number() }));

const gain = noun<Api.RefinedGain>('RefinedGain', 'A place that traces gained something at: self time in ms, or errors that begin there, a trace.').is(z.object({
  service: entityId, operation: z.string(), kind: z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']),
  share, before: z.number(), after: z.number(), callsBefore: z.number(), callsAfter: z.number(),
}));

const statement = noun<Api.RefinedStatement>('RefinedStatement', 'The statement on which the calls at the first place spent the most time; ms a call, and rows that a call returned, where calls say so.').is(z.object({
  text: z.string(), table: z.string(), columns: list(z.string()), beforeMs: z.number().nullable(), afterMs: z.number(), rowsBefore: z.number().nullable(), rowsAfter: z.number().nullable(),
}));

const value = noun<Api.RefinedValue>('RefinedValue', 'An attribute value that sets calls apart: the share of them that have it, and of the rest.').is(z.object({ key: z.string(), value: z.string(), groupShare: share, restShare: share }));

const counts = noun<Api.RefinedCounts>('RefinedCounts', 'Spans counted within the budget, and of how much of the time asked for.').is(z.object({
  spans: z.number(), countedMs: z.number(), askedMs: z.number(), callsPerSecondBefore: z.number().nullable(), callsPerSecondAfter: z.number().nullable(),
}));

const move = noun<Api.RefinedMove>('RefinedMove', 'A metric that moved as the incident began: medians before and since, how many robust standard deviations lie between them, and its course.').is(z.object({
  metric: z.string(), service: entityId, attributes: attributes, unit: z.string(), read: z.enum(['value', 'rate', 'p95']), values: list(z.number().nullable()),
  before: z.number(), after: z.number(), distance: z.number(), atMs: timeMs, alike: z.number(),
}));

const refined = noun<Api.Refined>('Refined', 'What stored spans say of an incident.').is(z.object({
  of: z.enum(['time', 'errors']), before: stretch, after: stretch, walked: z.object({ before: walk, after: walk }),
  gains: list(gain), statement: statement.nullable(),
  values: z.object({ calls: z.number(), bad: z.number(), slowMs: z.number().nullable(), tried: z.number(), wide: z.number(), told: list(value), against: z.enum(['good', 'before']) }).nullable(),
  moved: z.object({ tried: z.number(), left: z.number(), fromMs: timeMs, stepMs: z.number(), told: list(move) }),
  counted: counts,
}));

export const refinedResponse = noun<Api.RefinedResponse>('RefinedAnswer', 'An incident refined from stored spans, or how far that is.').is(z.object({
  state: z.enum(['running', 'done', 'failed']), progress: share, reason: z.string(), refined: refined.nullable(),
}));
