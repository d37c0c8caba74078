import type { IncomingMessage } from 'node:http';
import { CodedError } from '../errors.ts';
import { isAuthorized } from '../intake/token.ts';

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

export function checkToken(request: IncomingMessage, token: string | null): void {
  const { authorization } = request.headers;
  if (!isAuthorized(authorization, token)) throw new CodedError('unauthenticated', authorization === undefined ? 'no token' : 'another token');
}

/** The scheme is left out: a proxy in front may end TLS. */
function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
