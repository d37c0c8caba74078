import type { EntityId, EntityKind, Observation, TraceRef } from '../model/index.ts';
import { featureOf } from './catalogue.ts';

interface Said {
  readonly entity: EntityId;
  readonly node: EntityId;
  readonly feature: string;
  readonly value: number;
  readonly weight: number;
  readonly subject?: string;
  /** For features whose unit is as sent. */
  readonly unit?: string;
  readonly exemplars?: readonly TraceRef[];
}

/** An observation with all that the catalogue says about its feature. */
export function observe({ entity, node, feature, value, weight, subject = '', unit, exemplars = [] }: Said): Observation {
  const row = featureOf(feature);
  return {
    series: seriesOf(entity, feature, subject), entity, node, feature, subject, scale: row.scale, unit: unit ?? row.unit, value, weight,
    symptom: row.symptomOf.includes(kindOf(entity)), exemplars,
  };
}

export function seriesOf(entity: EntityId, feature: string, subject = ''): string {
  return `${entity} ${feature} ${subject}`;
}

export function kindOf(entity: EntityId): EntityKind {
  const colon = entity.indexOf(':');
  return (colon < 0 ? entity : entity.slice(0, colon)) as EntityKind;
}
