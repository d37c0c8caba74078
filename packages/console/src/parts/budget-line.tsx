import type { ReactNode } from 'react';
import { formatNumber } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { DetectionResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { useLanguage, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';

/** False alarms allowed and spent, in a line. Nothing before detection has a budget. */
export function BudgetLine(): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const detection = useAnswer<DetectionResponse>('/detection', { live: true }).data;
  if (detection === undefined || detection.budgetPerDay === 0) return null;
  return <p className="quiet budget-line"><Link to={linkTo({ page: 'detectors' })} data-row="">{say('detection.budgetLine', { spent: formatNumber(detection.spent, language, 2), budget: formatNumber(detection.budgetPerDay, language, 2) })}</Link></p>;
}
