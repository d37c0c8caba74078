import { CodedError } from '../../errors.ts';
import { change } from '../route.ts';
import { sessionResponse } from '../schemas/answers.ts';
import { none, sessionBody } from '../schemas/queries.ts';
import { cookieOf, endedCookie, isToken, sessionCookie } from '../session.ts';

const isShown = (token: string | null, given: string): boolean => token !== null && isToken(given, token);

export const sessionRoutes = [
  change({
    method: 'POST', path: '/session', summary: 'Show the token once and get a cookie for it, as the console does', query: none, body: sessionBody, answer: sessionResponse, isOpen: true,
    handle: ({ token, access }, { body }) => {
      const needsToken = token !== null || access.isNeeded();
      if (needsToken && !isShown(token, body.token)) {
        if (!access.isNeeded()) throw new CodedError('unauthenticated', 'another token');
        access.check(body.token);
      }
      return { needsToken };
    },
    headers: ({ token, access }, { body }): Record<string, string> => {
      if (token !== null && isShown(token, body.token)) return { 'set-cookie': sessionCookie(token, access.isSecure) };
      return access.isNeeded() ? { 'set-cookie': cookieOf(access.sessionOf(body.token), access.isSecure) } : {};
    },
  }),
  change({
    method: 'DELETE', path: '/session', summary: 'Give the cookie back', query: none, body: null, answer: sessionResponse, isOpen: true,
    handle: ({ token, access }) => ({ needsToken: token !== null || access.isNeeded() }),
    headers: () => ({ 'set-cookie': endedCookie }),
  }),
];
