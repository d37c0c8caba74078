import type { Incident } from '@clew/engine';
import { CodedError } from '../../errors.ts';
import { counterpart } from '../../replay/counterpart.ts';
import type { ApiContext } from '../context.ts';
import { change, read } from '../route.ts';
import { replayResponse } from '../schemas/backtest.ts';
import { none } from '../schemas/queries.ts';
import type { BacktestResponse, ReplayResponse } from '../types.ts';

/** It is asked about this much before the onset and after the end, and about no more than a day of what lasts long. */
const beforeMs = 10 * 60_000;
const afterMs = 60_000;
const lastedMsMax = 86_400_000;

function findIncident(context: ApiContext, id: string): Incident {
  const incident = context.world().incidents.find((each) => each.id === id);
  if (incident === undefined) throw new CodedError('unknown_id', id, { detail: 'No incident of this id is kept.' });
  return incident;
}

function begin(context: ApiContext, { onsetMs, openedMs, resolvedMs }: Incident): BacktestResponse {
  const version = { detectors: null, falseAlarmsPerDay: context.world().detection.budgetPerDay || context.budgetPerDay, hearsVerdicts: false };
  // Of what goes on, as far as it has been told.
  const untilMs = Math.min(resolvedMs === null ? context.world().atMs : resolvedMs + afterMs, openedMs + lastedMsMax);
  return context.backtests.start({ fromMs: Math.max(0, onsetMs - beforeMs), toMs: untilMs, source: 'log', a: version, b: null });
}

function toReplay(kept: Incident, { id, state, progress, reason, result }: BacktestResponse): ReplayResponse {
  return { id, state, progress, reason, kept, today: result === null ? null : counterpart(kept, result.incidents), isWhole: result === null ? null : result.covered.isWhole };
}

export const incidentReplayRoutes = [
  change({
    method: 'POST', path: '/incidents/:id/replay', summary: 'Replay the log around an incident with the engine as it is today', query: none, body: null, answer: replayResponse, errors: ['unknown_id', 'backtest_running'],
    handle: (context, { path }) => {
      const kept = findIncident(context, path.id);
      return toReplay(kept, begin(context, kept));
    },
  }),
  read({
    path: '/incidents/:id/replay/:backtest', summary: 'How far the replay of an incident is, and both tellings once it is done', query: none, answer: replayResponse, errors: ['unknown_id'],
    handle: (context, { path }) => {
      const kept = findIncident(context, path.id);
      const found = context.backtests.list().find(({ id }) => id === path.backtest);
      if (found === undefined) throw new CodedError('unknown_id', path.backtest, { detail: 'No replay of this id is kept.' });
      return toReplay(kept, found);
    },
  }),
];
