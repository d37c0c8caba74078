import { createHash, timingSafeEqual } from 'node:crypto';

/** True when the Authorization header carries the token. Takes the same time whatever the header says; a null token asks for nothing. */
export function isAuthorized(header: string | undefined, token: string | null): boolean {
  if (token === null) return true;
  const given = /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
