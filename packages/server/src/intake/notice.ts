import type { LogRecord, Notice } from '@clew/engine';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';

/** What people tell the engine, on its way into the log and out again. Only the API writes it: the OTLP ports know no such kind. */
export const noticeLimits = {
  reasonChars: 500,
  nameChars: 100,
  idChars: 1_000,
} as const;

const time = z.number().int().min(0).max(8_640_000_000_000_000);
const id = z.string().min(1).max(noticeLimits.idChars);
const by = z.string().max(noticeLimits.nameChars);

const notice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('finding_verdict'), finding: id, verdict: z.enum(['real', 'noise']).nullable(), by, atMs: time }),
  z.strictObject({ kind: z.literal('incident_verdict'), incident: id, cause: id.nullable(), by, atMs: time }),
  z.strictObject({ kind: z.literal('maintenance'), id, entity: id.nullable(), fromMs: time, toMs: time, reason: z.string().max(noticeLimits.reasonChars), by, atMs: time }),
  z.strictObject({ kind: z.literal('maintenance_end'), id, by, atMs: time }),
]) satisfies z.ZodType<Notice>;

/** The record of the log. What cannot be read back is not written. */
export function writeNotice(given: Notice): Pick<LogRecord, 'kind' | 'encoding' | 'compression' | 'body'> {
  return { kind: 'notice', encoding: 'json', compression: 'identity', body: new TextEncoder().encode(JSON.stringify(notice.parse(given))) };
}

/** It was checked before it was appended, so failing here is our own mistake. */
export function readNotice({ body }: Pick<LogRecord, 'body'>): Notice {
  try {
    return notice.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch (error) {
    throw new Error(`BUG: a notice in the log cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
