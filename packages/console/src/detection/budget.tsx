import type { ReactNode } from 'react';
import { formatNumber, rarityShort } from '@clew/words';
import type { DetectionResponse } from '../model.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

const judgedEveryMs = 10_000;

/** What was allowed and what is spent of it, as a bar and in words. */
export function Budget({ detection: { budgetPerDay, spent, series, tests, threshold } }: { readonly detection: DetectionResponse }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const number = (value: number): string => formatNumber(value, language, 2);
  const share = budgetPerDay > 0 ? Math.min(1, spent / budgetPerDay) : 0;
  return (
    <section className="budget">
      <div>
        <h2>{say('detection.budget')}</h2>
        <p className="budget-lead num">{say('detection.budgetLead', { spent: number(spent), budget: number(budgetPerDay) })}</p>
        <div className="budget-bar" role="img" aria-label={say('detection.budgetLead', { spent: number(spent), budget: number(budgetPerDay) })}>
          <span className="budget-spent" style={{ width: `${100 * share}%` }} />
          <span className="budget-left num">{share < 0.75 ? say('detection.budgetLeft', { left: number(Math.max(0, budgetPerDay - spent)) }) : ''}</span>
        </div>
        <p className="soft budget-about">{say('detection.budgetAbout', { budget: number(budgetPerDay), spent: number(spent) })} <span className="faint">{say('detection.budgetSet')}</span></p>
      </div>
      <dl className="big-facts">
        <div><dt>{say('detection.judged')}</dt><dd className="num">{formatNumber(series, language, 9)}</dd></div>
        <div><dt>{say('detection.tests')}</dt><dd className="num">{formatNumber(tests, language, 9)}</dd></div>
        <div><dt>{say('detection.threshold')}</dt><dd className="num">{threshold > 0 ? rarityShort(threshold, judgedEveryMs, language) : <span className="faint">{say('detection.thresholdNone')}</span>}</dd></div>
      </dl>
    </section>
  );
}
