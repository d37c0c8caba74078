import type { EntityId, Graph } from '../model/index.ts';
import { detectLimits as limits } from './limits.ts';
import { callersOf, isOnlyUnheard, isStillAsking } from './lost.ts';
import type { RateOf } from './lost.ts';
import { noises, untransform } from './noise.ts';
import { proportionOf } from './proportion.ts';
import type { Active, Series } from './series.ts';

/** Gone: nobody serves those requests. Unheard: it works, only its own spans do not come. Undecided: what tells of it is not in yet. */
export type Silence = 'gone' | 'unheard' | 'undecided';

interface Span { readonly startMs: number; readonly endMs: number }

/** What a service's fall to nothing is, by all others that tell of it: who calls it, whom it calls, the queues that it reads. Once thought unheard, only a queue that fills says otherwise. */
export function weighSilence(all: ReadonlyMap<string, Series>, series: Series, active: Active, pane: Span, graph: Graph, rateOf: RateOf): Silence {
  if (active.direction === 'missing') return readLags(all, callersOf(series.node, graph, pane.endMs), active, pane, rateOf) === 'gone' ? 'gone' : 'undecided';
  const paneMs = pane.endMs - pane.startMs;
  const silentPanes = Math.min(series.values.length, Math.round((pane.startMs - active.onsetMs) / paneMs));
  if (active.observed === 0 && isOnlyUnheard(series.node, graph, pane.endMs, (edge) => callsOf(all, edge, rateOf))) return 'unheard';
  if (silentPanes >= 1 && series.values.at(-1) === 0 && isStillAsking(series.node, graph, silentPanes, paneMs / 1000, (entity, panes) => newestOf(all.get(`${entity} request_rate `), pane, panes))) return 'unheard';
  return weighQueues(all, series.node, active, pane, graph, rateOf);
}

/** A reader of queues has nobody who waits for it. Where no lag is told, its silence has to last. */
function weighQueues(all: ReadonlyMap<string, Series>, node: EntityId, active: Active, pane: Span, graph: Graph, rateOf: RateOf): Silence {
  const callers = callersOf(node, graph, pane.endMs);
  if (callers.length === 0 || !callers.every((caller) => caller.startsWith('queue:'))) return 'gone';
  const told = readLags(all, callers, active, pane, rateOf);
  if (told !== 'undecided') return told;
  return pane.endMs - active.onsetMs >= limits.unreadMs ? 'gone' : 'undecided';
}

/** A queue that fills by what comes in says that its reader stands still, one that stays empty says that it reads. Lags are told twice a minute, so nothing is said before the first one. */
function readLags(all: ReadonlyMap<string, Series>, queues: readonly EntityId[], active: Active, pane: Span, rateOf: RateOf): Silence {
  let isRead = false;
  for (const lag of all.values()) {
    if (lag.feature !== 'queue_lag' || !queues.includes(lag.entity)) continue;
    // It was read at some moment of its pane: as late as can be for what must have piled up, as early as can be for what should have.
    const leastMs = lag.lastMs - active.onsetMs;
    const mostMs = leastMs + pane.endMs - pane.startMs;
    const usual = (rateOf(lag.entity)?.usual ?? 0) / 1000;
    const waiting = lag.values.at(-1) ?? 0;
    if (mostMs >= limits.lagAfterMs && usual * mostMs >= limits.askingEvents && waiting >= limits.askingGone * usual * mostMs) return 'gone';
    isRead ||= leastMs >= limits.lagAfterMs && usual * leastMs >= limits.askingEvents && waiting < limits.askingGone * usual * leastMs;
  }
  return isRead ? 'unheard' : 'undecided';
}

function newestOf(series: Series | undefined, pane: Span, panes: number): { now: number; usual: number } | null {
  if (series === undefined || series.level === null || series.lastMs < pane.startMs || series.values.length < panes) return null;
  const usual = untransform(noises[series.noise], series.level.mid, (pane.endMs - pane.startMs) / 1000);
  return { now: series.values.slice(-panes).reduce((sum, each) => sum + each, 0) / panes, usual };
}

function callsOf(all: ReadonlyMap<string, Series>, edge: EntityId, rateOf: RateOf): { rate: ReturnType<RateOf>; failing: number; usualFailing: number } | null {
  const errors = all.get(`${edge} error_share `);
  if (errors === undefined || errors.proportion === null) return null;
  return { rate: rateOf(edge), failing: errors.values.at(-1) ?? 0, usualFailing: proportionOf(errors.proportion) };
}
