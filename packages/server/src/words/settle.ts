import type { MissingData } from '@clew/engine';
import { type Names, sayList } from './name.ts';

/** What nobody sends yet, and that would tell the candidates apart. `%` stands for whom it is about. The console has the same words in its table. */
export const missingWords: Readonly<Record<MissingData['kind'], string>> = {
  traces: 'traces of %: spans of its own tell its work from that of what it calls',
  own_metrics: 'metrics of % itself: so far only its callers tell of it',
  resource_metrics: 'CPU, memory and pool metrics of the process of %',
  host: 'the machine that % runs on: host.id, host.name or k8s.node.name as a resource attribute',
  host_metrics: 'CPU, memory and disk metrics of %',
  logs: 'logs of %, with their trace ids',
  changes: 'deployments, configuration and flags of %, sent as events',
};

export function sayMissing({ kind, entities }: MissingData, names: Names): string {
  const who = sayList(entities.map((entity) => names.of(entity)));
  return missingWords[kind].replace('%', () => who);
}
