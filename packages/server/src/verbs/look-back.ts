import { metricLookBackQuery, serviceLookBackQuery } from '../api/schemas/queries.ts';
import type { LookBackResponse, LookBackSeries, LookBackStretch, ServicesResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { makeNames, sayPlain } from '../words/name.ts';
import { sayNumber, sayRange, saySpan } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { flagsOf, readTime } from './flags.ts';
import { exitCode, openRemote, type Parameters, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, toJson, toStamp, toTable } from './show.ts';
import type { Style } from './tables.ts';
import type { Verb } from './verb.ts';

const serviceReads: readonly string[] = serviceLookBackQuery.shape.read.unwrap().options;
const spanMs: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** With fewer points a look back sees less; see docs/detectors.md. */
const plentyPoints = 700;

interface Flags extends Readonly<Partial<Record<'metric' | 'service' | 'operation' | 'read' | 'from' | 'to' | 'step' | 'limit' | 'output' | 'server' | 'token', string>>> { readonly attribute?: readonly string[] }

export const lookBack: Verb = {
  name: 'look-back',
  about: 'what was unusual in a stored series, looking at all of it at once',
  help: `Usage: clew look-back --metric <name> [--service <name>] [flags]
       clew look-back --service <name> [--read <${serviceReads.join('|')}>] [flags]

Looks at a whole range of a metric, or of the requests of a service, and lists the stretches that stand out most.
Nothing has to be set or learnt before. At least 720 steps are looked at, before the range if it has fewer.

    --metric <name>                as clew query metrics lists them
    --service <name>               only this service; without --metric: its rate, errors or durations
    --operation <name>             only this operation of the service
    --read <value|rate|p50|p95|p99>  how a metric is read; default value
    --read <${serviceReads.join('|')}>   what of a service; default rate
    --attribute <key=value>        any number of times: all must match
    --from <time>, --to <time>     15m, 2h, 1d ago, 2026-11-22T10:15:00Z, or epoch milliseconds; default the last hour
    --step <span>                  10s, 1m, 5m; default 1m
    --limit <n>                    series of the metric at most; default 12
  -o, --output <table|json>
${remoteHelp}

Example: clew look-back --service checkout --read p99 --from 1d
`,
  async run(args, terminal) {
    const { values: given } = readArgs(args, {
      metric: { type: 'string' }, ...flagsOf(metricLookBackQuery), ...flagsOf(serviceLookBackQuery), service: { type: 'string' }, ...outputOption, ...remoteOptions,
    }, { min: 0, max: 0 });
    const flags = given as Flags;
    const output = readOutput(flags.output);
    const { path, parameters } = readAsked(flags);
    return reportMissing(terminal, async () => {
      const remote = openRemote(flags, terminal);
      const answer = await remote.get<LookBackResponse>(path, parameters);
      if (output === 'json') terminal.out(toJson(answer));
      else {
        const { services } = await remote.get<ServicesResponse>('/services');
        terminal.out(show(answer, { paint: choosePaint(terminal), names: makeNames(services.map(({ node }) => node)) }));
      }
      return exitCode.ok;
    });
  },
};

function readAsked({ metric, service, operation, read, from, to, step, limit, attribute }: Flags): { readonly path: string; readonly parameters: Parameters } {
  const nowMs = Date.now();
  const range = { from: from === undefined ? undefined : readTime(from, nowMs), to: to === undefined ? undefined : readTime(to, nowMs), step: step === undefined ? undefined : readSpan(step), read };
  if (metric !== undefined) {
    if (operation !== undefined) throw new CodedError('bad_usage', '--metric and --operation', { detail: 'A metric has attributes; operations belong to a service.' });
    return { path: `/metrics/${encodeURIComponent(metric)}/look-back`, parameters: { ...range, service, attribute, limit } };
  }
  if (service === undefined) throw new CodedError('bad_usage', 'neither --metric nor --service');
  if (attribute !== undefined || limit !== undefined) throw new CodedError('bad_usage', attribute === undefined ? '--limit' : '--attribute', { detail: 'It goes with --metric.' });
  return { path: `/services/${encodeURIComponent(service)}/look-back`, parameters: { ...range, operation } };
}

function readSpan(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)(ms|s|m|h|d|)$/.exec(text) ?? [];
  if (count === '') throw new CodedError('bad_usage', `--step ${text}`, { detail: 'A step is 10s, 1m or milliseconds.' });
  return Number(count) * spanMs[unit];
}

const words: Readonly<Record<LookBackStretch['oddness'], string>> = { odd: 'odd', very_odd: 'very odd', extreme: 'extreme' };

function show({ name, fromMs, toMs, lookedFromMs, series, stretches }: LookBackResponse, { paint, names }: Style): string {
  if (series.length === 0) return `No points of ${sayPlain(name)} found.\n`;
  const points = series.reduce((sum, each) => sum + each.pointsLookedAt, 0);
  const short = series.filter(({ isShort }) => isShort).length;
  const head = `${sayPlain(name)} from ${toStamp(fromMs)} to ${toStamp(toMs)}: ${sayNumber(points)} points of ${sayNumber(series.length)} series, from ${toStamp(lookedFromMs)} on.`;
  const few = short === 0 ? [] : [`${short === series.length && short === 1 ? 'It has' : `${sayNumber(short)} of them have`} too few points to say that anything stands out: look at more time, or take shorter steps.`];
  const of = (stretch: LookBackStretch): LookBackSeries => series[stretch.series];
  const table = stretches.length === 0 ? (short === series.length ? [] : [`Nothing stands out.${series.every(({ pointsLookedAt }) => pointsLookedAt < plentyPoints) ? ` Below ${plentyPoints} points only what is short and plain is seen.` : ''}`]) : [toTable<LookBackStretch>([
    { title: 'FROM', of: (each) => toStamp(each.fromMs) },
    { title: 'TO', of: (each) => toStamp(each.toMs) },
    { title: 'FOR', of: (each) => saySpan(each.toMs - each.fromMs), right: true },
    { title: 'HOW ODD', of: ({ oddness }) => words[oddness], paint: ({ oddness }, text) => (oddness === 'odd' ? text : paint(oddness === 'extreme' ? 'red' : 'yellow', text)) },
    { title: 'TIMES', of: ({ score }) => sayNumber(score), right: true },
    { title: 'OBSERVED', of: (each) => sayEnds(each.observed, of(each).unit), right: true },
    { title: 'USUAL', of: (each) => sayEnds(of(each).usual, of(each).unit), right: true },
    { title: 'SERVICE', of: (each) => names.of(of(each).service) },
    { title: 'ATTRIBUTES', of: (each) => Object.entries(of(each).attributes).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ') },
  ], stretches).trimEnd()];
  return `${[head, ...few, ...(table.length === 0 ? [] : ['', ...table])].join('\n')}\n`;
}

function sayEnds(ends: { readonly low: number; readonly high: number } | null, unit: string): string {
  return ends === null ? '-' : sayRange(ends.low, ends.high, unit);
}
