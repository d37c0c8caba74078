/** Look backs as schemas. */
import { z } from 'zod';
import type * as Api from '../types.ts';
import { entityId, list, noun, timeMs } from './noun.ts';
import { attributes } from './rows.ts';

const ends = z.object({ low: z.number(), high: z.number() }).nullable();

const series = noun<Api.LookBackSeries>('LookBackSeries', 'A series with a score for each point: about 1 where only one point in ten is odder. Scores are comparable within the series.').is(z.object({
  service: entityId, attributes, unit: z.string(), stepMs: z.number(), times: list(timeMs), values: list(z.number().nullable()), scores: list(z.number()),
  usual: ends.describe('What nine values in ten lie within'), pointsLookedAt: z.number(), isShort: z.boolean().describe('Too few points to say that anything stands out'),
}));

const stretch = noun<Api.LookBackStretch>('LookBackStretch', 'A stretch of one series that stands out.').is(z.object({
  series: z.number().describe('Its place in `series`'), fromMs: timeMs, toMs: timeMs, peakMs: timeMs,
  score: z.number().describe('Times the score that one point in ten of the series exceeds'), oddness: z.enum(['odd', 'very_odd', 'extreme']), observed: ends.describe('Least and most in the stretch'),
}));

export const lookBackResponse = noun<Api.LookBackResponse>('LookBack', 'What was unusual in stored series, most unusual first.').is(z.object({
  name: z.string(), fromMs: timeMs, toMs: timeMs, lookedFromMs: timeMs, series: list(series), stretches: list(stretch),
}));
