import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { maySend } from './key.ts';
import { isGood } from './watched-keys.ts';
import type { Held } from './watched-keys.ts';

/**
 * What the console keeps instead of a key: a value that shows that its holder has shown the key. It is made with a secret
 * of this process, so the file of keys alone does not make one; it ends with the process, and with the key.
 */
export interface KeySessions {
  valueOf(id: string, held: Held): string;
  /** Name of the key that was shown; null when the value is no good (any more). */
  nameOf(value: string, nowMs: number): string | null;
}

export function makeKeySessions(find: (id: string) => Held | undefined): KeySessions {
  const secret = randomBytes(32);
  const valueOf = (id: string, { sha256 }: Held): string => `${id}.${createHmac('sha256', secret).update(sha256).digest('base64url')}`;
  return {
    valueOf,
    nameOf(value, nowMs) {
      const id = value.split('.', 1)[0];
      const held = find(id);
      if (held === undefined || !isGood(held, nowMs) || !maySend(held.key.scope, 'api')) return null;
      const [given, wanted] = [Buffer.from(value), Buffer.from(valueOf(id, held))];
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? held.key.name : null;
    },
  };
}
