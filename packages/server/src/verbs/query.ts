import type { StoredLog } from '@clew/engine';
import type { z } from 'zod';
import {
  attributesQuery, findingsQuery, graphQuery, logsQuery, metricQuery, metricsQuery, none, tracesQuery,
} from '../api/schemas/queries.ts';
import type {
  AttributesResponse, FindingsResponse, GraphResponse, LogsResponse, MetricResponse, MetricsResponse, ServicesResponse, TraceResponse, TracesResponse,
} from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { makeNames } from '../words/name.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { flagsHelp, flagsOf, timeHelp, timeOptions, toParameters } from './flags.ts';
import { exitCode, openRemote, type Parameters, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { listServices } from './services.ts';
import { choosePaint, toJson } from './show.ts';
import { showAttributes, showFindings, showGraph, showLog, showLogs, showMetric, showMetrics, showTraces, type Style } from './tables.ts';
import type { Terminal, Verb } from './verb.ts';
import { drawTrace } from './waterfall.ts';

/** Spans of one trace that are fetched; `total` says how many there are. */
const traceSpansMax = 1_000_000;

/** What can be asked for. `T` is the answer of the path; the flags are those of its query schema. */
interface Kind {
  readonly about: string;
  /** What stands after the kind: `<id>`; empty when nothing does. */
  readonly argument: string;
  readonly query: z.ZodObject;
  readonly path: (argument: string) => string;
  /** Where an answer comes in pages: asks for the rest of it. */
  readonly readOn?: (remote: Remote, first: never) => Promise<unknown>;
  readonly show: (answer: never, style: Style) => string;
}

const kind = <T>(row: Omit<Kind, 'show' | 'readOn'> & { readonly show: (answer: T, style: Style) => string; readonly readOn?: (remote: Remote, first: T) => Promise<T> }): Kind => row;
const fixed = (path: string) => () => path;

const kinds: Readonly<Record<string, Kind>> = {
  traces: kind({ about: 'search traces', argument: '', query: tracesQuery, path: fixed('/traces'), show: ({ traces }: TracesResponse, style) => showTraces(traces, style) }),
  trace: kind({ about: 'one trace as a tree with bars', argument: '<id>', query: none, path: (id) => `/traces/${encodeURIComponent(id)}`, readOn: readWholeTrace, show: ({ spans, total }: TraceResponse, style) => drawTrace(spans, style, total) }),
  logs: kind({ about: 'search log records; -f follows new ones', argument: '', query: logsQuery, path: fixed('/logs'), show: ({ logs }: LogsResponse, style) => showLogs(logs, style) }),
  metrics: kind({ about: 'names of metrics', argument: '', query: metricsQuery, path: fixed('/metrics'), show: ({ metrics }: MetricsResponse, style) => showMetrics(metrics, style) }),
  metric: kind({ about: 'series of one metric', argument: '<name>', query: metricQuery, path: (name) => `/metrics/${encodeURIComponent(name)}`, show: (answer: MetricResponse, style) => showMetric(answer, style) }),
  services: kind({ about: 'the same as clew services', argument: '', query: none, path: fixed('/services'), show: () => '' }),
  graph: kind({ about: 'who calls whom', argument: '', query: graphQuery, path: fixed('/graph'), show: (answer: GraphResponse, style) => showGraph(answer, style) }),
  findings: kind({ about: 'series that left their normal range', argument: '', query: findingsQuery, path: fixed('/findings'), show: ({ findings }: FindingsResponse, style) => showFindings(findings, style) }),
  attributes: kind({ about: 'attribute keys with a few values', argument: '', query: attributesQuery, path: fixed('/attributes'), show: (answer: AttributesResponse) => showAttributes(answer) }),
};

const hasRange = (query: z.ZodObject): boolean => 'from' in query.shape;

export const query: Verb = {
  name: 'query',
  about: 'ask for traces, logs, metrics, services, findings',
  help: `Usage: clew query <what> [flags]

${Object.entries(kinds).map(([name, { about, argument, query: asked }]) => {
    const flags = [hasRange(asked) ? '    --since <time> --until <time>' : '', flagsHelp(asked), name === 'logs' ? '    -f, --follow                   then show new ones as they arrive' : ''].filter((part) => part !== '').join('\n');
    return `  ${`${name} ${argument}`.padEnd(18)} ${about}${flags === '' ? '' : `\n${flags}`}`;
  }).join('\n')}

Where a time range applies:
${timeHelp}

  -o, --output <table|json>
${remoteHelp}

Example: clew query traces --service checkout --errors --since 15m
`,
  run: (args, terminal) => {
    const [what = '', ...rest] = args;
    if (!Object.hasOwn(kinds, what)) {
      throw new CodedError('bad_usage', what === '' ? 'nothing asked for' : what, { detail: `It is one of ${Object.keys(kinds).join(', ')}.` });
    }
    return runKind(what, kinds[what], rest, terminal);
  },
};

async function runKind(what: string, asked: Kind, args: readonly string[], terminal: Terminal): Promise<number> {
  const count = asked.argument === '' ? 0 : 1;
  const { values: given, positionals } = readArgs(args, {
    ...flagsOf(asked.query), ...(hasRange(asked.query) ? timeOptions : {}), ...(what === 'logs' ? { follow: { type: 'boolean' as const, short: 'f' } } : {}),
    ...outputOption, ...remoteOptions,
  }, { min: count, max: count });
  const flags = given as { readonly output?: string; readonly server?: string; readonly token?: string; readonly follow?: boolean };
  if (what === 'services') return listServices(terminal, flags);
  const output = readOutput(flags.output);
  const parameters = toParameters(asked.query, given, Date.now());
  return reportMissing(terminal, async () => {
    const remote = openRemote(flags, terminal);
    const first = await remote.get(asked.path(positionals[0] ?? ''), parameters);
    const answer = asked.readOn === undefined ? first : await asked.readOn(remote, first as never);
    if (output === 'json') {
      terminal.out(toJson(answer));
      return flags.follow === true ? followLogs(remote, parameters, terminal, null) : exitCode.ok;
    }
    const { services } = await remote.get<ServicesResponse>('/services');
    const style = { paint: choosePaint(terminal), names: makeNames(services.map(({ node }) => node)) };
    terminal.out(asked.show(answer as never, style));
    return flags.follow === true ? followLogs(remote, parameters, terminal, style) : exitCode.ok;
  });
}

async function readWholeTrace(remote: Remote, first: TraceResponse): Promise<TraceResponse> {
  let page = first;
  const spans = [...first.spans];
  while (page.next !== null && spans.length < traceSpansMax) {
    page = await remote.get<TraceResponse>(`/traces/${page.traceId}`, { after: page.next });
    for (const span of page.spans) spans.push(span);
  }
  return { ...page, spans };
}

/** As JSON, one record a line, without a style. */
async function followLogs(remote: Remote, { service, severity, text }: Parameters, terminal: Terminal, style: Style | null): Promise<number> {
  for await (const { event, data } of remote.events('/logs/tail', { service, severity, text })) {
    if (event === 'skipped') terminal.err(`clew: ${(data as { readonly count: number }).count} records left out: there are too many.\n`);
    else if (event === 'log') terminal.out(style === null ? `${JSON.stringify(data)}\n` : showLog(data as StoredLog, style));
  }
  terminal.err('clew: the server ended the stream.\n');
  return exitCode.failed;
}
