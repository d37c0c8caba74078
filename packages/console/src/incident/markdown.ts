import type { Incident, IncidentResponse } from '../model.ts';
import { entityName } from '../words/entity.ts';
import { evidenceSentence, ruledOutSentence } from '../words/evidence.ts';
import { formatConfidence, formatTime, formatUtc } from '../words/format.ts';
import { nextStep } from '../words/next.ts';
import { causeLine, headline, knownCause, notKnownKey, plain, say, sayKind, type Tongue } from '../words/sentence.ts';

/** In English the server's own words, the very bytes of `clew incident get -o markdown`; in another language the page's. */
export function markdownToCopy(data: IncidentResponse, tongue: Tongue, origin: string): string {
  const address = `${origin}/incidents/${encodeURIComponent(data.incident.id)}`;
  return tongue.language === 'en' ? `${data.markdown}\n${address}\n` : incidentMarkdown(data, tongue, address);
}

/** The incident as text for a ticket or a chat: the same order of answers as the page. */
export function incidentMarkdown({ incident }: Pick<IncidentResponse, 'incident'>, tongue: Tongue, address: string): string {
  const { language, names } = tongue;
  const cause = knownCause(incident);
  const best = incident.explanation.causes[0];
  const lines = [`## ${plain(headline(incident, tongue))}`, '', `${say(language, `state.${incident.state}`)} · ${say(language, 'incident.severity', { severity: say(language, `severity.${incident.severity}`) })} · ${formatUtc(incident.onsetMs)} · ${affected(incident, tongue)}`, ''];
  if (incident.mergedInto !== null) lines.push(say(language, 'merged.into', { incident: incident.mergedInto }), '');
  if (cause === null) lines.push(`**${say(language, notKnownKey(incident.explanation))}**`);
  else {
    const { name, kind, detail, sure } = causeLine(cause, tongue);
    lines.push(`**${say(language, 'cause.line', { name, kind })}**${detail === '' ? '' : ` \`${detail.replaceAll('`', "'")}\``} (${sure})`);
  }
  if (best !== undefined) {
    lines.push('', best.path.map((step) => `${entityName(step.entity, names)}${step.onsetMs === null ? '' : ` (${formatTime(step.onsetMs, tongue.nowMs)})`}`).join(' → '));
    lines.push('', `**${say(language, 'incident.why')}**`, ...best.evidence.map((each) => `- ${plain(evidenceSentence(each, tongue))}`));
  }
  if (incident.state !== 'resolved') lines.push('', `**${say(language, 'incident.next')}**`, `- ${nextStep(incident, language)}`);
  if (incident.explanation.ruledOut.length > 0) lines.push('', `**${say(language, 'incident.ruledOut')}**`, ...incident.explanation.ruledOut.map((each) => `- ${entityName(each.entity, names)}: ${plain(ruledOutSentence(each, tongue))}`));
  lines.push('', `**${say(language, 'incident.sure')}**`, ...incident.explanation.causes.map((each) => `- ${entityName(each.entity, names)}, ${sayKind(language, 'cause', each.kind)}: ${formatConfidence(each.confidence)}`), `- ${say(language, 'incident.unknownShare')}: ${formatConfidence(incident.explanation.unknown)}`, '', address, '');
  return lines.join('\n');
}

function affected(incident: Incident, { names, language }: Tongue): string {
  return incident.blast.affected.map((id) => entityName(id, names)).join(language === 'zh' ? '、' : ', ');
}
