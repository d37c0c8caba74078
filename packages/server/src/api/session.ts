import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiContext } from './context.ts';

/**
 * The console's way to show the token: a cookie that scripts cannot read and that no other site can have sent. Its value is
 * derived from the token and does not give it away; it is good for as long as the token is, on any server that has this token.
 * One that was made for a key (keys/key-sessions.ts) is good until the key is not, or the server ends.
 * It is `Secure` where this server speaks TLS itself; whether TLS ends in front of it cannot be known here (docs/guides/api.md).
 */
const cookieName = 'clew_session';
const keptSeconds = 30 * 24 * 3_600;
const attributes = 'Path=/api; HttpOnly; SameSite=Strict';
/** A Cookie header that is longer is not one of ours. */
const cookieCharsMax = 8_192;

export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(derive(given), derive(token));
}

/** Name of the key that the console has shown, empty for the token; null when it has shown neither. */
export function sessionName(cookie: string | undefined, { token, access }: Pick<ApiContext, 'token' | 'access'>): string | null {
  if (cookie === undefined || cookie.length > cookieCharsMax) return null;
  const wanted = token === null ? null : derive(token);
  const nameOf = (value: string): string | null => (wanted !== null && isSame(Buffer.from(value, 'base64url'), wanted) ? '' : access.sessionName(value));
  // There may be several of one name, set under other paths: every one is compared, whole.
  return cookie.split(';').map((each) => each.trim().split('=')).filter(([name]) => name === cookieName)
    .reduce<string | null>((found, [, value = '']) => nameOf(value) ?? found, null);
}

export const sessionCookie = (token: string, isSecure: boolean): string => cookieOf(derive(token).toString('base64url'), isSecure);
export const cookieOf = (value: string, isSecure: boolean): string => `${cookieName}=${value}; ${attributes}; Max-Age=${keptSeconds}${isSecure ? '; Secure' : ''}`;

export const endedCookie = `${cookieName}=; ${attributes}; Max-Age=0`;

function derive(token: string): Buffer {
  return createHmac('sha256', token).update('clew console session 1').digest();
}

function isSame(given: Buffer, wanted: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
