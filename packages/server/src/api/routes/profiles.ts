import { CodedError } from '../../errors.ts';
import { ask, readFilters, readNodeId, readRange } from '../ask.ts';
import { read } from '../route.ts';
import { flameQuery, flameResponse, profileResponse, profilesQuery, profilesResponse } from '../schemas/profiles.ts';
import { none } from '../schemas/queries.ts';

const storeErrors = ['not_supported', 'query_too_large', 'query_timeout'] as const;

/** The id of a stored row (`000001-0000000042`), or the one that the sender gave the profile. */
function checkId(id: string): string {
  if (!/^(\d{6,}-\d{10,}|[0-9a-f]{32})$/i.test(id)) throw new CodedError('bad_query', id, { detail: 'A profile is asked for by the id that a list gave it, or by its profile id of 32 hex digits.' });
  return id.toLowerCase();
}

function found<T>(id: string, answer: T | null): T {
  if (answer === null) throw new CodedError('unknown_id', id, { detail: 'No such profile is stored.' });
  return answer;
}

export const profileRoutes = [
  read({
    path: '/profiles', summary: 'Search profiles, newest first', query: profilesQuery, answer: profilesResponse, errors: storeErrors,
    handle: async (context, { query }) => {
      if (query.span !== undefined && query.trace === undefined) throw new CodedError('bad_query', `span=${query.span}`, { detail: 'A span is named by its trace and its own id: give trace, too.' });
      return {
        profiles: await ask(context, 'profiles')({
          ...readRange(context, query), limit: query.limit, attributes: readFilters(query.attribute), type: query.type,
          service: query.service === undefined ? undefined : readNodeId(context.world(), query.service),
          traceId: query.trace?.toLowerCase(), spanId: query.span?.toLowerCase(),
        }),
      };
    },
  }),
  read({
    path: '/profiles/:id', summary: 'A profile with its stacks resolved', query: none, answer: profileResponse, errors: ['unknown_id', ...storeErrors],
    handle: async (context, { path }) => found(path.id, await ask(context, 'profile')({ id: checkId(path.id) })),
  }),
  read({
    path: '/profiles/:id/flame', summary: 'A profile as a flame graph and as folded stacks', query: flameQuery, answer: flameResponse, errors: ['unknown_id', ...storeErrors],
    handle: async (context, { path, query }) => found(path.id, await ask(context, 'flame')({ id: checkId(path.id), traceId: query.trace?.toLowerCase(), spanId: query.span?.toLowerCase() })),
  }),
];
