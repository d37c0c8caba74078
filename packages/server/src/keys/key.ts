import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '../errors.ts';

/** What a key may be used for: sending telemetry, the API and the console, or both. */
export const scopes = ['ingest', 'api', 'all'] as const;
export type Scope = (typeof scopes)[number];
export type Door = 'ingest' | 'api';

export const keyLimits = {
  keys: 10_000,
  nameChars: 60,
  /** Of one key that are good at the same time: more rotations end the oldest at once. */
  secrets: 4,
} as const;

/** Each null is no limit. Rates are tokens a second with ten seconds of burst; the others count what is distinct within an hour. */
export const quotaNames = ['itemsPerSecond', 'bytesPerSecond', 'services', 'series', 'attributes'] as const;
export type QuotaName = (typeof quotaNames)[number];
export type Quota = Readonly<Record<QuotaName, number | null>>;
export const noQuota: Quota = { itemsPerSecond: null, bytesPerSecond: null, services: null, series: null, attributes: null };

const time = z.number().int().nonnegative();
const limit = z.number().int().positive().nullable();
const secret = z.strictObject({ id: z.string().regex(/^[0-9a-f]{8}$/), sha256: z.string().regex(/^[0-9a-f]{64}$/), createdMs: time, expiresMs: time.nullable() });
export const keySchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,59}$/),
  scope: z.enum(scopes),
  createdMs: time,
  revokedMs: time.nullable(),
  /** Newest first. */
  secrets: z.array(secret).min(1).max(keyLimits.secrets),
  quota: z.strictObject({ itemsPerSecond: limit, bytesPerSecond: limit, services: limit, series: limit, attributes: limit }),
});
export type Key = Readonly<z.infer<typeof keySchema>>;

/** A changed list, and a secret that is told once and never kept. */
export interface Minted { readonly keys: readonly Key[]; readonly secret: string }

/** Throws `bad_key` when there is one of this name already, also a revoked one: its counters must not go on under another. */
export function addKey(keys: readonly Key[], { name, scope, quota }: Pick<Key, 'name' | 'scope' | 'quota'>, nowMs: number): Minted {
  if (!keySchema.shape.name.safeParse(name).success) throw new CodedError('bad_key', name.slice(0, 100), { detail: `A name has 1 to ${keyLimits.nameChars} letters, digits, dots, dashes and underscores.` });
  if (keys.some((key) => key.name === name)) throw new CodedError('bad_key', name, { detail: 'There is a key of this name, or was one.' });
  if (keys.length >= keyLimits.keys) throw new CodedError('bad_key', name, { detail: `There are ${keyLimits.keys} keys.` });
  const minted = mint(nowMs);
  return { keys: [...keys, { name, scope, createdMs: nowMs, revokedMs: null, secrets: [minted.stored], quota }], secret: minted.secret };
}

/** A new secret beside the old, which go on for `overlapMs` so that senders can be changed one by one. */
export function rotateKey(keys: readonly Key[], name: string, overlapMs: number, nowMs: number): Minted {
  const minted = mint(nowMs);
  const untilMs = nowMs + overlapMs;
  const changed = change(keys, name, (key) => ({
    ...key,
    secrets: [minted.stored, ...key.secrets.filter(({ expiresMs }) => expiresMs === null || expiresMs > nowMs).map((old) => ({ ...old, expiresMs: Math.min(old.expiresMs ?? untilMs, untilMs) }))].slice(0, keyLimits.secrets),
  }));
  return { keys: changed, secret: minted.secret };
}

export function revokeKey(keys: readonly Key[], name: string, nowMs: number): readonly Key[] {
  return change(keys, name, (key) => ({ ...key, revokedMs: nowMs }));
}

export function limitKey(keys: readonly Key[], name: string, quota: Partial<Quota>): readonly Key[] {
  return change(keys, name, (key) => ({ ...key, quota: { ...key.quota, ...quota } }));
}

function change(keys: readonly Key[], name: string, by: (key: Key) => Key): readonly Key[] {
  const found = keys.find((key) => key.name === name);
  if (found === undefined) throw new CodedError('unknown_key', name.slice(0, 100));
  if (found.revokedMs !== null) throw new CodedError('bad_key', name, { detail: 'It is revoked.' });
  return keys.map((key) => (key === found ? by(key) : key));
}

/** 256 random bits need no slow hash: nobody can try them out. */
function mint(nowMs: number): { readonly secret: string; readonly stored: Key['secrets'][number] } {
  const id = randomBytes(4).toString('hex');
  const text = `clew_${id}_${randomBytes(32).toString('base64url')}`;
  return { secret: text, stored: { id, sha256: hash('sha256', text, 'hex'), createdMs: nowMs, expiresMs: null } };
}

/** The id within a secret, by which its hash is found; null when this is none of ours. */
export function secretId(secret: string): string | null {
  return /^clew_([0-9a-f]{8})_[\w-]{43}$/.exec(secret)?.[1] ?? null;
}

export const maySend = (scope: Scope, door: Door): boolean => scope === 'all' || scope === door;
