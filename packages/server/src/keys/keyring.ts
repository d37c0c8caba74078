import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CodedError } from '../errors.ts';
import { unlimited } from '../intake/gate.ts';
import type { Admitted, Gate } from '../intake/gate.ts';
import type { Peer } from '../intake/peer.ts';
import { isAuthorized } from '../intake/token.ts';
import type { Door, Key } from './key.ts';
import { maySend, secretId } from './key.ts';
import { makeKeySessions } from './key-sessions.ts';
import { openLastUsed } from './last-used.ts';
import type { Usages } from './usages.ts';
import { isGood, openWatchedKeys } from './watched-keys.ts';
import type { Held, WatchedKeys } from './watched-keys.ts';

export interface KeyringOptions {
  readonly folder: string;
  /** The one token for all; null when there is none. */
  readonly token: string | null;
  /** Senders show certificates: on the port that has no TLS because it is the server's own, nobody else is let in. */
  readonly asksCertificates: boolean;
  /** What keys have used of their quotas; the caller closes it. */
  readonly usages: Usages;
  nowMs(): number;
  /** A sentence for health; null when all is well again. */
  onProblem(what: string | null): void;
  report(line: string): void;
}

/** Every credential that is good now: the token, and the keys of the data folder. */
export interface Keyring {
  readonly gate: Gate;
  isNeeded(door: Door): boolean;
  /** Name of the key, empty for the token. Throws `unauthenticated` or `forbidden` unless the secret is the token or a key that may be used here. */
  check(secret: string | undefined, door: Door): string;
  /** See key-sessions.ts. Throws as `check` for the API does. Not for the token. */
  sessionOf(secret: string): string;
  /** Name of the key whose session it is; null when it is none (any more). */
  sessionName(value: string): string | null;
  keys(): readonly Key[];
  lastUsedMs(key: Key): number | null;
  /** Keys whose quota begins anew after a restart, because they have sent too many distinct things. */
  quotasUnsaved(): number;
  /** A secret for the server's own child, which is in no file. */
  own(name: string): string;
  close(): void;
}

export function openKeyring({ folder, token, asksCertificates, usages, nowMs, onProblem, report }: KeyringOptions): Keyring {
  // Once asked for, a credential is asked for until the server ends: the last key that is revoked must not open the door.
  const needed = { ingest: token !== null, api: token !== null };
  const watched = openWatchedKeys({
    folder, onProblem,
    onChange: (keys) => { for (const door of ['ingest', 'api'] as const) needed[door] ||= keys.some(({ scope }) => maySend(scope, door)); },
  });
  const lastUsed = openLastUsed(folder, watched.keys, report);
  const sessions = makeKeySessions(watched.held);
  const own = new Map<string, string>();

  function checkKey(secret: string, door: Door): Held {
    const held = findHeld(watched, secret, nowMs());
    if (!maySend(held.key.scope, door)) throw new CodedError('forbidden', `${held.key.name} has the scope ${held.key.scope}, and ${door} is needed`);
    lastUsed.note(secretId(secret) ?? '', nowMs());
    return held;
  }
  function admit(headers: IncomingHttpHeaders, { isVerified }: Peer): Admitted {
    const secret = secretOf(headers);
    const ownName = secret === undefined || own.size === 0 ? undefined : own.get(digestOf(secret));
    if (ownName !== undefined) return { ...unlimited, name: ownName };
    if (asksCertificates && !isVerified) throw new CodedError('unauthenticated', 'no client certificate');
    if (secret === undefined && needed.ingest) throw new CodedError('unauthenticated', 'no key');
    if (secret === undefined || isToken(secret, token)) return unlimited;
    // Where nothing is asked for, something that is no key of ours is nobody's business.
    if (!needed.ingest && secretId(secret) === null) return unlimited;
    const { key } = checkKey(secret, 'ingest');
    const usage = usages.of(key);
    return {
      name: key.name, check: () => usage.check(nowMs()), takeBytes: (bytes) => usage.takeBytes(bytes, nowMs()),
      fit: (batch) => usage.fit(batch, nowMs()), takeItems: (batch) => usage.takeItems(batch, nowMs()),
    };
  }

  return {
    gate: { admit },
    isNeeded: (door) => needed[door],
    check(secret, door) {
      if (secret === undefined) throw new CodedError('unauthenticated', 'no key');
      return isToken(secret, token) ? '' : checkKey(secret, door).key.name;
    },
    sessionOf: (secret) => sessions.valueOf(secretId(secret) ?? '', checkKey(secret, 'api')),
    sessionName: (value) => sessions.nameOf(value, nowMs()),
    keys: watched.keys,
    lastUsedMs: lastUsed.ofMs,
    quotasUnsaved: usages.unsaved,
    own(name) {
      const secret = randomBytes(32).toString('base64url');
      own.set(digestOf(secret), name);
      return secret;
    },
    close() {
      watched.close();
      lastUsed.close();
    },
  };
}

const nothing = Buffer.alloc(32);
const digestOf = (secret: string): string => hash('sha256', secret, 'hex');
const isToken = (secret: string, token: string | null): boolean => token !== null && isAuthorized(`Bearer ${secret}`, token);

function findHeld(watched: WatchedKeys, secret: string, nowMs: number): Held {
  const id = secretId(secret);
  const held = id === null ? undefined : watched.held(id);
  // Whoever guesses ids learns nothing: an unknown one is compared too, with nothing.
  const isIt = timingSafeEqual(hash('sha256', secret, 'buffer'), held?.sha256 ?? nothing);
  if (held === undefined || !isIt) throw new CodedError('unauthenticated', 'not a key of this server');
  if (!isGood(held, nowMs)) throw new CodedError('unauthenticated', held.key.revokedMs === null ? `this secret of the key ${held.key.name} was replaced by another` : `the key ${held.key.name} was revoked`);
  return held;
}

/** `Authorization: Bearer …` or `x-api-key: …`; an Authorization of another scheme is none. */
export function secretOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  return bearer ?? (typeof key === 'string' && key.trim() !== '' ? key.trim() : undefined);
}
