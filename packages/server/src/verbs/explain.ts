import type { IncidentResponse, IncidentsResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { toMarkdown, toText } from '../words/render.ts';
import { tellStory } from '../words/story.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, toJson } from './show.ts';
import type { Verb } from './verb.ts';

export const explain: Verb = {
  name: 'explain',
  about: 'one incident in full: what broke, why, how sure, what was ruled out, what now',
  help: `Usage: clew explain [<incident>] [flags]

<incident> is an id of clew incidents or its beginning; without it, the first unresolved incident is told, or else the last one.

    --markdown                     for pasting into an issue or a chat
  -o, --output <table|json>
${remoteHelp}

Example: clew explain inc-20261122-101523-checkout --markdown
`,
  run: (args, terminal) => {
    const { values, positionals } = readArgs(args, { markdown: { type: 'boolean' }, ...outputOption, ...remoteOptions }, { min: 0, max: 1 });
    const output = readOutput(values.output);
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      const page = await remote.get<IncidentResponse>(`/incidents/${encodeURIComponent(await findId(remote, positionals[0]))}`);
      const { incident, findings, changes, graph } = page;
      const story = tellStory({ incident, findings, changes, nodes: graph.nodes.map(({ node }) => node) });
      const paint = choosePaint(terminal);
      if (output === 'json') terminal.out(toJson(page));
      else terminal.out(values.markdown === true ? toMarkdown(story) : toText(story, (text) => paint('bold', text)));
      return exitCode.ok;
    });
  },
};

/** The id that is meant: given whole, as a beginning that fits one, or not at all. */
async function findId(remote: Remote, given: string | undefined): Promise<string> {
  const { incidents } = await remote.get<IncidentsResponse>('/incidents', { limit: 1_000 });
  if (given === undefined) {
    // The list begins with the unresolved ones, newest first.
    if (incidents.length === 0) throw new CodedError('unknown_id', '', { detail: 'There is no incident to explain.' });
    return incidents[0].id;
  }
  const fitting = incidents.filter(({ id }) => id.startsWith(given));
  if (fitting.some(({ id }) => id === given) || fitting.length === 0) return given;
  if (fitting.length > 1) throw new CodedError('bad_usage', given, { detail: `It fits ${fitting.length} incidents: ${fitting.slice(0, 3).map(({ id }) => id).join(', ')}.` });
  return fitting[0].id;
}
