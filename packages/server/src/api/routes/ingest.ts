import { read } from '../route.ts';
import { ingestResponse } from '../schemas/ingest.ts';
import { ingestQuery } from '../schemas/queries.ts';

export const ingestRoutes = [
  read({
    path: '/ingest', summary: 'Exactly what happened to what was sent, by source and signal: accepted, refused, deduplicated, late, dropped, and why', query: ingestQuery, answer: ingestResponse,
    handle: (context, { query }) => context.ingest(query),
  }),
];
