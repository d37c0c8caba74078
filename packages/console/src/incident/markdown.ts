import { type Language, tellStory, toMarkdown } from '@clew/words';
import type { IncidentResponse } from '../model.ts';

/** The incident as text for a ticket or a chat: in English the very bytes of `clew incident get -o markdown`, in another language the same story told in it. */
export function markdownToCopy(data: IncidentResponse, language: Language, origin: string): string {
  const { incident, findings, changes, graph } = data;
  const told = language === 'en' ? data.markdown : toMarkdown(tellStory({ incident, findings, changes, nodes: graph.nodes.map(({ node }) => node) }, { language }));
  return `${told}\n${origin}/incidents/${encodeURIComponent(incident.id)}\n`;
}
