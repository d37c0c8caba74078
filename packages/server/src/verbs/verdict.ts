import type { FindingResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { findFindingId } from './findings.ts';
import { exitCode, openRemote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { toJson } from './show.ts';
import type { Verb } from './verb.ts';

const verdicts: Readonly<Record<string, 'real' | 'noise' | null>> = { real: 'real', noise: 'noise', clear: null };

export const verdict: Verb = {
  name: 'verdict',
  about: 'say that a finding is real or noise; detectors learn from it',
  help: `Usage: clew verdict <finding> <real|noise|clear> [flags]

<finding> is an id of clew findings or its beginning. clear takes back what was said before.

  -o, --output <table|json>
${remoteHelp}

Example: clew verdict f-1a2b3c noise
`,
  run: (args, terminal) => {
    const { values, positionals: [given, word] } = readArgs(args, { ...outputOption, ...remoteOptions }, { min: 2, max: 2 });
    const output = readOutput(values.output);
    if (!Object.hasOwn(verdicts, word)) throw new CodedError('bad_usage', word, { detail: 'It is real, noise or clear.' });
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      const id = await findFindingId(remote, given);
      const answer = await remote.send<FindingResponse>('POST', `/findings/${encodeURIComponent(id)}/verdict`, { verdict: verdicts[word] });
      terminal.out(output === 'json' ? toJson(answer) : `${id}: ${answer.finding.verdict === null ? 'nothing is said of it any more' : `marked as ${answer.finding.verdict}`}.\n`);
      return exitCode.ok;
    });
  },
};
