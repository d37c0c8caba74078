/** The answer of /access as a schema; access.ts says what each part means. */
import { z } from 'zod';
import type * as Api from '../access.ts';
import { list, noun, timeMs } from './noun.ts';

const limit = z.number().nullable();
const key = noun<Api.AccessKey>('AccessKey', 'A key of a sender or an API client, without its secrets.').is(z.object({
  name: z.string(), scope: z.enum(['ingest', 'api', 'all']), createdMs: timeMs, revokedMs: timeMs.nullable(), lastUsedMs: timeMs.nullable(),
  secrets: list(z.object({ id: z.string(), createdMs: timeMs, expiresMs: timeMs.nullable() })),
  quota: z.object({ itemsPerSecond: limit, bytesPerSecond: limit, services: limit, series: limit, attributes: limit }).describe('Rates with ten seconds of burst, and what may be distinct in an hour; null is no limit'),
}));

export const accessResponse = noun<Api.AccessResponse>('Access', 'Who may come in, and by which door. No secret and no hash is in it.').is(z.object({
  doors: list(z.object({ serves: z.enum(['otlp', 'console']), address: z.string(), tls: z.boolean(), clientCertificates: z.boolean(), loopback: z.boolean() })),
  certificate: z.object({ subject: z.string(), issuer: z.string(), fromMs: timeMs, toMs: timeMs }).nullable(),
  needed: z.object({ ingest: z.boolean(), api: z.boolean() }),
  hasToken: z.boolean(),
  keys: list(key),
  corsOrigins: list(z.string()),
}));
