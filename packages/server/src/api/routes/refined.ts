import type { Incident } from '@clew/engine';
import { CodedError } from '../../errors.ts';
import { refineLimits, type RefineAsked } from '../../refine/refine.ts';
import type { Refinements } from '../../refine/refinements.ts';
import { ask } from '../ask.ts';
import { read, type Route } from '../route.ts';
import { none } from '../schemas/queries.ts';
import { refinedResponse } from '../schemas/refined.ts';

const minuteMs = 60_000;

/** What goes on is refined anew once a minute, as it was at the full minute: two who look in the same minute see the same. */
export function askedOf({ onsetMs, openedMs, resolvedMs, headline, blast }: Incident, worldMs: number): RefineAsked {
  const endMs = Math.min(resolvedMs ?? worldMs, onsetMs + refineLimits.afterMs);
  const wholeMs = resolvedMs === null ? onsetMs + Math.floor((endMs - onsetMs) / minuteMs) * minuteMs : endMs;
  return {
    services: blast.affected.filter((node) => node.startsWith('service:')).sort(),
    of: headline.feature === 'error_share' ? 'errors' : 'time', onsetMs, untilMs: Math.max(openedMs, wholeMs),
  };
}

export function makeRefinedRoutes(refinements: Refinements): readonly Route[] {
  return [read({
    path: '/incidents/:id/refined', summary: 'What stored spans say of an incident: begins when asked for, ask again until it is done', query: none, answer: refinedResponse, errors: ['unknown_id', 'not_supported'],
    handle: (context, { path }) => {
      const incident = context.world().incidents.find((each) => each.id === path.id);
      if (incident === undefined) throw new CodedError('unknown_id', path.id, { detail: 'No incident of this id is kept.' });
      return refinements.of(incident.id, askedOf(incident, context.world().atMs), { walk: ask(context, 'walk'), values: ask(context, 'values'), calls: ask(context, 'calls'), courses: ask(context, 'courses') });
    },
  })];
}
