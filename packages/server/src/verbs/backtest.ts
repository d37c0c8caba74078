import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unknownDetectors } from '../api/catalogue.ts';
import type { BacktestAsked, BacktestResponse, BacktestResult, BacktestRow, BacktestTally, BacktestVersion } from '../api/types.ts';
import { readConfig } from '../config/config.ts';
import { engineSettings } from '../engine-settings.ts';
import { CodedError } from '../errors.ts';
import { backtest as runBacktest } from '../replay/backtest.ts';
import { readKnownFindings } from '../replay/marks.ts';
import { openRowsSource, readNotices, rowsRange } from '../replay/rows-source.ts';
import { openSource } from '../replay/source.ts';
import type { ReplaySource } from '../replay/source.ts';
import { openStore } from '../stores/store.ts';
import { featureName } from '@clew/words';
import { makeNames } from '../words/name.ts';
import { sayNumber, saySpan, sayShare, sayValue } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { readTime } from './flags.ts';
import { openProgress } from './progress.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions } from './remote.ts';
import { toJson, toStamp, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

const pollMs = 500;
const rowsShown = 40;
/** Of less than this nothing is said a day: minutes times many are no measurement. */
const ratesFromDays = 0.25;
const flags = {
  detector: { type: 'string' }, against: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, budget: { type: 'string' }, 'against-budget': { type: 'string' },
  source: { type: 'string' }, 'with-verdicts': { type: 'boolean' }, 'against-verdicts': { type: 'string' },
  data: { type: 'string' }, config: { type: 'string' },
} as const;
type Values = { readonly [Name in Exclude<keyof typeof flags, 'with-verdicts'>]?: string | undefined } & { readonly 'with-verdicts'?: boolean | undefined } & { readonly server?: string | undefined; readonly token?: string | undefined };

export const backtest: Verb = {
  name: 'backtest',
  about: 'run detectors over the stored history: what they would have said, against what people marked',
  help: `Usage: clew backtest --from <time> [--to <time>] [--detector <ids|all>] [--against <ids|all>] [flags]

Feeds the log (or stored rows) through the engine again, once for each version, and tells what each would have found, what both
found, and how that compares with what people marked as real or noise. The log is kept up to log-replay-bytes:
the part of the range that it still holds is said. Up to a day of it before the range serves for learning.

    --detector <ids|all>           detectors of version A, parted by commas; default all
    --against <ids|all>            detectors of version B; without it A is run alone
    --budget <n>                   false alarms a day; default what is set
    --against-budget <n>           the same of version B
    --with-verdicts                the versions hear what people had said of findings until --from, and nothing later:
                                   verdicts of the range are what they are measured against
    --against-verdicts <with|without>  the same of version B
    --source <log|rows>            the log as it arrived (default), or stored rows, which are kept longer
    --from <time>, --to <time>     15m, 2h, 1d ago, 2026-11-22T10:15:00Z, or epoch milliseconds; to: default now
    --data <folder>                read a data folder here, without a server; or a file of OTLP JSON lines
    --config <file>                settings for that, as in clew serve; --source rows needs the folder to itself
  -o, --output <table|json>
${remoteHelp}

Example: clew backtest --from 1d --detector all --against level,share
`,
  async run(args, terminal) {
    const { values: given } = readArgs(args, { ...flags, ...outputOption, ...remoteOptions }, { min: 0, max: 0 });
    const values: Values = given;
    const output = readOutput(given.output);
    if (values.data !== undefined && values.server !== undefined) throw new CodedError('bad_usage', '--data and --server', { detail: 'It is one or the other.' });
    const told = values.data === undefined ? await askServer(values, terminal) : await runHere(values.data, values, terminal);
    terminal.out(output === 'json' ? toJson(told) : toWords(told.asked, told.result));
    return exitCode.ok;
  },
};

interface Told { readonly asked: BacktestAsked; readonly result: BacktestResult }

function readAsked(values: Values, ownBudget: number): BacktestAsked {
  const nowMs = Date.now();
  if (values.from === undefined) throw new CodedError('bad_usage', '--from is missing');
  const [fromMs, toMs] = [readTime(values.from, nowMs), values.to === undefined ? nowMs : readTime(values.to, nowMs)];
  if (fromMs >= toMs) throw new CodedError('bad_usage', `--from ${values.from}`, { detail: 'It must be before --to.' });
  const version = (ids: string, budget: string | undefined, hearsVerdicts: boolean): BacktestVersion => ({ detectors: readIds(ids), falseAlarmsPerDay: budget === undefined ? ownBudget : readBudget(budget), hearsVerdicts });
  const own = values['with-verdicts'] === true;
  const others = values['against-verdicts'] === undefined ? own : readChoice('--against-verdicts', values['against-verdicts'], ['with', 'without']) === 'with';
  const source = values.source === undefined ? 'log' : readChoice('--source', values.source, ['log', 'rows']);
  const detector = values.detector ?? 'all';
  const hasB = values.against !== undefined || values['against-budget'] !== undefined || values['against-verdicts'] !== undefined;
  return { fromMs, toMs, source, a: version(detector, values.budget, own), b: hasB ? version(values.against ?? detector, values['against-budget'] ?? values.budget, others) : null };
}

function readChoice<const Choice extends string>(flag: string, given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((each) => each === given);
  if (found === undefined) throw new CodedError('bad_usage', `${flag} ${given}`, { detail: `It is ${choices.join(' or ')}.` });
  return found;
}

function readIds(text: string): readonly string[] | null {
  if (text.trim() === 'all') return null;
  const ids = text.split(',').map((id) => id.trim()).filter((id) => id !== '');
  const unknown = unknownDetectors(ids);
  if (ids.length === 0 || unknown.length > 0) throw new CodedError('bad_usage', text, { detail: 'There is no such detector: clew detectors lists them.' });
  return ids;
}

function readBudget(text: string): number {
  const budget = Number(text);
  if (!(budget >= 0.01 && budget <= 1_000)) throw new CodedError('bad_usage', text, { detail: 'A budget is a number of false alarms a day from 0.01 to 1000.' });
  return budget;
}

async function runHere(path: string, values: Values, terminal: Terminal): Promise<Told> {
  const { settings } = readConfig({ flags: { config: values.config }, environment: terminal.environment, folder: terminal.folder });
  const asked = readAsked(values, settings.falseAlarmsPerDay);
  const engine = engineSettings(settings);
  const progress = openProgress(terminal);
  const run = async (source: ReplaySource): Promise<Told> => ({ asked, result: await runBacktest(source, { settings: engine, asked, known: await readKnownFindings(path, engine), onProgress: (share) => progress.show(`${Math.floor(100 * share)} %`) }) });
  try {
    const log = await openSource(path, settings);
    if (asked.source === 'log') return await run(log);
    if (!existsSync(join(path, 'rows'))) throw new CodedError('bad_usage', path, { detail: 'Rows are kept in a data folder: it has none.' });
    const { storeMemoryBytes, storeBytesMax, retentionDays, partitionMinutes } = settings;
    const store = await openStore({ folder: join(path, 'rows'), memoryBytes: storeMemoryBytes, diskBytesMax: storeBytesMax, retentionDays, partitionMinutes });
    try {
      const { oldestMs } = await store.rows.query.stats({});
      return await run(openRowsSource({ ask: store.rows.query.slice, limits: settings, ...rowsRange(asked, engine, oldestMs), notices: await readNotices(log) }));
    } finally {
      await store.close();
    }
  } finally {
    progress.end();
  }
}

/** Starts it on the server and waits. */
async function askServer(values: Values, terminal: Terminal): Promise<Told> {
  const remote: Remote = openRemote(values, terminal);
  const { fromMs, toMs, source, a, b } = readAsked(values, 0);
  const budgetOf = (version: BacktestVersion | null): number | undefined => (version === null || version.falseAlarmsPerDay === 0 ? undefined : version.falseAlarmsPerDay);
  let at = await remote.send<BacktestResponse>('POST', '/backtests', {
    from: fromMs, to: toMs, source, detectors: a.detectors, budget: budgetOf(a), withVerdicts: a.hearsVerdicts,
    ...(b === null ? {} : { against: b.detectors, againstBudget: budgetOf(b), againstWithVerdicts: b.hearsVerdicts }),
  });
  const progress = openProgress(terminal);
  try {
    while (at.state === 'running') {
      await sleep(pollMs);
      at = await remote.get<BacktestResponse>(`/backtests/${encodeURIComponent(at.id)}`);
      progress.show(`${Math.floor(100 * at.progress)} %`);
    }
  } finally {
    progress.end();
  }
  if (at.result === null) throw new CodedError('refused', at.id, { detail: at.state === 'cancelled' ? 'Somebody cancelled it.' : at.reason });
  return { asked: at.asked, result: at.result };
}

const nameOf = ({ detectors, falseAlarmsPerDay, hearsVerdicts }: BacktestVersion): string => `${detectors === null ? 'all detectors' : detectors.join(', ')}, ${sayNumber(falseAlarmsPerDay)} a day${hearsVerdicts ? ', heard what people had said' : ''}`;

function toWords(asked: BacktestAsked, { covered, days, a, b, agreement, rows, rowsLeftOut, marks, heard }: BacktestResult): string {
  const sides = b === null ? [a] : [a, b];
  const aDay = (value: number): string => (days < ratesFromDays ? '-' : sayNumber(value));
  const row = (title: string, of: (tally: BacktestTally) => string) => ({ title, cells: sides.map(of) });
  const table = toTable([
    { title: '', of: ({ title }) => title },
    ...sides.map((_, at) => ({ title: at === 0 ? 'A' : 'B', of: ({ cells }: { readonly cells: readonly string[] }) => cells[at], right: true })),
  ], [
    row('findings', ({ findings }) => sayNumber(findings)), row('  felt by people', ({ symptoms }) => sayNumber(symptoms)), row('findings a day', ({ findingsPerDay }) => aDay(findingsPerDay)),
    row('incidents', ({ incidents }) => sayNumber(incidents)), row('marked real, found', ({ real }) => `${real.found} of ${real.found + real.missed}`),
    row('marked noise, said again', ({ noise }) => `${noise.repeated} of ${noise.repeated + noise.gone}`), row('known false alarms a day', ({ falseAlarmsPerDay }) => aDay(falseAlarmsPerDay)), row('not marked', ({ unmarked }) => sayNumber(unmarked)),
  ]);
  const lines = [
    `A: ${nameOf(asked.a)}`, ...(asked.b === null ? [] : [`B: ${nameOf(asked.b)}`]),
    `${toStamp(covered.fromMs)} to ${toStamp(covered.toMs)} (${saySpan(days * 86_400_000)}, ${sayNumber(covered.records)} records${asked.source === 'log' ? '' : ' out of stored rows'}; learnt from ${toStamp(covered.learntFromMs)} on).`,
    ...(covered.isWhole ? [] : [`${asked.source === 'log' ? 'The log does' : 'Stored rows do'} not cover all of ${toStamp(asked.fromMs)} to ${toStamp(asked.toMs)}.`]),
    `Marked by people in that time: ${marks.real} real, ${marks.noise} noise${marks.unknown === 0 ? '' : `; ${marks.unknown} verdicts are about findings that are not kept any more`}.`,
    ...(asked.a.hearsVerdicts || asked.b?.hearsVerdicts === true ? [`Verdicts from before that time which were heard: ${heard}.`] : []), '', table.trimEnd(),
    ...(agreement === null ? [] : ['', `Both found ${agreement.both}, only A ${agreement.onlyA}, only B ${agreement.onlyB}: ${sayShare(agreement.share)} in common.${sayLead(agreement.leadMs)}`]),
    '', listRows(rows.slice(0, rowsShown), b !== null), ...(rows.length + rowsLeftOut > rowsShown ? [`and ${rows.length + rowsLeftOut - rowsShown} more: -o json has ${rowsLeftOut === 0 ? 'all' : rows.length}.`] : []),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function sayLead(leadMs: number | null): string {
  if (leadMs === null) return '';
  return leadMs === 0 ? ' They notice at the same time.' : ` ${leadMs > 0 ? 'A' : 'B'} notices ${saySpan(Math.abs(leadMs))} earlier (median).`;
}

function listRows(rows: readonly BacktestRow[], hasB: boolean): string {
  if (rows.length === 0) return 'Nothing was found.';
  const names = makeNames([]);
  const told = ({ a, b }: BacktestRow) => a ?? b;
  return toTable<BacktestRow>([
    { title: 'SINCE', of: (each) => toStamp(told(each)?.onsetMs ?? 0) },
    ...(hasB ? [{ title: 'FOUND BY', of: ({ where }: BacktestRow) => ({ both: 'A and B', a: 'A', b: 'B' })[where] }] : []),
    { title: 'MARKED', of: ({ mark }) => mark ?? '-' },
    { title: 'ENTITY', of: (each) => names.of(told(each)?.entity ?? '') },
    { title: 'WHAT', of: (each) => featureName(told(each)?.feature ?? '', told(each)?.subject ?? '', 'en', told(each)?.text) },
    { title: 'OBSERVED', of: (each) => sayValue(told(each)?.observed ?? 0, told(each)?.unit ?? ''), right: true },
  ], rows).trimEnd();
}
