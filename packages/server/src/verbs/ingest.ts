import { ingestQuery } from '../api/schemas/queries.ts';
import type { IngestResponse, LimitHit, Refusal, SignalIntake, SourceAccount } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { sayPlain } from '../words/name.ts';
import { sayBytes, sayNumber } from '../words/quantity.ts';
import { readArgs, readOutput } from './args.ts';
import type { Output } from './args.ts';
import { flagsHelp, flagsOf, toParameters } from './flags.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, type Column, type Paint, toAge, toJson, toSparkline, toStamp, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

export const ingest: Verb = {
  name: 'ingest',
  about: 'exactly what happened to what was sent, by source and signal',
  help: `Usage: clew ingest [flags]

One line for each source and signal: accepted, refused, deduplicated, late (stored, too late for the analysis) and dropped
(stored, kept out of the analysis by a limit); then each reason with what to change, and the last refusals with the id of
their request, which its answer carried in x-clew-request-id. SENT = ACCEPTED + REFUSED + DEDUPLICATED, in items; requests
that were refused whole are counted as requests.

${flagsHelp(ingestQuery)}
    --watch                        then tell each refusal as it happens, until interrupted
  -o, --output <table|wide|json>   wide adds requests, bytes, rates and the User-Agent
${remoteHelp}

Example: clew ingest --source 10.0.0.7 -o wide
`,
  run: (args, terminal) => reportMissing(terminal, async () => {
    const { values } = readArgs(args, { ...flagsOf(ingestQuery), watch: { type: 'boolean' }, output: { type: 'string', short: 'o' }, ...remoteOptions }, { min: 0, max: 0 });
    const flags = values as { readonly output?: string; readonly server?: string; readonly token?: string; readonly watch?: boolean };
    const isWide = flags.output === 'wide';
    const output: Output = isWide ? 'table' : readOutput(flags.output);
    const remote = openRemote(flags, terminal);
    const parameters = toParameters(ingestQuery, values, Date.now());
    const answer = await remote.get<IngestResponse>('/ingest', parameters);
    const paint = choosePaint(terminal);
    if (typeof parameters.source === 'string' && answer.sources.length === 0) throw new CodedError('unknown_id', parameters.source, { detail: 'No source of this name has sent anything.' });
    terminal.out(output === 'json' ? toJson(answer) : show(answer, { isWide, paint, nowMs: Date.now() }));
    return flags.watch === true ? watch(remote, terminal, { isJson: output === 'json', paint, source: parameters.source, signal: parameters.signal }) : exitCode.ok;
  }),
};

interface Style { readonly isWide: boolean; readonly paint: Paint; readonly nowMs: number }
type Row = SourceAccount & { readonly source: string; readonly agent: string };

function show(answer: IngestResponse, style: Style): string {
  const { sources, lastRefused, limits, listening, sinceMs } = answer;
  if (sources.length === 0) return `Nothing has been sent yet. Send OTLP to ${listening.http} (HTTP) or ${listening.grpc} (gRPC), or start the demo shop: clew demo start\n`;
  const rows = sources.flatMap(({ name, agent, accounts }) => accounts.map((account): Row => ({ ...account, source: name, agent })));
  return [
    `Since ${toStamp(sinceMs)}`, '', toTable(columns(style), rows).trimEnd(),
    ...told('WHY', reasonsOf(rows, style)), ...told('LIMITS OF THE SERVER', limitsOf(limits)), ...told('LAST REFUSED', refusalsOf(lastRefused, style)),
  ].join('\n') + '\n';
}

const told = (title: string, table: string): string[] => (table === '' ? [] : ['', title, table.trimEnd()]);
const count = (value: number): string => (value === 0 ? '-' : sayNumber(value));

function columns({ isWide, paint, nowMs }: Style): Column<Row>[] {
  const bad = (value: (row: Row) => number) => (row: Row, text: string) => (value(row) > 0 ? paint('red', text) : text);
  const wide: Column<Row>[] = [
    { title: 'REQUESTS', of: ({ requests }) => sayNumber(requests), right: true },
    { title: 'PARTIAL', of: ({ partialRequests }) => count(partialRequests), right: true },
    { title: 'REPEATED', of: ({ duplicateRequests }) => count(duplicateRequests), right: true },
    { title: 'BYTES', of: ({ bytes }) => sayBytes(bytes), right: true },
    { title: '1 / 5 / 15 MIN', of: ({ rates: { accepted } }) => `${sayNumber(accepted.m1)} / ${sayNumber(accepted.m5)} / ${sayNumber(accepted.m15)} /s`, right: true },
    { title: 'LAST', of: ({ lastAcceptedMs }) => (lastAcceptedMs === null ? '-' : toAge(lastAcceptedMs, nowMs)), right: true },
    { title: 'USER-AGENT', of: ({ agent }) => (agent === '' ? '-' : agent) },
  ];
  return [
    { title: 'SOURCE', of: ({ source }) => source },
    { title: 'SIGNAL', of: ({ signal }) => signal ?? '-' },
    { title: 'SENT', of: ({ items }) => sayNumber(items), right: true },
    { title: 'ACCEPTED', of: ({ accepted }) => count(accepted), right: true },
    { title: 'REFUSED', of: ({ refusedItems }) => count(refusedItems), right: true, paint: bad(({ refusedItems }) => refusedItems) },
    { title: 'DEDUPLICATED', of: ({ deduplicated }) => count(deduplicated), right: true },
    { title: 'LATE', of: ({ late }) => count(late), right: true },
    { title: 'DROPPED', of: ({ dropped }) => count(dropped), right: true },
    { title: 'REFUSED REQUESTS', of: ({ refusedRequests }) => count(refusedRequests), right: true, paint: bad(({ refusedRequests }) => refusedRequests) },
    { title: 'LAST 15 MIN', of: ({ history }) => `|${toSparkline(history.accepted, 15)}|` },
    ...(isWide ? wide : []),
  ];
}

