import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { faultKinds, twists } from '@clew/simulator';
import { causesToTable, judgeCauses } from './causes.ts';
import { planFaultRuns, planQuietRuns, planRootCauseRuns, rootCauseTwists, type FieldOptions } from './plan.ts';
import { playAll } from './pool.ts';
import { makeReport, toTable } from './report.ts';
import type { RunResult } from './run.ts';
import { score } from './score.ts';

/**
 * How well faults are found in random systems, and how seldom there is a false alarm:
 *   npm run bench:field -- --seed 7 --services 120 --faults 200 --quiet-days 10 [--budget 1] [--threads 1] [--only kind,kind] [--twists none] [--verbose] -o json
 * and what is said to be their cause, in systems of 10 services up to --services, with misleading releases, lost telemetry and second faults:
 *   npm run bench:field -- --task root-cause --seed 7 --services 500 --faults 500
 */

/** A system of 120 services takes 0.9 GB; a quiet day holds an engine for each budget. */
function threadsDefault(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(process.availableMemory() / 3e9)));
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' }, services: { type: 'string', default: '120' }, faults: { type: 'string', default: '40' }, 'quiet-days': { type: 'string', default: '0' },
    budget: { type: 'string', default: '1' }, budgets: { type: 'string', default: '0.1,1,10' }, rate: { type: 'string', default: '300' }, touched: { type: 'string', default: '30' },
    task: { type: 'string', default: 'detection' }, threads: { type: 'string', default: String(threadsDefault()) }, only: { type: 'string' }, twists: { type: 'string' }, verbose: { type: 'boolean', default: false }, output: { type: 'string', short: 'o', default: 'table' },
  },
});
const number = (name: string, text: string, least: number): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < least) throw new RangeError(`--${name} ${text}: a number of at least ${least} is due`);
  return value;
};
const only = values.only?.split(',') ?? null;
for (const kind of only ?? []) if (!faultKinds.some((each) => each.kind === kind)) throw new RangeError(`--only ${kind}: it is one of ${faultKinds.map((each) => each.kind).join(', ')}`);
const twistsOf = (text: string): FieldOptions['twists'] => text.split(',').filter((each) => each !== '' && each !== 'none').map((each) => {
  const known = twists.find((twist) => twist === each);
  if (known === undefined) throw new RangeError(`--twists ${each}: it is none, or of ${twists.join(', ')}`);
  return known;
});
const options: FieldOptions = {
  seed: number('seed', values.seed, 0), services: number('services', values.services, 5), faults: number('faults', values.faults, 0), quietDays: number('quiet-days', values['quiet-days'], 0),
  budget: number('budget', values.budget, 0), quietBudgets: values.budgets.split(',').map((each) => number('budgets', each, 0)), rate: number('rate', values.rate, 1), touched: number('touched', values.touched, 0), only, twists: values.twists === undefined && values.task === 'root-cause' ? rootCauseTwists : twistsOf(values.twists ?? 'misleading_deploy'),
};

if (values.task !== 'detection' && values.task !== 'root-cause') throw new RangeError(`--task ${values.task}: it is detection or root-cause`);
if (values.output !== 'table' && values.output !== 'json') throw new RangeError(`-o ${values.output}: it is table or json`);

const beganMs = performance.now();
const threads = number('threads', values.threads, 1);
const tell = (result: RunResult): void => {
  if (!values.verbose) return;
  const { cases, falseAlarms } = score(result.spec.name, result.faults, result.alarms[0]);
  for (const each of cases) process.stderr.write(`${each.run} ${each.onset.slice(5, 19)} ${each.kind} ${each.entity} (${each.detail}; ${each.symptoms} services, ${each.touchedPerMinute}/min): ${each.found ? `${each.detectS} s (${each.detectVisibleS} s), ${each.duplicates} more` : 'MISSED'}, ${each.top1 ? 'right' : 'wrong'}: ${each.said}\n`);
  for (const each of falseAlarms) process.stderr.write(`${each.run} ${each.at.slice(5, 19)} FALSE ${each.headline} (${each.entities} nodes), ${each.cause}\n`);
};
if (values.task === 'root-cause') {
  const judged = judgeCauses(await playAll(planRootCauseRuns(options), threads, tell));
  process.stdout.write(values.output === 'json' ? `${JSON.stringify({ options, ...judged }, null, 1)}\n` : causesToTable(judged));
  process.exit();
}
let results = await playAll(planFaultRuns(options), threads, tell);
// A kind that found no place where it would be felt gets two more systems.
for (let round = 1; round <= 2; round++) {
  const left = results.flatMap((result) => result.leftOut);
  if (left.length === 0) break;
  results = [...results.map((result) => ({ ...result, leftOut: [] })), ...await playAll(planFaultRuns(options, left, 100 * round), threads, tell)];
}
const quiet = await playAll(planQuietRuns(options), threads, tell);
const report = makeReport(options, results, quiet, performance.now() - beganMs);
process.stdout.write(values.output === 'json' ? `${JSON.stringify(report, null, 1)}\n` : toTable(report));
