/** Detection and what people say of it, as schemas. */
import type { DetectionView, Maintenance, SeriesBand } from '@clew/engine';
import { z } from 'zod';
import type * as Api from '../types.ts';
import { finding } from './model.ts';
import { entityId, list, noun, timeMs } from './noun.ts';

const known = z.number().nullable();
export const seriesResponse = noun<SeriesBand>('SeriesBand', 'A judged series, oldest first, with what was expected of each point before it was seen; null where that is not known.').is(z.object({
  series: z.string(), entity: entityId, node: entityId, feature: z.string(), subject: z.string(), unit: z.string(),
  points: list(z.object({ paneMs: timeMs, value: known, low: known, mid: known, high: known, p: known })),
}));

export const maintenance = noun<Maintenance>('Maintenance', 'Announced work on an entity, or anywhere when that is null.').is(z.object({
  kind: z.literal('maintenance'), id: z.string(), entity: entityId.nullable(), fromMs: timeMs, toMs: timeMs, reason: z.string(), by: z.string(), atMs: timeMs,
}));

export const detectionResponse = noun<DetectionView>('Detection', 'How detection itself is doing.').is(z.object({
  budgetPerDay: z.number().describe('False alarms a day for the whole installation, as set'),
  spent: z.number().describe('Expected false findings of the last 24 h'),
  series: z.number(),
  tests: z.number(),
  threshold: z.number(),
  detectors: list(z.object({
    id: z.string(), findings: z.number(), real: z.number(), noise: z.number(), weights: list(z.object({ entity: entityId, weight: z.number() })), state: z.string(),
  })),
  noisiest: list(z.object({ series: z.string(), entity: entityId, feature: z.string(), subject: z.string(), text: z.string(), findings: z.number(), noise: z.number() })),
  maintenance: list(maintenance),
  version: z.string(),
}));

export const findingResponse = noun<Api.FindingResponse>('FindingPage', 'One finding and the incidents that it belongs to.').is(z.object({ finding, incidentIds: list(z.string()), maintenance: maintenance.nullable() }));
export const maintenanceResponse = noun<Api.MaintenanceResponse>('MaintenanceList', 'Announced maintenance.').is(z.object({ maintenance: list(maintenance) }));

export const featuresResponse = noun<Api.FeaturesResponse>('Features', 'The catalogue of features.').is(z.object({
  features: list(z.object({
    id: z.string(), definition: z.string(), expression: z.string(), signal: z.string(), entities: list(z.string()), unit: z.string(), subject: z.string(), window: z.string(), late: z.string(), role: z.string(),
  })),
}));
const window = z.enum(['pane', 'since the point before', '1m', '5m', '15m', '1h', 'point']);
export const serviceFeaturesResponse = noun<Api.ServiceFeaturesResponse>('ServiceFeatures', 'Every feature of a service that is known, as it stands at the last closed pane.').is(z.object({
  features: list(z.object({ id: z.string(), subject: z.string(), window, value: known, unit: z.string(), texts: list(z.string()) })),
}));
export const detectorsResponse = noun<Api.DetectorsResponse>('Detectors', 'The catalogue of detectors.').is(z.object({
  detectors: list(z.object({ id: z.string(), looksAt: z.string(), method: z.string(), opens: z.string(), blindTo: z.string() })),
}));
