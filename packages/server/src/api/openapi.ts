import { z } from 'zod';
import { type ErrorCode, errorTable } from '../errors.ts';
import { nouns } from './schemas/noun.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** Errors that any request can get. */
const everywhere: readonly ErrorCode[] = ['bad_query', 'unauthenticated', 'forbidden_origin', 'wrong_host', 'internal', 'stopping'];
const schemaUri = (id: string): string => `#/components/schemas/${id}`;

/** The OpenAPI 3.1 document of the routes, made from the schemas that requests are checked with. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Clew', version, description: 'Times are epoch milliseconds, ids are strings, shares are 0..1. Fields may be added to answers; unknown query parameters are refused.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Asked for only when the server is configured with a token.' },
        session: { type: 'apiKey', in: 'cookie', name: 'clew_session', description: 'The cookie of POST /session, in place of the token.' },
      },
    },
    security: [{}, { token: [] }, { session: [] }],
  };
}

function operation(route: Route): Json {
  return {
    summary: route.summary,
    operationId: operationId(route),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body === null ? {} : { requestBody: { required: true, content: { 'application/json': { schema: bare(z.toJSONSchema(route.body, { io: 'input' })) } } } }),
    responses: { 200: success(route), ...failures(route) },
  };
}

/** `GET /services/:id/red` → `getServicesIdRed`. */
function operationId(route: Route): string {
  const words = route.path.split(/[/:.]+/).filter((word) => word !== '');
  return route.method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function pathParameters(route: Route): Json[] {
  return [...route.path.matchAll(/:(\w+)/g)].map((match) => ({ name: match[1], in: 'path', required: true, schema: { type: 'string' }, description: 'URL-encoded' }));
}

function queryParameters(route: Route): Json[] {
  return Object.entries(route.query.shape).map(([name, field]) => {
    const { description, ...schema } = bare(z.toJSONSchema(field, { io: 'output' }));
    return {
      name, in: 'query', required: !z.safeParse(field, undefined).success, schema,
      ...(description === undefined ? {} : { description }),
      ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
    };
  });
}

function success(route: Route): Json {
  if (route.kind === 'answer') return { description: 'Done', content: { 'application/json': { schema: reference(route.answer) } } };
  const events = Object.entries(route.events).map(([event, data]) => ({
    type: 'object', required: ['event', 'data'], properties: { event: { const: event }, data: { contentMediaType: 'application/json', contentSchema: reference(data) } },
  }));
  return { description: 'Server-sent events, open until the client leaves', content: { 'text/event-stream': { schema: { oneOf: events } } } };
}

function failures(route: Route): Json {
  const codes = [...new Set([...everywhere, ...route.errors, ...(route.body === null ? [] : ['too_large', 'unsupported_type'] as const)])];
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].http);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, rows]) => [
    status,
    { description: rows.map((code) => `\`${code}\`: ${errorTable[code].what}`).join(' '), content: { 'application/json': { schema: { $ref: schemaUri('Error') } } } },
  ]));
}

function reference(schema: z.ZodType): Json {
  const named = nouns.get(schema);
  return named === undefined ? bare(z.toJSONSchema(schema, { io: 'input', override: writable })) : { $ref: schemaUri(named.id) };
}

function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(nouns, { uri: schemaUri, io: 'input', override: writable });
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, schema]) => [id, bare(schema)]));
}

/** `readOnly` in OpenAPI means "not in requests", which is not what a readonly list in the contract says. */
function writable({ jsonSchema }: { readonly jsonSchema: { readOnly?: boolean } }): void {
  delete jsonSchema.readOnly;
}

function bare(schema: object): Json {
  const { $schema: _dialect, $id: _id, '~standard': _standard, ...rest } = schema as Json;
  return rest;
}

/** The rows of the table in docs/guides/api.md. */
export function routeTable(routes: readonly Route[]): string {
  return routes.map((route) => {
    const query = Object.keys(route.query.shape).map((name) => `\`${name}\``);
    const body = route.body === null ? [] : [`body: ${Object.keys(route.body.shape).map((name) => `\`${name}\``).join(' ')}`];
    return `| ${route.method} | \`${route.path}\` | ${route.summary} | ${[...query, ...body].join(' ')} |`;
  }).join('\n') + '\n';
}
