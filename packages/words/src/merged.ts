import type { Incident } from '@clew/engine';
import type { SentenceKey } from './say.ts';

/** Incidents that turned out to be one fault: the one that goes on, and those that lead to it. */
export interface OneFault { readonly incident: Incident; readonly same: readonly Incident[] }

/** Where an incident leads in the end, one after the other. Null: nowhere, or to one that is no longer kept. */
export function leadsTo(incident: Incident, all: readonly Incident[]): Incident | null {
  const seen = new Set([incident.id]);
  let at: Incident | null = null;
  for (let next = incident.mergedInto; next !== null && !seen.has(next);) {
    seen.add(next);
    const id: string = next;
    const found = all.find((each) => each.id === id);
    if (found === undefined) break;
    at = found;
    next = found.mergedInto;
  }
  return at;
}

/** In the order in which they are given; what leads nowhere stands for itself. */
export function foldMerged(incidents: readonly Incident[]): OneFault[] {
  const target = new Map(incidents.map((each) => [each.id, leadsTo(each, incidents)]));
  return incidents.filter(({ id }) => target.get(id) === null).map((incident) => ({ incident, same: incidents.filter(({ id }) => target.get(id)?.id === incident.id) }));
}

/** What joined another is not over, it goes on there. */
export function stateKey(incident: Incident): SentenceKey {
  return incident.mergedInto === null ? `state.${incident.state}` : 'state.merged';
}
