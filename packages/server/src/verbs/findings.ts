import type { Vote } from '@clew/engine';
import { findingsQuery } from '../api/schemas/queries.ts';
import type { FindingResponse, FindingsResponse, NowResponse, ServicesResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { calendarSentence, featureName, findingSentence, namesOf, oneLine, plain, raritySentence, type Tongue } from '@clew/words';
import { makeNames, sayPlain } from '../words/name.ts';
import { sayShare } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { flagsHelp, flagsOf, toParameters } from './flags.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, toJson, toStamp, toTable } from './show.ts';
import { showFindings } from './tables.ts';
import type { Verb } from './verb.ts';

const sentenceCharsMax = 500;

export const findings: Verb = {
  name: 'findings',
  about: 'series that left their expected range, and why a detector thinks so',
  help: `Usage: clew findings [<finding>] [flags]

Lists findings, newest first. With an id of the list, or its beginning: why it fired, which detectors agreed and
which did not, and what a person said of it.

${flagsHelp(findingsQuery)}
  -o, --output <table|json>
${remoteHelp}

Example: clew findings --active
`,
  run: (args, terminal) => {
    const { values: given, positionals: [id] } = readArgs(args, { ...flagsOf(findingsQuery), ...outputOption, ...remoteOptions }, { min: 0, max: 1 });
    const values = given as { readonly output?: string; readonly server?: string; readonly token?: string };
    const output = readOutput(values.output);
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      if (id === undefined) {
        const answer = await remote.get<FindingsResponse>('/findings', toParameters(findingsQuery, given, Date.now()));
        const { services } = await remote.get<ServicesResponse>('/services');
        terminal.out(output === 'json' ? toJson(answer) : showFindings(answer.findings, { paint: choosePaint(terminal), names: makeNames(services.map(({ node }) => node)) }));
        return exitCode.ok;
      }
      const answer = await remote.get<FindingResponse>(`/findings/${encodeURIComponent(await findFindingId(remote, id))}`);
      terminal.out(output === 'json' ? toJson(answer) : showFinding(answer, await remote.get<NowResponse>('/now')));
      return exitCode.ok;
    });
  },
};

/** The id that is meant: whole, or a beginning that fits one. */
export async function findFindingId(remote: Remote, given: string): Promise<string> {
  const { findings: all } = await remote.get<FindingsResponse>('/findings', { limit: 5_000 });
  const fitting = all.filter(({ id }) => id.startsWith(given));
  if (fitting.length === 0 || fitting.some(({ id }) => id === given)) return given;
  if (fitting.length > 1) throw new CodedError('bad_usage', given, { detail: `It fits ${fitting.length} findings: ${fitting.slice(0, 3).map(({ id }) => id).join(', ')}.` });
  return fitting[0].id;
}

function showFinding({ finding, incidentIds, maintenance }: FindingResponse, { nodes, paneMs, atMs }: NowResponse): string {
  const { id, votes, contributors, exemplars, version, verdict } = finding;
  const tongue: Tongue = { language: 'en', names: namesOf(nodes), nowMs: atMs, zone: 'UTC' };
  const lines = [
    oneLine([plain(findingSentence(finding, tongue)), finding.p === null ? '' : raritySentence(finding.p, paneMs, 'en')].join(' '), sentenceCharsMax), '',
    toTable<Vote>([
      { title: 'DETECTOR', of: ({ detector }) => detector },
      { title: 'SAYS', of: sayVote },
      { title: 'P', of: ({ p }) => (p === null ? '-' : sayP(p)), right: true },
    ], votes).trimEnd(),
    ...(contributors.length === 0 ? [] : ['', ...contributors.map(({ feature, subject, share }) => `${sayShare(share).padStart(5)}  ${featureName(feature, subject, 'en')}`)]),
    '',
    `finding    ${id}`,
    `incident   ${incidentIds.length === 0 ? '-' : incidentIds.join(', ')}`,
    ...(finding.maintenance === null ? [] : [`announced  ${finding.maintenance}${maintenance === null ? '' : `: ${sayPlain(maintenance.reason) || 'no reason given'}, until ${toStamp(maintenance.toMs)}`}`]),
    ...(finding.calendar === null ? [] : [`calendar   ${calendarSentence(finding, 'en')}`]),
    `verdict    ${verdict === null ? `none; clew verdict ${id} real|noise` : verdict}`,
    `traces     ${exemplars.length === 0 ? '-' : exemplars.map(({ traceId }) => traceId).join(', ')}`,
    `rests on   ${version}`,
  ];
  return `${lines.join('\n')}\n`;
}

function sayVote({ p, agrees }: Vote): string {
  if (agrees) return 'anomaly';
  return p === null ? 'unknown' : 'ordinary';
}

/** `2e-9`: probabilities are compared by their size. */
export function sayP(p: number): string {
  return p >= 0.001 ? String(Number(p.toPrecision(2))) : p.toExponential(0);
}

