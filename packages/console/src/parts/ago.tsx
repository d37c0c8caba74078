import type { ReactNode } from 'react';
import { formatDuration, formatUtc } from '@clew/words';
import { useClock } from '../clock.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

/** `3 s ago`, in whole seconds; what never came is said so. */
export function Ago({ atMs }: { readonly atMs: number | null }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const nowMs = useClock();
  if (atMs === null) return <span className="faint">{say('send.never')}</span>;
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  return <span className="num" title={formatUtc(atMs)}>{seconds === 0 ? say('send.justNow') : say('send.ago', { duration: formatDuration(seconds * 1000, language) })}</span>;
}
