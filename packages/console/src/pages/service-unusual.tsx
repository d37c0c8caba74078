import type { ReactNode } from 'react';
import { marksOf, UnusualList, UnusualSwitch, useLookBack } from '../explore/look-back.tsx';
import type { Marked } from '../draw/chart.tsx';
import { useSay } from '../words/speak.tsx';

/** What was unusual in the rate, the errors and the durations of a service: a switch, marks for its charts, and lists. */
export function useUnusual(id: string, fromMs: number, toMs: number): { readonly marked: Readonly<Record<'rate' | 'errors' | 'duration', readonly Marked[]>>; readonly lists: ReactNode; readonly choose: ReactNode } {
  const say = useSay();
  const path = `/services/${encodeURIComponent(id)}/look-back`;
  const rate = useLookBack(path, { read: 'rate' }, fromMs, toMs);
  const errors = useLookBack(path, { read: 'errors' }, fromMs, toMs);
  const duration = useLookBack(path, { read: 'p99' }, fromMs, toMs);
  return {
    marked: { rate: marksOf(rate), errors: marksOf(errors), duration: marksOf(duration) },
    choose: <UnusualSwitch />,
    lists: <div className="chart-row unusual-lists"><UnusualList lookedBack={rate} what={say('service.rate')} /><UnusualList lookedBack={errors} what={say('service.errors')} /><UnusualList lookedBack={duration} what="p99" /></div>,
  };
}
