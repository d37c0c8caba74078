import type { EntityId, Finding, Incident } from '@clew/engine';

/** The node of the service graph that an entity belongs to; hosts and nodes are themselves. Grammar: engine/model/entity.ts. */
export function nodeOf(entity: EntityId): EntityId {
  if (entity.startsWith('operation:')) return `service:${entity.slice('operation:'.length).split('|', 1)[0]}`;
  if (entity.startsWith('instance:')) return `service:${entity.slice('instance:'.length).split('#', 1)[0]}`;
  if (entity.startsWith('edge:')) return entity.slice('edge:'.length).split('→', 1)[0];
  return entity;
}

/** Nodes that an incident is about: affected ones, the headline's, its findings', and the path to the best cause. */
export function touchedNodes(incident: Incident, findings: readonly Finding[]): ReadonlySet<EntityId> {
  const ids = new Set<EntityId>(incident.blast.affected.map(nodeOf));
  ids.add(nodeOf(incident.headline.entity));
  const [best] = incident.explanation.causes;
  if (best !== undefined && best.confidence >= incident.explanation.unknown) {
    ids.add(nodeOf(best.entity));
    for (const step of best.path) ids.add(nodeOf(step.entity));
  }
  const own = new Set(incident.findingIds);
  for (const finding of findings) if (own.has(finding.id)) ids.add(finding.node);
  return ids;
}
