import { CodedError } from '../../errors.ts';
import { unknownDetectors } from '../catalogue.ts';
import type { ApiContext } from '../context.ts';
import { change, read } from '../route.ts';
import { backtestResponse, backtestsResponse } from '../schemas/backtest.ts';
import { backtestBody, limits, none } from '../schemas/queries.ts';
import type { BacktestAsked, BacktestVersion } from '../types.ts';

interface Body {
  readonly from: number;
  readonly to: number;
  readonly detectors: readonly string[] | null;
  readonly budget?: number | undefined;
  readonly against?: readonly string[] | null | undefined;
  readonly againstBudget?: number | undefined;
  readonly source: 'log' | 'rows';
  readonly withVerdicts: boolean;
  readonly againstWithVerdicts?: boolean | undefined;
}

function readAsked(context: ApiContext, { from, to, source, detectors, budget, withVerdicts, against, againstBudget, againstWithVerdicts }: Body): BacktestAsked {
  if (from >= to) throw new CodedError('bad_query', `from=${from}&to=${to}`, { detail: 'Field from must be before to.' });
  if (to - from > limits.backtestMsMax) throw new CodedError('query_too_large', `${Math.round((to - from) / 86_400_000)} days`, { detail: `At most ${limits.backtestMsMax / 86_400_000} days.` });
  const unknown = [...unknownDetectors(detectors), ...unknownDetectors(against ?? null)];
  if (unknown.length > 0) throw new CodedError('bad_query', unknown.join(), { detail: 'There is no such detector; /api/v1/detectors lists them.' });
  const own = context.world().detection.budgetPerDay || context.budgetPerDay;
  const version = (ids: readonly string[] | null, falseAlarmsPerDay: number, hearsVerdicts: boolean): BacktestVersion => ({ detectors: ids, falseAlarmsPerDay, hearsVerdicts });
  const hasB = against !== undefined || againstBudget !== undefined || againstWithVerdicts !== undefined;
  return {
    fromMs: from, toMs: to, source, a: version(detectors, budget ?? own, withVerdicts),
    b: hasB ? version(against === undefined ? detectors : against, againstBudget ?? budget ?? own, againstWithVerdicts ?? withVerdicts) : null,
  };
}

const nothing = (id: string): CodedError => new CodedError('unknown_id', id, { detail: 'No backtest of this id is kept.' });

export const backtestRoutes = [
  read({
    path: '/backtests', summary: 'The last backtests, newest first, without their results', query: none, answer: backtestsResponse,
    handle: ({ backtests }) => ({ backtests: backtests.list().map((each) => ({ ...each, result: null })) }),
  }),
  change({
    method: 'POST', path: '/backtests', summary: 'Run detectors over the log or the stored rows; a second version beside them when `against`, `againstBudget` or `againstWithVerdicts` is given', query: none, body: backtestBody, answer: backtestResponse, errors: ['backtest_running', 'query_too_large'],
    handle: (context, { body }) => context.backtests.start(readAsked(context, body)),
  }),
  read({
    path: '/backtests/:id', summary: 'A backtest: how far it is, and what came of it', query: none, answer: backtestResponse, errors: ['unknown_id'],
    handle: ({ backtests }, { path: { id } }) => {
      const found = backtests.list().find((each) => each.id === id);
      if (found === undefined) throw nothing(id);
      return found;
    },
  }),
  change({
    method: 'DELETE', path: '/backtests/:id', summary: 'Cancel a backtest', query: none, body: null, answer: backtestResponse, errors: ['unknown_id'],
    handle: ({ backtests }, { path: { id } }) => {
      const found = backtests.cancel(id);
      if (found === null) throw nothing(id);
      return found;
    },
  }),
];
