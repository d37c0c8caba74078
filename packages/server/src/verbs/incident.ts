import type { IncidentResponse, IncidentsResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { namesOf, personLine, tellStory, toText } from '@clew/words';
import { outputOption, readArgs } from './args.ts';
import { refineIncident } from './refine-incident.ts';
import { replayIncident } from './replay-incident.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, toJson } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

const flags = { cause: { type: 'string' }, confirm: { type: 'boolean' }, clear: { type: 'boolean' } } as const;
const outputs = ['table', 'json', 'markdown'] as const;

export const incident: Verb = {
  name: 'incident',
  about: 'one incident: read it, copy it as Markdown, say what its cause really was',
  help: `Usage: clew incident get <incident> [-o table|json|markdown]
       clew incident refine <incident> [-o table|json]
       clew incident replay <incident> [-o table|json]
       clew incident verdict <incident> (--confirm | --cause <entity> | --clear)

<incident> is an id of clew incidents or its beginning. get -o markdown prints what the console copies with m.
refine looks at the stored spans around it: where the time went, by which statement, what the bad calls have in common.
replay runs the log around it through the engine as it is today, and shows both tellings side by side.

    --confirm            this was it: the cause that Clew ranks first
    --cause <entity>     it was that: an entity's id or a service's name
    --clear              take back what was said
  -o, --output <table|json|markdown>
${remoteHelp}

Example: clew incident verdict inc-20261122-101523-checkout --cause payment-db
`,
  run: (args, terminal) => {
    const { values, positionals: [what, given] } = readArgs(args, { ...flags, ...outputOption, ...remoteOptions }, { min: 2, max: 2 });
    const output = outputs.find((each) => each === (values.output ?? 'table'));
    if (output === undefined) throw new CodedError('bad_usage', `-o ${values.output}: it is table, json or markdown`);
    const words = [values.cause !== undefined, values.confirm === true, values.clear === true].filter(Boolean).length;
    if (what !== 'get' && what !== 'verdict' && what !== 'replay' && what !== 'refine') throw new CodedError('bad_usage', what, { detail: 'It is get, refine, replay or verdict.' });
    if (words !== (what === 'verdict' ? 1 : 0)) throw new CodedError('bad_usage', what, { detail: 'verdict takes one of --confirm, --cause and --clear; the others take none.' });
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      const path = `/incidents/${encodeURIComponent(await findIncidentId(remote, given))}`;
      if (what === 'refine') return refineIncident(remote, path, output === 'json', terminal);
      if (what === 'replay') return replayIncident(remote, path, output === 'json', terminal);
      const page = await remote.get<IncidentResponse>(path);
      const told = what === 'get' ? page : await remote.send<IncidentResponse>('POST', `${path}/verdict`, { cause: values.clear === true ? null : values.cause ?? firstCause(page) });
      if (output === 'json') terminal.out(toJson(told));
      else if (output === 'markdown') terminal.out(withAddress(told, remote.base));
      else if (what === 'get') tell(told, terminal);
      else terminal.out(`${told.incident.id}: ${personLine(told.incident, { language: 'en', names: namesOf(told.graph.nodes), nowMs: told.incident.updatedMs, zone: 'UTC', onsetMs: told.incident.onsetMs }) || 'Nothing is said of its cause any more.'}\n`);
      return exitCode.ok;
    });
  },
};

/** What the console copies: the story, and below it where it can be seen. */
export function withAddress({ markdown, incident: { id } }: IncidentResponse, base: string): string {
  return `${markdown}\n${base}/incidents/${encodeURIComponent(id)}\n`;
}

function firstCause({ incident: { id, explanation } }: IncidentResponse): string {
  const [best] = explanation.causes;
  if (best === undefined) throw new CodedError('bad_usage', id, { detail: 'It has no candidate to confirm: name one with --cause.' });
  return best.entity;
}

function tell({ incident: told, findings, changes, graph }: IncidentResponse, terminal: Terminal): void {
  const paint = choosePaint(terminal);
  terminal.out(toText(tellStory({ incident: told, findings, changes, nodes: graph.nodes.map(({ node }) => node) }), (text) => paint('bold', text)));
}

/** The id that is meant: given whole, as a beginning that fits one, or not at all. */
export async function findIncidentId(remote: Remote, given: string | undefined): Promise<string> {
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
