import type { Incident, IncidentEvent } from '@clew/engine';
import { named, oneLine, type Piece, type Tongue } from './piece.ts';
import { sayKind, say } from './say.ts';

const severities = ['low', 'medium', 'high', 'critical'];
const joining: ReadonlySet<IncidentEvent['kind']> = new Set(['merged', 'absorbed', 'divided']);

/** What became of an incident: findings are told at their onset, a cause when it is another one, a severity when it is higher than any before. */
export function lifeOf({ timeline }: Pick<Incident, 'timeline'>): IncidentEvent[] {
  let cause: string | null = null;
  let worst = -1;
  return timeline.filter(({ kind, subject }) => {
    if (kind === 'finding_joined' || kind === 'finding_cleared') return false;
    if (kind === 'cause_changed') {
      const isNew = cause !== subject;
      cause = subject;
      return isNew;
    }
    if (kind !== 'severity_changed') return true;
    const isWorse = severities.indexOf(subject) > worst;
    worst = Math.max(worst, severities.indexOf(subject));
    return isWorse;
  });
}

/** `most likely cause: payment-db`; of two incidents that are one, the other's id. */
export function eventSentence({ kind, subject }: IncidentEvent, tongue: Tongue): Piece[] {
  const { language } = tongue;
  if (kind === 'cause_changed' && subject === '') return [say(language, 'event.cause_changed.none')];
  const words = sayKind(language, 'event', kind);
  if (kind === 'cause_changed') return [`${words} `, named(subject, tongue)];
  if (kind === 'severity_changed') return [`${words} ${sayKind(language, 'severity', subject)}`];
  return joining.has(kind) && subject !== '' ? [`${words} ${oneLine(subject, 120)}`] : [words];
}
