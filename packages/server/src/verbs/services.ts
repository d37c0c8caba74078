import type { Health, NodeKind } from '@clew/engine';
import type { IngestResponse, NodeSummary, ServicesResponse } from '../api/types.ts';
import { makeNames } from '../words/name.ts';
import { sayMs, sayNumber, sayShare } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { exitCode, openRemote, remoteHelp, remoteOptions } from './remote.ts';
import { choosePaint, type Column, type Paint, paintState, toAge, toJson, toSparkline, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

export const services: Verb = {
  name: 'services',
  about: 'services, databases, queues and third parties, with their health',
  help: `Usage: clew services [flags]

Lists every service and virtual node of the service graph: state, requests a second, share of errors,
99th percentile, the fullest resource, the last change and the incidents that it is part of.

  -o, --output <table|json>
${remoteHelp}

Example: clew services -o json | jq '.services[] | select(.health == "broken") | .node.id'
`,
  run: (args, terminal) => {
    const { values } = readArgs(args, { ...outputOption, ...remoteOptions }, { min: 0, max: 0 });
    return listServices(terminal, values);
  },
};

/** Also `clew query services`. */
export async function listServices(terminal: Terminal, values: { readonly output?: string | undefined; readonly server?: string | undefined; readonly token?: string | undefined }): Promise<number> {
  const output = readOutput(values.output);
  const remote = openRemote(values, terminal);
  const answer = await remote.get<ServicesResponse>('/services');
  if (output === 'json') terminal.out(toJson(answer));
  else if (answer.services.length === 0) {
    const { listening } = await remote.get<IngestResponse>('/ingest');
    terminal.out(`No service has sent anything yet. Send OTLP to ${listening.http} (HTTP) or ${listening.grpc} (gRPC), or start the demo shop: clew demo start\n`);
  }
  else terminal.out(toTable(columns(answer, choosePaint(terminal)), answer.services.toSorted(byNeed)));
  return exitCode.ok;
}

const healthOrder: readonly Health[] = ['broken', 'watch', 'recovering', 'healthy', 'unknown'];
const kindOrder: readonly NodeKind[] = ['user', 'service', 'database', 'queue', 'external'];

/** What needs a look first; then services before what they use; then by name. */
function byNeed(a: NodeSummary, b: NodeSummary): number {
  return healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health) || kindOrder.indexOf(a.node.kind) - kindOrder.indexOf(b.node.kind) || (a.node.name < b.node.name ? -1 : 1);
}

function columns({ services: all, atMs }: ServicesResponse, paint: Paint): Column<NodeSummary>[] {
  const names = makeNames(all.map(({ node }) => node));
  const last = (values: readonly (number | null)[], say: (value: number) => string): string => {
    const value = values.findLast((each) => each !== null);
    return value === undefined || value === null ? '-' : say(value);
  };
  return [
    { title: 'NAME', of: ({ node }) => names.of(node.id) },
    { title: 'KIND', of: ({ node }) => node.kind },
    { title: 'STATE', of: ({ health }) => health, paint: ({ health }, text) => paintState(paint, health, text) },
    { title: 'RATE', of: ({ rate }) => last(rate, (value) => `${sayNumber(value)}/s`), right: true },
    { title: 'LAST 15 MIN', of: ({ rate }) => (rate.some((value) => value !== null) ? toSparkline(rate, 15) : '-') },
    { title: 'ERRORS', of: ({ errorShare }) => last(errorShare, sayShare), right: true },
    { title: 'P99', of: ({ p99Ms }) => last(p99Ms, sayMs), right: true },
    { title: 'FULLEST', of: ({ saturation }) => (saturation === null ? '-' : `${sayShare(saturation.share)} ${saturation.metric}`) },
    { title: 'LAST CHANGE', of: ({ lastChange }) => (lastChange === null ? '-' : `${lastChange.what} (${toAge(lastChange.atMs, atMs)} ago)`) },
    { title: 'INCIDENTS', of: ({ incidentIds }) => (incidentIds.length === 0 ? '-' : incidentIds.join(' ')) },
  ];
}
