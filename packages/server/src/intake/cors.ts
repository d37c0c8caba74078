import { CodedError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/** How long a browser may remember the answer to a preflight; Chromium takes two hours at most. */
const maxAgeSeconds = 7_200;
const requestHeadersMax = 100;
/** Types of body that need no preflight (Fetch standard, CORS-safelisted request headers). */
const unasked = /^\s*($|;|text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)/i;
const exposed = 'Retry-After, X-Clew-Request-Id';

/** Which web pages may send telemetry (the browser SDK): those whose origin is on the list, and no others. */
export interface Cors {
  /** The exchange with the headers that let a page of a listed origin read every answer, errors too. Itself when it comes from no page. */
  allow(exchange: Exchange): Exchange;
  isPreflight(exchange: Exchange): boolean;
  /** Throws `cors_refused` for what a browser sends for any page without asking first: a form, or text. */
  check(exchange: Exchange): void;
  /** Answers a preflight. Throws `cors_refused`, or `method_not_allowed` where no origin is listed at all. */
  answer(exchange: Exchange): void;
}

/** `origins` is a list with commas, such as `https://shop.example, https://*.example.com`; a lone `*` is any origin; empty switches it off. */
export function makeCors(origins: string, withCredentials: boolean): Cors {
  const patterns = readOrigins(origins).map(toPattern);
  const isAny = readOrigins(origins).includes('*');

  const isListed = (origin: string): boolean => patterns.some((pattern) => pattern.test(origin.toLowerCase()));

  function headersFor(origin: string): Readonly<Record<string, string>> {
    if (isAny) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed };
    if (!isListed(origin)) return { vary: 'origin' };
    return { 'access-control-allow-origin': origin, vary: 'origin', 'access-control-expose-headers': exposed, ...(withCredentials ? { 'access-control-allow-credentials': 'true' } : {}) };
  }

  return {
    allow(exchange) {
      const { origin } = exchange.headers;
      if (origin === undefined || patterns.length === 0) return exchange;
      const headers = headersFor(origin);
      return { ...exchange, respond: (status, given, body) => exchange.respond(status, { ...headers, ...given }, body) };
    },
    isPreflight: ({ method, headers }) => method === 'OPTIONS' && patterns.length > 0 && headers.origin !== undefined && headers['access-control-request-method'] !== undefined,
    check({ headers }) {
      const { origin, 'content-type': type = '' } = headers;
      if (origin !== undefined && unasked.test(type) && !isListed(origin)) throw new CodedError('cors_refused', origin.slice(0, 200));
    },
    answer(exchange) {
      const { origin = '', 'access-control-request-headers': asked = '' } = exchange.headers;
      if (!isListed(origin)) throw new CodedError('cors_refused', origin.slice(0, 200));
      exchange.respond(204, { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': namesOf(asked), 'access-control-max-age': String(maxAgeSeconds) }, new Uint8Array(0));
    },
  };
}

/** The origins of a setting, in lower case. */
export const readOrigins = (text: string): readonly string[] => text.split(',').map((origin) => origin.trim().toLowerCase()).filter((origin) => origin !== '');

/** What an origin on the list may look like: a scheme and a host, of which the first label may be `*`, and perhaps a port. */
export const originShape = /^(\*|https?:\/\/(\*\.)?[a-z0-9.-]+(:\d{1,5})?)$/;

/** `*` stands for one or more labels of a host, and never for a port or a path. */
function toPattern(origin: string): RegExp {
  if (origin === '*') return /^/;
  const [scheme, host] = origin.split('://');
  return new RegExp(`^${scheme}://${host.replaceAll('.', '\\.').replace('*', '[a-z0-9-]+(\\.[a-z0-9-]+)*')}$`);
}

/** Any header that the page names: whoever is on the list may send what any other client may. */
function namesOf(asked: string): string {
  return asked.split(',').map((name) => name.trim().toLowerCase()).filter((name) => /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name)).slice(0, requestHeadersMax).join(', ');
}
