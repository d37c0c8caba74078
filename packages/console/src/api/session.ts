import { useSyncExternalStore } from 'react';

/** Whether the server asks for its token: known from the first answer that was refused for the lack of it. */
let signedOut = false;
const listeners = new Set<() => void>();

export function isSignedOut(): boolean {
  return signedOut;
}

export function setSignedOut(now: boolean): void {
  if (signedOut === now) return;
  signedOut = now;
  for (const listener of listeners) listener();
}

export function useSignedOut(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => signedOut);
}
