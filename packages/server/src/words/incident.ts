import type { Incident, Node } from '@clew/engine';
import { sayCause } from './cause.ts';
import { saySymptom } from './feature.ts';
import { capitalized, makeNames, type Names, sayPlain } from './name.ts';
import { sayShare, sayTime } from './quantity.ts';

/** What broke, why, and how sure: two sentences; three where it leads on to another incident. */
export function summarizeIncident(incident: Incident, nodes: readonly Node[]): string {
  const names = makeNames(nodes);
  return [sayHeadline(incident, names), sayMerged(incident), sayVerdict(incident, names)].filter((each) => each !== null).join(' ');
}

/** Where an incident leads on that turned out to be about the fault of an older one; null for most. */
export function sayMerged({ mergedInto }: Incident): string | null {
  return mergedInto === null ? null : `It is the same fault as ${sayPlain(mergedInto)}, where it goes on.`;
}

/** `Checkout is failing for 12 % of requests since 10:15:23 UTC.` */
export function sayHeadline(incident: Incident, names: Names): string {
  const { headline, onsetMs, resolvedMs, updatedMs } = incident;
  const isPast = incident.state === 'resolved';
  const symptom = saySymptom(names.of(headline.entity), headline, isPast);
  const since = sayTime(onsetMs, updatedMs);
  if (isPast) return `${symptom} from ${since} to ${sayTime(resolvedMs ?? updatedMs, onsetMs)}.`;
  return `${symptom} since ${since}${incident.state === 'recovering' ? '; it is recovering' : ''}.`;
}

/** True when the honest answer is that we do not know. */
export function isUnknown(incident: Incident): boolean {
  const [best] = incident.explanation.causes;
  return best === undefined || best.kind === 'unknown' || incident.explanation.unknown > best.confidence;
}

/** Of what is not known more lies where no telemetry comes from than in doubt about what does. */
function isOutside({ explanation: { unknown, outside = 0 } }: Incident): boolean {
  return outside > unknown / 2;
}

/** `Cause: payment-db (postgresql), statement SELECT … takes 50 → 3,500 ms; 93 % sure.` */
export function sayVerdict(incident: Incident, names: Names): string {
  const { causes } = incident.explanation;
  const [best] = causes;
  if (isUnknown(incident)) {
    if (isOutside(incident)) return `Cause: outside of what the telemetry shows${best === undefined ? '' : `. Nearest guess within it: ${names.of(best.entity)}, ${sayCause(best)}; ${sayShare(best.confidence)} sure`}.`;
    if (best === undefined || best.kind === 'unknown') return 'Cause: unknown; nothing that was looked at explains it.';
    return `Cause: unknown; the evidence is not enough. Nearest guess: ${names.of(best.entity)}, ${sayCause(best)}; ${sayShare(best.confidence)} sure.`;
  }
  return `${capitalized(likelihood(best.confidence))}: ${names.of(best.entity)}, ${sayCause(best)}; ${sayShare(best.confidence)} sure.`;
}

/** What a person said the cause was; null while nobody has. */
export function sayPerson({ verdict, explanation, updatedMs, ...rest }: Incident, names: Names): string | null {
  if (verdict === null) return null;
  const at = sayTime(verdict.atMs, updatedMs);
  const isOurs = explanation.causes[0]?.entity === verdict.cause && !isUnknown({ verdict, explanation, updatedMs, ...rest });
  const who = verdict.by === '' ? 'A person' : verdict.by;
  return isOurs ? `${who} said at ${at}: this was it.` : `${who} said at ${at}: it was ${names.of(verdict.cause)}.`;
}

/** The word before a cause says the same as the number after it. */
export function likelihood(confidence: number): 'cause' | 'likely cause' | 'possible cause' {
  if (confidence >= 0.75) return 'cause';
  return confidence >= 0.5 ? 'likely cause' : 'possible cause';
}