interface Reason { readonly source: string; readonly signal: string; readonly outcome: string; readonly reason: string; readonly much: string; readonly next: string; readonly requestId: string }

function reasonsOf(rows: readonly Row[], { paint }: Style): string {
  const reasons = rows.flatMap((row): Reason[] => {
    const at = { source: row.source, signal: row.signal ?? '-' };
    return [
      ...row.refused.map(({ reason, items, requests, next, requestId }) => ({ ...at, outcome: 'refused', reason, much: muchOf(items, requests), next, requestId })),
      ...row.droppedBy.map(({ limit, items, next, requestId }) => ({ ...at, outcome: 'dropped', reason: limit, much: muchOf(items, 0), next, requestId })),
      ...lateOf(row).map((each) => ({ ...at, ...each })),
    ];
  });
  return reasons.length === 0 ? '' : toTable<Reason>([
    { title: 'SOURCE', of: ({ source }) => source },
    { title: 'SIGNAL', of: ({ signal }) => signal },
    { title: 'OUTCOME', of: ({ outcome }) => outcome, paint: ({ outcome }, text) => (outcome === 'refused' ? paint('red', text) : text) },
    { title: 'REASON', of: ({ reason }) => reason },
    { title: 'HOW MUCH', of: ({ much }) => much, right: true },
    { title: 'FOR EXAMPLE', of: ({ requestId }) => (requestId === '' ? '-' : requestId) },
    { title: 'WHAT TO DO', of: ({ next }) => next },
  ], reasons);
}

function lateOf({ late, lateRequestId, lateNext }: SignalIntake): Pick<Reason, 'outcome' | 'reason' | 'much' | 'next' | 'requestId'>[] {
  return late === 0 ? [] : [{ outcome: 'late', reason: 'late', much: muchOf(late, 0), next: lateNext, requestId: lateRequestId }];
}

function muchOf(items: number, requests: number): string {
  const say = (n: number, one: string): string => (n === 0 ? '' : `${sayNumber(n)} ${n === 1 ? one : `${one}s`}`);
  return [say(items, 'item'), say(requests, 'request')].filter((part) => part !== '').join(', ');
}

function limitsOf(limits: readonly LimitHit[]): string {
  return limits.length === 0 ? '' : toTable<LimitHit>([
    { title: 'LIMIT', of: ({ limit }) => limit },
    { title: 'COUNT', of: ({ value }) => sayNumber(value), right: true },
    { title: 'WHAT IT MEANS', of: ({ what }) => what },
    { title: 'WHAT TO DO', of: ({ next }) => next },
  ], limits);
}

function refusalsOf(refusals: readonly Refusal[], { paint }: Style): string {
  return refusals.length === 0 ? '' : toTable<Refusal>([
    { title: 'TIME', of: ({ atMs }) => toStamp(atMs) },
    { title: 'SOURCE', of: ({ source }) => source },
    { title: 'SIGNAL', of: ({ signal }) => signal ?? '-' },
    { title: 'VIA', of: ({ via }) => via },
    { title: 'STATUS', of: ({ status }) => (status === 0 ? '-' : String(status)), right: true },
    { title: 'REASON', of: ({ reason }) => reason, paint: (_, text) => paint('red', text) },
    { title: 'REQUEST', of: ({ requestId }) => requestId },
    { title: 'DETAIL', of: ({ detail, examples }) => [detail, ...examples].join('; ') },
  ], refusals);
}

interface Watched { readonly isJson: boolean; readonly paint: Paint; readonly source: unknown; readonly signal: unknown }

async function watch(remote: Remote, terminal: Terminal, { isJson, paint, source, signal }: Watched): Promise<number> {
  for await (const { event, data } of remote.events('/events')) {
    if (event !== 'refused') continue;
    const refusal = data as Refusal;
    if ((source !== undefined && refusal.source !== source) || (signal !== undefined && refusal.signal !== signal)) continue;
    const { atMs, source: from, signal: of, via, status, reason, requestId, detail, examples, next } = refusal;
    terminal.out(isJson ? `${JSON.stringify(refusal)}\n` : `${toStamp(atMs)} ${from} ${of ?? '-'} ${via} ${status} ${paint('red', reason)} ${requestId} ${sayPlain([detail, ...examples].join('; '), 500)} → ${next}\n`);
  }
  return exitCode.ok;
}
