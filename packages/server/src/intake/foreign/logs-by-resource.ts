import { writeRequest } from '@clew/otlp';
import type { KeyValue, LogRecordMessage } from '@clew/otlp';
import { keyOf } from './json.ts';

interface Group { readonly resource: readonly KeyValue[]; readonly scopes: Map<string, LogRecordMessage[]> }

/** Log records on their way into one OTLP request, each under its resource and the name of its logger. */
export interface LogGroups {
  add(resource: readonly KeyValue[], logger: string, record: LogRecordMessage): void;
  count(): number;
  write(): Uint8Array;
}

export function makeLogGroups(): LogGroups {
  const groups = new Map<string, Group>();
  let count = 0;
  return {
    add(resource, logger, record) {
      const key = keyOf(resource);
      let group = groups.get(key);
      if (group === undefined) groups.set(key, group = { resource, scopes: new Map() });
      const records = group.scopes.get(logger);
      if (records === undefined) group.scopes.set(logger, [record]);
      else records.push(record);
      count += 1;
    },
    count: () => count,
    write: () => writeRequest('logs', {
      resourceLogs: [...groups.values()].map(({ resource, scopes }) => ({
        resource: { attributes: resource },
        scopeLogs: [...scopes].map(([name, logRecords]) => ({ scope: { name }, logRecords })),
      })),
    }),
  };
}
