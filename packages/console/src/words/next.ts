import type { Incident } from '../model.ts';
import { knownCause, say, sayKind } from './sentence.ts';
import type { Language } from './strings.ts';

/** What a person can do about it now: of the cause, or towards finding one. */
export function nextStep(incident: Incident, language: Language): string {
  const cause = knownCause(incident);
  if (cause !== null) return sayKind(language, 'next', cause.kind);
  return say(language, incident.explanation.causes.length === 0 ? 'next.nothingFound' : 'next.onlyGuess');
}
