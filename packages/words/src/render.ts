import type { Story } from './story.ts';

/** For a terminal: titles in capitals, bodies indented by two. `strong` marks titles where the terminal can. */
export function toText(story: Story, strong: (text: string) => string = (text) => text): string {
  const sections = story.sections.map(({ title, lines }) => `${strong(title.toUpperCase())}\n${lines.map((line) => `  ${line}`).join('\n')}`);
  return `${[strong(story.title), story.summary.join('\n'), ...sections].join('\n\n')}\n`;
}

/** For pasting into an issue or a chat. Nothing of the telemetry can become markup. */
export function toMarkdown(story: Story): string {
  const sections = story.sections.map(({ title, lines, isDrawing }) =>
    `### ${title}\n\n${isDrawing ? `\`\`\`text\n${lines.map((line) => line.replaceAll('`', '\'')).join('\n')}\n\`\`\`` : lines.map((line) => `- ${escaped(line)}`).join('\n')}`);
  return `${[`## ${escaped(story.title)}`, story.summary.map(escaped).join(' '), ...sections].join('\n\n')}\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+!|~&@]/g, '\\$&');
}
