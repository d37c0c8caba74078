import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { HealthResponse } from '../model.ts';
import { useSay } from '../words/speak.tsx';

/** What is wrong with Clew itself: a page that looks calm because nothing is taken in any more must say so. */
export function Problems(): ReactNode {
  const say = useSay();
  const problems = useAnswer<HealthResponse>('/health', { live: true }).data?.problems ?? [];
  if (problems.length === 0) return null;
  return <section className="problems" role="alert"><p><b>{say('problems.title')}</b></p>{problems.map(({ what, next }) => <p key={what} className="problem">{what} <span className="soft">{next}</span></p>)}</section>;
}
