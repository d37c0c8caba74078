import type { ReactNode } from 'react';

/** The ball of thread. */
export function Ball(): ReactNode {
  return <svg className="ball" width="20" height="20" viewBox="0 0 32 32" aria-hidden="true"><circle cx="14" cy="15" r="10" /><path d="M5.500 11.500c5-4.500 12-4.500 17 .5M5 18c6-5 13-5 18.500-.5M9 23.500c4-4 8-4 11.500-1.500M14 25c6 1 10 3.500 15 1.500" /></svg>;
}
