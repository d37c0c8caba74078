import type { IncomingMessage } from 'node:http';
import { CodedError } from '../errors.ts';
import { isAuthorized } from '../intake/token.ts';
import { secretOf } from '../keys/keyring.ts';
import type { ApiContext } from './context.ts';
import { sessionName } from './session.ts';

/** Headers of every answer. There are no CORS headers on purpose: no other origin may read anything. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Refuses requests for names that are not ours (DNS rebinding: a hostile page whose name was pointed at 127.0.0.1).
 * `allowedHosts` holds names with or without a port; null lets any name pass.
 */
export function checkHost(request: IncomingMessage, allowedHosts: ReadonlySet<string> | null): void {
  if (allowedHosts === null) return;
  const host = (request.headers.host ?? '').toLowerCase();
  if (allowedHosts.has(host) || allowedHosts.has(host.replace(/:\d{1,5}$/, ''))) return;
  throw new CodedError('wrong_host', host === '' ? 'no host' : host);
}

/** Refuses what a page of another origin sends; programs send no Origin. */
export function checkOrigin(request: IncomingMessage): void {
  const { host = '', origin } = request.headers;
  if (origin !== undefined && !isSameOrigin(origin, host)) throw new CodedError('forbidden_origin', origin);
  if (request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate') {
    throw new CodedError('forbidden_origin', 'sec-fetch-site: cross-site');
  }
}

/** Programs show the token or a key, the console its cookie. Gives the name of the key; empty for the token, and where nothing is asked for. */
export function checkToken(request: IncomingMessage, { token, access }: Pick<ApiContext, 'token' | 'access'>): string {
  const { authorization, cookie } = request.headers;
  if (token === null ? !access.isNeeded() : isAuthorized(authorization, token)) return '';
  const secret = secretOf(request.headers);
  if (secret !== undefined && access.isNeeded()) return access.check(secret);
  const name = sessionName(cookie, { token, access });
  if (name === null) throw new CodedError('unauthenticated', authorization === undefined ? 'no token' : 'another token');
  // A browser sends the cookie to every port of this host: only pages of our own may use it. Browsers that send no Sec-Fetch-Site are held by Origin.
  const site = request.headers['sec-fetch-site'] ?? 'same-origin';
  if (site !== 'same-origin' && site !== 'none') throw new CodedError('forbidden_origin', `sec-fetch-site: ${String(site)}`);
  return name;
}

/** The scheme is left out: a proxy in front may end TLS. */
function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
