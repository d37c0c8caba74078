import type { EntityId, Explanation, MissingData } from '../model/index.ts';
import { nodeOf } from './by-change.ts';
import type { Facts } from './facts.ts';
import { isMeasured } from './memory.ts';
import type { Memory } from './memory.ts';

/** How much each kind of data says when it is there: what would settle most is named first. */
const tells: Readonly<Record<MissingData['kind'], number>> = { traces: 1, own_metrics: 0.8, resource_metrics: 0.6, host_metrics: 0.6, host: 0.5, logs: 0.5, changes: 0.3 };
/** An answer that is this sure and has no rival needs nothing more. */
const sureEnough = 0.9;
/** Candidates that are looked at, and pieces of data that are named. */
const suspectsMax = 3;
const missingMax = 3;

/**
 * The same explanation with the data that nobody sends about its likeliest causes, the most telling first. Empty when the answer is
 * sure, and when everything that could tell is there already: then more data is not what is lacking.
 */
export function withSettling(explanation: Explanation, facts: Facts, memory: Memory): Explanation {
  const { causes, unknown } = explanation;
  const [best] = causes;
  if (best !== undefined && best.confidence >= sureEnough) return { ...explanation, wouldSettle: [] };
  const suspects = causes.length === 0 ? guesses(facts) : causes.slice(0, suspectsMax).map(({ entity, confidence }) => ({ entity, weight: confidence + unknown / causes.length }));
  const found = new Map<MissingData['kind'], { readonly entities: EntityId[]; weight: number }>();
  for (const { entity, weight } of suspects) {
    for (const { kind, about } of missingAt(entity, facts, memory)) {
      const known = found.get(kind) ?? { entities: [], weight: 0 };
      if (!known.entities.includes(about)) known.entities.push(about);
      known.weight += weight * tells[kind];
      found.set(kind, known);
    }
  }
  const ranked = [...found].sort(([a, { weight: x }], [b, { weight: y }]) => y - x || (a < b ? -1 : 1));
  return { ...explanation, wouldSettle: ranked.slice(0, missingMax).map(([kind, { entities }]): MissingData => ({ kind, entities })) };
}

/** Nobody is accused: what stands right behind those who suffer is what we would look at. */
function guesses(facts: Facts): { readonly entity: EntityId; readonly weight: number }[] {
  const behind = new Set(facts.affected.flatMap((node) => [node, ...facts.graph.callees(node, facts.onsetMs)]));
  return [...behind].filter((node) => node !== 'user').slice(0, suspectsMax).map((entity) => ({ entity, weight: 1 / suspectsMax }));
}

function missingAt(entity: EntityId, facts: Facts, memory: Memory): { readonly kind: MissingData['kind']; readonly about: EntityId }[] {
  const missing: { kind: MissingData['kind']; about: EntityId }[] = [];
  const need = (kind: MissingData['kind'], isThere: boolean, about = entity): void => { if (!isThere) missing.push({ kind, about }); };
  if (entity.startsWith('host:')) {
    need('host_metrics', isMeasured(memory, entity));
    return missing;
  }
  const { kind, hosts = [] } = facts.graph.nodes.get(entity) ?? {};
  // Known from its callers' spans alone.
  if (kind !== 'service') {
    need('own_metrics', isMeasured(memory, entity));
    return missing;
  }
  need('traces', isTraced(entity, facts));
  need('resource_metrics', isMeasured(memory, entity));
  need('host', hosts.length > 0);
  for (const host of hosts.slice(0, 1)) need('host_metrics', isMeasured(memory, host), host);
  need('logs', [...facts.templatesBefore().values(), ...facts.templatesAfter().values()].some((each) => each.service === entity));
  need('changes', facts.changes.some((change) => nodeOf(change) === entity));
  return missing;
}

/** Under the requests of those who suffer, spans of its own were seen. */
function isTraced(entity: EntityId, facts: Facts): boolean {
  return [facts.before, facts.after].some((tallies) => [...tallies.values()].some((tally) => tally.node === entity || [...tally.self.values()].some((self) => self.node === entity)));
}
