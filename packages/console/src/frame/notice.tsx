import type { ReactNode } from 'react';
import { useNotice } from '../copy.ts';
import { useSay } from '../words/speak.tsx';

export function NoticeLine(): ReactNode {
  const say = useSay();
  const notice = useNotice();
  return <div className="notice" role="status" aria-live="polite">{notice === null ? null : <span>{say(notice.key, notice.values)}</span>}</div>;
}
