import type { Batch } from '@clew/otlp';
import type { EntityId } from '../model/index.ts';
import { openTexts, readAttributes } from './attributes.ts';

const unknownService = 'unknown_service';

/** The id without its `service:` prefix: `checkout`, `shop/checkout`, `shop/checkout@staging`. */
export function serviceKey(name: string, namespace: string, environment: string): string {
  const inSpace = namespace === '' ? name : `${namespace}/${name}`;
  return environment === '' ? inSpace : `${inSpace}@${environment}`;
}

/**
 * Node id of the service that a resource belongs to. A resource without service.name is `service:unknown_service`, as the
 * specification's own fallback; `unknown_service:node` (an SDK's default) keeps its suffix.
 */
export function serviceId(attributes: Readonly<Record<string, unknown>>): EntityId {
  const text = (key: string): string => {
    const value = attributes[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const environment = text('deployment.environment.name') || text('deployment.environment');
  return `service:${serviceKey(text('service.name') || unknownService, text('service.namespace'), environment)}`;
}

/** The same for every resource of a decoded batch, by resource index. */
export function serviceIds(batch: Batch): readonly EntityId[] {
  const texts = openTexts(batch.strings);
  return Array.from({ length: batch.resources.count }, (_, owner) =>
    serviceId(Object.fromEntries(readAttributes(batch.resources.attributes, owner, texts))));
}

/** True for a name that says which service it is: not the fallback of an SDK. */
export function isNamed(name: string): boolean {
  return name !== '' && !name.startsWith(unknownService);
}
