import type { Incident, Node } from '@clew/engine';
import type { IncidentsResponse, ServicesResponse } from '../api/types.ts';
import { incidentsQuery } from '../api/schemas/queries.ts';
import { causeText, entityName, formatConfidence, knownCause, namesOf, oneLine, plain, summarizeIncident, symptom, type Tongue } from '@clew/words';
import { outputOption, readArgs, readOutput } from './args.ts';
import { flagsHelp, flagsOf, toParameters } from './flags.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions } from './remote.ts';
import { choosePaint, type Paint, paintState, toAge, toJson, toStamp, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

export const incidents: Verb = {
  name: 'incidents',
  about: 'what is broken, and what was',
  help: `Usage: clew incidents [flags]

Lists incidents: unresolved first, then newest. clew explain <id> tells one in full.

${flagsHelp(incidentsQuery)}
    --watch                        list, then tell each incident that opens or changes until interrupted
  -o, --output <table|json>
${remoteHelp}

Example: clew incidents --state unresolved --watch
`,
  run: async (args, terminal) => {
    const { values } = readArgs(args, { ...flagsOf(incidentsQuery), watch: { type: 'boolean' }, ...outputOption, ...remoteOptions }, { min: 0, max: 0 });
    const flags = values as { readonly output?: string; readonly server?: string; readonly token?: string; readonly watch?: boolean };
    const output = readOutput(flags.output);
    const remote = openRemote(flags, terminal);
    const paint = choosePaint(terminal);
    const answer = await remote.get<IncidentsResponse>('/incidents', toParameters(incidentsQuery, values, Date.now()));
    const { services } = await remote.get<ServicesResponse>('/services');
    const nodes = services.map(({ node }) => node);
    if (output === 'json') terminal.out(toJson(answer));
    else if (answer.incidents.length === 0) terminal.out('No incidents.\n');
    else terminal.out(listIncidents(answer.incidents, nodes, paint));
    return flags.watch === true ? watchIncidents(remote, nodes, terminal, paint, output === 'json') : exitCode.ok;
  },
};

/** One row an incident: what broke, why, how sure. */
export function listIncidents(list: readonly Incident[], nodes: readonly Node[], paint: Paint): string {
  const tongue: Tongue = { language: 'en', names: namesOf(nodes.map((node) => ({ node }))), nowMs: 0, zone: 'UTC' };
  return toTable<Incident>([
    { title: 'ID', of: ({ id }) => id },
    { title: 'STATE', of: ({ state, mergedInto }) => (mergedInto === null ? state : 'merged'), paint: ({ state }, text) => paintState(paint, state, text) },
    { title: 'SEVERITY', of: ({ severity }) => severity },
    { title: 'SINCE', of: ({ onsetMs }) => toStamp(onsetMs) },
    { title: 'LASTED', of: (incident) => toAge(incident.onsetMs, incident.resolvedMs ?? incident.updatedMs), right: true },
    { title: 'WHAT', of: (incident) => plain(symptom(incident, tongue)) },
    { title: 'CAUSE', of: (incident) => sayShortCause(incident, tongue) },
    ...(list.some(({ verdict }) => verdict !== null) ? [{ title: 'PERSON SAID', of: ({ verdict }: Incident) => (verdict === null ? '-' : entityName(verdict.cause, tongue.names)) }] : []),
  ], list);
}

function sayShortCause(incident: Incident, tongue: Tongue): string {
  const best = knownCause(incident);
  if (best === null) return 'unknown';
  return `${oneLine(causeText(best, tongue), causeCharsMax)}; ${formatConfidence(best.confidence)} sure`;
}

const causeCharsMax = 170;

async function watchIncidents(remote: Remote, nodes: readonly Node[], terminal: Terminal, paint: Paint, asJson: boolean): Promise<number> {
  for await (const { event, data } of remote.events('/events')) {
    if (event !== 'incident') continue;
    const incident = data as Incident;
    if (asJson) terminal.out(`${JSON.stringify(incident)}\n`);
    else terminal.out(`${toStamp(incident.updatedMs)}  ${incident.id}  ${paintState(paint, incident.state)}  ${incident.severity}  ${summarizeIncident(incident, nodes)}\n`);
  }
  terminal.err('clew: the server ended the stream.\n');
  return exitCode.failed;
}
