import type { IncidentResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { languages, tellStory, toMarkdown, toText } from '@clew/words';
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
    --details                      also what models reckon: intervals, adjustments, refutations
    --language <en|zh>             English or 简体中文 (en)
  -o, --output <table|json>
${remoteHelp}

Example: clew explain inc-20261122-101523-checkout --markdown
`,
  run: (args, terminal) => {
    const { values, positionals } = readArgs(args, { markdown: { type: 'boolean' }, details: { type: 'boolean' }, language: { type: 'string' }, ...outputOption, ...remoteOptions }, { min: 0, max: 1 });
    const output = readOutput(values.output);
    const language = languages.find((each) => each === (values.language ?? 'en'));
    if (language === undefined) throw new CodedError('bad_usage', `--language ${values.language}`, { detail: `It is ${languages.join(' or ')}.` });
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      const page = await remote.get<IncidentResponse>(`/incidents/${encodeURIComponent(await findIncidentId(remote, positionals[0]))}`);
      const { incident, findings, changes, graph } = page;
      const story = tellStory({ incident, findings, changes, nodes: graph.nodes.map(({ node }) => node) }, { language, withStatistics: values.details === true });
      const paint = choosePaint(terminal);
      if (output === 'json') terminal.out(toJson(page));
      else terminal.out(values.markdown === true ? toMarkdown(story) : toText(story, (text) => paint('bold', text)));
      return exitCode.ok;
    });
  },
};
