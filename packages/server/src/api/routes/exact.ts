/** Stored rows as OTLP/JSON: every field as it was sent, ready to be sent again. */
import { z } from 'zod';
import { CodedError } from '../../errors.ts';
import { ask, readFilters, readNodeId, readRange } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { read } from '../route.ts';
import { logsQuery, none, pointsQuery, traceQuery } from '../schemas/queries.ts';
import { readPlace, readTraceId } from '../trace-page.ts';

const storeErrors = ['not_supported', 'query_too_large', 'query_timeout'] as const;
const otlpJson = z.record(z.string(), z.unknown()).describe('An OTLP request in its JSON mapping');
type OtlpJson = z.output<typeof otlpJson>;

const service = (context: ApiContext, given: string | undefined): string | undefined => (given === undefined ? undefined : readNodeId(context.world(), given));

export const exactRoutes = [
  read({
    path: '/otlp/traces/:id', summary: 'Spans of a trace as OTLP/JSON, exactly as they were sent; pages as `/traces/:id` has them', query: traceQuery, answer: otlpJson, errors: ['unknown_id', ...storeErrors],
    handle: async (context, { path, query }) => {
      const after = readPlace(query.after);
      return found(path.id, await ask(context, 'exact')({ signal: 'traces', traceId: readTraceId(path.id), limit: query.limit, ...(after === undefined ? {} : { after }) }));
    },
  }),
  read({
    path: '/otlp/logs', summary: 'Log records as OTLP/JSON, exactly as they were sent, newest first', query: logsQuery, answer: otlpJson, errors: storeErrors,
    handle: async (context, { query }) => await ask(context, 'exact')({
      signal: 'logs', ...readRange(context, query), service: service(context, query.service), minSeverity: query.severity, text: query.text,
      traceId: query.trace?.toLowerCase(), attributes: readFilters(query.attribute), limit: query.limit,
    }) as OtlpJson,
  }),
  read({
    path: '/otlp/metrics/:name', summary: 'Data points of one metric as OTLP/JSON, exactly as they were sent, newest first', query: pointsQuery, answer: otlpJson, errors: storeErrors,
    handle: async (context, { path, query }) => await ask(context, 'exact')({
      signal: 'metrics', name: path.name, ...readRange(context, query), service: service(context, query.service), attributes: readFilters(query.attribute), limit: query.limit,
    }) as OtlpJson,
  }),
  read({
    path: '/otlp/profiles/:id', summary: 'A profile with its dictionary as OTLP/JSON, exactly as it was sent', query: none, answer: otlpJson, errors: ['unknown_id', ...storeErrors],
    handle: async (context, { path }) => found(path.id, await ask(context, 'exact')({ signal: 'profiles', id: path.id.toLowerCase() })),
  }),
];

/** An answer without any group: nothing is stored under the id. */
function found(id: string, message: object): OtlpJson {
  if (!Object.values(message).some((groups) => Array.isArray(groups) && groups.length > 0)) throw new CodedError('unknown_id', id, { detail: 'Nothing is stored under it.' });
  return message as OtlpJson;
}
