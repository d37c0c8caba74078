/** Backtests as schemas. */
import { z } from 'zod';
import type * as Api from '../types.ts';
import { incident } from './model.ts';
import { entityId, list, noun, share, timeMs } from './noun.ts';

const version = noun<Api.BacktestVersion>('BacktestVersion', 'Detectors that vote (null: all), the false alarms a day that they may cost, and whether it hears what people had said before the range begins.').is(z.object({
  detectors: list(z.string()).nullable(), falseAlarmsPerDay: z.number(), hearsVerdicts: z.boolean(),
}));

const direction = z.enum(['up', 'down', 'new', 'absent', 'trend', 'shape', 'joint', 'sequence', 'missing']);
const said = noun<Api.BacktestFinding>('BacktestFinding', 'A finding as one version had it.').is(z.object({
  id: z.string(), series: z.string(), entity: entityId, node: entityId, feature: z.string(), subject: z.string(), text: z.string(), direction, unit: z.string(), observed: z.number(),
  expected: z.object({ low: z.number(), mid: z.number(), high: z.number() }), p: z.number().nullable(), onsetMs: timeMs, detectedMs: timeMs, lastMs: timeMs, symptom: z.boolean(), detectors: list(z.string()),
}));

const tally = noun<Api.BacktestTally>('BacktestTally', 'What one version said, against what people marked.').is(z.object({
  findings: z.number(), symptoms: z.number(), incidents: z.number(), findingsPerDay: z.number(), incidentsPerDay: z.number(),
  real: z.object({ found: z.number(), missed: z.number() }), noise: z.object({ repeated: z.number(), gone: z.number() }),
  unmarked: z.number(), falseAlarmsPerDay: z.number(),
}));

const result = noun<Api.BacktestResult>('BacktestResult', 'Two versions side by side, or one alone.').is(z.object({
  covered: z.object({ fromMs: timeMs, toMs: timeMs, learntFromMs: timeMs, records: z.number(), isWhole: z.boolean() }),
  days: z.number(),
  a: tally,
  b: tally.nullable(),
  agreement: z.object({ both: z.number(), onlyA: z.number(), onlyB: z.number(), share, leadMs: z.number().nullable() }).nullable(),
  rows: list(z.object({ where: z.enum(['both', 'a', 'b']), a: said.nullable(), b: said.nullable(), mark: z.enum(['real', 'noise']).nullable(), leadMs: z.number().nullable() })),
  rowsLeftOut: z.number(),
  marks: z.object({ real: z.number(), noise: z.number(), unknown: z.number() }),
  heard: z.number(),
  incidents: list(incident), incidentsLeftOut: z.number(),
}));

export const backtestResponse = noun<Api.BacktestResponse>('Backtest', 'A backtest, running or done.').is(z.object({
  id: z.string(), state: z.enum(['running', 'done', 'cancelled', 'failed']), progress: share, startedMs: timeMs, endedMs: timeMs.nullable(), reason: z.string(),
  asked: z.object({ fromMs: timeMs, toMs: timeMs, source: z.enum(['log', 'rows']), a: version, b: version.nullable() }), result: result.nullable(),
}));
export const backtestsResponse = noun<Api.BacktestsResponse>('Backtests', 'The last backtests, newest first.').is(z.object({ backtests: list(backtestResponse) }));

export const replayResponse = noun<Api.ReplayResponse>('IncidentReplay', 'An incident as it is kept and as the engine tells it today.').is(z.object({
  id: z.string(), state: z.enum(['running', 'done', 'cancelled', 'failed']), progress: share, reason: z.string(), kept: incident, today: incident.nullable(), isWhole: z.boolean().nullable(),
}));
