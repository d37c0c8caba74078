import { CodedError } from '../../errors.ts';
import { change } from '../route.ts';
import { sessionResponse } from '../schemas/answers.ts';
import { none, sessionBody } from '../schemas/queries.ts';
import { endedCookie, isToken, sessionCookie } from '../session.ts';

export const sessionRoutes = [
  change({
    method: 'POST', path: '/session', summary: 'Show the token once and get a cookie for it, as the console does', query: none, body: sessionBody, answer: sessionResponse, isOpen: true,
    handle: ({ token }, { body }) => {
      if (token !== null && !isToken(body.token, token)) throw new CodedError('unauthenticated', 'another token');
      return { needsToken: token !== null };
    },
    headers: ({ token }): Record<string, string> => (token === null ? {} : { 'set-cookie': sessionCookie(token) }),
  }),
  change({
    method: 'DELETE', path: '/session', summary: 'Give the cookie back', query: none, body: null, answer: sessionResponse, isOpen: true,
    handle: ({ token }) => ({ needsToken: token !== null }),
    headers: () => ({ 'set-cookie': endedCookie }),
  }),
];
