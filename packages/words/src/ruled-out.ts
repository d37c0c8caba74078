import type { EntityId, RuledOut } from '@clew/engine';
import { seriesOf, evidenceSentence, type About } from './evidence.ts';
import { fill } from './fill.ts';
import { formatQuantity } from './format.ts';
import { relativeTo, timeOf } from './moment.ts';
import { named, oneLine, plain, type Piece } from './piece.ts';
import { hasSentence, sayKind, say, template } from './say.ts';

/** Why it is not the cause, without its name. */
export function ruledOutSentence({ reason, because }: Pick<RuledOut, 'reason' | 'because'>, about: About): Piece[] {
  const key = `ruledOut.${reason}`;
  const bare = `${key}.bare`;
  if (because === null && hasSentence(bare)) return [template(about.language, bare)];
  if (because !== null && hasSentence(key)) return fill<Piece>(template(about.language, key), { because: named(because, about) });
  return [sayKind(about.language, 'ruledOut', reason)];
}

/** What was seen there, short: a reading, or the change. Empty where nothing was. */
export function seenThere({ evidence: [seen] }: Pick<RuledOut, 'evidence'>, about: About): string {
  if (seen === undefined) return '';
  const { language } = about;
  if (seen.kind === 'change') return `${oneLine(seen.what, 80)}, ${relativeTo(about.onsetMs, about.onsetMs - seen.beforeOnsetMs, about)}`;
  if (seen.kind !== 'series') return plain(evidenceSentence(seen, about));
  return say(language, 'ruledOut.seen', { feature: seriesOf(seen, about), expected: formatQuantity(seen.expected, seen.unit, language), observed: formatQuantity(seen.observed, seen.unit, language), time: timeOf(seen.onsetMs, about) });
}

/** All that were ruled out for the same reason, in the order in which the reasons first come. */
export interface SameReason { readonly reason: RuledOut['reason']; readonly because: EntityId | null; readonly all: readonly RuledOut[] }

export function groupRuledOut(ruledOut: readonly RuledOut[]): SameReason[] {
  return [...Map.groupBy(ruledOut, ({ reason, because }) => `${reason} ${reasonNames(reason) ? because : ''}`).values()].map((all) => ({ reason: all[0].reason, because: all[0].because, all }));
}

/** Reasons that name whom they lead to. */
function reasonNames(reason: RuledOut['reason']): boolean {
  return reason === 'symptom_of_callee' || reason === 'traffic_explains';
}
