import type { Incident } from '@clew/engine';
import { featureName } from './feature.ts';
import { fill } from './fill.ts';
import { formatAgo, formatDuration, formatQuantity, formatShare } from './format.ts';
import { timeOf } from './moment.ts';
import { kindOf } from './name.ts';
import { named, startUpper, type Piece, type Tongue } from './piece.ts';
import { say, template, type SentenceKey } from './say.ts';

/** What broke, against what is normal, since when: the first sentence of every incident. */
export function headline(incident: Incident, tongue: Tongue): Piece[] {
  const what = symptom(incident, tongue);
  return fill<readonly Piece[]>(template(tongue.language, 'headline.since'), { what, since: [sinceWords(incident, tongue)] }, () => 0).flat();
}

/** The same without its time, where that stands beside it. */
export function symptom(incident: Incident, tongue: Tongue): Piece[] {
  const { headline: { entity, feature, observed, expected, unit }, blast } = incident;
  const { language } = tongue;
  const quantity = (value: number): string => formatQuantity(value, unit, language);
  const bare = (value: number): string => quantity(value).replace(/\/s$/, '');
  const words: Record<string, Piece> = { name: named(entity, tongue), feature: startUpper(featureName(feature, '', language)), observed: quantity(observed), expected: quantity(expected), tense: '' };
  const isPast = incident.resolvedMs !== null;
  const tell = (key: SentenceKey, more: Record<string, Piece> = {}): Piece[] => fill<Piece>(template(language, key), { ...words, ...more }, () => (isPast ? 2 : 1));
  switch (feature) {
    case 'error_share': return tell('headline.fails', { share: formatShare(Math.max(observed, kindOf(entity) === 'user' ? blast.failedShare : 0), language) });
    case 'request_rate': return observed === 0 ? tell('headline.gone', { expected: bare(expected) }) : tell('headline.rate', { observed: bare(observed), expected: bare(expected) });
    case 'queue_lag': return tell('headline.lag');
    default: return observed === 0 && expected === 0 ? tell('headline.new') : tell('headline.slow');
  }
}

function sinceWords({ onsetMs, resolvedMs, state }: Incident, tongue: Tongue): string {
  const { language, nowMs } = tongue;
  if (resolvedMs !== null) return say(language, 'since.span', { from: timeOf(onsetMs, tongue), to: timeOf(resolvedMs, tongue), duration: formatDuration(Math.max(1_000, resolvedMs - onsetMs), language) });
  if (state === 'recovering') return say(language, 'since.recovering', { time: timeOf(onsetMs, tongue) });
  return say(language, 'since.ago', { time: timeOf(onsetMs, tongue), duration: formatAgo(nowMs - onsetMs, language) });
}
