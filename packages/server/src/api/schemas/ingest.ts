/** The answer of /ingest as a schema; ingest.ts says what each number means. */
import { z } from 'zod';
import type * as Api from '../ingest.ts';
import { list, noun, timeMs } from './noun.ts';

export const signalName = z.enum(['traces', 'metrics', 'logs', 'profiles']);

const rates = z.object({ m1: z.number(), m5: z.number(), m15: z.number() });
const signalFields = {
  requests: z.number(), acceptedRequests: z.number(), partialRequests: z.number(), duplicateRequests: z.number(), refusedRequests: z.number(), bytes: z.number(),
  items: z.number(), accepted: z.number(), refusedItems: z.number(), deduplicated: z.number(), late: z.number(), dropped: z.number(), lateRequestId: z.string(), lateNext: z.string(),
  droppedBy: list(noun<Api.DroppedBy>('DroppedBy', 'Items that a limit kept out of the analysis; they are stored.').is(z.object({
    limit: z.string(), items: z.number(), what: z.string(), next: z.string(), requestId: z.string(),
  }))),
  refused: list(noun<Api.RefusedFor>('RefusedFor', 'One reason of refusal: whole requests, and single items of requests of which the rest was kept.').is(z.object({
    reason: z.string(), items: z.number(), requests: z.number(), next: z.string(), requestId: z.string(), lastMs: timeMs,
  }))),
  lastAcceptedMs: timeMs.nullable(),
  rates: z.object({ accepted: rates, refused: rates, deduplicated: rates }).describe('Items a second over the last 1, 5 and 15 minutes'),
};
const signalIntake = noun<Api.SignalIntake>('SignalIntake', 'What became of one signal: requests = acceptedRequests + duplicateRequests + refusedRequests, items = accepted + refusedItems + deduplicated; late and dropped are parts of accepted.').is(z.object(signalFields));

const sourceAccount = noun<Api.SourceAccount>('SourceAccount', 'What one source sent of one signal.').is(z.object({
  ...signalFields,
  signal: signalName.nullable(),
  history: z.object({ stepMs: z.number(), fromMs: timeMs, accepted: list(z.number()), refused: list(z.number()) }),
}));
const sourceIntake = noun<Api.SourceIntake>('SourceIntake', 'One source: the name of its credential, or its IP address.').is(z.object({
  name: z.string(), address: z.string(), agent: z.string(), firstMs: timeMs, lastMs: timeMs, accounts: list(sourceAccount),
}));

export const refusal = noun<Api.Refusal>('Refusal', 'A refused request, or refused items of one, with what its sender needs to correct it.').is(z.object({
  requestId: z.string(), atMs: timeMs, source: z.string(), address: z.string(), agent: z.string(), signal: signalName.nullable(), via: z.string(), status: z.number(),
  reason: z.string(), detail: z.string(), items: z.number(), examples: list(z.string()), next: z.string(),
}));

export const ingestResponse = noun<Api.IngestResponse>('Ingest', 'Exactly what happened to everything that was sent, by source and signal.').is(z.object({
  listening: z.object({ grpc: z.string(), http: z.string() }),
  sinceMs: timeMs,
  signals: z.object({ traces: signalIntake, metrics: signalIntake, logs: signalIntake, profiles: signalIntake }),
  sources: list(sourceIntake),
  lastRefused: list(refusal),
  limits: list(z.object({ limit: z.string(), value: z.number(), what: z.string(), next: z.string() })),
}));
