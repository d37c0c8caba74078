import { environmentName, namespaceName } from './instances.ts';

/** Names of things by the grammar of entity ids: what a right answer says. */
export function serviceId(name: string): string {
  return `service:${namespaceName}/${name}@${environmentName}`;
}
