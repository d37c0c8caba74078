import type { IncidentResponse } from '../api/types.ts';
import { toText } from '../words/render.ts';
import { tellStory } from '../words/story.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { findIncidentId } from './incident.ts';
import { exitCode, openRemote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
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
      const page = await remote.get<IncidentResponse>(`/incidents/${encodeURIComponent(await findIncidentId(remote, positionals[0]))}`);
      const { incident, findings, changes, graph } = page;
      const story = tellStory({ incident, findings, changes, nodes: graph.nodes.map(({ node }) => node) });
      const paint = choosePaint(terminal);
      if (output === 'json') terminal.out(toJson(page));
      else terminal.out(values.markdown === true ? page.markdown : toText(story, (text) => paint('bold', text)));
      return exitCode.ok;
    });
  },
};
